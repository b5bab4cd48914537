#include "services/ec2/security_groups.h"
#include "services/ec2/quotas.h"

#include <algorithm>

#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/ipv6.h"
#include "services/ec2/pages.h"
#include "services/ec2/tags.h"
#include "services/ec2/vpcs.h"

namespace fallstreak::services::ec2 {
namespace {

template <Direction direction, class Matches>
bool any_rule(const SecurityGroupRecord& row, const Matches& matches) {
  return std::ranges::any_of(row.rules, [&](const api::ec2::SecurityGroupRule& rule) {
    return *rule.IsEgress == (direction == Direction::egress) && matches(rule);
  });
}

template <Direction direction, auto member>
bool any_text(const Ec2State&, const SecurityGroupRecord& row, const Patterns& p) {
  return any_rule<direction>(row, [&](const auto& rule) { return p.match(rule.*member); });
}
template <Direction direction, auto member>
bool any_port(const Ec2State&, const SecurityGroupRecord& row, const Patterns& p) {
  return any_rule<direction>(row, [&](const auto& rule) {
    return rule.*member && p.match(std::int64_t(*(rule.*member)));
  });
}
template <Direction direction>
bool any_group(const Ec2State&, const SecurityGroupRecord& row, const Patterns& p) {
  return any_rule<direction>(row, [&](const auto& rule) {
    return rule.ReferencedGroupInfo && p.match(rule.ReferencedGroupInfo->GroupId);
  });
}

/// AWS: the name of a referenced group is that of one in the same account.
template <Direction direction>
bool any_group_of_name(const Ec2State& state, const SecurityGroupRecord& row, const Patterns& p) {
  return any_rule<direction>(row, [&](const auto& rule) {
    if (!rule.ReferencedGroupInfo || !rule.ReferencedGroupInfo->GroupId) return false;
    const auto* group = state.security_groups.find(*rule.ReferencedGroupInfo->GroupId);
    return group != nullptr && p.match(group->group_name);
  });
}
template <Direction direction>
bool any_user(const Ec2State&, const SecurityGroupRecord& row, const Patterns& p) {
  return any_rule<direction>(row, [&](const auto& rule) {
    return rule.ReferencedGroupInfo && p.match(rule.ReferencedGroupInfo->UserId);
  });
}

using Rule = api::ec2::SecurityGroupRule;
constexpr auto kIn = Direction::ingress;
constexpr auto kOut = Direction::egress;
constexpr FilterRow<Ec2State, SecurityGroupRecord> kSecurityGroupsFilters[] = {
    {"description",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.description); }},
    {"egress.ip-permission.cidr", any_text<kOut, &Rule::CidrIpv4>},
    {"egress.ip-permission.from-port", any_port<kOut, &Rule::FromPort>},
    {"egress.ip-permission.group-id", any_group<kOut>},
    {"egress.ip-permission.group-name", any_group_of_name<kOut>},
    {"egress.ip-permission.prefix-list-id", any_text<kOut, &Rule::PrefixListId>},
    {"egress.ip-permission.user-id", any_user<kOut>},
    {"egress.ip-permission.ipv6-cidr", any_text<kOut, &Rule::CidrIpv6>},
    {"egress.ip-permission.protocol", any_text<kOut, &Rule::IpProtocol>},
    {"egress.ip-permission.to-port", any_port<kOut, &Rule::ToPort>},
    {"group-id", [](const auto&, const auto& row, const auto& p) { return p.match(row.group_id); }},
    {"group-name",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.group_name); }},
    {"ip-permission.cidr", any_text<kIn, &Rule::CidrIpv4>},
    {"ip-permission.from-port", any_port<kIn, &Rule::FromPort>},
    {"ip-permission.group-id", any_group<kIn>},
    {"ip-permission.group-name", any_group_of_name<kIn>},
    {"ip-permission.prefix-list-id", any_text<kIn, &Rule::PrefixListId>},
    {"ip-permission.user-id", any_user<kIn>},
    {"ip-permission.ipv6-cidr", any_text<kIn, &Rule::CidrIpv6>},
    {"ip-permission.protocol", any_text<kIn, &Rule::IpProtocol>},
    {"ip-permission.to-port", any_port<kIn, &Rule::ToPort>},
    {"owner-id", [](const auto&, const auto& row, const auto& p) { return p.match(row.owner_id); }},
    {"vpc-id", [](const auto&, const auto& row, const auto& p) { return p.match(row.vpc_id); }},
};

/// AWS: up to 255 characters of `a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$*`.
bool has_group_characters(std::string_view text) {
  constexpr std::string_view kOthers = " ._-:/()#,@[]+=&;{}!$*";
  return text.size() <= 255 && std::ranges::all_of(text, [&](char character) {
           return (character >= 'a' && character <= 'z') ||
                  (character >= 'A' && character <= 'Z') ||
                  (character >= '0' && character <= '9') ||
                  kOthers.find(character) != std::string_view::npos;
         });
}

void check_name(const std::string& name, const std::string& description) {
  if (!has_group_characters(name) || name.empty()) {
    throw invalid_value_for(name, "groupName",
                            "Character sets beyond ASCII are not supported, and the length is 1 to "
                            "255 characters.");
  }
  if (!has_group_characters(description)) {
    throw invalid_value_for(description, "groupDescription",
                            "Character sets beyond ASCII are not supported.");
  }
  if (name.starts_with("sg-")) {
    throw invalid_value_for(name, "groupName", "Group names may not be in the format sg-*");
  }
  if (name == "default") throw invalid_group_reserved(name);
}

api::ec2::SecurityGroup describe(const Context& context, const SecurityGroupRecord& row) {
  return {
      .GroupId = row.group_id,
      .IpPermissionsEgress = permissions_of(row, Direction::egress),
      .Tags = to_wire(row.tags),
      .VpcId = row.vpc_id,
      .SecurityGroupArn = context.arn("ec2", "security-group/" + row.group_id),
      .OwnerId = context.account_id(),
      .GroupName = row.group_name,
      .Description = row.description,
      .IpPermissions = permissions_of(row, Direction::ingress),
  };
}

/// AWS: a new group lets everything out; IPv6 too where the VPC has it.
api::ec2::IpPermission everything_out(const VpcRecord& vpc) {
  api::ec2::IpPermission permission{.IpProtocol = "-1", .IpRanges = {{{.CidrIp = "0.0.0.0/0"}}}};
  if (!ipv6_blocks_of(vpc).empty()) permission.Ipv6Ranges = {{{.CidrIpv6 = "::/0"}}};
  return permission;
}

std::string add_group(Context& context, SecurityGroupRecord row) {
  const std::string group_id = row.group_id = context.new_id("sg-");
  row.owner_id = context.account_id();
  context.state.security_groups.insert(group_id, std::move(row));
  const auto& added = find_group(context, group_id);
  const auto permission = everything_out(find_vpc(context, added.vpc_id));
  add_rules(context, group_id, rules_of(context, added, Direction::egress, {&permission, 1}), {});
  return group_id;
}

}  // namespace

const SecurityGroupRecord& find_group(const Context& context, const std::string& group_id) {
  const SecurityGroupRecord* found = context.state.security_groups.find(group_id);
  if (found == nullptr) {
    check_id(group_id, "sg-", "InvalidGroupId.Malformed");
    throw invalid_group_not_found(group_id);
  }
  return *found;
}

const SecurityGroupRecord* find_group_by_name(const Context& context, std::string_view vpc_id,
                                              std::string_view name) {
  for (const auto& [id, row] : context.state.security_groups) {
    if (row.vpc_id == vpc_id && row.group_name == name) return &row;
  }
  return nullptr;
}

std::string add_default_group(Context& context, const std::string& vpc_id) {
  const std::string group_id = add_group(
      context,
      {.group_name = "default", .description = "default VPC security group", .vpc_id = vpc_id});
  const api::ec2::IpPermission among_members{.IpProtocol = "-1",
                                             .UserIdGroupPairs = {{{.GroupId = group_id}}}};
  const auto& row = find_group(context, group_id);
  add_rules(context, group_id, rules_of(context, row, Direction::ingress, {&among_members, 1}), {});
  return group_id;
}

void let_ipv6_out(Context& context, const std::string& group_id) {
  const auto& row = find_group(context, group_id);
  const auto has = [&](auto member, std::string_view block) {
    return std::ranges::any_of(row.rules, [&](const auto& rule) {
      return rule.IsEgress == true && rule.IpProtocol == "-1" && rule.*member == block;
    });
  };
  using Rule = api::ec2::SecurityGroupRule;
  if (!has(&Rule::CidrIpv4, "0.0.0.0/0") || has(&Rule::CidrIpv6, "::/0")) return;
  const api::ec2::IpPermission permission{.IpProtocol = "-1",
                                          .Ipv6Ranges = {{{.CidrIpv6 = "::/0"}}}};
  add_rules(context, group_id, rules_of(context, row, Direction::egress, {&permission, 1}), {});
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
api::ec2::CreateSecurityGroupResult create_security_group(
    Context& context, const api::ec2::CreateSecurityGroupRequest& request) {
  check_name(*request.GroupName, *request.Description);
  std::string vpc_id = request.VpcId.value_or("");
  if (vpc_id.empty()) {
    const VpcRecord* vpc = find_default_vpc(context);
    if (vpc == nullptr) throw vpc_id_not_specified();
    vpc_id = *vpc->vpc.VpcId;
  }
  find_vpc(context, vpc_id);
  if (find_group_by_name(context, vpc_id, *request.GroupName) != nullptr) {
    throw invalid_group_duplicate(*request.GroupName, vpc_id);
  }
  if (is_used_up(context, kSecurityGroups, context.state.security_groups.size())) {
    throw security_group_limit_exceeded();
  }
  Tags tags = tags_for(request.TagSpecifications, "security-group");

  const std::string group_id = add_group(context, {.group_name = *request.GroupName,
                                                   .description = *request.Description,
                                                   .vpc_id = vpc_id,
                                                   .tags = tags});
  return {.GroupId = group_id,
          .Tags = to_wire(tags),
          .SecurityGroupArn = context.arn("ec2", "security-group/" + group_id)};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html
api::ec2::DescribeSecurityGroupsResult describe_security_groups(
    Context& context, const api::ec2::DescribeSecurityGroupsRequest& request) {
  const Selection<Ec2State, SecurityGroupRecord> selection(
      context.state, request.Filters, kSecurityGroupsFilters,
      [](const SecurityGroupRecord& row) { return std::span<const api::ec2::Tag>(row.tags); });
  auto ids = request.GroupIds;
  // AWS: names work for the default VPC only.
  for (const auto& name : api::each(request.GroupNames)) {
    const VpcRecord* vpc = find_default_vpc(context);
    const SecurityGroupRecord* row =
        vpc == nullptr ? nullptr : find_group_by_name(context, *vpc->vpc.VpcId, name);
    if (row == nullptr) throw invalid_group_name_not_found(name);
    if (!ids) ids.emplace();
    ids->push_back(row->group_id);
  }
  api::ec2::DescribeSecurityGroupsResult result;
  auto& shown = result.SecurityGroups.emplace();
  result.NextToken = show_page(
      context.state.security_groups, ids, Page(request.MaxResults, request.NextToken),
      [&](const SecurityGroupRecord& row) { return selection.passes(row); },
      [](const auto& missing) {
        check_id(missing.front(), "sg-", "InvalidGroupId.Malformed");
        return invalid_group_not_found(join_ids(missing));
      },
      [&](const SecurityGroupRecord& row) { shown.push_back(describe(context, row)); });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html
api::ec2::DeleteSecurityGroupResult delete_security_group(
    Context& context, const api::ec2::DeleteSecurityGroupRequest& request) {
  Ec2State& state = context.state;
  std::string group_id = request.GroupId.value_or("");
  if (group_id.empty()) {
    if (!request.GroupName) throw missing_parameter("groupId");
    const VpcRecord* vpc = find_default_vpc(context);
    if (vpc == nullptr) throw no_default_vpc_for_group();
    const auto* row = find_group_by_name(context, *vpc->vpc.VpcId, *request.GroupName);
    if (row == nullptr) throw invalid_group_name_not_found(*request.GroupName);
    group_id = row->group_id;
  }
  const SecurityGroupRecord row = find_group(context, group_id);
  if (row.group_name == "default") throw cannot_delete_default_group(group_id);
  // AWS: neither a member nor another group's rule nor another VPC may still refer to it.
  const bool is_referenced = std::ranges::any_of(state.security_groups, [&](const auto& other) {
    return other.first != group_id &&
           std::ranges::any_of(other.second.rules, [&](const auto& rule) {
             return rule.ReferencedGroupInfo && rule.ReferencedGroupInfo->GroupId == group_id;
           });
  });
  const bool is_associated = !state.group_vpcs.range(group_id + "/").empty();
  if (is_referenced || is_associated || !state.group_members.range(group_id + "/").empty()) {
    throw group_dependency_violation(group_id);
  }
  for (const auto& rule : row.rules) state.rule_groups.erase(*rule.SecurityGroupRuleId);
  state.security_groups.erase(group_id);
  return {.Return = true, .GroupId = group_id};
}

}  // namespace fallstreak::services::ec2
