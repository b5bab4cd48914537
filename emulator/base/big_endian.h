#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

/// Numbers as bytes that compare as they do.
namespace fallstreak {

inline std::uint64_t as_big_endian(std::uint64_t word) {
  return std::endian::native == std::endian::little ? __builtin_bswap64(word) : word;
}

inline void append_big_endian(std::string& out, std::uint64_t word) {
  word = as_big_endian(word);
  out.append(reinterpret_cast<const char*>(&word), sizeof word);
}

/// The number of the eight bytes from `offset` on.
inline std::uint64_t big_endian_at(std::string_view bytes, std::size_t offset) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes.data() + offset, sizeof word);
  return as_big_endian(word);
}

}  // namespace fallstreak
