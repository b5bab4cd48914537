#pragma once

#include <string>

#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

const PeeringRecord& find_peering(const Context& context, const std::string& id);
/// True when an active connection joins the two VPCs of this account and region.
bool are_peered(const Context& context, const std::string& vpc_id, const std::string& other_id);
/// AWS: a VPC's peering connections are deleted with it.
void delete_peerings_of(Context& context, const std::string& vpc_id);
/// Both sides of its peering connections see which blocks a VPC has now.
void show_blocks_to_peers(Context& context, const std::string& vpc_id);

api::ec2::CreateVpcPeeringConnectionResult create_vpc_peering_connection(
    Context& context, const api::ec2::CreateVpcPeeringConnectionRequest& request);
api::ec2::AcceptVpcPeeringConnectionResult accept_vpc_peering_connection(
    Context& context, const api::ec2::AcceptVpcPeeringConnectionRequest& request);
api::ec2::DescribeVpcPeeringConnectionsResult describe_vpc_peering_connections(
    Context& context, const api::ec2::DescribeVpcPeeringConnectionsRequest& request);
api::ec2::ModifyVpcPeeringConnectionOptionsResult modify_vpc_peering_connection_options(
    Context& context, const api::ec2::ModifyVpcPeeringConnectionOptionsRequest& request);
api::ec2::RejectVpcPeeringConnectionResult reject_vpc_peering_connection(
    Context& context, const api::ec2::RejectVpcPeeringConnectionRequest& request);
api::ec2::DeleteVpcPeeringConnectionResult delete_vpc_peering_connection(
    Context& context, const api::ec2::DeleteVpcPeeringConnectionRequest& request);
void on_peering_expired(Context& context, const world::Event& event);
void on_peering_forgotten(Context& context, const world::Event& event);

}  // namespace fallstreak::services::ec2
