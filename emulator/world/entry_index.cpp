#include "world/entry_index.h"

#include <algorithm>

#include "base/check.h"
#include "world/hash.h"
#include "world/memory.h"
#include "world/tree_node.h"

namespace fallstreak::world {
namespace {

constexpr std::uint64_t kEmpty = 0;
constexpr std::uint64_t kErased = 1;
constexpr std::uint64_t kAddress = 0x0000'FFFF'FFFF'FFFF;
constexpr std::size_t kFewestSlots = 512;

const EntryBase& entry_in(std::uint64_t slot) {
  return *reinterpret_cast<const EntryBase*>(slot & kAddress);
}

bool has_entry(std::uint64_t slot) { return slot > kErased; }

/// The lower bits say where to search, so these are the upper ones.
std::uint64_t tag_of(std::uint64_t hash) { return hash & ~kAddress; }

}  // namespace

std::uint64_t EntryIndex::hash(std::string_view key) { return hash_bytes(key); }

void EntryIndex::prefetch(std::uint64_t hash) const {
  if (slots_) __builtin_prefetch(slots_ + (hash & (capacity_ - 1)));
}

void EntryIndex::prefetch_entry(std::uint64_t hash) const {
  const Slot slot = slots_[hash & (capacity_ - 1)];
  if (has_entry(slot) && (slot & ~kAddress) == tag_of(hash)) world::prefetch(entry_in(slot));
}

std::size_t EntryIndex::index_of(std::uint64_t hash, std::string_view key) const {
  const std::uint64_t tag = tag_of(hash);
  std::size_t index = hash & (capacity_ - 1);
  for (; slots_[index] != kEmpty; index = (index + 1) & (capacity_ - 1)) {
    const Slot slot = slots_[index];
    if (!has_entry(slot) || (slot & ~kAddress) != tag) continue;
    world::prefetch(entry_in(slot));
    if (entry_in(slot).first.view() == key) break;
  }
  return index;
}

const EntryBase* EntryIndex::find(std::uint64_t hash, std::string_view key) const {
  if (!slots_) return nullptr;
  const Slot slot = slots_[index_of(hash, key)];
  return slot == kEmpty ? nullptr : &entry_in(slot);
}

void EntryIndex::place(std::uint64_t hash, Slot slot) {
  std::size_t index = hash & (capacity_ - 1);
  while (slots_[index] != kEmpty) index = (index + 1) & (capacity_ - 1);
  slots_[index] = slot;
  ++used_;
}

void EntryIndex::put(std::uint64_t hash, const EntryBase& entry) {
  const auto address = reinterpret_cast<std::uintptr_t>(&entry);
  CHECK((address & ~kAddress) == 0) << "an address of more than 48 bits";
  const Slot slot = tag_of(hash) | address;
  if (!slots_) resize(kFewestSlots);
  const std::size_t index = index_of(hash, entry.first);
  if (slots_[index] != kEmpty) {
    slots_[index] = slot;
    return;
  }
  // At most three quarters are in use, so searches stay short; with many marks of erased ones the
  // new table is as large as the old.
  if ((used_ + 1) * 4 > capacity_ * 3) resize(size_ * 2 >= capacity_ ? capacity_ * 2 : capacity_);
  place(hash, slot);
  ++size_;
}

void EntryIndex::erase(std::uint64_t hash, std::string_view key) {
  if (!slots_) return;
  const std::size_t index = index_of(hash, key);
  if (slots_[index] == kEmpty) return;
  slots_[index] = kErased;
  --size_;
}

void EntryIndex::resize(std::size_t capacity) {
  Slot* const old = slots_;
  const std::size_t old_capacity = capacity_;
  slots_ = static_cast<Slot*>(allocate(capacity * sizeof(Slot)));
  std::fill_n(slots_, capacity, kEmpty);
  capacity_ = capacity;
  used_ = 0;
  // The hashes are in nobody's memory, so all keys are read again: asked for some steps before.
  constexpr std::size_t kAhead = 16;
  for (std::size_t i = 0; i < old_capacity; ++i) {
    if (i + kAhead < old_capacity && has_entry(old[i + kAhead])) {
      world::prefetch(entry_in(old[i + kAhead]));
    }
    if (has_entry(old[i])) place(hash(entry_in(old[i]).first), old[i]);
  }
  if (old) release(old, old_capacity * sizeof(Slot));
}

void EntryIndex::clear() {
  if (!slots_) return;
  release(slots_, capacity_ * sizeof(Slot));
  slots_ = nullptr;
  capacity_ = size_ = used_ = 0;
}

}  // namespace fallstreak::world
