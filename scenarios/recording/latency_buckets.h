#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

namespace fallstreak::scenarios {

/// The log-linear scale of all latencies: 64 sub-buckets per octave, so a value is known to 1.6 %.
///
/// Below 65.536 us every bucket is 1.024 us wide; the last bucket takes everything from about 275 s
/// on.
struct LatencyBuckets {
  static constexpr std::uint32_t kShift = 10;
  static constexpr std::uint32_t kCount = 64 + 64 * 22;

  static constexpr std::uint32_t index_of(std::int64_t nanoseconds) {
    const std::uint64_t unit = static_cast<std::uint64_t>(nanoseconds) >> kShift;
    if (unit < 64) return static_cast<std::uint32_t>(unit);
    const auto octave = static_cast<std::uint32_t>(std::bit_width(unit)) - 7;
    const auto index = 64 * octave + static_cast<std::uint32_t>(unit >> octave);
    return std::min(index, kCount - 1);
  }
  /// The smallest value of a bucket.
  static constexpr std::int64_t lower_bound(std::uint32_t index) {
    if (index < 64) return static_cast<std::int64_t>(index) << kShift;
    const std::uint32_t octave = index / 64 - 1;
    return static_cast<std::int64_t>(index % 64 + 64) << (octave + kShift);
  }
  /// What a percentile reports for a bucket: its middle.
  static constexpr std::int64_t middle(std::uint32_t index) {
    return (lower_bound(index) + lower_bound(index + 1)) / 2;
  }
};

}  // namespace fallstreak::scenarios
