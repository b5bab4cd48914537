#include "services/elbv2/metrics.h"

#include "dispatch/held_metric.h"
#include "services/elbv2/attributes.h"
#include "services/elbv2/dns_names.h"
#include "services/elbv2/group_health.h"
#include "services/elbv2/lookup.h"

namespace fallstreak::services::elbv2 {
namespace {

std::string namespace_of(std::string_view load_balancer_dimension) {
  return load_balancer_dimension.starts_with("net/") ? "AWS/NetworkELB" : "AWS/ApplicationELB";
}

/// Whose metrics these are, in all zones or in one.
struct Place {
  const std::string& target_group_arn;
  const std::string& load_balancer;  // `app/web/50dc6c495c0c9188`
  std::string_view zone;
};

/// Publishes a value from now on, or no longer when there is none.
void hold(Context& context, const Place& place, const char* name, std::optional<double> value) {
  MetricDimensions dimensions = {{"LoadBalancer", place.load_balancer},
                                 {"TargetGroup", dimension_of(place.target_group_arn)}};
  if (!place.zone.empty()) dimensions.push_back({"AvailabilityZone", std::string(place.zone)});
  dispatch::hold_metric(context, place.target_group_arn,
                        {.metric_namespace = namespace_of(place.load_balancer),
                         .name = name,
                         .dimensions = dimensions,
                         .value = value});
}

void hold_hosts(Context& context, const Place& place, const TargetCount& count) {
  hold(context, place, "HealthyHostCount", static_cast<double>(count.healthy));
  hold(context, place, "UnHealthyHostCount", static_cast<double>(count.unhealthy));
}

/// How many zones do as a group wants, of one zone or of all.
struct ZoneStates {
  int dns = 0;
  int routing = 0;
  int zones = 0;
};
void hold_states(Context& context, const Place& place, const ZoneStates& states) {
  hold(context, place, "HealthyStateDNS", states.dns);
  hold(context, place, "UnhealthyStateDNS", states.zones - states.dns);
  hold(context, place, "HealthyStateRouting", states.routing);
  hold(context, place, "UnhealthyStateRouting", states.zones - states.routing);
}

void forget_hosts(Context& context, const Place& place) {
  for (const char* name : {"HealthyHostCount", "UnHealthyHostCount", "HealthyStateDNS",
                           "UnhealthyStateDNS", "HealthyStateRouting", "UnhealthyStateRouting"}) {
    hold(context, place, name, std::nullopt);
  }
}

/// Counts the zones that have enough healthy targets. These change seldom, and are told when they
/// do.
void count_states(Context& context, const TargetGroupRecord& group, const GroupHealth& health) {
  const std::string& arn = *group.target_group.TargetGroupArn;
  const HostCountRecord& known = *context.state.host_counts.find(arn);
  const HealthyMinimum dns = dns_minimum(group);
  const HealthyMinimum routing = routing_minimum(group);
  std::vector<ZoneStates> zones;
  ZoneStates all;
  std::string states;
  for (const auto& zone : known.zones) {
    const ZoneStates& one =
        zones.emplace_back(ZoneStates{health.is_met(dns, zone), health.is_met(routing, zone), 1});
    all = {all.dns + one.dns, all.routing + one.routing, all.zones + 1};
    states += static_cast<char>('0' + one.dns * 2 + one.routing);
  }
  if (states == known.states) return;
  const std::string before = known.states;
  context.state.host_counts.update(arn, [&](HostCountRecord& record) { record.states = states; });
  const HostCountRecord now = *context.state.host_counts.find(arn);
  for (std::size_t i = 0; i < zones.size(); ++i) {
    const bool is_same = i < before.size() && before[i] == states[i];
    if (!is_same) hold_states(context, {arn, now.load_balancer, now.zones[i]}, zones[i]);
  }
  hold_states(context, {arn, now.load_balancer, {}}, all);
}

}  // namespace

std::string dimension_of(std::string_view arn) {
  constexpr std::string_view kLoadBalancer = ":loadbalancer/";
  const auto found = arn.find(kLoadBalancer);
  if (found != std::string_view::npos) return std::string(arn.substr(found + kLoadBalancer.size()));
  return std::string(arn.substr(arn.rfind(':') + 1));
}

void count_hosts(Context& context, const std::string& target_group_arn, std::string_view zone) {
  const TargetGroupRecord* group = context.state.target_groups.find(target_group_arn);
  const LoadBalancerRecord* load_balancer =
      group == nullptr ? nullptr : active_load_balancer(context, *group);
  HostCountRecord after;
  if (load_balancer != nullptr) {
    after.load_balancer = dimension_of(group->load_balancer_arn);
    for (const auto& enabled : api::each(load_balancer->load_balancer.AvailabilityZones)) {
      after.zones.push_back(*enabled.ZoneName);
    }
  }
  const auto* known = context.state.host_counts.find(target_group_arn);
  if (known != nullptr &&
      (known->load_balancer != after.load_balancer || known->zones != after.zones)) {
    const HostCountRecord before = *known;
    forget_hosts(context, {target_group_arn, before.load_balancer, {}});
    for (const auto& name : before.zones) {
      forget_hosts(context, {target_group_arn, before.load_balancer, name});
    }
    context.state.host_counts.erase(target_group_arn);
    known = nullptr;
  }
  if (load_balancer == nullptr) return;
  judge_nodes(context, *load_balancer);
  if (known == nullptr) {
    zone = {};
    context.state.host_counts.put(target_group_arn, after);
  }
  const GroupHealth health = health_of(context, *group, *load_balancer);
  hold_hosts(context, {target_group_arn, after.load_balancer, {}}, health.sum());
  for (const auto& place : after.zones) {
    if (!zone.empty() && place != zone) continue;
    hold_hosts(context, {target_group_arn, after.load_balancer, place}, health.zones.at(place));
  }
  count_states(context, *group, health);
}

void hold_reserved_units(Context& context, const std::string& load_balancer_arn,
                         std::int32_t units) {
  const std::string name = dimension_of(load_balancer_arn);
  // AWS: of 6,000 units "the one-hour total for ReservedLCUs is 6,000, and the one-minute total is
  // 100".
  constexpr double kMinutes = 60;
  dispatch::hold_metric(
      context, load_balancer_arn,
      {.metric_namespace = namespace_of(name),
       .name = "ReservedLCUs",
       .dimensions = {{"LoadBalancer", name}},
       .value = units == 0 ? std::nullopt : std::optional<double>(units / kMinutes)});
}

double healthy_hosts(const Context& context, const std::string& target_group_arn) {
  double healthy = 0;
  for (const auto& [key, target] : context.state.targets.range(targets_prefix(target_group_arn))) {
    const bool counts = !target.draining_until && target.health.status == HealthStatus::healthy;
    if (counts) ++healthy;
  }
  return healthy;
}

}  // namespace fallstreak::services::elbv2
