#pragma once

#include <chrono>

#include "services/autoscaling/state.h"

namespace fallstreak::services::autoscaling {

/// How long a new instance warms up as far as a policy is concerned. AWS: the group's default
/// instance warm-up, else the policy's own, else the default cooldown.
/// https://docs.aws.amazon.com/autoscaling/ec2/userguide/consolidated-view-of-warm-up-and-cooldown-settings.html
std::chrono::seconds warmup_of(const GroupRecord& group,
                               const api::autoscaling::ScalingPolicy& policy);

/// A group's capacity as a policy sees it.
struct Fleet {
  /// In service and warm: what the group's metrics are of.
  std::int64_t measured = 0;
  /// On its way, or in service and not warm yet.
  std::int64_t warming = 0;
};
Fleet fleet_of(const Context& context, const std::string& group_name, std::chrono::seconds warmup);

/// From when on an instance that comes into service counts in its group's metrics.
Time warm_from(const Context& context, const GroupRecord& group);

}  // namespace fallstreak::services::autoscaling
