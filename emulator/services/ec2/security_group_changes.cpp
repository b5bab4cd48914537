#include <algorithm>

#include "dispatch/target_paths.h"
#include "services/ec2/errors.h"
#include "services/ec2/security_groups.h"
#include "services/ec2/vpc_peering_connections.h"
#include "services/ec2/vpcs.h"

/// Changing rules in place, and asking who refers to a group.
namespace fallstreak::services::ec2 {
namespace {

using Rule = api::ec2::SecurityGroupRule;

/// What a rule request says, in the form that permissions have.
api::ec2::IpPermission permission_of(const api::ec2::SecurityGroupRuleRequest& request) {
  const int given = int(request.CidrIpv4.has_value()) + int(request.CidrIpv6.has_value()) +
                    int(request.PrefixListId.has_value()) +
                    int(request.ReferencedGroupId.has_value());
  // AWS: "You must specify exactly one of the following parameters".
  if (given == 0) throw missing_parameter("CidrIpv4");
  if (given > 1) {
    throw invalid_parameter_combination(
        "Only one of CidrIpv4, CidrIpv6, PrefixListId and ReferencedGroupId can be specified");
  }
  api::ec2::IpPermission permission{
      .IpProtocol = request.IpProtocol, .FromPort = request.FromPort, .ToPort = request.ToPort};
  if (request.CidrIpv4) {
    permission.IpRanges = {{{.Description = request.Description, .CidrIp = request.CidrIpv4}}};
  } else if (request.CidrIpv6) {
    permission.Ipv6Ranges = {{{.Description = request.Description, .CidrIpv6 = request.CidrIpv6}}};
  } else if (request.PrefixListId) {
    permission.PrefixListIds = {
        {{.Description = request.Description, .PrefixListId_ = request.PrefixListId}}};
  } else {
    permission.UserIdGroupPairs = {
        {{.Description = request.Description, .GroupId = request.ReferencedGroupId}}};
  }
  return permission;
}

Rule& find_rule(SecurityGroupRecord& group, const std::string& rule_id) {
  const auto found =
      std::ranges::find(group.rules, std::optional(rule_id), &Rule::SecurityGroupRuleId);
  if (found == group.rules.end()) throw invalid_security_group_rule_id_not_found(rule_id);
  return *found;
}

template <class Request>
std::string named_group(const Context& context, const Request& request) {
  if (request.GroupId) return find_group(context, *request.GroupId).group_id;
  if (!request.GroupName) throw missing_parameter("groupId");
  const VpcRecord* vpc = find_default_vpc(context);
  if (vpc == nullptr) throw no_default_vpc_for_group();
  const auto* row = find_group_by_name(context, *vpc->vpc.VpcId, *request.GroupName);
  if (row == nullptr) throw invalid_group_name_not_found(*request.GroupName);
  return row->group_id;
}

/// Gives the rules that a request names, by id or by what they allow, the descriptions it says.
template <class Result, class Request>
Result describe_anew(Context& context, Direction direction, const Request& request) {
  const std::string group_id = named_group(context, request);
  if (!request.IpPermissions && !request.SecurityGroupRuleDescriptions) {
    throw missing_parameter("ipPermissions");
  }
  const auto permissions = api::each(request.IpPermissions);
  const auto wanted = rules_of(context, find_group(context, group_id), direction, permissions);
  context.state.security_groups.update(group_id, [&](SecurityGroupRecord& group) {
    for (const auto& each : api::each(request.SecurityGroupRuleDescriptions)) {
      find_rule(group, each.SecurityGroupRuleId.value_or("")).Description = each.Description;
    }
    for (const Rule& rule : wanted) {
      const auto found = std::ranges::find_if(
          group.rules, [&](const Rule& present) { return is_same_rule(present, rule); });
      if (found == group.rules.end()) throw invalid_permission_not_found();
      found->Description = rule.Description;
    }
  });
  return {.Return = true};
}

}  // namespace

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySecurityGroupRules.html
api::ec2::ModifySecurityGroupRulesResult modify_security_group_rules(
    Context& context, const api::ec2::ModifySecurityGroupRulesRequest& request) {
  const std::string group_id = find_group(context, *request.GroupId).group_id;
  for (const auto& update : *request.SecurityGroupRules) {
    if (!update.SecurityGroupRule) throw missing_parameter("SecurityGroupRule");
    const auto permission = permission_of(*update.SecurityGroupRule);
    SecurityGroupRecord group = find_group(context, group_id);
    Rule& rule = find_rule(group, *update.SecurityGroupRuleId);
    const Direction direction = *rule.IsEgress ? Direction::egress : Direction::ingress;
    Rule changed = rules_of(context, group, direction, {&permission, 1}).front();
    const bool is_there = std::ranges::any_of(group.rules, [&](const Rule& other) {
      return other.SecurityGroupRuleId != rule.SecurityGroupRuleId && is_same_rule(other, changed);
    });
    if (is_there) throw invalid_permission_duplicate(to_string(changed));
    changed.SecurityGroupRuleId = rule.SecurityGroupRuleId;
    changed.SecurityGroupRuleArn = rule.SecurityGroupRuleArn;
    changed.Tags = rule.Tags;
    rule = changed;
    context.state.security_groups.put(group_id, std::move(group));
  }
  dispatch::note_path_change(context, group_id);
  return {.Return = true};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UpdateSecurityGroupRuleDescriptionsIngress.html
api::ec2::UpdateSecurityGroupRuleDescriptionsIngressResult
update_security_group_rule_descriptions_ingress(
    Context& context, const api::ec2::UpdateSecurityGroupRuleDescriptionsIngressRequest& request) {
  return describe_anew<api::ec2::UpdateSecurityGroupRuleDescriptionsIngressResult>(
      context, Direction::ingress, request);
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UpdateSecurityGroupRuleDescriptionsEgress.html
api::ec2::UpdateSecurityGroupRuleDescriptionsEgressResult
update_security_group_rule_descriptions_egress(
    Context& context, const api::ec2::UpdateSecurityGroupRuleDescriptionsEgressRequest& request) {
  return describe_anew<api::ec2::UpdateSecurityGroupRuleDescriptionsEgressResult>(
      context, Direction::egress, request);
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroupReferences.html
api::ec2::DescribeSecurityGroupReferencesResult describe_security_group_references(
    Context& context, const api::ec2::DescribeSecurityGroupReferencesRequest& request) {
  api::ec2::DescribeSecurityGroupReferencesResult result;
  auto& shown = result.SecurityGroupReferenceSet.emplace();
  for (const auto& id : *request.GroupId) {
    const std::string vpc_id = find_group(context, id).vpc_id;
    for (const auto& [peering_id, row] : context.state.peerings) {
      const auto& connection = row.connection;
      const auto& first = *connection.RequesterVpcInfo->VpcId;
      const auto& second = *connection.AccepterVpcInfo->VpcId;
      if (first != vpc_id && second != vpc_id) continue;
      const std::string other = first == vpc_id ? second : first;
      const bool refers = std::ranges::any_of(context.state.security_groups, [&](const auto& each) {
        return each.second.vpc_id == other &&
               std::ranges::any_of(each.second.rules, [&](const Rule& rule) {
                 return rule.ReferencedGroupInfo && rule.ReferencedGroupInfo->GroupId == id;
               });
      });
      if (!refers) continue;
      shown.push_back(
          {.GroupId = id, .ReferencingVpcId = other, .VpcPeeringConnectionId = peering_id});
    }
  }
  return result;
}

}  // namespace fallstreak::services::ec2
