#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"

/// Numbers and moments as bytes that compare as they do.
namespace fallstreak::services::cloudwatch {

inline void append_number(std::string& key, std::uint64_t number) {
  for (unsigned shift = 64; shift > 0; shift -= 8) key += char(number >> (shift - 8));
}

inline std::uint64_t number_at(std::string_view key, std::size_t offset) {
  std::uint64_t number = 0;
  for (const char byte : key.substr(offset, 8)) {
    number = number << 8U | static_cast<unsigned char>(byte);
  }
  return number;
}

/// Flipping the sign bit makes times before 1970 sort before those after.
constexpr std::uint64_t kSignBit = std::uint64_t{1} << 63U;

inline void append_time(std::string& key, Time time) {
  append_number(key, std::uint64_t(to_nanoseconds(time)) ^ kSignBit);
}

inline Time time_at(std::string_view key, std::size_t offset) {
  return from_nanoseconds(std::int64_t(number_at(key, offset) ^ kSignBit));
}

}  // namespace fallstreak::services::cloudwatch
