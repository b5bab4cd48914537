#include "services/elbv2/group_health.h"

#include "services/elbv2/dns_names.h"
#include "services/elbv2/lookup.h"

namespace fallstreak::services::elbv2 {
namespace {

TargetCount operator+(const TargetCount& left, const TargetCount& right) {
  return {.healthy = left.healthy + right.healthy,
          .unhealthy = left.unhealthy + right.unhealthy,
          .registered = left.registered + right.registered};
}

}  // namespace

TargetCount GroupHealth::sum() const {
  TargetCount all;
  for (const auto& [zone, count] : zones) all = all + count;
  return all;
}

bool GroupHealth::is_met(const HealthyMinimum& minimum, std::string_view zone) const {
  TargetCount reached;
  if (is_cross_zone) {
    reached = sum();
  } else {
    for (const std::string_view near : {zone, std::string_view("all")}) {
      const auto found = zones.find(near);
      if (found != zones.end()) reached = reached + found->second;
    }
  }
  return minimum.is_met(reached.healthy, reached.registered);
}

GroupHealth health_of(const Context& context, const TargetGroupRecord& group,
                      const LoadBalancerRecord& load_balancer) {
  GroupHealth health{.zones = {}, .is_cross_zone = is_cross_zone(load_balancer, group)};
  for (const auto& zone : api::each(load_balancer.load_balancer.AvailabilityZones)) {
    health.zones[*zone.ZoneName] = {};
  }
  const std::string prefix = targets_prefix(*group.target_group.TargetGroupArn);
  for (const auto& [key, target] : context.state.targets.range(prefix)) {
    if (target.draining_until) continue;
    if (target.zone == "all") health.zones["all"];
    const auto count = health.zones.find(target.zone);
    if (count == health.zones.end()) continue;
    ++count->second.registered;
    if (target.health.status == HealthStatus::healthy) ++count->second.healthy;
    if (target.health.status == HealthStatus::unhealthy) ++count->second.unhealthy;
  }
  return health;
}

}  // namespace fallstreak::services::elbv2
