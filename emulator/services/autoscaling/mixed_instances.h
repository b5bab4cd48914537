#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/autoscaling/state.h"

/// Groups of several instance types and purchase options.
/// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups.html
namespace fallstreak::services::autoscaling {

/// A mixed instances policy with its defaults; its templates must exist. What this version does not
/// do is refused by name.
api::autoscaling::MixedInstancesPolicy checked_mixed_policy(
    Context& context, const api::autoscaling::MixedInstancesPolicy& wanted);

/// The policy that a group launches by now: its own, or that of an instance refresh.
const std::optional<api::autoscaling::MixedInstancesPolicy>& mixed_policy_of(
    const GroupRecord& group);

/// The instance types that a mixed instances policy names or describes; none when its template
/// says.
std::vector<std::string> types_of(Context& context,
                                  const api::autoscaling::MixedInstancesPolicy& policy);

/// How much of the desired capacity an instance of this type stands for.
std::int32_t weight_of(const GroupRecord& group, std::string_view instance_type);
/// Whether the group's instances stand for different amounts of capacity.
bool has_weights(const GroupRecord& group);

enum class Market { on_demand, spot };

/// How much of a desired capacity a policy wants on demand.
std::int32_t on_demand_capacity(const api::autoscaling::InstancesDistribution& distribution,
                                std::int32_t desired);
/// What a mixed instances group launches next.
Market next_market(const Context& context, const GroupRecord& group);
/// The market of which a mixed instances group has too much; none when both are as they should be,
/// and of a group that launches of one kind alone.
std::optional<Market> surplus_market(const Context& context, const GroupRecord& group);

}  // namespace fallstreak::services::autoscaling
