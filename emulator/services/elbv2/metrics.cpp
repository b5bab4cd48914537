#include "services/elbv2/metrics.h"

#include <map>

#include "dispatch/held_metric.h"
#include "services/elbv2/dns_names.h"
#include "services/elbv2/lookup.h"

namespace fallstreak::services::elbv2 {
namespace {

std::string namespace_of(std::string_view load_balancer_dimension) {
  return load_balancer_dimension.starts_with("net/") ? "AWS/NetworkELB" : "AWS/ApplicationELB";
}

struct HostCount {
  double healthy = 0;
  double unhealthy = 0;
};

/// Publishes a count from now on, or no longer when it is null.
void hold(Context& context, const std::string& target_group_arn,
          const std::string& load_balancer_dimension, std::string_view zone,
          const HostCount* count) {
  MetricDimensions dimensions = {{"LoadBalancer", load_balancer_dimension},
                                 {"TargetGroup", dimension_of(target_group_arn)}};
  if (!zone.empty()) dimensions.push_back({"AvailabilityZone", std::string(zone)});
  const auto hold_one = [&](const char* name, double HostCount::*value) {
    dispatch::hold_metric(
        context, target_group_arn,
        {.metric_namespace = namespace_of(load_balancer_dimension),
         .name = name,
         .dimensions = dimensions,
         .value = count == nullptr ? std::nullopt : std::optional<double>(count->*value)});
  };
  hold_one("HealthyHostCount", &HostCount::healthy);
  hold_one("UnHealthyHostCount", &HostCount::unhealthy);
}

/// By zone, and under "" all together.
using HostCounts = std::map<std::string, HostCount, std::less<>>;

HostCounts host_counts(const Context& context, const std::string& target_group_arn,
                       const LoadBalancerRecord& load_balancer) {
  HostCounts counts = {{"", {}}};
  for (const auto& zone : api::each(load_balancer.load_balancer.AvailabilityZones)) {
    counts[*zone.ZoneName] = {};
  }
  for (const auto& [key, target] : context.state.targets.range(targets_prefix(target_group_arn))) {
    if (target.draining_until) continue;
    const bool is_healthy = target.health.status == HealthStatus::healthy;
    if (!is_healthy && target.health.status != HealthStatus::unhealthy) continue;
    for (const std::string_view place : {std::string_view(), std::string_view(target.zone)}) {
      const auto count = counts.find(place);
      if (count == counts.end()) continue;
      ++(is_healthy ? count->second.healthy : count->second.unhealthy);
    }
  }
  return counts;
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
    hold(context, target_group_arn, before.load_balancer, {}, nullptr);
    for (const auto& name : before.zones) {
      hold(context, target_group_arn, before.load_balancer, name, nullptr);
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
  for (const auto& [place, count] : host_counts(context, target_group_arn, *load_balancer)) {
    if (!zone.empty() && !place.empty() && place != zone) continue;
    hold(context, target_group_arn, after.load_balancer, place, &count);
  }
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
