#pragma once

#include "api/ec2/spot_fleets.h"
#include "services/ec2/state.h"

/// Spot Fleet: an EC2 Fleet in older words, with launch specifications besides launch templates.
/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-fleet.html
namespace fallstreak::services::ec2 {

api::ec2::RequestSpotFleetResponse request_spot_fleet(
    Context& context, const api::ec2::RequestSpotFleetRequest& request);
api::ec2::DescribeSpotFleetRequestsResponse describe_spot_fleet_requests(
    Context& context, const api::ec2::DescribeSpotFleetRequestsRequest& request);
api::ec2::DescribeSpotFleetInstancesResponse describe_spot_fleet_instances(
    Context& context, const api::ec2::DescribeSpotFleetInstancesRequest& request);
api::ec2::DescribeSpotFleetRequestHistoryResponse describe_spot_fleet_request_history(
    Context& context, const api::ec2::DescribeSpotFleetRequestHistoryRequest& request);
api::ec2::ModifySpotFleetRequestResponse modify_spot_fleet_request(
    Context& context, const api::ec2::ModifySpotFleetRequestRequest& request);
api::ec2::CancelSpotFleetRequestsResponse cancel_spot_fleet_requests(
    Context& context, const api::ec2::CancelSpotFleetRequestsRequest& request);

}  // namespace fallstreak::services::ec2
