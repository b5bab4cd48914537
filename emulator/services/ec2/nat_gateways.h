#pragma once

#include <string>

#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

const NatGatewayRecord& find_nat_gateway(const Context& context, const std::string& id);
/// The addresses that a new one is to have beside its first; none of them is taken yet.
std::vector<api::ec2::NatGatewayAddress> secondary_addresses(
    const Context& context, const api::ec2::CreateNatGatewayRequest& request);

api::ec2::CreateNatGatewayResult create_nat_gateway(
    Context& context, const api::ec2::CreateNatGatewayRequest& request);
api::ec2::DescribeNatGatewaysResult describe_nat_gateways(
    Context& context, const api::ec2::DescribeNatGatewaysRequest& request);
api::ec2::DeleteNatGatewayResult delete_nat_gateway(
    Context& context, const api::ec2::DeleteNatGatewayRequest& request);
api::ec2::AssociateNatGatewayAddressResult associate_nat_gateway_address(
    Context& context, const api::ec2::AssociateNatGatewayAddressRequest& request);
api::ec2::AssignPrivateNatGatewayAddressResult assign_private_nat_gateway_address(
    Context& context, const api::ec2::AssignPrivateNatGatewayAddressRequest& request);
api::ec2::DisassociateNatGatewayAddressResult disassociate_nat_gateway_address(
    Context& context, const api::ec2::DisassociateNatGatewayAddressRequest& request);
api::ec2::UnassignPrivateNatGatewayAddressResult unassign_private_nat_gateway_address(
    Context& context, const api::ec2::UnassignPrivateNatGatewayAddressRequest& request);
void on_nat_gateway_address_changed(Context& context, const world::Event& event);
void on_nat_gateway_ready(Context& context, const world::Event& event);
void on_nat_gateway_deleted(Context& context, const world::Event& event);
void on_nat_gateway_forgotten(Context& context, const world::Event& event);

}  // namespace fallstreak::services::ec2
