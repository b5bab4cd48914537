#pragma once

#include <string>

#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

const RouteTableRecord& find_table(const Context& context, const std::string& table_id);
/// Adds a route table with its local routes.
std::string add_route_table(Context& context, const std::string& vpc_id, Tags tags);
/// The local route of a block, in every table of its VPC.
void add_local_routes(Context& context, const std::string& vpc_id, const std::string& cidr);
void remove_local_routes(Context& context, const std::string& vpc_id, const std::string& cidr);
/// AWS: a route whose target is gone stays, as a black hole.
void show_black_holes(const Ec2State& state, api::ec2::RouteTable& table);
/// True for the table of a gateway: of what comes in through it.
/// https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html
bool is_gateway_table(const api::ec2::RouteTable& table);
/// Refuses what the table of a gateway cannot have.
void check_gateway_route(const Context& context, const api::ec2::RouteTable& table,
                         const api::ec2::Route& route);
/// Makes it the table of every subnet of its VPC that has no other.
void make_main(Context& context, const std::string& table_id);
/// Adds the route `0.0.0.0/0` to an internet gateway.
void add_gateway_route(Context& context, const std::string& table_id,
                       const std::string& gateway_id);

api::ec2::CreateRouteTableResult create_route_table(
    Context& context, const api::ec2::CreateRouteTableRequest& request);
api::ec2::CreateRouteResult create_route(Context& context,
                                         const api::ec2::CreateRouteRequest& request);
api::ec2::AssociateRouteTableResult associate_route_table(
    Context& context, const api::ec2::AssociateRouteTableRequest& request);
api::ec2::DescribeRouteTablesResult describe_route_tables(
    Context& context, const api::ec2::DescribeRouteTablesRequest& request);
api::ec2::ReplaceRouteResponse replace_route(Context& context,
                                             const api::ec2::ReplaceRouteRequest& request);
api::ec2::ReplaceRouteTableAssociationResult replace_route_table_association(
    Context& context, const api::ec2::ReplaceRouteTableAssociationRequest& request);
api::ec2::DisassociateRouteTableResponse disassociate_route_table(
    Context& context, const api::ec2::DisassociateRouteTableRequest& request);
api::ec2::DeleteRouteResponse delete_route(Context& context,
                                           const api::ec2::DeleteRouteRequest& request);
api::ec2::DeleteRouteTableResponse delete_route_table(
    Context& context, const api::ec2::DeleteRouteTableRequest& request);

}  // namespace fallstreak::services::ec2
