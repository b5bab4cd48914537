#include <vector>

#include "world/tree_node.h"

namespace fallstreak::world {
namespace {

/// Walks one version: stands before a whole subtree, before one entry, or at the end.
class Walker {
 public:
  explicit Walker(const Node* root) {
    if (root) path_.push_back({root, 0, true});
  }
  [[nodiscard]] bool is_at_end() const { return path_.empty(); }
  /// The subtree that it stands before, or null when it stands before an entry.
  [[nodiscard]] const Node* subtree() const {
    const Step& top = path_.back();
    if (top.is_whole) return top.node;
    return top.node->level > 0 ? as_inner(*top.node).children[top.index] : nullptr;
  }
  [[nodiscard]] const EntryBase& entry() const {
    return *as_leaf(*path_.back().node).entries[path_.back().index];
  }
  void open() {
    Step& top = path_.back();
    if (top.is_whole) {
      top.is_whole = false;
    } else {
      path_.push_back({subtree(), 0, false});
    }
  }
  void pass() {
    if (path_.back().is_whole) {
      path_.pop_back();
      return;
    }
    while (!path_.empty() && ++path_.back().index == path_.back().node->count) path_.pop_back();
  }

 private:
  struct Step {
    const Node* node;
    std::uint32_t index;
    bool is_whole;  // the root, not yet opened
  };
  std::vector<Step> path_;
};

/// Opens what stands higher, or both, until both stand before an entry or before a subtree that
/// they share. Returns how many nodes it opened.
std::size_t open_higher(Walker& a, Walker& b) {
  const Node* in_a = a.subtree();
  const Node* in_b = b.subtree();
  std::size_t opened = 0;
  if (in_a && (!in_b || in_a->level >= in_b->level)) {
    a.open();
    ++opened;
  }
  if (in_b && (!in_a || in_b->level >= in_a->level)) {
    b.open();
    ++opened;
  }
  return opened;
}

void compare_entries(Walker& a, Walker& b, DiffVisitor& visitor) {
  const EntryBase& before = a.entry();
  const EntryBase& after = b.entry();
  const int order = &before == &after ? 0 : before.first.compare(after.first);
  if (order == 0 && &before != &after) visitor.visit(&before, &after);
  if (order < 0) visitor.visit(&before, nullptr);
  if (order > 0) visitor.visit(nullptr, &after);
  if (order <= 0) a.pass();
  if (order >= 0) b.pass();
}

/// Reports all that is left of one version when the other has ended.
template <class Report>
std::size_t drain(Walker& walker, Report report) {
  std::size_t opened = 0;
  while (!walker.is_at_end()) {
    if (walker.subtree()) {
      walker.open();
      ++opened;
    } else {
      report(walker.entry());
      walker.pass();
    }
  }
  return opened;
}

std::size_t diff_nodes(const Node* before, const Node* after, DiffVisitor& visitor) {
  Walker a(before);
  Walker b(after);
  std::size_t opened = 0;
  while (!a.is_at_end() && !b.is_at_end()) {
    const Node* in_a = a.subtree();
    const Node* in_b = b.subtree();
    if (in_a && in_a == in_b) {
      a.pass();
      b.pass();
    } else if (in_a || in_b) {
      opened += open_higher(a, b);
    } else {
      compare_entries(a, b, visitor);
    }
  }
  opened += drain(a, [&](const EntryBase& entry) { visitor.visit(&entry, nullptr); });
  opened += drain(b, [&](const EntryBase& entry) { visitor.visit(nullptr, &entry); });
  return opened;
}

}  // namespace

std::size_t Tree::diff(const Version& before, const Version& after, DiffVisitor& visitor) {
  return diff_nodes(before.root_.get(), after.root_.get(), visitor);
}

}  // namespace fallstreak::world
