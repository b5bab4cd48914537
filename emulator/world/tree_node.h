#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "world/tree.h"

/// The nodes of a Tree, shared by tree.cpp and tree_diff.cpp and included by nothing else.
///
/// A node keeps for each key the four bytes that follow the first `skip` bytes, which all its keys
/// have in common, as big-endian integers: a search compares those, all at once, and touches a
/// key's text only to confirm.
namespace fallstreak::world {

/// A node with fewer entries is merged with, or filled up from, its neighbour.
constexpr std::uint32_t kFewest = kFanOut / 4;

struct Leaf : Node {
  Leaf() : Node(0) {}
  Leaf(const Leaf& other);
  Leaf& operator=(const Leaf&) = delete;
  ~Leaf();

  struct Place {
    std::uint32_t index;  // of the first entry that is not less
    bool found;
  };
  [[nodiscard]] Place locate(std::string_view key) const;
  /// The entry with this key; cheaper than locate because a miss needs no place.
  [[nodiscard]] const EntryBase* find(std::string_view key) const;
  void insert(std::uint32_t index, EntryRef entry);
  EntryRef replace(std::uint32_t index, EntryRef entry);
  EntryRef remove(std::uint32_t index);
  /// Moves the entries from `index` on to the empty leaf `right`.
  void split(std::uint32_t index, Leaf& right);
  /// Chooses `skip` anew and recomputes the prefixes where that helps searching.
  void refresh();
  /// Recomputes all prefixes; also to be called when `count` was set from outside.
  void set_skip(std::uint32_t length);

  std::array<const EntryBase*, kFanOut> entries;  // owned
};

struct Inner : Node {
  explicit Inner(std::uint32_t node_level) : Node(node_level) {}
  Inner(const Inner& other);
  Inner& operator=(const Inner&) = delete;
  ~Inner();

  /// The child that has the key if any has, and else the one where it belongs.
  [[nodiscard]] std::uint32_t child_of(std::string_view key) const;
  /// Adds a child right of another; `separator` is not greater than its keys.
  void insert(std::uint32_t index, std::string separator, Node* child);
  void remove(std::uint32_t index);
  /// Moves the children from `index` on to the empty node `right` and returns what separates the
  /// two.
  std::string split(std::uint32_t index, Inner& right);
  void refresh();
  void set_skip(std::uint32_t length);

  std::array<Node*, kFanOut> children;  // owned
  std::array<std::string, kFanOut>
      separators;  // [i] is not greater than the keys of children[i]; [0] is unused
};

inline const Leaf& as_leaf(const Node& node) { return static_cast<const Leaf&>(node); }
inline Leaf& as_leaf(Node& node) { return static_cast<Leaf&>(node); }
inline const Inner& as_inner(const Node& node) { return static_cast<const Inner&>(node); }
inline Inner& as_inner(Node& node) { return static_cast<Inner&>(node); }

/// Whoever finds an entry reads its record, too: asked for at once, its lines arrive together.
inline void prefetch(const EntryBase& entry) {
  constexpr std::size_t kLine = 64;
  constexpr std::size_t kLines = 5;
  const char* begin = reinterpret_cast<const char*>(&entry);
  for (std::size_t line = 0; line < kLines; ++line) __builtin_prefetch(begin + line * kLine);
}

std::uint32_t common_prefix(std::string_view a, std::string_view b);

}  // namespace fallstreak::world
