#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/dynamodb/expression.h"

namespace fallstreak::services::dynamodb {

/// How two paths of one expression get in each other's way.
struct PathClash {
  enum class Kind { overlap, conflict } kind;
  Path one;
  Path two;
  /// `Two document paths overlap with each other; ...`
  [[nodiscard]] std::string message() const;
};
/// The first clash, overlaps before conflicts.
std::optional<PathClash> find_clash(const std::vector<Path>& paths);

/// Paths without clashes, as a tree that can be walked beside an item.
class PathTree {
 public:
  static constexpr std::uint32_t kNoLeaf = ~std::uint32_t{0};

  struct Branch {
    PathElement element;
    /// Sorted by name or by index, as an item's attributes and elements are.
    std::vector<Branch> branches;
    /// The number of the path that ends here.
    std::uint32_t leaf = kNoLeaf;
    [[nodiscard]] bool is_leaf() const { return leaf != kNoLeaf; }
    /// Whether what it is part of must be a list.
    [[nodiscard]] bool is_of_list() const {
      return !branches.empty() && branches.front().element.is_index;
    }
  };

  explicit PathTree(const std::vector<Path>& paths);
  /// Whether only whole attributes are reached.
  [[nodiscard]] bool is_flat() const { return is_flat_; }
  [[nodiscard]] const Branch& root() const { return root_; }

 private:
  Branch root_;
  bool is_flat_ = true;
};

/// What of an item lies at or below the paths, as an item's bytes.
std::string project(const PathTree& tree, std::string_view item);

}  // namespace fallstreak::services::dynamodb
