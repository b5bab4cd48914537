#pragma once

#include <string>

#include "api/ec2/instances.h"
#include "services/autoscaling/state.h"

/// What groups launched from before there were launch templates; old stacks still do.
/// https://docs.aws.amazon.com/autoscaling/ec2/userguide/launch-configurations.html
namespace fallstreak::services::autoscaling {

/// Throws AWS's error when there is none of that name.
const api::autoscaling::LaunchConfiguration& find_launch_configuration(const Context& context,
                                                                       const std::string& name);

/// Checks and keeps a launch configuration.
void put_launch_configuration(Context& context,
                              api::autoscaling::CreateLaunchConfigurationType request);

/// Whether a group launches from its configuration now: an instance refresh may be moving it on to
/// a template.
bool launches_from_configuration(const GroupRecord& group);

/// What a configuration asks of EC2, for one instance.
void apply_configuration(const api::autoscaling::LaunchConfiguration& configuration,
                         const PlacementRecord& placement, api::ec2::RunInstancesRequest& request);

}  // namespace fallstreak::services::autoscaling
