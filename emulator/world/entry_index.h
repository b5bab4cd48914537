#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace fallstreak::world {

class EntryBase;

/// Where the entries of a tree are, by a hash of their keys: two reads of memory instead of one or
/// more for each level. It only remembers, and may know fewer entries than the tree has, so a fork
/// or a rewound table begins with an empty one and costs nothing.
class EntryIndex {
 public:
  EntryIndex() = default;
  EntryIndex(const EntryIndex&) = delete;
  EntryIndex& operator=(const EntryIndex&) = delete;
  ~EntryIndex() { clear(); }

  [[nodiscard]] static std::uint64_t hash(std::string_view key);

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool is_in_use() const { return slots_ != nullptr; }
  /// Asks for the slot that a search is going to read first.
  void prefetch(std::uint64_t hash) const;
  /// Asks for the entry that the slot most likely leads to.
  void prefetch_entry(std::uint64_t hash) const;
  /// Null when it knows of none.
  [[nodiscard]] const EntryBase* find(std::uint64_t hash, std::string_view key) const;
  /// Remembers the entry, in the place of another with its key. Holds no reference: who takes the
  /// entry from the tree also says so here.
  void put(std::uint64_t hash, const EntryBase& entry);
  void erase(std::uint64_t hash, std::string_view key);
  void clear();

 private:
  /// The address of an entry in the lower 48 bits, and above it 16 bits of its hash, so that nearly
  /// always only the entry that is meant is read. Searched from where the hash says, one by one.
  using Slot = std::uint64_t;

  [[nodiscard]] std::size_t index_of(std::uint64_t hash, std::string_view key) const;
  void place(std::uint64_t hash, Slot slot);
  void resize(std::size_t capacity);

  Slot* slots_ = nullptr;
  std::size_t capacity_ = 0;  // a power of two
  std::size_t size_ = 0;
  /// Slots that are not empty: what was erased leaves a mark, or a search would end there.
  std::size_t used_ = 0;
};

}  // namespace fallstreak::world
