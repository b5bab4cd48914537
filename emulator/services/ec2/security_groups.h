#pragma once

#include <span>
#include <string>
#include <vector>

#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

const SecurityGroupRecord& find_group(const Context& context, const std::string& group_id);
/// The group of this name in a VPC; null when there is none.
const SecurityGroupRecord* find_group_by_name(const Context& context, std::string_view vpc_id,
                                              std::string_view name);
/// A VPC's group `default`: all traffic among its members, and all traffic out.
/// AWS: a group that lets all IPv4 out lets IPv6 out too once its VPC has it.
void let_ipv6_out(Context& context, const std::string& group_id);
std::string add_default_group(Context& context, const std::string& vpc_id);

/// Ingress or egress: a group's rules are of one list, and AWS's API shows them as two.
enum class Direction { ingress, egress };

/// The rules that permissions stand for, one for each source or destination, without ids.
/// Checks protocols, ports and addresses; `group` is the one that they are for.
std::vector<api::ec2::SecurityGroupRule> rules_of(
    const Context& context, const SecurityGroupRecord& group, Direction direction,
    std::span<const api::ec2::IpPermission> permissions);
/// The rules of one direction, as DescribeSecurityGroups groups them.
std::vector<api::ec2::IpPermission> permissions_of(const SecurityGroupRecord& group,
                                                   Direction direction);
/// True when two rules allow the same; ids, descriptions and tags do not matter.
bool is_same_rule(const api::ec2::SecurityGroupRule& a, const api::ec2::SecurityGroupRule& b);
/// As InvalidPermission.Duplicate names it.
std::string to_string(const api::ec2::SecurityGroupRule& rule);
/// Gives the rules ids and adds them to the group.
std::vector<api::ec2::SecurityGroupRule> add_rules(Context& context, const std::string& group_id,
                                                   std::vector<api::ec2::SecurityGroupRule> rules,
                                                   const Tags& tags);

api::ec2::CreateSecurityGroupResult create_security_group(
    Context& context, const api::ec2::CreateSecurityGroupRequest& request);
api::ec2::DescribeSecurityGroupsResult describe_security_groups(
    Context& context, const api::ec2::DescribeSecurityGroupsRequest& request);
api::ec2::DeleteSecurityGroupResult delete_security_group(
    Context& context, const api::ec2::DeleteSecurityGroupRequest& request);

api::ec2::AuthorizeSecurityGroupIngressResult authorize_security_group_ingress(
    Context& context, const api::ec2::AuthorizeSecurityGroupIngressRequest& request);
api::ec2::AuthorizeSecurityGroupEgressResult authorize_security_group_egress(
    Context& context, const api::ec2::AuthorizeSecurityGroupEgressRequest& request);
api::ec2::DescribeSecurityGroupRulesResult describe_security_group_rules(
    Context& context, const api::ec2::DescribeSecurityGroupRulesRequest& request);
api::ec2::DescribeSecurityGroupReferencesResult describe_security_group_references(
    Context& context, const api::ec2::DescribeSecurityGroupReferencesRequest& request);
api::ec2::ModifySecurityGroupRulesResult modify_security_group_rules(
    Context& context, const api::ec2::ModifySecurityGroupRulesRequest& request);
api::ec2::UpdateSecurityGroupRuleDescriptionsIngressResult
update_security_group_rule_descriptions_ingress(
    Context& context, const api::ec2::UpdateSecurityGroupRuleDescriptionsIngressRequest& request);
api::ec2::UpdateSecurityGroupRuleDescriptionsEgressResult
update_security_group_rule_descriptions_egress(
    Context& context, const api::ec2::UpdateSecurityGroupRuleDescriptionsEgressRequest& request);
api::ec2::RevokeSecurityGroupIngressResult revoke_security_group_ingress(
    Context& context, const api::ec2::RevokeSecurityGroupIngressRequest& request);
api::ec2::RevokeSecurityGroupEgressResult revoke_security_group_egress(
    Context& context, const api::ec2::RevokeSecurityGroupEgressRequest& request);

}  // namespace fallstreak::services::ec2
