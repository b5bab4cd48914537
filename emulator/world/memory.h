#pragma once

#include <cstddef>

/// Memory for the entries and nodes of all worlds.
///
/// Millions of small pieces are looked up in no order, so what a lookup costs at 10^6 items is the
/// time to translate addresses: pieces lie in chunks for which the kernel uses huge pages, without
/// a header in front of each. A piece may be released on another thread than it was allocated on.
/// Released pieces are used again for pieces of the same size; nothing goes back to the system but
/// what fills huge pages of its own.
namespace fallstreak::world {

/// Aligned as operator new does. Throws std::bad_alloc.
[[nodiscard]] void* allocate(std::size_t bytes);
/// `bytes` as at allocation.
void release(void* memory, std::size_t bytes) noexcept;

}  // namespace fallstreak::world
