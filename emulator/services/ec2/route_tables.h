#pragma once

#include <string>

#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

/// Adds a route table with its local route.
std::string add_route_table(Context& context, const std::string& vpc_id, const std::string& cidr,
                            Tags tags);
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
api::ec2::DisassociateRouteTableResponse disassociate_route_table(
    Context& context, const api::ec2::DisassociateRouteTableRequest& request);
api::ec2::DeleteRouteResponse delete_route(Context& context,
                                           const api::ec2::DeleteRouteRequest& request);
api::ec2::DeleteRouteTableResponse delete_route_table(
    Context& context, const api::ec2::DeleteRouteTableRequest& request);

}  // namespace fallstreak::services::ec2
