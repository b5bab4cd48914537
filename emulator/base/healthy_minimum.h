#pragma once

#include <cstddef>

namespace fallstreak {

/// How many targets of a group must be healthy so that a load balancer does not fail over: to other
/// zones in DNS, or to all targets in routing.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health.html
struct HealthyMinimum {
  std::size_t count = 1;       // 0: off
  std::size_t percentage = 0;  // of those that are registered; 0: off
  /// AWS: with both, "the load balancer takes the action when either threshold is breached".
  [[nodiscard]] constexpr bool is_met(std::size_t healthy, std::size_t registered) const {
    return healthy >= count && healthy * 100 >= registered * percentage;
  }
  bool operator==(const HealthyMinimum&) const = default;
};

}  // namespace fallstreak
