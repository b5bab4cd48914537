#pragma once

#include <string>

#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

struct LaunchPlan;

/// Launches the one instance of a Spot request that waited. Returns the instance's id.
std::string launch_planned(Context& context, const api::ec2::RunInstancesRequest& effective,
                           const LaunchPlan& plan, const std::string& spot_request_id);

}  // namespace fallstreak::services::ec2
