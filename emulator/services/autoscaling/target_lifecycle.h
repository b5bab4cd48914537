#pragma once

#include <string>

#include "world/world.h"

namespace fallstreak::services::autoscaling {

/// The state that an instance's group wants it to come to, as its metadata tells it; empty when it
/// is in no group. `scope` is the account and region: `123456789012/eu-central-1`.
/// https://docs.aws.amazon.com/autoscaling/ec2/userguide/retrieving-target-lifecycle-state-through-imds.html
std::string target_lifecycle_state_of(world::World& world, const std::string& scope,
                                      const std::string& instance_id);

}  // namespace fallstreak::services::autoscaling
