#include <algorithm>
#include <array>
#include <tuple>

#include "dispatch/target_paths.h"
#include "services/ec2/cidr.h"
#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/network_errors.h"
#include "services/ec2/pages.h"
#include "services/ec2/prefix_lists.h"
#include "services/ec2/security_groups.h"
#include "services/ec2/tags.h"
#include "services/ec2/vpc_peering_connections.h"
#include "services/ec2/vpcs.h"

namespace fallstreak::services::ec2 {
namespace {

using Rule = api::ec2::SecurityGroupRule;

/// AWS: "60 inbound and 60 outbound rules per security group".
constexpr std::ptrdiff_t kMaxRules = 60;

bool is_of(const Rule& rule, Direction direction) {
  return *rule.IsEgress == (direction == Direction::egress);
}

/// AWS: "use -1 to specify all protocols"; names and numbers of TCP, UDP, ICMP and ICMPv6 mean the
/// same.
std::string protocol_of(const api::ec2::IpPermission& permission) {
  if (!permission.IpProtocol) throw missing_parameter("ipProtocol");
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kNames{
      {{"6", "tcp"}, {"17", "udp"}, {"1", "icmp"}, {"58", "icmpv6"}, {"all", "-1"}}};
  const std::string& given = *permission.IpProtocol;
  for (const auto& [number, name] : kNames) {
    if (given == number || given == name) return std::string(name);
  }
  const bool is_number = !given.empty() && given.size() <= 3 &&
                         given.find_first_not_of("0123456789") == std::string::npos;
  if (!is_number || std::stoi(given) > 255) {
    throw invalid_value_for(given, "ipProtocol", "Unrecognized IP protocol.");
  }
  return given;
}

void check_ports(const std::string& protocol, std::optional<std::int32_t> from,
                 std::optional<std::int32_t> to) {
  if (protocol == "tcp" || protocol == "udp") {
    if (!from) throw missing_parameter("fromPort");
    if (!to) throw missing_parameter("toPort");
    const auto check = [](std::int32_t port) {
      if (port < 0 || port > 65535) {
        throw invalid_parameter_value("Invalid value '" + std::to_string(port) +
                                      "' for portRange. Must be in the range [0-65535]");
      }
    };
    check(*from);
    check(*to);
    if (*from > *to) {
      throw invalid_parameter_value("Invalid TCP/UDP port range (" + std::to_string(*from) + ":" +
                                    std::to_string(*to) + ")");
    }
  } else if (protocol == "icmp" || protocol == "icmpv6") {
    const auto is_code = [](std::int32_t code) { return code >= -1 && code <= 255; };
    if (!is_code(from.value_or(-1)) || !is_code(to.value_or(-1))) {
      throw invalid_parameter_value("ICMP code (" + std::to_string(to.value_or(-1)) +
                                    ") out of range");
    }
  }
}

/// AWS stores the block: `10.0.0.1/8` is refused by its console and stored as `10.0.0.0/8` by its
/// API.
std::string ipv4_block(const std::string& text) {
  const auto cidr = Cidr::parse(text);
  if (!cidr) throw invalid_parameter_value("CIDR block " + text + " is malformed");
  return cidr->to_string();
}

/// The group that a pair names, by id or, in the default VPC, by name.
const SecurityGroupRecord& referenced_group(const Context& context,
                                            const SecurityGroupRecord& group,
                                            const api::ec2::UserIdGroupPair& pair) {
  if (pair.GroupId) return find_group(context, *pair.GroupId);
  if (!pair.GroupName) throw missing_parameter("groupId");
  const auto* found = find_group_by_name(context, group.vpc_id, *pair.GroupName);
  if (found == nullptr) throw invalid_group_name_not_found(*pair.GroupName);
  return *found;
}

api::ec2::ReferencedSecurityGroup reference_to(const Context& context,
                                               const SecurityGroupRecord& group,
                                               const api::ec2::UserIdGroupPair& pair) {
  const SecurityGroupRecord& other = referenced_group(context, group, pair);
  // AWS: a group of a peer VPC is one that a rule may name, while the peering is active.
  if (other.vpc_id != group.vpc_id && !are_peered(context, group.vpc_id, other.vpc_id)) {
    throw invalid_parameter_value(
        "You have specified two resources that belong to different "
        "networks.");
  }
  return {.GroupId = other.group_id, .UserId = context.account_id(), .VpcId = other.vpc_id};
}

/// Old requests have one rule in members of their own.
template <class Request>
std::vector<api::ec2::IpPermission> permissions_in(const Request& request) {
  const bool has_single =
      request.IpProtocol || request.FromPort || request.ToPort || request.CidrIp;
  if (has_single && request.IpPermissions) {
    throw invalid_parameter_combination(
        "The parameter 'ipPermissions' may not be used in combination with 'ipProtocol'");
  }
  if (!has_single) return request.IpPermissions.value_or(std::vector<api::ec2::IpPermission>());
  api::ec2::IpPermission single{
      .IpProtocol = request.IpProtocol, .FromPort = request.FromPort, .ToPort = request.ToPort};
  if (!request.CidrIp) throw missing_parameter("cidrIp");
  single.IpRanges = {{{.CidrIp = request.CidrIp}}};
  return {single};
}

template <class Request>
std::string group_id_of(const Context& context, const Request& request) {
  if (request.GroupId) return find_group(context, *request.GroupId).group_id;
  if constexpr (requires { request.GroupName; }) {
    if (request.GroupName) {
      const VpcRecord* vpc = find_default_vpc(context);
      if (vpc == nullptr) throw no_default_vpc_for_group();
      const auto* row = find_group_by_name(context, *vpc->vpc.VpcId, *request.GroupName);
      if (row == nullptr) throw invalid_group_name_not_found(*request.GroupName);
      return row->group_id;
    }
  }
  throw missing_parameter("groupId");
}

template <class Result, class Request>
Result authorize(Context& context, Direction direction, const Request& request) {
  const std::string group_id = group_id_of(context, request);
  const SecurityGroupRecord& group = find_group(context, group_id);
  const auto permissions = permissions_in(request);
  if (permissions.empty()) throw missing_parameter("ipPermissions");
  auto rules = rules_of(context, group, direction, permissions);
  if (rules.empty()) {
    throw invalid_parameter_value("The request must contain at least one source or destination");
  }
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const auto is_same = [&](const Rule& other) { return is_same_rule(other, rules[i]); };
    if (std::ranges::any_of(group.rules, is_same)) {
      throw invalid_permission_duplicate(to_string(rules[i]));
    }
    if (std::any_of(rules.begin(), rules.begin() + std::ptrdiff_t(i), is_same)) {
      throw invalid_parameter_value("The same permission must not appear multiple times");
    }
  }
  const auto present =
      std::ranges::count_if(group.rules, [&](const Rule& rule) { return is_of(rule, direction); });
  if (present + std::ssize(rules) > kMaxRules) throw rules_per_security_group_limit_exceeded();
  const Tags tags = tags_for(request.TagSpecifications, "security-group-rule");
  return {.Return = true,
          .SecurityGroupRules = add_rules(context, group_id, std::move(rules), tags)};
}

/// The rules that a revocation means, by id or by what they allow.
template <class Request>
std::vector<Rule> rules_to_revoke(const Context& context, const SecurityGroupRecord& group,
                                  Direction direction, const Request& request) {
  std::vector<Rule> doomed;
  for (const auto& id : api::each(request.SecurityGroupRuleIds)) {
    const auto found = std::ranges::find_if(group.rules, [&](const Rule& rule) {
      return rule.SecurityGroupRuleId == id && is_of(rule, direction);
    });
    if (found == group.rules.end()) throw invalid_security_group_rule_id_not_found(id);
    doomed.push_back(*found);
  }
  for (const auto& wanted : rules_of(context, group, direction, permissions_in(request))) {
    const auto found = std::ranges::find_if(
        group.rules, [&](const Rule& rule) { return is_same_rule(rule, wanted); });
    // AWS: in a VPC a rule that is not there is an error.
    if (found == group.rules.end()) throw invalid_permission_not_found();
    doomed.push_back(*found);
  }
  return doomed;
}

template <class Result, class Request>
Result revoke(Context& context, Direction direction, const Request& request) {
  const std::string group_id = group_id_of(context, request);
  const auto doomed = rules_to_revoke(context, find_group(context, group_id), direction, request);
  if (doomed.empty()) throw missing_parameter("ipPermissions");
  context.state.security_groups.update(group_id, [&](SecurityGroupRecord& row) {
    std::erase_if(row.rules, [&](const Rule& rule) {
      return std::ranges::any_of(doomed, [&](const Rule& gone) {
        return gone.SecurityGroupRuleId == rule.SecurityGroupRuleId;
      });
    });
  });
  dispatch::note_path_change(context, group_id);
  Result result{.Return = true};
  auto& revoked = result.RevokedSecurityGroupRules.emplace();
  for (const Rule& rule : doomed) {
    context.state.rule_groups.erase(*rule.SecurityGroupRuleId);
    revoked.push_back({.SecurityGroupRuleId = rule.SecurityGroupRuleId,
                       .GroupId = rule.GroupId,
                       .IsEgress = rule.IsEgress,
                       .IpProtocol = rule.IpProtocol,
                       .FromPort = rule.FromPort,
                       .ToPort = rule.ToPort,
                       .CidrIpv4 = rule.CidrIpv4,
                       .CidrIpv6 = rule.CidrIpv6,
                       .PrefixListId = rule.PrefixListId,
                       .ReferencedGroupId = rule.ReferencedGroupInfo
                                                ? rule.ReferencedGroupInfo->GroupId
                                                : std::nullopt,
                       .Description = rule.Description});
  }
  return result;
}

constexpr FilterRow<Ec2State, Rule> kSecurityGroupRulesFilters[] = {
    {"group-id",
     [](const auto&, const auto& rule, const auto& p) { return p.match(rule.GroupId); }},
    {"security-group-rule-id", [](const auto&, const auto& rule,
                                  const auto& p) { return p.match(rule.SecurityGroupRuleId); }},
};

}  // namespace

std::vector<Rule> rules_of(const Context& context, const SecurityGroupRecord& group,
                           Direction direction,
                           std::span<const api::ec2::IpPermission> permissions) {
  std::vector<Rule> rules;
  for (const auto& permission : permissions) {
    Rule rule{.GroupId = group.group_id,
              .GroupOwnerId = context.account_id(),
              .IsEgress = direction == Direction::egress,
              .IpProtocol = protocol_of(permission)};
    check_ports(*rule.IpProtocol, permission.FromPort, permission.ToPort);
    // AWS: for "all protocols" any ports are ignored, and shown as -1.
    const bool has_ports = *rule.IpProtocol != "-1";
    rule.FromPort = has_ports ? permission.FromPort.value_or(-1) : -1;
    rule.ToPort = has_ports ? permission.ToPort.value_or(-1) : -1;
    for (const auto& range : api::each(permission.IpRanges)) {
      Rule& added = rules.emplace_back(rule);
      added.CidrIpv4 = ipv4_block(range.CidrIp.value_or(""));
      added.Description = range.Description;
    }
    for (const auto& range : api::each(permission.Ipv6Ranges)) {
      const std::string cidr = range.CidrIpv6.value_or("");
      if (!is_ipv6_cidr(cidr))
        throw invalid_parameter_value("CIDR block " + cidr + " is malformed");
      Rule& added = rules.emplace_back(rule);
      added.CidrIpv6 = cidr;
      added.Description = range.Description;
    }
    for (const auto& pair : api::each(permission.UserIdGroupPairs)) {
      Rule& added = rules.emplace_back(rule);
      added.ReferencedGroupInfo = reference_to(context, group, pair);
      added.Description = pair.Description;
    }
    for (const auto& list : api::each(permission.PrefixListIds)) {
      const std::string id = list.PrefixListId_.value_or("");
      if (!find_prefix_list(context, id)) throw invalid_prefix_list_id_not_found(id);
      Rule& added = rules.emplace_back(rule);
      added.PrefixListId = id;
      added.Description = list.Description;
    }
  }
  return rules;
}

std::vector<api::ec2::IpPermission> permissions_of(const SecurityGroupRecord& group,
                                                   Direction direction) {
  // AWS: one permission for each protocol and ports, with all its sources.
  std::vector<api::ec2::IpPermission> permissions;
  for (const Rule& rule : group.rules) {
    if (!is_of(rule, direction)) continue;
    const bool has_ports = *rule.IpProtocol != "-1";
    const auto from = has_ports ? rule.FromPort : std::nullopt;
    const auto to = has_ports ? rule.ToPort : std::nullopt;
    auto found = std::ranges::find_if(permissions, [&](const auto& permission) {
      return std::tie(permission.IpProtocol, permission.FromPort, permission.ToPort) ==
             std::tie(rule.IpProtocol, from, to);
    });
    if (found == permissions.end()) {
      permissions.push_back({.IpProtocol = rule.IpProtocol, .FromPort = from, .ToPort = to});
      found = permissions.end() - 1;
      found->UserIdGroupPairs.emplace();
      found->IpRanges.emplace();
      found->Ipv6Ranges.emplace();
      found->PrefixListIds.emplace();
    }
    if (rule.CidrIpv4) {
      found->IpRanges->push_back({.Description = rule.Description, .CidrIp = rule.CidrIpv4});
    } else if (rule.CidrIpv6) {
      found->Ipv6Ranges->push_back({.Description = rule.Description, .CidrIpv6 = rule.CidrIpv6});
    } else if (rule.PrefixListId) {
      found->PrefixListIds->push_back(
          {.Description = rule.Description, .PrefixListId_ = rule.PrefixListId});
    } else {
      found->UserIdGroupPairs->push_back({.Description = rule.Description,
                                          .UserId = rule.ReferencedGroupInfo->UserId,
                                          .GroupId = rule.ReferencedGroupInfo->GroupId});
    }
  }
  return permissions;
}

bool is_same_rule(const Rule& a, const Rule& b) {
  const auto group = [](const Rule& rule) {
    return rule.ReferencedGroupInfo ? rule.ReferencedGroupInfo->GroupId : std::nullopt;
  };
  return std::tie(a.IsEgress, a.IpProtocol, a.FromPort, a.ToPort, a.CidrIpv4, a.CidrIpv6,
                  a.PrefixListId) == std::tie(b.IsEgress, b.IpProtocol, b.FromPort, b.ToPort,
                                              b.CidrIpv4, b.CidrIpv6, b.PrefixListId) &&
         group(a) == group(b);
}

std::string to_string(const Rule& rule) {
  // Observed: `peer: 0.0.0.0/0, TCP, from port: 22, to port: 22, ALLOW`.
  const std::string peer = rule.CidrIpv4       ? *rule.CidrIpv4
                           : rule.CidrIpv6     ? *rule.CidrIpv6
                           : rule.PrefixListId ? *rule.PrefixListId
                                               : *rule.ReferencedGroupInfo->GroupId;
  std::string protocol = *rule.IpProtocol == "-1" ? "ALL" : *rule.IpProtocol;
  std::ranges::transform(protocol, protocol.begin(), [](char character) {
    return character >= 'a' && character <= 'z' ? char(character - 'a' + 'A') : character;
  });
  std::string text = "peer: " + peer + ", " + protocol;
  if (protocol != "ALL") {
    text += ", from port: " + std::to_string(*rule.FromPort) +
            ", to port: " + std::to_string(*rule.ToPort);
  }
  return text + ", ALLOW";
}

std::vector<Rule> add_rules(Context& context, const std::string& group_id, std::vector<Rule> rules,
                            const Tags& tags) {
  for (Rule& rule : rules) {
    rule.SecurityGroupRuleId = context.new_id("sgr-");
    rule.SecurityGroupRuleArn =
        context.arn("ec2", "security-group-rule/" + *rule.SecurityGroupRuleId);
    rule.Tags = to_wire(tags);
    context.state.rule_groups.insert(*rule.SecurityGroupRuleId, {.id = group_id});
  }
  context.state.security_groups.update(group_id, [&](SecurityGroupRecord& row) {
    row.rules.insert(row.rules.end(), rules.begin(), rules.end());
  });
  dispatch::note_path_change(context, group_id);
  return rules;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html
api::ec2::AuthorizeSecurityGroupIngressResult authorize_security_group_ingress(
    Context& context, const api::ec2::AuthorizeSecurityGroupIngressRequest& request) {
  return authorize<api::ec2::AuthorizeSecurityGroupIngressResult>(context, Direction::ingress,
                                                                  request);
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupEgress.html
api::ec2::AuthorizeSecurityGroupEgressResult authorize_security_group_egress(
    Context& context, const api::ec2::AuthorizeSecurityGroupEgressRequest& request) {
  return authorize<api::ec2::AuthorizeSecurityGroupEgressResult>(context, Direction::egress,
                                                                 request);
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroupRules.html
api::ec2::DescribeSecurityGroupRulesResult describe_security_group_rules(
    Context& context, const api::ec2::DescribeSecurityGroupRulesRequest& request) {
  const Selection<Ec2State, Rule> selection(context.state, request.Filters,
                                            kSecurityGroupRulesFilters,
                                            [](const Rule& rule) { return tag_span(rule.Tags); });
  const auto rule_of = [&](const std::string& rule_id, const LinkRecord& link) -> const Rule& {
    const auto& rules = context.state.security_groups.find(link.id)->rules;
    return *std::ranges::find(rules, rule_id, &Rule::SecurityGroupRuleId);
  };
  for (const auto& id : api::each(request.SecurityGroupRuleIds)) {
    if (!context.state.rule_groups.contains(id)) throw invalid_security_group_rule_id_not_found(id);
  }
  const auto ids = api::each(request.SecurityGroupRuleIds);
  const Page page(request.MaxResults, request.NextToken);
  api::ec2::DescribeSecurityGroupRulesResult result;
  auto& shown = result.SecurityGroupRules.emplace();
  auto row = page.after ? context.state.rule_groups.upper_bound(*page.after)
                        : context.state.rule_groups.begin();
  for (const auto end = context.state.rule_groups.end(); row != end; ++row) {
    const bool is_wanted = ids.empty() || std::ranges::find(ids, row->first) != ids.end();
    const Rule& rule = rule_of(row->first, row->second);
    if (!is_wanted || !selection.passes(rule)) continue;
    if (shown.size() == page.limit) {
      result.NextToken = make_token(*shown.back().SecurityGroupRuleId);
      break;
    }
    shown.push_back(rule);
  }
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html
api::ec2::RevokeSecurityGroupIngressResult revoke_security_group_ingress(
    Context& context, const api::ec2::RevokeSecurityGroupIngressRequest& request) {
  return revoke<api::ec2::RevokeSecurityGroupIngressResult>(context, Direction::ingress, request);
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupEgress.html
api::ec2::RevokeSecurityGroupEgressResult revoke_security_group_egress(
    Context& context, const api::ec2::RevokeSecurityGroupEgressRequest& request) {
  return revoke<api::ec2::RevokeSecurityGroupEgressResult>(context, Direction::egress, request);
}

}  // namespace fallstreak::services::ec2
