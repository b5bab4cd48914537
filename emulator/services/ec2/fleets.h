#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/ec2/fleets.h"
#include "services/ec2/fleet_upkeep.h"
#include "services/ec2/pages.h"
#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

/// Refuses what a fleet that is to last cannot be: its options, and when it holds.
void check_fleet_options(const Context& context, const api::ec2::CreateFleetRequest& request);
/// The instances of a fleet, page by page.
std::optional<std::string> show_active_instances(
    const Context& context, const std::string& fleet_id,
    const std::optional<std::vector<api::ec2::Filter>>& filters, const Page& page,
    std::vector<api::ec2::ActiveInstance>& shown);

api::ec2::CreateFleetResult create_fleet(Context& context,
                                         const api::ec2::CreateFleetRequest& request);
api::ec2::DescribeFleetsResult describe_fleets(Context& context,
                                               const api::ec2::DescribeFleetsRequest& request);
api::ec2::DescribeFleetInstancesResult describe_fleet_instances(
    Context& context, const api::ec2::DescribeFleetInstancesRequest& request);
api::ec2::DescribeFleetHistoryResult describe_fleet_history(
    Context& context, const api::ec2::DescribeFleetHistoryRequest& request);
api::ec2::ModifyFleetResult modify_fleet(Context& context,
                                         const api::ec2::ModifyFleetRequest& request);
api::ec2::DeleteFleetsResult delete_fleets(Context& context,
                                           const api::ec2::DeleteFleetsRequest& request);

}  // namespace fallstreak::services::ec2
