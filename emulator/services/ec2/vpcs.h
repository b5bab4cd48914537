#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/ec2/cidr.h"
#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

/// The row of a VPC that must be there: else InvalidVpcID.NotFound.
const VpcRecord& find_vpc(const Context& context, const std::string& vpc_id);
/// Null when the account has none in this region.
const VpcRecord* find_default_vpc(const Context& context);

/// Makes the default VPC of the account and region if AWS would have made it by now. Every
/// operation calls it first.
void ensure_default_vpc(Context& context);

/// All of a VPC's blocks, the primary one first.
std::vector<Cidr> cidrs_of(const VpcRecord& row);

/// Adds a VPC with what comes with it: main route table, default network ACL and security group.
std::string add_vpc(Context& context, const std::string& cidr, Tags tags);

api::ec2::CreateVpcResult create_vpc(Context& context, const api::ec2::CreateVpcRequest& request);
api::ec2::CreateDefaultVpcResult create_default_vpc(
    Context& context, const api::ec2::CreateDefaultVpcRequest& request);
api::ec2::AssociateVpcCidrBlockResult associate_vpc_cidr_block(
    Context& context, const api::ec2::AssociateVpcCidrBlockRequest& request);
api::ec2::DisassociateVpcCidrBlockResult disassociate_vpc_cidr_block(
    Context& context, const api::ec2::DisassociateVpcCidrBlockRequest& request);
api::ec2::DescribeVpcsResult describe_vpcs(Context& context,
                                           const api::ec2::DescribeVpcsRequest& request);
api::ec2::DescribeVpcClassicLinkResult describe_vpc_classic_link(
    Context& context, const api::ec2::DescribeVpcClassicLinkRequest& request);
api::ec2::DescribeVpcClassicLinkDnsSupportResult describe_vpc_classic_link_dns_support(
    Context& context, const api::ec2::DescribeVpcClassicLinkDnsSupportRequest& request);
api::ec2::ModifyVpcTenancyResult modify_vpc_tenancy(
    Context& context, const api::ec2::ModifyVpcTenancyRequest& request);
api::ec2::DescribeVpcAttributeResult describe_vpc_attribute(
    Context& context, const api::ec2::DescribeVpcAttributeRequest& request);
api::ec2::ModifyVpcAttributeResponse modify_vpc_attribute(
    Context& context, const api::ec2::ModifyVpcAttributeRequest& request);
api::ec2::DeleteVpcResponse delete_vpc(Context& context, const api::ec2::DeleteVpcRequest& request);

}  // namespace fallstreak::services::ec2
