#include "services/ec2/security_group_vpcs.h"

#include <algorithm>

#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/network_errors.h"
#include "services/ec2/network_interfaces.h"
#include "services/ec2/pages.h"
#include "services/ec2/security_groups.h"
#include "services/ec2/tags.h"
#include "services/ec2/timing.h"
#include "services/ec2/vpc_peering_connections.h"
#include "services/ec2/vpcs.h"

namespace fallstreak::services::ec2 {
namespace {

std::string association_key(const std::string& group_id, const std::string& vpc_id) {
  return group_id + "/" + vpc_id;
}

constexpr FilterRow<Ec2State, GroupVpcRecord> kGroupVpcFilters[] = {
    {"group-id", [](const auto&, const auto& row, const auto& p) { return p.match(row.group_id); }},
    {"group-owner-id",
     [](const auto& state, const auto& row, const auto& p) {
       return p.match(state.security_groups.find(row.group_id)->owner_id);
     }},
    {"state", [](const auto&, const auto& row, const auto& p) { return p.match(row.state); }},
    {"vpc-id", [](const auto&, const auto& row, const auto& p) { return p.match(row.vpc_id); }},
    {"vpc-owner-id",
     [](const auto& state, const auto& row, const auto& p) {
       return p.match(state.vpcs.find(row.vpc_id)->vpc.OwnerId);
     }},
};

constexpr FilterRow<Ec2State, SecurityGroupRecord> kGroupsForVpcFilters[] = {
    {"description",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.description); }},
    {"group-id", [](const auto&, const auto& row, const auto& p) { return p.match(row.group_id); }},
    {"group-name",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.group_name); }},
    {"owner-id", [](const auto&, const auto& row, const auto& p) { return p.match(row.owner_id); }},
    {"primary-vpc-id",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.vpc_id); }},
};

void change_group_vpc_later(Context& context, const std::string& key) {
  const Duration after =
      context.world().random().quantiles(key + "/ec2.group-vpc", timing::kGroupVpc);
  context.schedule(after, "group-vpc-changed", key);
}

bool is_used_in(const Context& context, const std::string& group_id, const std::string& vpc_id) {
  const auto members = context.state.group_members.range(group_id + "/");
  return std::ranges::any_of(members, [&](const auto& each) {
    return find_interface(context, each.second.id).vpc_id == vpc_id;
  });
}

/// AWS: a rule is stale when it refers to a group of a VPC that is no longer peered with its own.
bool is_stale(const Context& context, const SecurityGroupRecord& group,
              const api::ec2::SecurityGroupRule& rule) {
  if (!rule.ReferencedGroupInfo) return false;
  const auto* other = context.state.security_groups.find(*rule.ReferencedGroupInfo->GroupId);
  return other != nullptr && other->vpc_id != group.vpc_id &&
         !is_usable_in(context.state, *other, group.vpc_id) &&
         !are_peered(context, group.vpc_id, other->vpc_id);
}

api::ec2::StaleSecurityGroup describe_stale(const Context& context,
                                            const SecurityGroupRecord& group) {
  api::ec2::StaleSecurityGroup shown{.Description = group.description,
                                     .GroupId = group.group_id,
                                     .GroupName = group.group_name,
                                     .VpcId = group.vpc_id};
  shown.StaleIpPermissions.emplace();
  shown.StaleIpPermissionsEgress.emplace();
  for (const auto& rule : group.rules) {
    if (!is_stale(context, group, rule)) continue;
    const auto* other = context.state.security_groups.find(*rule.ReferencedGroupInfo->GroupId);
    auto& list = rule.IsEgress == true ? shown.StaleIpPermissionsEgress : shown.StaleIpPermissions;
    api::ec2::StaleIpPermission& added = list->emplace_back();
    added.IpProtocol = rule.IpProtocol;
    if (rule.FromPort != -1) added.FromPort = rule.FromPort;
    if (rule.ToPort != -1) added.ToPort = rule.ToPort;
    added.UserIdGroupPairs = {{{.Description = rule.Description,
                                .UserId = other->owner_id,
                                .GroupId = other->group_id,
                                .VpcId = other->vpc_id,
                                .PeeringStatus = "deleted"}}};
  }
  return shown;
}

}  // namespace

bool is_usable_in(const Ec2State& state, const SecurityGroupRecord& group,
                  const std::string& vpc_id) {
  if (group.vpc_id == vpc_id) return true;
  const auto* found = state.group_vpcs.find(association_key(group.group_id, vpc_id));
  return found != nullptr && found->state == "associated";
}

void forget_groups_of_others(Context& context, const std::string& vpc_id) {
  std::vector<std::string> gone;
  for (const auto& [key, row] : context.state.group_vpcs) {
    if (row.vpc_id == vpc_id) gone.push_back(key);
  }
  for (const auto& key : gone) context.state.group_vpcs.erase(key);
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateSecurityGroupVpc.html
api::ec2::AssociateSecurityGroupVpcResult associate_security_group_vpc(
    Context& context, const api::ec2::AssociateSecurityGroupVpcRequest& request) {
  const SecurityGroupRecord& group = find_group(context, *request.GroupId);
  const VpcRecord& vpc = find_vpc(context, *request.VpcId);
  // AWS: "You cannot use this feature with default security groups", nor "with the default VPC".
  if (group.group_name == "default") {
    throw invalid_parameter_value("A default security group cannot be associated with a VPC");
  }
  const bool is_of_default = find_vpc(context, group.vpc_id).vpc.IsDefault == true;
  if (vpc.vpc.IsDefault == true || is_of_default) {
    throw invalid_parameter_value(
        "A security group cannot be associated with the default VPC, nor one of it with another");
  }
  const std::string key = association_key(group.group_id, *request.VpcId);
  if (group.vpc_id == *request.VpcId || context.state.group_vpcs.contains(key)) {
    throw resource_already_associated("The security group " + group.group_id +
                                      " is already associated with " + *request.VpcId);
  }
  context.state.group_vpcs.insert(
      key, {.group_id = group.group_id, .vpc_id = *request.VpcId, .state = "associating"});
  change_group_vpc_later(context, key);
  return {.State = "associating"};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroupVpcAssociations.html
api::ec2::DescribeSecurityGroupVpcAssociationsResult describe_security_group_vpc_associations(
    Context& context, const api::ec2::DescribeSecurityGroupVpcAssociationsRequest& request) {
  const Selection<Ec2State, GroupVpcRecord> selection(context.state, request.Filters,
                                                      kGroupVpcFilters, nullptr);
  api::ec2::DescribeSecurityGroupVpcAssociationsResult result;
  auto& shown = result.SecurityGroupVpcAssociations.emplace();
  result.NextToken = show_page_in(
      context.state.group_vpcs, "", Page(request.MaxResults, request.NextToken),
      [&](const auto&, const GroupVpcRecord& row) { return selection.passes(row); },
      [&](const auto&, const GroupVpcRecord& row) {
        shown.push_back({.GroupId = row.group_id,
                         .VpcId = row.vpc_id,
                         .VpcOwnerId = context.account_id(),
                         .State = row.state,
                         .GroupOwnerId = context.account_id()});
      });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateSecurityGroupVpc.html
api::ec2::DisassociateSecurityGroupVpcResult disassociate_security_group_vpc(
    Context& context, const api::ec2::DisassociateSecurityGroupVpcRequest& request) {
  find_group(context, *request.GroupId);
  find_vpc(context, *request.VpcId);
  const std::string key = association_key(*request.GroupId, *request.VpcId);
  if (!context.state.group_vpcs.contains(key)) {
    throw not_found("InvalidSecurityGroupVpcAssociation.NotFound", "securityGroupVpcAssociation",
                    key);
  }
  // AWS: "You cannot disassociate" a group while interfaces in that VPC use it.
  if (is_used_in(context, *request.GroupId, *request.VpcId)) {
    throw group_dependency_violation(*request.GroupId);
  }
  context.state.group_vpcs.update(key, [](GroupVpcRecord& row) { row.state = "disassociating"; });
  change_group_vpc_later(context, key);
  return {.State = "disassociating"};
}

void on_group_vpc_changed(Context& context, const world::Event& event) {
  const GroupVpcRecord* row = context.state.group_vpcs.find(event.entity);
  if (row == nullptr) return;
  if (row->state == "disassociating") {
    context.state.group_vpcs.erase(event.entity);
    return;
  }
  context.state.group_vpcs.update(event.entity,
                                  [](GroupVpcRecord& changed) { changed.state = "associated"; });
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetSecurityGroupsForVpc.html
api::ec2::GetSecurityGroupsForVpcResult get_security_groups_for_vpc(
    Context& context, const api::ec2::GetSecurityGroupsForVpcRequest& request) {
  find_vpc(context, *request.VpcId);
  const Selection<Ec2State, SecurityGroupRecord> selection(
      context.state, request.Filters, kGroupsForVpcFilters,
      [](const SecurityGroupRecord& row) { return std::span<const api::ec2::Tag>(row.tags); });
  api::ec2::GetSecurityGroupsForVpcResult result;
  auto& shown = result.SecurityGroupForVpcs.emplace();
  result.NextToken = show_page_in(
      context.state.security_groups, "", Page(request.MaxResults, request.NextToken),
      [&](const auto&, const SecurityGroupRecord& row) {
        return is_usable_in(context.state, row, *request.VpcId) && selection.passes(row);
      },
      [&](const auto&, const SecurityGroupRecord& row) {
        shown.push_back({.Description = row.description,
                         .GroupName = row.group_name,
                         .OwnerId = row.owner_id,
                         .GroupId = row.group_id,
                         .Tags = to_wire(row.tags),
                         .PrimaryVpcId = row.vpc_id});
      });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeStaleSecurityGroups.html
api::ec2::DescribeStaleSecurityGroupsResult describe_stale_security_groups(
    Context& context, const api::ec2::DescribeStaleSecurityGroupsRequest& request) {
  find_vpc(context, *request.VpcId);
  api::ec2::DescribeStaleSecurityGroupsResult result;
  auto& shown = result.StaleSecurityGroupSet.emplace();
  result.NextToken = show_page_in(
      context.state.security_groups, "",
      Page(request.MaxResults, request.NextToken, {.least = 5, .most = 255}),
      [&](const auto&, const SecurityGroupRecord& row) {
        return row.vpc_id == *request.VpcId &&
               std::ranges::any_of(row.rules,
                                   [&](const auto& rule) { return is_stale(context, row, rule); });
      },
      [&](const auto&, const SecurityGroupRecord& row) {
        shown.push_back(describe_stale(context, row));
      });
  return result;
}

}  // namespace fallstreak::services::ec2
