#pragma once

#include <string>

#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

/// The VPC of a gateway; empty when there is no such gateway.
std::string vpc_of_egress_gateway(const Ec2State& state, const std::string& gateway_id);

api::ec2::CreateEgressOnlyInternetGatewayResult create_egress_only_internet_gateway(
    Context& context, const api::ec2::CreateEgressOnlyInternetGatewayRequest& request);
api::ec2::DescribeEgressOnlyInternetGatewaysResult describe_egress_only_internet_gateways(
    Context& context, const api::ec2::DescribeEgressOnlyInternetGatewaysRequest& request);
api::ec2::DeleteEgressOnlyInternetGatewayResult delete_egress_only_internet_gateway(
    Context& context, const api::ec2::DeleteEgressOnlyInternetGatewayRequest& request);

}  // namespace fallstreak::services::ec2
