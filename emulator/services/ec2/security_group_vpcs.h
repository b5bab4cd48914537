#pragma once

#include <string>
#include <string_view>

#include "services/ec2/state.h"

/// Security groups that other VPCs use than the one that they were made in.
/// https://docs.aws.amazon.com/vpc/latest/userguide/security-group-assoc.html
namespace fallstreak::services::ec2 {

/// True for the group's own VPC, and for one that it is associated with.
bool is_usable_in(const Ec2State& state, const SecurityGroupRecord& group,
                  const std::string& vpc_id);
/// A VPC that goes takes its associations with it.
void forget_groups_of_others(Context& context, const std::string& vpc_id);

api::ec2::AssociateSecurityGroupVpcResult associate_security_group_vpc(
    Context& context, const api::ec2::AssociateSecurityGroupVpcRequest& request);
api::ec2::DescribeSecurityGroupVpcAssociationsResult describe_security_group_vpc_associations(
    Context& context, const api::ec2::DescribeSecurityGroupVpcAssociationsRequest& request);
api::ec2::DisassociateSecurityGroupVpcResult disassociate_security_group_vpc(
    Context& context, const api::ec2::DisassociateSecurityGroupVpcRequest& request);
void on_group_vpc_changed(Context& context, const world::Event& event);

api::ec2::GetSecurityGroupsForVpcResult get_security_groups_for_vpc(
    Context& context, const api::ec2::GetSecurityGroupsForVpcRequest& request);
api::ec2::DescribeStaleSecurityGroupsResult describe_stale_security_groups(
    Context& context, const api::ec2::DescribeStaleSecurityGroupsRequest& request);

}  // namespace fallstreak::services::ec2
