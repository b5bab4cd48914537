#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/healthy_minimum.h"
#include "services/elbv2/state.h"

/// Whether enough targets of a group are healthy for each node of its load balancer.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health.html
namespace fallstreak::services::elbv2 {

struct TargetCount {
  std::size_t healthy = 0;
  std::size_t unhealthy = 0;
  std::size_t registered = 0;  // of any health; who drains has left
};

/// The targets of a group by zone. Addresses outside the VPC are in the zone `all`, near to every
/// node. Targets in zones that are not enabled are in no node's reach.
struct GroupHealth {
  std::map<std::string, TargetCount, std::less<>> zones;
  bool is_cross_zone = false;

  /// AWS: a node counts the targets of its zone, or with cross-zone load balancing those of all
  /// enabled zones.
  [[nodiscard]] bool is_met(const HealthyMinimum& minimum, std::string_view zone) const;
  [[nodiscard]] TargetCount sum() const;
};

GroupHealth health_of(const Context& context, const TargetGroupRecord& group,
                      const LoadBalancerRecord& load_balancer);

}  // namespace fallstreak::services::elbv2
