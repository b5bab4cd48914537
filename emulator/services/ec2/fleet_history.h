#pragma once

#include <string>
#include <string_view>

#include "services/ec2/state.h"

/// What happened to fleets, as DescribeFleetHistory and DescribeSpotFleetRequestHistory tell it.
/// AWS: "the fleet's history is available for 48 hours".
namespace fallstreak::services::ec2 {

/// `submitted`, `active`, `deleted`, ...
void add_fleet_change(Context& context, const std::string& fleet_id, std::string_view what);
/// `launched`, `terminated` or `termination_notified`.
void add_instance_change(Context& context, const std::string& fleet_id, std::string_view what,
                         const std::string& instance_id);
void add_launch_failure(Context& context, const std::string& fleet_id,
                        const api::ec2::CreateFleetError& error);

}  // namespace fallstreak::services::ec2
