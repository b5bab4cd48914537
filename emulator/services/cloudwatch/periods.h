#pragma once

#include <chrono>
#include <cstdint>

#include "base/time.h"

namespace fallstreak::services::cloudwatch {

/// AWS: 1, 5, 10, 20, 30 or a multiple of 60 seconds.
constexpr bool is_query_period(std::int32_t seconds) {
  return seconds == 1 || seconds == 5 || seconds == 10 || seconds == 20 || seconds == 30 ||
         (seconds > 0 && seconds % 60 == 0);
}

/// AWS: 10, 20, 30 or a multiple of 60 seconds.
constexpr bool is_alarm_period(std::int32_t seconds) {
  return seconds >= 10 && is_query_period(seconds);
}

/// A moment of a query, brought to between 1970 and 2200: no datapoint is outside, and beyond the
/// calendar's ends differences of moments do not fit into 64 bits.
constexpr Time within_reach(Time time) {
  constexpr Time kEarliest{};
  constexpr Time kLatest{std::chrono::days(84'006)};
  return time < kEarliest ? kEarliest : time > kLatest ? kLatest : time;
}

/// The last whole period that begins at or before a moment.
constexpr Time floor_to(Time time, std::chrono::seconds period) {
  const Duration step = period;
  Duration rest = time.time_since_epoch() % step;
  if (rest < Duration::zero()) rest += step;
  return time - rest;
}

}  // namespace fallstreak::services::cloudwatch
