#include "services/autoscaling/warmup.h"

#include <algorithm>

#include "services/autoscaling/activities.h"
#include "services/autoscaling/lifecycle.h"

namespace fallstreak::services::autoscaling {

using std::chrono::seconds;

seconds warmup_of(const GroupRecord& group, const api::autoscaling::ScalingPolicy& policy) {
  // AWS: -1 takes the default warm-up away again.
  const std::int32_t of_group = group.group.DefaultInstanceWarmup.value_or(-1);
  if (of_group >= 0) return seconds(of_group);
  return seconds(policy.EstimatedInstanceWarmup.value_or(*group.group.DefaultCooldown));
}

Fleet fleet_of(const Context& context, const std::string& group_name, seconds warmup) {
  Fleet fleet;
  for (const auto& row : context.state.members.range(group_prefix(group_name))) {
    const InstanceRecord& record = *context.state.instances.find(row.second);
    const std::string& lifecycle = *record.instance.LifecycleState;
    if (is_pending(lifecycle)) {
      fleet.warming += record.weight;
    } else if (lifecycle == kInService) {
      const bool is_warm = *record.in_service_since + warmup <= context.now();
      (is_warm ? fleet.measured : fleet.warming) += record.weight;
    }
  }
  // What is wanted and not launched yet is on its way, too.
  const std::int64_t desired = *context.state.groups.find(group_name)->group.DesiredCapacity;
  fleet.warming += std::max<std::int64_t>(0, desired - fleet.measured - fleet.warming);
  return fleet;
}

Time warm_from(const Context& context, const GroupRecord& group) {
  seconds longest(0);
  const std::string prefix = group_prefix(*group.group.AutoScalingGroupName);
  for (const auto& [key, record] : context.state.policies.range(prefix)) {
    const auto& type = record.policy.PolicyType;
    if (type == "SimpleScaling" || type == "PredictiveScaling") continue;
    longest = std::max(longest, warmup_of(group, record.policy));
  }
  const std::int32_t of_group = group.group.DefaultInstanceWarmup.value_or(-1);
  return context.now() + (of_group >= 0 ? seconds(of_group) : longest);
}

}  // namespace fallstreak::services::autoscaling
