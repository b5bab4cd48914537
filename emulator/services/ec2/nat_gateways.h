#pragma once

#include <string>

#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

api::ec2::CreateNatGatewayResult create_nat_gateway(
    Context& context, const api::ec2::CreateNatGatewayRequest& request);
api::ec2::DescribeNatGatewaysResult describe_nat_gateways(
    Context& context, const api::ec2::DescribeNatGatewaysRequest& request);
api::ec2::DeleteNatGatewayResult delete_nat_gateway(
    Context& context, const api::ec2::DeleteNatGatewayRequest& request);
void on_nat_gateway_ready(Context& context, const world::Event& event);
void on_nat_gateway_deleted(Context& context, const world::Event& event);
void on_nat_gateway_forgotten(Context& context, const world::Event& event);

}  // namespace fallstreak::services::ec2
