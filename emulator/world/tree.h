#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "world/entry_index.h"
#include "world/memory.h"
#include "world/ref.h"

namespace fallstreak::world {

/// The key of an entry: text that lies behind the entry and lives as long. Reads as std::string
/// does, because keys are names and ids, which go into answers and into other records.
class Key : public std::string_view {
 public:
  constexpr explicit Key(std::string_view text) : std::string_view(text) {}
  operator std::string() const { return std::string(view()); }  // NOLINT: see above
  [[nodiscard]] constexpr std::string_view view() const { return *this; }
  friend std::string operator+(const Key& key, std::string_view text) {
    return std::string(key.view()).append(text);
  }
  friend std::string operator+(std::string_view text, const Key& key) {
    return std::string(text).append(key.view());
  }
};

/// A key with its record, as a tree knows it. Never changed once it is in a tree: versions, forks
/// and the undo log share entries, so replacing a record means a new entry.
///
/// An entry, its key and what its record holds inline are one piece of memory: a search that has
/// found an entry's address has only to wait for it once more.
class EntryBase : public RefCounted {
 public:
  virtual ~EntryBase() = default;

 private:
  friend void dispose(const EntryBase* entry);
  const std::uint32_t bytes_;  // of the whole piece

 public:
  // Named as in std::pair, because that is how callers of a Table read it.
  const Key first;

 protected:
  /// Memory for an entry whose type has `size` bytes and, behind it, copies of the two texts.
  struct Place {
    char* memory;
    std::uint32_t bytes;
    std::uint32_t size;
    [[nodiscard]] const char* behind() const { return memory + size; }
  };
  static Place allocate(std::size_t size, std::string_view key, std::string_view inlined);
  EntryBase(const Place& place, Key key) : bytes_(place.bytes), first(key) {}
};
void dispose(const EntryBase* entry);
using EntryRef = Ref<const EntryBase>;

/// Leaves have up to this many entries, inner nodes as many children.
constexpr std::uint32_t kFanOut = 32;

/// What leaves and inner nodes (tree_node.h) have in common.
struct Node : RefCounted {
  explicit Node(std::uint32_t node_level) : level(node_level) { prefixes.fill(kNoPrefix); }
  static void* operator new(std::size_t bytes) { return world::allocate(bytes); }
  static void operator delete(void* memory, std::size_t bytes) { world::release(memory, bytes); }

  /// In the places that have none; none is greater.
  static constexpr std::uint32_t kNoPrefix = 0xFFFF'FFFF;

  std::uint32_t level;  // 0 for leaves
  std::uint32_t count = 0;
  std::uint32_t skip = 0;
  std::array<std::uint32_t, kFanOut> prefixes;
};
void dispose(const Node* node);

/// One state of a tree: copying it costs one reference count, whatever the tree holds.
class Version {
 public:
  Version() = default;
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  friend class Tree;
  friend class TableBase;
  friend bool same(const Version& a, const Version& b) { return a.root_.get() == b.root_.get(); }

  Ref<Node> root_;
  std::size_t size_ = 0;
  /// Identifies the type of the entries, so that no table takes a version of another type's.
  const void* type_ = nullptr;
};

/// A place between entries of one version. Any change of the tree invalidates it.
class Cursor {
 public:
  Cursor() = default;
  [[nodiscard]] const EntryBase& entry() const;
  void move_forward();
  void move_back();
  bool operator==(const Cursor& other) const {
    return leaf_ == other.leaf_ && index_ == other.index_;
  }

 private:
  friend class Tree;
  Cursor(const Node* root, const Node* leaf, std::uint32_t index)
      : root_(root), leaf_(leaf), index_(index) {}

  const Node* root_ = nullptr;
  const Node* leaf_ = nullptr;  // null at the end
  std::uint32_t index_ = 0;
};

/// What happened to a key between two versions.
enum class ChangeKind : std::uint8_t { added, removed, changed };

/// Whom Tree::diff tells: exactly one of the two is null when the key was added or removed.
class DiffVisitor {
 public:
  virtual void visit(const EntryBase* before, const EntryBase* after) = 0;

 protected:
  ~DiffVisitor() = default;
};

/// A copy-on-write B+tree of entries ordered by the bytes of their keys, independent of the
/// record's type so that it is compiled once. A node that a Version or a fork shares is copied
/// before it is changed; all others are changed in place.
class Tree {
 public:
  Tree() = default;

  [[nodiscard]] std::size_t size() const { return state_.size_; }
  /// How often it was changed or put back. As long as that stays the same, so does all that was
  /// found in it.
  [[nodiscard]] std::uint64_t changes() const { return changes_; }
  [[nodiscard]] const EntryBase* find(std::string_view key) const;
  /// The same for who is going to put or erase the key: memory is asked for the way to its leaf
  /// while it brings the entry, so that in a large tree the change need not wait for it again.
  [[nodiscard]] const EntryBase* find_to_change(std::string_view key) const;
  /// The same for many keys, whose entries are waited for together instead of one after the other.
  [[nodiscard]] std::vector<const EntryBase*> find_all(
      const std::vector<std::string_view>& keys) const;
  /// Adds the entry, or puts it in the place of the one with the same key, which it returns.
  EntryRef put(EntryRef entry);
  /// Removes and returns the entry, if there is one.
  EntryRef erase(std::string_view key);

  [[nodiscard]] Cursor begin() const;
  [[nodiscard]] Cursor end() const { return {state_.root_.get(), nullptr, 0}; }
  [[nodiscard]] Cursor lower_bound(std::string_view key) const;
  [[nodiscard]] Cursor upper_bound(std::string_view key) const;

  [[nodiscard]] const Version& version() const { return state_; }
  void restore(Version version) {
    state_ = std::move(version);
    ++changes_;
    index_.clear();
    searches_ = 0;
  }

  /// Visits what differs, in the order of keys. Skips the nodes that both versions share, so the
  /// cost is proportional to the difference. Returns how many nodes it opened.
  static std::size_t diff(const Version& before, const Version& after, DiffVisitor& visitor);

 private:
  [[nodiscard]] const EntryBase* search(std::string_view key) const;
  [[nodiscard]] const EntryBase* find_by(std::uint64_t hash, std::string_view key) const;
  void start_index() const;

  Version state_;
  std::uint64_t changes_ = 0;
  /// Made for a tree of some size in which single entries are looked for; it learns by finding.
  mutable EntryIndex index_;
  mutable std::uint32_t searches_ = 0;
};

}  // namespace fallstreak::world
