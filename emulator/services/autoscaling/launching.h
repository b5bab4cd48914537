#pragma once

#include <string>

#include "api/ec2/instances.h"
#include "base/error.h"
#include "services/autoscaling/state.h"

namespace fallstreak::services::autoscaling {

/// Where in a zone a group launches.
const PlacementRecord& placement_in(Context& context, const GroupRecord& group,
                                    const std::string& zone);

/// Asks EC2 for one instance of a group: RunInstances, or a fleet of one where the group mixes
/// types and purchase options, as AWS does it.
Outcome<api::ec2::Instance> launch_one(Context& context, const GroupRecord& group,
                                       const PlacementRecord& placement);

}  // namespace fallstreak::services::autoscaling
