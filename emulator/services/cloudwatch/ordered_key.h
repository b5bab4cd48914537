#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/big_endian.h"
#include "base/time.h"

/// Moments as bytes that compare as they do.
namespace fallstreak::services::cloudwatch {

/// Flipping the sign bit makes times before 1970 sort before those after.
constexpr std::uint64_t kSignBit = std::uint64_t{1} << 63U;

inline void append_time(std::string& key, Time time) {
  append_big_endian(key, std::uint64_t(to_nanoseconds(time)) ^ kSignBit);
}

inline Time time_at(std::string_view key, std::size_t offset) {
  return from_nanoseconds(std::int64_t(big_endian_at(key, offset) ^ kSignBit));
}

}  // namespace fallstreak::services::cloudwatch
