#pragma once

#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

const VpcEndpointRecord& find_endpoint(const Context& context, const std::string& id);

api::ec2::CreateVpcEndpointResult create_vpc_endpoint(
    Context& context, const api::ec2::CreateVpcEndpointRequest& request);
api::ec2::DescribeVpcEndpointsResult describe_vpc_endpoints(
    Context& context, const api::ec2::DescribeVpcEndpointsRequest& request);
api::ec2::DescribeVpcEndpointServicesResult describe_vpc_endpoint_services(
    Context& context, const api::ec2::DescribeVpcEndpointServicesRequest& request);
api::ec2::ModifyVpcEndpointResult modify_vpc_endpoint(
    Context& context, const api::ec2::ModifyVpcEndpointRequest& request);
api::ec2::DeleteVpcEndpointsResult delete_vpc_endpoints(
    Context& context, const api::ec2::DeleteVpcEndpointsRequest& request);

}  // namespace fallstreak::services::ec2
