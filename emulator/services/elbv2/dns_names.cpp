#include "services/elbv2/dns_names.h"

#include <algorithm>

#include "base/check.h"
#include "base/dns_name.h"
#include "dispatch/name_servers.h"
#include "services/elbv2/attributes.h"
#include "services/elbv2/group_health.h"
#include "services/elbv2/lookup.h"

namespace fallstreak::services::elbv2 {
namespace {

using dispatch::ServedEndpoint;

std::string key_of(const api::elbv2::LoadBalancer& load_balancer) {
  const auto name = canonical_dns_name(*load_balancer.DNSName);
  CHECK(name.has_value()) << *load_balancer.DNSName << " is no domain name";
  return *name;
}

}  // namespace

bool is_cross_zone(const LoadBalancerRecord& record, const TargetGroupRecord& group) {
  const auto of_balancer = attribute(load_balancer_attribute_rules(*record.load_balancer.Type),
                                     record.attributes, "load_balancing.cross_zone.enabled");
  const auto of_group = attribute(attribute_rules_of(group.target_group), group.attributes,
                                  "load_balancing.cross_zone.enabled");
  return (of_group == "true") ||
         (of_group == "use_load_balancer_configuration" && of_balancer == "true");
}

ArnSet groups_of(const Context& context, const std::string& load_balancer_arn) {
  ArnSet groups;
  const auto add = [&](const std::optional<Actions>& actions) {
    groups.merge(forward_targets(actions));
  };
  for (const auto& row : context.state.listeners.range(listeners_prefix(load_balancer_arn))) {
    add(row.second.listener.DefaultActions);
  }
  for (const auto& row : context.state.rules.range(rules_prefix(load_balancer_arn))) {
    add(row.second.rule.Actions);
  }
  return groups;
}

void publish_name(Context& context, const api::elbv2::LoadBalancer& load_balancer) {
  dispatch::name_servers(context.world())
      .endpoints.put(key_of(load_balancer), {.account_id = context.account_id(),
                                             .region = context.region(),
                                             .resource_arn = *load_balancer.LoadBalancerArn,
                                             .hosted_zone_id = *load_balancer.CanonicalHostedZoneId,
                                             .nodes = {}});
}

void publish_nodes(Context& context, const LoadBalancerRecord& record) {
  const auto& load_balancer = record.load_balancer;
  std::vector<dispatch::ServedNode> nodes;
  for (const auto& node : record.nodes) {
    // AWS: who has no public address of IPv4 is found by IPv6 alone.
    const bool has_ipv4 = load_balancer.IpAddressType != "dualstack-without-public-ipv4";
    nodes.push_back({.zone = node.zone,
                     .ip_address = has_ipv4 ? node.ip_address : std::string(),
                     .ipv6_address = node.ipv6_address,
                     .is_healthy = false});
  }
  dispatch::name_servers(context.world())
      .endpoints.update(key_of(load_balancer),
                        [&](ServedEndpoint& endpoint) { endpoint.nodes = std::move(nodes); });
  judge_nodes(context, record);
}

void withdraw_name(Context& context, const api::elbv2::LoadBalancer& load_balancer) {
  dispatch::name_servers(context.world()).endpoints.erase(key_of(load_balancer));
}

void judge_nodes(Context& context, const LoadBalancerRecord& record) {
  auto& endpoints = dispatch::name_servers(context.world()).endpoints;
  const std::string key = key_of(record.load_balancer);
  const ServedEndpoint* known = endpoints.find(key);
  if (known == nullptr || known->nodes.empty()) return;
  // AWS: every target group needs enough healthy targets; one without registered targets has none.
  const ArnSet groups = groups_of(context, *record.load_balancer.LoadBalancerArn);
  std::vector<bool> healthy(known->nodes.size(), !groups.empty());
  for (const auto& arn : groups) {
    const auto* group = context.state.target_groups.find(arn);
    if (group == nullptr) continue;
    const GroupHealth health = health_of(context, *group, record);
    const HealthyMinimum minimum = dns_minimum(*group);
    for (std::size_t i = 0; i < healthy.size(); ++i) {
      if (!health.is_met(minimum, known->nodes[i].zone)) healthy[i] = false;
    }
  }
  const auto is_same = [&](const dispatch::ServedNode& node) {
    return node.is_healthy == healthy[std::size_t(&node - known->nodes.data())];
  };
  if (std::ranges::all_of(known->nodes, is_same)) return;
  endpoints.update(key, [&](ServedEndpoint& endpoint) {
    for (std::size_t i = 0; i < healthy.size(); ++i) endpoint.nodes[i].is_healthy = healthy[i];
  });
}

}  // namespace fallstreak::services::elbv2
