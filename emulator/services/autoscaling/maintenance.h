#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "services/autoscaling/refresh_plan.h"
#include "services/autoscaling/state.h"

/// Between which bounds a group's capacity stays while instances are replaced.
/// https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-maintenance-policy-overview-and-considerations.html
namespace fallstreak::services::autoscaling {

struct HealthyRange {
  /// AWS: without a policy a group terminates and launches, a tenth of it at a time.
  std::int32_t min_percentage = 90;
  std::int32_t max_percentage = 100;
  bool operator==(const HealthyRange&) const = default;
};
HealthyRange healthy_range(const GroupRecord& group);
bool has_maintenance_policy(const GroupRecord& group);

/// A wanted policy as it is kept: nothing when it takes a policy away. Throws on what AWS refuses.
std::optional<api::autoscaling::InstanceMaintenancePolicy> checked_maintenance_policy(
    const api::autoscaling::InstanceMaintenancePolicy& wanted);

/// The step when so many instances are to be replaced, of a group that has `ready` in service,
/// those among them.
RefreshStep replacement_step(const HealthyRange& range, std::int32_t desired, std::int32_t ready,
                             std::int32_t to_replace);

/// EC2 recommends to replace a Spot Instance. AWS: heeded by groups with capacity rebalancing
/// alone.
/// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-capacity-rebalancing.html
void on_rebalance_recommendation(Context& context, const world::Event& event);

/// Replaces what is unhealthy, at risk or has reached its maximum lifetime, as far as may be done
/// now.
void replace_instances(Context& context, const std::string& group_name);

}  // namespace fallstreak::services::autoscaling
