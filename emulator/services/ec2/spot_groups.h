#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/ec2/state.h"

/// Spot Instance requests that belong together: a launch group starts and ends as one, an
/// Availability Zone group is in one zone.
/// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RequestSpotInstances.html
namespace fallstreak::services::ec2 {

/// Begins or ends the membership of a request, as its groups and its state say.
void update_spot_groups(Context& context, const std::string& request_id);

/// The zone where a member of the request's Availability Zone group of the same type runs; empty
/// when none does, or the request is in no group.
std::string zone_of_group(const Context& context, const SpotRequestRecord& record);

/// Whether a request is the first of its launch group that waits for its launch.
bool leads_group(const Context& context, const SpotRequestRecord& record);
/// The requests of the same launch group that wait for their launch, the request itself among them.
std::vector<std::string> waiting_in_group(const Context& context, const SpotRequestRecord& record);
/// The instances of the same launch group.
std::vector<std::string> instances_in_group(const Context& context,
                                            const SpotRequestRecord& record);

}  // namespace fallstreak::services::ec2
