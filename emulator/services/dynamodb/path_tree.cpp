#include "services/dynamodb/path_tree.h"

#include <algorithm>

namespace fallstreak::services::dynamodb {
namespace {

bool comes_before(const PathElement& a, const PathElement& b) {
  return a.is_index ? a.index < b.index : a.name < b.name;
}

std::optional<PathClash> clash_of(Path one, Path two) {
  for (std::size_t index = 0; index < std::min(one.size(), two.size()); ++index) {
    if (one[index].is_index != two[index].is_index)
      return PathClash{PathClash::Kind::conflict, one, two};
    if (!one[index].same_place(two[index])) return std::nullopt;
  }
  return PathClash{PathClash::Kind::overlap, one, two};
}

/// Appends what of a map or list the branches reach; says whether that is anything.
class ProjectedText {
 public:
  explicit ProjectedText(std::string& out) : out_(out) {}

  bool attributes(const PathTree::Branch& parent, std::string_view map) {
    bool any = false;
    auto branch = parent.branches.begin();
    for (const Attribute& attribute : Attributes(map)) {
      while (branch != parent.branches.end() && branch->element.name < attribute.name) ++branch;
      if (branch == parent.branches.end()) break;
      if (branch->element.name != attribute.name) continue;
      const std::size_t before = out_.size();
      Writer(out_).write_name(attribute.name);
      if (value(*branch, attribute.value)) {
        any = true;
      } else {
        out_.resize(before);
      }
    }
    return any;
  }

 private:
  bool elements(const PathTree::Branch& parent, std::string_view list) {
    bool any = false;
    std::uint32_t index = 0;
    auto branch = parent.branches.begin();
    for (const Value& element : Values(list)) {
      if (branch == parent.branches.end()) break;
      if (branch->element.index == index++ && value(*branch++, element)) any = true;
    }
    return any;
  }

  bool value(const PathTree::Branch& branch, const Value& found) {
    if (branch.is_leaf()) {
      Writer(out_).write_value(found);
      return true;
    }
    const bool is_list = branch.is_of_list();
    if (found.type != (is_list ? Type::L : Type::M)) return false;
    const std::size_t before = out_.size();
    const std::size_t began = Writer(out_).begin(found.type);
    const bool any = is_list ? elements(branch, found.bytes) : attributes(branch, found.bytes);
    if (any) {
      Writer(out_).end(began);
    } else {
      out_.resize(before);
    }
    return any;
  }

  std::string& out_;
};

}  // namespace

std::string PathClash::message() const {
  return std::string("Two document paths ") + (kind == Kind::overlap ? "overlap" : "conflict") +
         " with each other; must remove or rewrite one of these paths; path one: " + to_text(one) +
         ", path two: " + to_text(two);
}

std::optional<PathClash> find_clash(const std::vector<Path>& paths) {
  std::optional<PathClash> conflict;
  for (std::size_t two = 1; two < paths.size(); ++two) {
    for (std::size_t one = 0; one < two; ++one) {
      const auto clash = clash_of(paths[one], paths[two]);
      if (clash && clash->kind == PathClash::Kind::overlap) return clash;
      if (clash && !conflict) conflict = clash;
    }
  }
  return conflict;
}

PathTree::PathTree(const std::vector<Path>& paths) {
  for (std::uint32_t leaf = 0; leaf < paths.size(); ++leaf) {
    is_flat_ &= paths[leaf].size() == 1;
    Branch* at = &root_;
    for (const PathElement& element : paths[leaf]) {
      auto place = std::ranges::lower_bound(at->branches, element, comes_before, &Branch::element);
      if (place == at->branches.end() || !place->element.same_place(element)) {
        place = at->branches.insert(place, Branch{.element = element});
      }
      at = &*place;
    }
    at->leaf = leaf;
  }
}

std::string project(const PathTree& tree, std::string_view item) {
  std::string out;
  ProjectedText(out).attributes(tree.root(), item);
  return out;
}

}  // namespace fallstreak::services::dynamodb
