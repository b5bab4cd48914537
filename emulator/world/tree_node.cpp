#include "world/tree_node.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "base/check.h"

namespace fallstreak::world {
namespace {

/// Four bytes of the key from `skip` on, such that comparing integers compares bytes; zeros where
/// the key has ended.
std::uint32_t prefix_of(std::string_view key, std::uint32_t skip) {
  if (key.size() >= skip + 4U) {
    std::uint32_t word = 0;
    std::memcpy(&word, key.data() + skip, 4);
    return std::endian::native == std::endian::little ? __builtin_bswap32(word) : word;
  }
  std::uint32_t word = 0;
  for (std::uint32_t index = 0; index < 4; ++index) {
    const std::size_t at = skip + std::size_t{index};
    word = (word << 8U) | (at < key.size() ? static_cast<unsigned char>(key[at]) : 0U);
  }
  return word;
}

/// How many prefixes are less. Goes over all places, used or not, because a loop of fixed length
/// without branches becomes a few vector instructions.
std::uint32_t count_less(const Node& node, std::uint32_t wanted) {
  std::uint32_t less = 0;
  for (const std::uint32_t prefix : node.prefixes) less += prefix < wanted ? 1U : 0U;
  return less;
}

/// A node that fills up learns now and then what its keys have in common by now.
bool is_time_to_refresh(std::uint32_t count) { return count >= 4 && (count & (count - 1)) == 0; }

/// Compares the first `length` bytes of the key with those of a text that has at least as many.
int compare_start(std::string_view key, std::string_view text, std::uint32_t length) {
  return key.substr(0, length).compare(text.substr(0, length));
}

}  // namespace

EntryBase::Place EntryBase::allocate(std::size_t size, std::string_view key,
                                     std::string_view inlined) {
  const std::size_t bytes = size + key.size() + inlined.size();
  CHECK(std::in_range<std::uint32_t>(bytes)) << "an entry of " << bytes << " bytes";
  auto* memory = static_cast<char*>(world::allocate(bytes));
  std::memcpy(memory + size, key.data(), key.size());
  if (!inlined.empty()) std::memcpy(memory + size + key.size(), inlined.data(), inlined.size());
  return {memory, static_cast<std::uint32_t>(bytes), static_cast<std::uint32_t>(size)};
}

void dispose(const EntryBase* entry) {
  auto* changed = const_cast<EntryBase*>(entry);
  const std::size_t bytes = entry->bytes_;
  void* memory = changed;
  changed->~EntryBase();
  world::release(memory, bytes);
}

void dispose(const Node* node) {
  if (node->level == 0) {
    delete static_cast<const Leaf*>(node);
  } else {
    delete static_cast<const Inner*>(node);
  }
}

std::uint32_t common_prefix(std::string_view a, std::string_view b) {
  const auto ends = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return static_cast<std::uint32_t>(ends.first - a.begin());
}

// ----------------------------------------------------------------------------------------------
// leaves

Leaf::Leaf(const Leaf& other) : Node(other) {
  std::copy_n(other.entries.begin(), count, entries.begin());
  for (std::uint32_t index = 0; index < count; ++index) entries[index]->retain();
}

Leaf::~Leaf() {
  for (std::uint32_t index = 0; index < count; ++index) {
    if (entries[index]->release()) dispose(entries[index]);
  }
}

const EntryBase* Leaf::find(std::string_view key) const {
  const std::uint32_t prefix = prefix_of(key, skip);
  std::uint32_t low = count_less(*this, prefix);
  if (low < count) prefetch(*entries[low]);
  std::uint32_t high = low;
  while (high < count && prefixes[high] == prefix) ++high;
  while (low < high) {
    const std::uint32_t middle = (low + high) / 2;
    const int order = entries[middle]->first.compare(key);
    if (order == 0) return entries[middle];
    if (order < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return nullptr;
}

Leaf::Place Leaf::locate(std::string_view key) const {
  const std::uint32_t prefix = prefix_of(key, skip);
  std::uint32_t low = count_less(*this, prefix);
  std::uint32_t high = low;
  while (high < count && prefixes[high] == prefix) ++high;
  while (low < high) {
    const std::uint32_t middle = (low + high) / 2;
    const int order = entries[middle]->first.compare(key);
    if (order == 0) return {middle, true};
    if (order < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  // So far the common bytes were taken for granted, as a key that is present has them.
  if (skip > 0) {
    const int order = compare_start(key, entries[std::min(low, count - 1)]->first, skip);
    if (order < 0) return {0, false};
    if (order > 0) return {count, false};
  }
  return {low, false};
}

void Leaf::insert(std::uint32_t index, EntryRef entry) {
  const std::string_view key = entry->first;
  if (skip > 0) {
    const std::uint32_t common = common_prefix(key, entries[0]->first);
    if (common < skip) set_skip(common);
  }
  std::copy_backward(entries.begin() + index, entries.begin() + count, entries.begin() + count + 1);
  std::copy_backward(prefixes.begin() + index, prefixes.begin() + count,
                     prefixes.begin() + count + 1);
  prefixes[index] = prefix_of(key, skip);
  entries[index] = entry.detach();
  if (is_time_to_refresh(++count)) refresh();
}

EntryRef Leaf::replace(std::uint32_t index, EntryRef entry) {
  return EntryRef::adopt(std::exchange(entries[index], entry.detach()));
}

EntryRef Leaf::remove(std::uint32_t index) {
  EntryRef removed = EntryRef::adopt(entries[index]);
  std::copy(entries.begin() + index + 1, entries.begin() + count, entries.begin() + index);
  std::copy(prefixes.begin() + index + 1, prefixes.begin() + count, prefixes.begin() + index);
  prefixes[--count] = kNoPrefix;
  return removed;
}

void Leaf::split(std::uint32_t index, Leaf& right) {
  std::copy(entries.begin() + index, entries.begin() + count, right.entries.begin());
  std::copy(prefixes.begin() + index, prefixes.begin() + count, right.prefixes.begin());
  std::fill(prefixes.begin() + index, prefixes.begin() + count, kNoPrefix);
  right.count = count - index;
  right.skip = skip;
  count = index;
  refresh();
  right.refresh();
}

void Leaf::refresh() {
  if (count < 2) {
    if (count == 1) set_skip(0);
    return;
  }
  const std::uint32_t common = common_prefix(entries[0]->first, entries[count - 1]->first);
  // Two bytes that tell keys apart are enough among so few; a new skip means reading every key.
  if (common > skip + 2) set_skip(common);
}

void Leaf::set_skip(std::uint32_t length) {
  skip = length;
  for (std::uint32_t index = 0; index < count; ++index) {
    prefixes[index] = prefix_of(entries[index]->first, skip);
  }
  std::fill(prefixes.begin() + count, prefixes.end(), kNoPrefix);
}

// ----------------------------------------------------------------------------------------------
// inner nodes

Inner::Inner(const Inner& other) : Node(other) {
  std::copy_n(other.children.begin(), count, children.begin());
  for (std::uint32_t index = 0; index < count; ++index) {
    children[index]->retain();
    if (index > 0) separators[index] = other.separators[index];
  }
}

Inner::~Inner() {
  for (std::uint32_t index = 0; index < count; ++index) {
    if (children[index]->release()) dispose(children[index]);
  }
}

std::uint32_t Inner::child_of(std::string_view key) const {
  // What all separators have in common, keys below the first and from the last on need not have.
  if (skip > 0) {
    const int order = compare_start(key, separators[1], skip);
    if (order < 0) return 0;
    if (order > 0) return count - 1;
  }
  const std::uint32_t prefix = prefix_of(key, skip);
  // The first place is not used and holds kNoPrefix, which is never less.
  std::uint32_t low = 1 + count_less(*this, prefix);
  std::uint32_t high = low;
  while (high < count && prefixes[high] == prefix) ++high;
  while (low < high) {
    const std::uint32_t middle = (low + high) / 2;
    if (std::string_view(separators[middle]) <= key) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}

void Inner::insert(std::uint32_t index, std::string separator, Node* child) {
  if (skip > 0) {
    const std::uint32_t common = count > 1 ? common_prefix(separator, separators[1]) : 0;
    if (common < skip) set_skip(common);
  }
  std::move_backward(separators.begin() + index, separators.begin() + count,
                     separators.begin() + count + 1);
  std::copy_backward(children.begin() + index, children.begin() + count,
                     children.begin() + count + 1);
  std::copy_backward(prefixes.begin() + index, prefixes.begin() + count,
                     prefixes.begin() + count + 1);
  prefixes[index] = prefix_of(separator, skip);
  separators[index] = std::move(separator);
  children[index] = child;
  if (is_time_to_refresh(++count)) refresh();
}

void Inner::remove(std::uint32_t index) {
  if (children[index]->release()) dispose(children[index]);
  std::copy(children.begin() + index + 1, children.begin() + count, children.begin() + index);
  std::copy(prefixes.begin() + index + 1, prefixes.begin() + count, prefixes.begin() + index);
  std::move(separators.begin() + index + 1, separators.begin() + count, separators.begin() + index);
  separators[--count].clear();
  prefixes[count] = kNoPrefix;
  prefixes[0] = kNoPrefix;  // what was behind it may have moved there
}

std::string Inner::split(std::uint32_t index, Inner& right) {
  std::string between = std::move(separators[index]);
  std::copy(children.begin() + index, children.begin() + count, right.children.begin());
  std::move(separators.begin() + index + 1, separators.begin() + count,
            right.separators.begin() + 1);
  right.count = count - index;
  count = index;
  refresh();
  right.refresh();
  return between;
}

void Inner::refresh() {
  set_skip(count > 2 ? common_prefix(separators[1], separators[count - 1]) : 0);
}

void Inner::set_skip(std::uint32_t length) {
  skip = length;
  prefixes.fill(kNoPrefix);
  for (std::uint32_t index = 1; index < count; ++index) {
    prefixes[index] = prefix_of(separators[index], skip);
  }
}

}  // namespace fallstreak::world
