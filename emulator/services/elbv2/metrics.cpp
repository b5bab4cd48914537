#include "services/elbv2/metrics.h"

#include <algorithm>
#include <map>

#include "dispatch/held_metric.h"
#include "dispatch/metric_publisher.h"
#include "services/elbv2/dns_names.h"
#include "services/elbv2/lookup.h"

namespace fallstreak::services::elbv2 {
namespace {

using api::cloudwatch::MetricDatum;
using std::chrono::minutes;
using MetricDimensions = std::vector<std::pair<std::string, std::string>>;

/// The row of `host_counts` that says that an event is on its way; no ARN is called so.
constexpr std::string_view kPublishingKey = "publishing";
/// AWS: as many values in a datum.
constexpr std::size_t kMostValues = 150;

/// AWS: dimensions hold the end of the ARN: `app/web/50dc6c495c0c9188`, `targetgroup/web/73e2...`.
std::string dimension_of(std::string_view arn) {
  constexpr std::string_view kLoadBalancer = ":loadbalancer/";
  const auto found = arn.find(kLoadBalancer);
  if (found != std::string_view::npos) return std::string(arn.substr(found + kLoadBalancer.size()));
  return std::string(arn.substr(arn.rfind(':') + 1));
}

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

void schedule_next(Context& context) {
  const Duration minute = minutes(1);
  world::Event event;
  event.due = context.now() + minute - context.now().time_since_epoch() % minute;
  event.event_class = world::EventClass::metrics;
  event.entity = "elbv2-metrics";
  event.kind = "elbv2.metrics-due";
  event.scope = context.caller().scope(dispatch::Scope::regional);
  context.world().events().schedule(std::move(event));
}

/// Data of load balancers for the minute that began at `start`.
class Minute {
 public:
  Minute(Context& context, Time start) : publisher_(context, "AWS/ApplicationELB"), start_(start) {}

  MetricDatum& add(std::string_view name, const MetricDimensions& dimensions,
                   std::string_view unit) {
    return publisher_.add(name, dimensions, start_, unit);
  }
  void send() { publisher_.send(); }

 private:
  dispatch::MetricPublisher publisher_;
  Time start_;
};

void add_response_times(Minute& minute, const MetricDimensions& dimensions,
                        const std::vector<dispatch::ResponseTime>& times) {
  for (std::size_t first = 0; first < times.size(); first += kMostValues) {
    MetricDatum& datum = minute.add("TargetResponseTime", dimensions, "Seconds");
    datum.Values.emplace();
    datum.Counts.emplace();
    for (std::size_t i = first; i < std::min(times.size(), first + kMostValues); ++i) {
      datum.Values->push_back(times[i].seconds);
      datum.Counts->push_back(times[i].count);
    }
  }
}

/// One minute of one load balancer or of one of its target groups. AWS: what is zero is not
/// published.
void add_traffic(Minute& minute, const MetricDimensions& dimensions,
                 const dispatch::Traffic& traffic, bool is_target_group) {
  if (traffic.requests > 0) {
    // AWS: each request counts one, so that the sum is the only statistic that says something.
    MetricDatum& datum = minute.add("RequestCount", dimensions, "Count");
    datum.StatisticValues = {
        {.SampleCount = traffic.requests, .Sum = traffic.requests, .Minimum = 1, .Maximum = 1}};
  }
  add_response_times(minute, dimensions, traffic.response_times);
  for (std::size_t digit = 2; digit <= 5; ++digit) {
    const std::string family = std::to_string(digit) + "XX_Count";
    if (traffic.target_answers[digit] > 0) {
      minute.add("HTTPCode_Target_" + family, dimensions, "Count").Value =
          traffic.target_answers[digit];
    }
    // AWS: answers of the load balancer itself belong to no target group.
    if (!is_target_group && digit > 2 && traffic.load_balancer_answers[digit] > 0) {
      minute.add("HTTPCode_ELB_" + family, dimensions, "Count").Value =
          traffic.load_balancer_answers[digit];
    }
  }
}

void add(dispatch::Traffic& sum, const dispatch::Traffic& one) {
  sum.requests += one.requests;
  sum.response_times.insert(sum.response_times.end(), one.response_times.begin(),
                            one.response_times.end());
  for (std::size_t digit = 0; digit < std::size(sum.target_answers); ++digit) {
    sum.target_answers[digit] += one.target_answers[digit];
    sum.load_balancer_answers[digit] += one.load_balancer_answers[digit];
  }
}

void publish_traffic(Context& context) {
  const Time start = context.now() - minutes(1);
  Minute minute(context, start);
  std::map<std::string, dispatch::Traffic> load_balancers;
  for (const auto& [arn, group] : context.state.target_groups) {
    const LoadBalancerRecord* load_balancer = active_load_balancer(context, group);
    if (load_balancer == nullptr) continue;
    const std::string name = dimension_of(group.load_balancer_arn);
    if (!name.starts_with("app/")) continue;
    const auto traffic =
        context.environment().traffic({.account_id = context.account_id(),
                                       .region = context.region(),
                                       .load_balancer_arn = group.load_balancer_arn,
                                       .target_group_arn = arn,
                                       .start = start,
                                       .end = context.now()});
    if (!traffic) continue;
    const MetricDimensions dimensions = {{"LoadBalancer", name},
                                         {"TargetGroup", dimension_of(arn)}};
    add_traffic(minute, dimensions, *traffic, true);
    const double healthy = host_counts(context, arn, *load_balancer)[""].healthy;
    if (traffic->requests > 0 && healthy > 0) {
      minute.add("RequestCountPerTarget", dimensions, "Count").Value = traffic->requests / healthy;
      minute.add("RequestCountPerTarget", {dimensions[1]}, "Count").Value =
          traffic->requests / healthy;
    }
    add(load_balancers[name], *traffic);
  }
  for (const auto& [name, traffic] : load_balancers) {
    add_traffic(minute, {{"LoadBalancer", name}}, traffic, false);
  }
  minute.send();
}

}  // namespace

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

void start_traffic_metrics(Context& context) {
  if (context.state.host_counts.contains(kPublishingKey)) return;
  context.state.host_counts.put(std::string(kPublishingKey), {});
  schedule_next(context);
}

void on_metrics_due(Context& context, const world::Event&) {
  if (context.state.load_balancers.begin() == context.state.load_balancers.end()) {
    context.state.host_counts.erase(kPublishingKey);
    return;
  }
  schedule_next(context);
  if (context.environment().traffic) publish_traffic(context);
}

}  // namespace fallstreak::services::elbv2
