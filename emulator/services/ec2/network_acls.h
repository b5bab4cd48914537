#pragma once

#include <string>

#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

/// A VPC's own network ACL, which lets everything through.
std::string add_default_network_acl(Context& context, const std::string& vpc_id);
/// Every subnet is in one network ACL: a new one in its VPC's default one.
/// AWS: with a VPC's first IPv6 block its ACLs get rules for IPv6: the default one lets all pass.
void add_ipv6_entries(Context& context, const std::string& vpc_id);
void join_default_network_acl(Context& context, const std::string& vpc_id,
                              const std::string& subnet_id);
void leave_network_acl(Context& context, const std::string& vpc_id, const std::string& subnet_id);

api::ec2::CreateNetworkAclResult create_network_acl(
    Context& context, const api::ec2::CreateNetworkAclRequest& request);
api::ec2::CreateNetworkAclEntryResponse create_network_acl_entry(
    Context& context, const api::ec2::CreateNetworkAclEntryRequest& request);
api::ec2::DescribeNetworkAclsResult describe_network_acls(
    Context& context, const api::ec2::DescribeNetworkAclsRequest& request);
api::ec2::ReplaceNetworkAclAssociationResult replace_network_acl_association(
    Context& context, const api::ec2::ReplaceNetworkAclAssociationRequest& request);
api::ec2::ReplaceNetworkAclEntryResponse replace_network_acl_entry(
    Context& context, const api::ec2::ReplaceNetworkAclEntryRequest& request);
api::ec2::DeleteNetworkAclEntryResponse delete_network_acl_entry(
    Context& context, const api::ec2::DeleteNetworkAclEntryRequest& request);
api::ec2::DeleteNetworkAclResponse delete_network_acl(
    Context& context, const api::ec2::DeleteNetworkAclRequest& request);

}  // namespace fallstreak::services::ec2
