#pragma once

#include <string>

#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

std::string add_internet_gateway(Context& context, Tags tags);
/// Both must be there, and the gateway free.
void attach_gateway(Context& context, const std::string& gateway_id, const std::string& vpc_id);
/// The VPC that a gateway is attached to; empty when to none.
std::string attached_vpc(const InternetGatewayRecord& row);

api::ec2::CreateInternetGatewayResult create_internet_gateway(
    Context& context, const api::ec2::CreateInternetGatewayRequest& request);
api::ec2::AttachInternetGatewayResponse attach_internet_gateway(
    Context& context, const api::ec2::AttachInternetGatewayRequest& request);
api::ec2::DescribeInternetGatewaysResult describe_internet_gateways(
    Context& context, const api::ec2::DescribeInternetGatewaysRequest& request);
api::ec2::DetachInternetGatewayResponse detach_internet_gateway(
    Context& context, const api::ec2::DetachInternetGatewayRequest& request);
api::ec2::DeleteInternetGatewayResponse delete_internet_gateway(
    Context& context, const api::ec2::DeleteInternetGatewayRequest& request);

}  // namespace fallstreak::services::ec2
