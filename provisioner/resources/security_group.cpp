#include <algorithm>
#include <charconv>

#include "api/ec2/security_groups.h"
#include "client/call.h"
#include "provisioner/resources/ec2_tags.h"
#include "provisioner/resources/resources.h"

namespace fallstreak::provisioner {
namespace {

namespace ec2 = api::ec2;
using client::call;

constexpr Property kProperties[] = {
    {.name = "vpc", .kind = Property::Kind::reference, .required = true, .immutable = true},
    {.name = "description", .default_value = "Made by Fallstreak", .immutable = true},
    {.name = "ingress",
     .kind = Property::Kind::list,
     .default_value = "",
     .help = "rules: `tcp 80 from 0.0.0.0/0`, `tcp 8080-8090 from @edge`, `all from @web`"}};

/// `tcp 80 from 10.0.0.0/8`; `all from sg-0123`.
std::string rule_text(const ec2::IpPermission& permission, std::string_view source) {
  if (permission.IpProtocol == "-1") return "all from " + std::string(source);
  std::string text = permission.IpProtocol.value_or("") + " " + std::to_string(permission.FromPort.value_or(0));
  if (permission.ToPort != permission.FromPort) text += "-" + std::to_string(permission.ToPort.value_or(0));
  return text + " from " + std::string(source);
}

std::vector<std::string> rules_of(const ec2::SecurityGroup& group) {
  std::vector<std::string> rules;
  for (const auto& permission : api::each(group.IpPermissions)) {
    for (const auto& range : api::each(permission.IpRanges)) {
      rules.push_back(rule_text(permission, range.CidrIp.value_or("")));
    }
    for (const auto& pair : api::each(permission.UserIdGroupPairs)) {
      rules.push_back(rule_text(permission, pair.GroupId.value_or("")));
    }
  }
  return rules;
}

std::int32_t number(std::string_view text) {
  std::int32_t value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw ApiError("InvalidManifest", "'" + std::string(text) + "' is not a port");
  }
  return value;
}

ec2::IpPermission parse_rule(std::string_view rule) {
  const auto from = rule.find(" from ");
  if (from == std::string_view::npos) {
    throw ApiError("InvalidManifest", "rule '" + std::string(rule) + "' is not of the form `tcp 80 from SOURCE`");
  }
  std::string_view what = rule.substr(0, from);
  const std::string source(rule.substr(from + 6));
  ec2::IpPermission permission;
  if (what == "all") {
    permission.IpProtocol = "-1";
  } else {
    const auto space = what.find(' ');
    permission.IpProtocol = std::string(what.substr(0, space));
    std::string_view ports = space == std::string_view::npos ? std::string_view() : what.substr(space + 1);
    const auto dash = ports.find('-');
    permission.FromPort = number(ports.substr(0, dash));
    permission.ToPort = dash == std::string_view::npos ? permission.FromPort : number(ports.substr(dash + 1));
  }
  if (source.starts_with("sg-")) {
    permission.UserIdGroupPairs = {{ec2::UserIdGroupPair{.GroupId = source}}};
  } else {
    permission.IpRanges = {{ec2::IpRange{.CidrIp = source}}};
  }
  return permission;
}

std::vector<Observed> list(const Destination& where) {
  std::vector<Observed> found;
  value_of(client::paginate<ec2::DescribeSecurityGroups>(
      *where.transport, {.Filters = owned_by(where)}, [&](const ec2::DescribeSecurityGroupsResult& page) {
        for (const auto& group : api::each(page.SecurityGroups)) {
          found.push_back({.name = logical_name(group.Tags),
                           .type = "security-group",
                           .id = group.GroupId.value_or(""),
                           .properties = {{"vpc", group.VpcId.value_or("")},
                                          {"description", group.Description.value_or("")},
                                          {"ingress", join(rules_of(group))}}});
        }
      }));
  return found;
}

std::string create(const Destination& where, const Desired& desired) {
  const auto made = value_of(call<ec2::CreateSecurityGroup>(
      *where.transport, {.Description = desired["description"],
                         .GroupName = where.physical_name(desired.name),
                         .VpcId = desired["vpc"],
                         .TagSpecifications = owner_tags(where, desired.name, "security-group")}));
  return made.GroupId.value();
}

void update(const Destination& where, const Observed& group, const Desired& desired) {
  const auto wanted = desired.list("ingress");
  const auto ingress = group.properties.find("ingress");
  const auto present = ingress == group.properties.end() ? std::vector<std::string>() : split(ingress->second);
  std::vector<ec2::IpPermission> missing, surplus;
  for (const auto& rule : wanted) {
    if (std::ranges::find(present, rule) == present.end()) missing.push_back(parse_rule(rule));
  }
  for (const auto& rule : present) {
    if (std::ranges::find(wanted, rule) == wanted.end()) surplus.push_back(parse_rule(rule));
  }
  // New rules first: a change of rules must not cut off traffic that both allow.
  if (!missing.empty()) {
    value_of(call<ec2::AuthorizeSecurityGroupIngress>(*where.transport,
                                                      {.GroupId = group.id, .IpPermissions = missing}));
  }
  if (!surplus.empty()) {
    value_of(call<ec2::RevokeSecurityGroupIngress>(*where.transport,
                                                   {.GroupId = group.id, .IpPermissions = surplus}));
  }
}

void destroy(const Destination& where, const Observed& group) {
  const auto gone = call<ec2::DeleteSecurityGroup>(*where.transport, {.GroupId = group.id});
  if (!gone && gone.error().code != "InvalidGroup.NotFound") throw gone.error();
}

bool always(const Destination&, const Observed&) { return true; }

}  // namespace

constinit const Driver kSecurityGroup{"security-group", kProperties, list,   create,
                                      update,           destroy,     always, always};

}  // namespace fallstreak::provisioner
