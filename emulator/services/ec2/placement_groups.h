#pragma once

#include <string>

#include "api/ec2/placement_groups.h"
#include "services/ec2/catalogue.h"
#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

/// The group that a launch names, by name or id: else InvalidPlacementGroup.Unknown.
const PlacementGroupRecord& find_placement_group(const Context& context, const std::string& name);
/// Refuses what cannot be placed in the group: `count` more instances of a type in a zone.
void check_placement(const Context& context, const PlacementGroupRecord& group,
                     const InstanceType& type, const std::string& zone, int count);
/// Counts an instance in its group, and out when it is gone.
void join_placement_group(Context& context, const InstanceRecord& row);
void leave_placement_group(Context& context, const InstanceRecord& row);

api::ec2::CreatePlacementGroupResult create_placement_group(
    Context& context, const api::ec2::CreatePlacementGroupRequest& request);
api::ec2::DescribePlacementGroupsResult describe_placement_groups(
    Context& context, const api::ec2::DescribePlacementGroupsRequest& request);
api::ec2::DeletePlacementGroupResponse delete_placement_group(
    Context& context, const api::ec2::DeletePlacementGroupRequest& request);

}  // namespace fallstreak::services::ec2
