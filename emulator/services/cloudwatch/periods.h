#pragma once

#include <cstdint>

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

}  // namespace fallstreak::services::cloudwatch
