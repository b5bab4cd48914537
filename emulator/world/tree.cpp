#include "world/tree.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/check.h"
#include "world/tree_node.h"

namespace fallstreak::world {
namespace {

/// The node in `slot`, after it was replaced by a copy if a version or a fork shares it.
Node& unshare(Node*& slot) {
  if (slot->has_one_owner()) return *slot;
  Node* copy = slot->level == 0 ? static_cast<Node*>(new Leaf(as_leaf(*slot)))
                                : static_cast<Node*>(new Inner(as_inner(*slot)));
  copy->retain();
  if (slot->release()) dispose(slot);
  slot = copy;
  return *slot;
}

Leaf* new_leaf() {
  auto* leaf = new Leaf;
  leaf->retain();
  return leaf;
}

Inner* new_inner(std::uint32_t level) {
  auto* inner = new Inner(level);
  inner->retain();
  return inner;
}

/// The right half of a node that was split, or null.
struct Split {
  Node* right = nullptr;
  std::string separator;
};

/// The shortest text that is greater than `left` and not greater than `right`.
std::string shortest_separator(std::string_view left, std::string_view right) {
  return std::string(right.substr(0, common_prefix(left, right) + 1));
}

/// Keys often arrive in ascending order; then all but the newest stay left, so that nodes are
/// filled.
std::uint32_t split_point(const Node& node, std::uint32_t insertion) {
  return insertion == node.count ? node.count - 1 : node.count / 2;
}

EntryRef put_in_leaf(Leaf& leaf, EntryRef entry, Split& split) {
  const auto place = leaf.locate(entry->first);
  if (place.found) return leaf.replace(place.index, std::move(entry));
  if (leaf.count < kFanOut) {
    leaf.insert(place.index, std::move(entry));
    return {};
  }
  Leaf* right = new_leaf();
  leaf.split(split_point(leaf, place.index), *right);
  if (place.index <= leaf.count) {
    leaf.insert(place.index, std::move(entry));
  } else {
    right->insert(place.index - leaf.count, std::move(entry));
  }
  split.right = right;
  split.separator =
      shortest_separator(leaf.entries[leaf.count - 1]->first, right->entries[0]->first);
  return {};
}

/// A search of a node reads several cache lines, each after the other; asked for all at once, they
/// arrive together.
void prefetch(const Node& node) {
  constexpr std::size_t kLine = 64;
  const char* begin = reinterpret_cast<const char*>(&node);
  for (std::size_t at = 0; at < sizeof(Leaf); at += kLine) __builtin_prefetch(begin + at);
}

EntryRef put_in(Node*& slot, EntryRef entry, Split& split) {
  Node& node = unshare(slot);
  if (node.level == 0) return put_in_leaf(as_leaf(node), std::move(entry), split);

  Inner& inner = as_inner(node);
  const std::uint32_t child = inner.child_of(entry->first);
  prefetch(*inner.children[child]);
  Split below;
  EntryRef replaced = put_in(inner.children[child], std::move(entry), below);
  if (!below.right) return replaced;
  const std::uint32_t index = child + 1;
  if (inner.count < kFanOut) {
    inner.insert(index, std::move(below.separator), below.right);
    return replaced;
  }
  Inner* right = new_inner(inner.level);
  split.right = right;
  split.separator = inner.split(split_point(inner, index), *right);
  if (index <= inner.count) {
    inner.insert(index, std::move(below.separator), below.right);
  } else {
    right->insert(index - inner.count, std::move(below.separator), below.right);
  }
  return replaced;
}

/// Evens out two neighbouring leaves, or moves all into the left one when they fit.
void balance_leaves(Leaf& left, Leaf& right) {
  std::vector<const EntryBase*> all(left.entries.begin(), left.entries.begin() + left.count);
  all.insert(all.end(), right.entries.begin(), right.entries.begin() + right.count);
  const auto total = static_cast<std::uint32_t>(all.size());
  left.count = total <= kFanOut ? total : total / 2;
  right.count = total - left.count;
  std::copy_n(all.begin(), left.count, left.entries.begin());
  std::copy_n(all.begin() + left.count, right.count, right.entries.begin());
  for (Leaf* leaf : {&left, &right}) {
    const bool several = leaf->count > 1;
    leaf->set_skip(
        several ? common_prefix(leaf->entries[0]->first, leaf->entries[leaf->count - 1]->first)
                : 0);
  }
}

/// The same for inner nodes; `between` separates the two before and after.
void balance_inners(Inner& left, std::string& between, Inner& right) {
  std::vector<Node*> children(left.children.begin(), left.children.begin() + left.count);
  children.insert(children.end(), right.children.begin(), right.children.begin() + right.count);
  std::vector<std::string> separators(left.separators.begin(),
                                      left.separators.begin() + left.count);
  separators.push_back(std::move(between));
  for (std::uint32_t index = 1; index < right.count; ++index) {
    separators.push_back(std::move(right.separators[index]));
  }
  const auto total = static_cast<std::uint32_t>(children.size());
  left.count = total <= kFanOut ? total : total / 2;
  right.count = total - left.count;
  for (std::uint32_t index = 0; index < total; ++index) {
    Inner& owner = index < left.count ? left : right;
    const std::uint32_t at = index < left.count ? index : index - left.count;
    owner.children[at] = children[index];
    if (at > 0) owner.separators[at] = std::move(separators[index]);
  }
  if (right.count > 0) between = std::move(separators[left.count]);
  left.refresh();
  right.refresh();
}

/// Restores the fill of child `index`, which has lost an entry or a child.
void balance(Inner& parent, std::uint32_t index) {
  if (parent.count == 1) {
    if (parent.children[0]->count == 0) parent.remove(0);
    return;
  }
  const std::uint32_t left_index = index > 0 ? index - 1 : 0;
  const std::uint32_t right_index = left_index + 1;
  Node& left = unshare(parent.children[left_index]);
  Node& right = unshare(parent.children[right_index]);
  if (left.level == 0) {
    balance_leaves(as_leaf(left), as_leaf(right));
    if (right.count > 0) {
      const Leaf& leaf = as_leaf(left);
      parent.separators[right_index] =
          shortest_separator(leaf.entries[leaf.count - 1]->first, as_leaf(right).entries[0]->first);
    }
  } else {
    balance_inners(as_inner(left), parent.separators[right_index], as_inner(right));
  }
  if (right.count == 0) parent.remove(right_index);
  parent.refresh();
}

EntryRef erase_in(Node*& slot, std::string_view key) {
  Node& node = unshare(slot);
  if (node.level == 0) {
    Leaf& leaf = as_leaf(node);
    return leaf.remove(leaf.locate(key).index);
  }
  Inner& inner = as_inner(node);
  const std::uint32_t child = inner.child_of(key);
  EntryRef removed = erase_in(inner.children[child], key);
  if (inner.children[child]->count < kFewest) balance(inner, child);
  return removed;
}

const Leaf* leftmost(const Node* node) {
  while (node->level > 0) node = as_inner(*node).children[0];
  return &as_leaf(*node);
}

const Leaf* rightmost(const Node* node) {
  while (node->level > 0) node = as_inner(*node).children[node->count - 1];
  return &as_leaf(*node);
}

const Leaf* leaf_of(const Node* node, std::string_view key) {
  while (node->level > 0) {
    const Inner& inner = as_inner(*node);
    node = inner.children[inner.child_of(key)];
    prefetch(*node);
  }
  return &as_leaf(*node);
}

/// The leaf after the one that has `key`, or null.
const Leaf* next_leaf(const Node* node, std::string_view key) {
  const Node* next = nullptr;
  while (node->level > 0) {
    const Inner& inner = as_inner(*node);
    const std::uint32_t child = inner.child_of(key);
    if (child + 1 < inner.count) next = inner.children[child + 1];
    node = inner.children[child];
  }
  return next ? leftmost(next) : nullptr;
}

/// The leaf before the one that has `key`, or null.
const Leaf* previous_leaf(const Node* node, std::string_view key) {
  const Node* previous = nullptr;
  while (node->level > 0) {
    const Inner& inner = as_inner(*node);
    const std::uint32_t child = inner.child_of(key);
    if (child > 0) previous = inner.children[child - 1];
    node = inner.children[child];
  }
  return previous ? rightmost(previous) : nullptr;
}

}  // namespace

// ----------------------------------------------------------------------------------------------
// Tree

const EntryBase* Tree::search(std::string_view key) const {
  const Node* root = state_.root_.get();
  return root ? leaf_of(root, key)->find(key) : nullptr;
}

void Tree::start_index() const {
  // A tree that is small when its index begins is known as a whole from then on.
  constexpr std::size_t kSmall = 4096;
  if (state_.size_ > kSmall) return;
  for (Cursor at = begin(); at != end(); at.move_forward()) {
    index_.put(EntryIndex::hash(at.entry().first), at.entry());
  }
}

const EntryBase* Tree::find(std::string_view key) const {
  constexpr std::size_t kWorthAnIndex = 128;
  constexpr std::uint32_t kFewSearches = 64;
  if (!index_.is_in_use()) {
    if (state_.size_ < kWorthAnIndex || ++searches_ < kFewSearches) return search(key);
    start_index();
  }
  return find_by(EntryIndex::hash(key), key);
}

const EntryBase* Tree::find_to_change(std::string_view key) const {
  // The nodes of a smaller tree are in the caches.
  constexpr std::size_t kLarge = 65536;
  if (!index_.is_in_use() || state_.size_ < kLarge) return find(key);
  const std::uint64_t hash = EntryIndex::hash(key);
  index_.prefetch(hash);
  const Node* node = state_.root_.get();
  while (node->level > 0) {
    const Inner& inner = as_inner(*node);
    node = inner.children[inner.child_of(key)];
    prefetch(*node);
  }
  return find_by(hash, key);
}

const EntryBase* Tree::find_by(std::uint64_t hash, std::string_view key) const {
  const EntryBase* known = index_.find(hash, key);
  if (known || index_.size() == state_.size_) return known;
  const EntryBase* found = search(key);
  if (found) index_.put(hash, *found);
  return found;
}

std::vector<const EntryBase*> Tree::find_all(const std::vector<std::string_view>& keys) const {
  std::vector<const EntryBase*> found(keys.size());
  // As many as the caches of a core can wait for.
  constexpr std::size_t kTogether = 16;
  std::array<std::uint64_t, kTogether> hashes{};
  for (std::size_t first = 0; first < keys.size(); first += kTogether) {
    const std::size_t end = std::min(keys.size(), first + kTogether);
    if (!index_.is_in_use()) {
      for (std::size_t i = first; i < end; ++i) found[i] = find(keys[i]);
      continue;
    }
    for (std::size_t i = first; i < end; ++i) {
      hashes[i - first] = EntryIndex::hash(keys[i]);
      index_.prefetch(hashes[i - first]);
    }
    for (std::size_t i = first; i < end; ++i) index_.prefetch_entry(hashes[i - first]);
    for (std::size_t i = first; i < end; ++i) found[i] = find_by(hashes[i - first], keys[i]);
  }
  return found;
}

EntryRef Tree::put(EntryRef entry) {
  ++changes_;
  const EntryBase& added = *entry;
  const bool is_indexed = index_.is_in_use();
  const std::uint64_t hash = is_indexed ? EntryIndex::hash(added.first) : 0;
  index_.prefetch(hash);
  Node* root = state_.root_.detach();
  if (!root) root = new_leaf();
  Split split;
  EntryRef replaced = put_in(root, std::move(entry), split);
  if (split.right) {
    Inner* above = new_inner(root->level + 1);
    above->children[0] = root;
    above->count = 1;
    above->insert(1, std::move(split.separator), split.right);
    root = above;
  }
  state_.root_ = Ref<Node>::adopt(root);
  if (!replaced) ++state_.size_;
  if (is_indexed) index_.put(hash, added);
  return replaced;
}

EntryRef Tree::erase(std::string_view key) {
  // A miss must not copy shared nodes.
  const EntryBase* found = index_.is_in_use() ? find(key) : search(key);
  if (!found) return {};
  ++changes_;
  Node* root = state_.root_.detach();
  EntryRef removed = erase_in(root, key);
  if (index_.is_in_use()) index_.erase(EntryIndex::hash(removed->first), removed->first);
  while (root->level > 0 && root->count == 1) {
    Node* child = as_inner(*root).children[0];
    child->retain();
    if (root->release()) dispose(root);
    root = child;
  }
  state_.root_ = Ref<Node>::adopt(root);
  if (root->count == 0) state_.root_ = {};
  --state_.size_;
  return removed;
}

Cursor Tree::begin() const {
  const Node* root = state_.root_.get();
  return {root, root ? leftmost(root) : nullptr, 0};
}

Cursor Tree::lower_bound(std::string_view key) const {
  const Node* root = state_.root_.get();
  if (!root) return end();
  const Leaf* leaf = leaf_of(root, key);
  const std::uint32_t index = leaf->locate(key).index;
  if (index < leaf->count) return {root, leaf, index};
  return {root, next_leaf(root, key), 0};
}

Cursor Tree::upper_bound(std::string_view key) const {
  Cursor cursor = lower_bound(key);
  if (cursor != end() && cursor.entry().first == key) cursor.move_forward();
  return cursor;
}

// ----------------------------------------------------------------------------------------------
// Cursor

const EntryBase& Cursor::entry() const { return *as_leaf(*leaf_).entries[index_]; }

void Cursor::move_forward() {
  // Who goes forward goes on: entries lie anywhere, so they are asked for some steps before.
  constexpr std::uint32_t kAhead = 4;
  if (index_ + 1 < leaf_->count) {
    ++index_;
    if (index_ + kAhead < leaf_->count) prefetch(*as_leaf(*leaf_).entries[index_ + kAhead]);
    return;
  }
  leaf_ = next_leaf(root_, entry().first);
  index_ = 0;
}

void Cursor::move_back() {
  if (leaf_ && index_ > 0) {
    --index_;
    return;
  }
  leaf_ = leaf_ ? previous_leaf(root_, entry().first) : rightmost(root_);
  CHECK(leaf_ != nullptr) << "moved back from the first entry";
  index_ = leaf_->count - 1;
}

}  // namespace fallstreak::world
