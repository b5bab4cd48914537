#include <map>
#include <span>
#include <tuple>
#include <vector>

#include "base/capacity_units.h"
#include "dispatch/metric_publisher.h"
#include "dispatch/target_anomalies.h"
#include "dispatch/traffic.h"
#include "dispatch/zonal_shifts.h"
#include "services/elbv2/dns_names.h"
#include "services/elbv2/lookup.h"
#include "services/elbv2/metrics.h"

namespace fallstreak::services::elbv2 {
namespace {

using api::cloudwatch::MetricDatum;
using std::chrono::minutes;

/// The row of `host_counts` that says that an event is on its way; no ARN is called so.
constexpr std::string_view kPublishingKey = "publishing";
/// AWS: as many values in a datum.
constexpr std::size_t kMostValues = 150;

/// How many times a metric was counted in a datum.
enum class Samples : std::uint8_t {
  one,   // a sum, or a sample
  each,  // AWS: "Minimum, Maximum, and Average all return 1"
};
/// AWS: when a metric is reported.
enum class Reported : std::uint8_t { when_nonzero, always };
/// Whose it is besides the load balancer's.
enum class Owners : std::uint8_t { load_balancer, target_groups };

struct CountMetric {
  Counted counted;
  std::string_view name;
  Samples samples = Samples::one;
  Owners owners = Owners::load_balancer;
  std::string_view unit = "Count";
  Reported reported = Reported::when_nonzero;
};

constexpr CountMetric kApplicationMetrics[] = {
    {Counted::request, "RequestCount", Samples::each, Owners::target_groups},
    {Counted::target_2xx, "HTTPCode_Target_2XX_Count", Samples::each, Owners::target_groups},
    {Counted::target_3xx, "HTTPCode_Target_3XX_Count", Samples::each, Owners::target_groups},
    {Counted::target_4xx, "HTTPCode_Target_4XX_Count", Samples::each, Owners::target_groups},
    {Counted::target_5xx, "HTTPCode_Target_5XX_Count", Samples::each, Owners::target_groups},
    {Counted::target_connection_error, "TargetConnectionErrorCount", Samples::one,
     Owners::target_groups},
    {Counted::target_tls_error, "TargetTLSNegotiationErrorCount", Samples::one,
     Owners::target_groups},
    {Counted::unhealthy_routing_request, "UnhealthyRoutingRequestCount", Samples::one,
     Owners::target_groups},
    {Counted::processed_bytes, "ProcessedBytes", Samples::one, Owners::load_balancer, "Bytes"},
    {Counted::ipv6_request, "IPv6RequestCount", Samples::each},
    {Counted::ipv6_processed_bytes, "IPv6ProcessedBytes", Samples::one, Owners::load_balancer,
     "Bytes"},
    {Counted::client_tls_error, "ClientTLSNegotiationErrorCount"},
    {Counted::noncompliant_request, "DesyncMitigationMode_NonCompliant_Request_Count"},
    {Counted::dropped_invalid_header_request, "DroppedInvalidHeaderRequestCount"},
    {Counted::forwarded_invalid_header_request, "ForwardedInvalidHeaderRequestCount", Samples::one,
     Owners::load_balancer, "Count", Reported::always},
    {Counted::fixed_response, "HTTP_Fixed_Response_Count"},
    {Counted::redirect, "HTTP_Redirect_Count"},
    {Counted::elb_3xx, "HTTPCode_ELB_3XX_Count"},
    {Counted::elb_4xx, "HTTPCode_ELB_4XX_Count", Samples::each},
    {Counted::elb_5xx, "HTTPCode_ELB_5XX_Count", Samples::each},
    {Counted::elb_500, "HTTPCode_ELB_500_Count"},
    {Counted::elb_502, "HTTPCode_ELB_502_Count"},
    {Counted::elb_503, "HTTPCode_ELB_503_Count"},
    {Counted::elb_504, "HTTPCode_ELB_504_Count"},
    {Counted::auth_error, "ELBAuthError"},
    {Counted::auth_failure, "ELBAuthFailure"},
    {Counted::auth_success, "ELBAuthSuccess"},
    {Counted::auth_refresh_token_success, "ELBAuthRefreshTokenSuccess"},
    {Counted::auth_user_claims_size_exceeded, "ELBAuthUserClaimsSizeExceeded"},
};

constexpr CountMetric kNetworkMetrics[] = {
    {Counted::active_flow_tcp, "ActiveFlowCount_TCP"},
    {Counted::active_flow_tls, "ActiveFlowCount_TLS"},
    {Counted::new_flow_tcp, "NewFlowCount_TCP"},
    {Counted::new_flow_tls, "NewFlowCount_TLS"},
    {Counted::client_tls_error, "ClientTLSNegotiationErrorCount"},
    {Counted::target_tls_error, "TargetTLSNegotiationErrorCount"},
    {Counted::client_reset, "TCP_Client_Reset_Count", Samples::one, Owners::load_balancer, "Count",
     Reported::always},
    {Counted::target_reset, "TCP_Target_Reset_Count", Samples::one, Owners::load_balancer, "Count",
     Reported::always},
    {Counted::elb_reset, "TCP_ELB_Reset_Count", Samples::one, Owners::load_balancer, "Count",
     Reported::always},
    {Counted::unhealthy_routing_flow, "UnhealthyRoutingFlowCount"},
};

/// Data of load balancers for the minute that began at `start`.
class Minute {
 public:
  Minute(Context& context, std::string metric_namespace, Time start)
      : publisher_(context, std::move(metric_namespace)), start_(start) {}

  MetricDatum& add(std::string_view name, const MetricDimensions& dimensions,
                   std::string_view unit) {
    return publisher_.add(name, dimensions, start_, unit);
  }
  void add(const CountMetric& metric, const MetricDimensions& dimensions, std::uint64_t count) {
    MetricDatum& datum = add(metric.name, dimensions, metric.unit);
    const auto sum = static_cast<double>(count);
    if (metric.samples == Samples::one || count == 0) {
      datum.Value = sum;
    } else {
      datum.StatisticValues = {{.SampleCount = sum, .Sum = sum, .Minimum = 1, .Maximum = 1}};
    }
  }
  void add_values(std::string_view name, const MetricDimensions& dimensions, std::string_view unit,
                  const std::map<double, std::uint64_t>& values);
  void send() { publisher_.send(); }

 private:
  dispatch::MetricPublisher publisher_;
  Time start_;
};

void Minute::add_values(std::string_view name, const MetricDimensions& dimensions,
                        std::string_view unit, const std::map<double, std::uint64_t>& values) {
  MetricDatum* datum = nullptr;
  for (const auto& [value, count] : values) {
    if (datum == nullptr || datum->Values->size() == kMostValues) {
      datum = &add(name, dimensions, unit);
      datum->Values.emplace();
      datum->Counts.emplace();
    }
    datum->Values->push_back(value);
    datum->Counts->push_back(static_cast<double>(count));
  }
}

/// One minute of one load balancer, in all the dimensions of its metrics.
struct LoadBalancerMinute {
  std::string arn;
  std::string name;  // `app/web/50dc6c495c0c9188`
  std::vector<std::string> target_group_arns;
  bool has_stickiness = false;  // any of its target groups
  bool is_complete = false;
  TrafficCounts all;
  std::map<std::string, TrafficCounts> zones;
  std::map<std::string, TrafficCounts> groups;  // by ARN
  std::map<std::pair<std::string, std::string>, TrafficCounts> zones_of_groups;
};

void sort_out(const dispatch::Traffic& traffic, LoadBalancerMinute& minute) {
  minute.is_complete = traffic.is_complete;
  for (const auto& [zone, group, counts] : traffic.parts) {
    minute.all += counts;
    if (!zone.empty()) minute.zones[zone] += counts;
    if (!group.empty()) minute.groups[group] += counts;
    if (!zone.empty() && !group.empty()) minute.zones_of_groups[{group, zone}] += counts;
  }
}

template <std::size_t kMetrics>
void add_counts(Minute& minute, const CountMetric (&metrics)[kMetrics],
                const MetricDimensions& dimensions, const TrafficCounts& counts, Owners owners,
                bool is_complete) {
  for (const auto& metric : metrics) {
    if (owners == Owners::target_groups && metric.owners != owners) continue;
    const bool is_zero_reported = is_complete && metric.reported == Reported::always;
    const std::uint64_t count = counts[metric.counted];
    if (count > 0 || is_zero_reported) minute.add(metric, dimensions, count);
  }
}

/// What each combination of dimensions has alike.
void add_application(Minute& minute, const MetricDimensions& dimensions,
                     const TrafficCounts& counts, Owners owners, bool is_complete) {
  add_counts(minute, kApplicationMetrics, dimensions, counts, owners, is_complete);
  minute.add_values("TargetResponseTime", dimensions, "Seconds", counts.response_times);
  if (owners == Owners::target_groups) return;
  minute.add_values("ELBAuthLatency", dimensions, "Milliseconds", counts.auth_latencies);
}

/// A metric that is the sum of two counts, of one kind of connection each.
using SumOfCounts = std::tuple<std::string_view, Counted, Counted>;
constexpr SumOfCounts kConnections[] = {
    {"ActiveConnectionCount", Counted::active_client_connection, Counted::active_target_connection},
    {"NewConnectionCount", Counted::new_client_connection, Counted::new_target_connection}};
constexpr SumOfCounts kFlows[] = {
    {"ActiveFlowCount", Counted::active_flow_tcp, Counted::active_flow_tls},
    {"NewFlowCount", Counted::new_flow_tcp, Counted::new_flow_tls}};

void add_sums(Minute& minute, std::span<const SumOfCounts> metrics,
              const MetricDimensions& dimensions, const TrafficCounts& counts,
              bool is_zero_reported) {
  for (const auto& [name, one, other] : metrics) {
    const std::uint64_t sum = counts[one] + counts[other];
    if (sum > 0 || is_zero_reported) minute.add({one, name}, dimensions, sum);
  }
}

void publish_application(Context& context, Minute& minute, const LoadBalancerMinute& passed) {
  const MetricDimensions balancer = {{"LoadBalancer", passed.name}};
  const auto in_zone = [](MetricDimensions dimensions, const std::string& zone) {
    dimensions.push_back({"AvailabilityZone", zone});
    return dimensions;
  };
  const auto add_whole = [&](const MetricDimensions& dimensions, const TrafficCounts& counts) {
    add_application(minute, dimensions, counts, Owners::load_balancer, passed.is_complete);
    add_sums(minute, kConnections, dimensions, counts, false);
    if (passed.is_complete && passed.has_stickiness) {
      minute.add({Counted::non_sticky_request, "NonStickyRequestCount"}, dimensions,
                 counts[Counted::non_sticky_request]);
    }
    if (counts[Counted::grpc_request] > 0) {
      minute.add({Counted::grpc_request, "GrpcRequestCount", Samples::each}, dimensions,
                 counts[Counted::grpc_request]);
    }
  };
  add_whole(balancer, passed.all);
  for (const auto& [zone, counts] : passed.zones) add_whole(in_zone(balancer, zone), counts);
  if (passed.all[Counted::rule_evaluation] > 0) {
    minute.add({Counted::rule_evaluation, "RuleEvaluations"}, balancer,
               passed.all[Counted::rule_evaluation]);
  }
  if (passed.is_complete) {
    minute.add("ConsumedLCUs", balancer, "Count").Value = application_capacity_units(passed.all);
  }
  for (const auto& [arn, counts] : passed.groups) {
    const MetricDimensions group = {{"TargetGroup", dimension_of(arn)}};
    const MetricDimensions both = {balancer[0], group[0]};
    add_application(minute, both, counts, Owners::target_groups, passed.is_complete);
    if (counts[Counted::grpc_request] > 0) {
      minute.add({Counted::grpc_request, "GrpcRequestCount", Samples::each}, group,
                 counts[Counted::grpc_request]);
    }
    const double healthy = healthy_hosts(context, arn);
    if (counts[Counted::request] == 0 || healthy == 0) continue;
    const double share = static_cast<double>(counts[Counted::request]) / healthy;
    minute.add("RequestCountPerTarget", both, "Count").Value = share;
    minute.add("RequestCountPerTarget", group, "Count").Value = share;
  }
  for (const auto& [place, counts] : passed.zones_of_groups) {
    const MetricDimensions group = {{"TargetGroup", dimension_of(place.first)}};
    add_application(minute, in_zone({balancer[0], group[0]}, place.second), counts,
                    Owners::target_groups, passed.is_complete);
    if (counts[Counted::grpc_request] == 0) continue;
    minute.add({Counted::grpc_request, "GrpcRequestCount", Samples::each},
               in_zone(group, place.second), counts[Counted::grpc_request]);
  }
}

/// How many targets of a group are of some kind, in all and in each zone of its load balancer.
template <class IsCounted>
void add_host_counts(Context& context, Minute& minute, std::string_view name,
                     const std::string& load_balancer_arn, const std::string& group_arn,
                     const IsCounted& is_counted) {
  std::map<std::string, double> zones;
  double all = 0;
  const auto* load_balancer = context.state.load_balancers.find(load_balancer_arn);
  for (const auto& zone : api::each(load_balancer->load_balancer.AvailabilityZones)) {
    zones[*zone.ZoneName] = 0;
  }
  for (const auto& [key, target] : context.state.targets.range(targets_prefix(group_arn))) {
    if (target.draining_until || !is_counted(key, target)) continue;
    ++all;
    const auto zone = zones.find(target.zone);
    if (zone != zones.end()) ++zone->second;
  }
  MetricDimensions dimensions = {{"LoadBalancer", dimension_of(load_balancer_arn)},
                                 {"TargetGroup", dimension_of(group_arn)}};
  minute.add(name, dimensions, "Count").Value = all;
  dimensions.emplace_back();
  for (const auto& [zone, count] : zones) {
    dimensions.back() = {"AvailabilityZone", zone};
    minute.add(name, dimensions, "Count").Value = count;
  }
}

/// AWS: both are always reported; a group has them whose load balancer watches its targets.
void add_anomalies(Context& context, Minute& minute, const std::string& load_balancer_arn,
                   const std::string& group_arn) {
  const auto& known = dispatch::target_anomalies(context.world(),
                                                 context.caller().scope(dispatch::Scope::regional));
  const auto add = [&](std::string_view name, bool dispatch::AnomalousTarget::*is_so) {
    add_host_counts(context, minute, name, load_balancer_arn, group_arn,
                    [&](const std::string& key, const TargetRecord&) {
                      const auto* anomaly = known.targets.find(key);
                      return anomaly != nullptr && anomaly->*is_so;
                    });
  };
  add("AnomalousHostCount", &dispatch::AnomalousTarget::is_anomalous);
  add("MitigatedHostCount", &dispatch::AnomalousTarget::is_mitigated);
}

/// AWS: ZonalShiftedHostCount counts the targets "that are considered disabled due to zonal shift":
/// those of the zone, where every node reaches them. Shifts are few, and seldom.
void publish_shifts(Context& context) {
  const auto& shifts =
      dispatch::zonal_shifts(context.world(), context.caller().scope(dispatch::Scope::regional));
  if (shifts.active.size() == 0) return;
  const Time start = context.now() - minutes(1);
  Minute application(context, "AWS/ApplicationELB", start);
  Minute network(context, "AWS/NetworkELB", start);
  for (const auto& [arn, record] : context.state.load_balancers) {
    const std::string zone(dispatch::shifted_zone(shifts, arn));
    if (zone.empty()) continue;
    Minute& minute = record.load_balancer.Type == "network" ? network : application;
    for (const auto& group_arn : groups_of(context, arn)) {
      const auto* group = context.state.target_groups.find(group_arn);
      if (group == nullptr || !is_cross_zone(record, *group)) continue;
      add_host_counts(
          context, minute, "ZonalShiftedHostCount", arn, group_arn,
          [&](const std::string&, const TargetRecord& target) { return target.zone == zone; });
    }
  }
  application.send();
  network.send();
}

void publish_network(Minute& minute, const LoadBalancerMinute& passed) {
  const auto add_whole = [&](const MetricDimensions& dimensions, const TrafficCounts& counts) {
    add_counts(minute, kNetworkMetrics, dimensions, counts, Owners::load_balancer,
               passed.is_complete);
    add_sums(minute, kFlows, dimensions, counts, passed.is_complete);
  };
  const MetricDimensions balancer = {{"LoadBalancer", passed.name}};
  add_whole(balancer, passed.all);
  for (const auto& [zone, counts] : passed.zones) {
    add_whole({balancer[0], {"AvailabilityZone", zone}}, counts);
  }
}

void publish_traffic(Context& context) {
  const Time start = context.now() - minutes(1);
  Minute application(context, "AWS/ApplicationELB", start);
  Minute network(context, "AWS/NetworkELB", start);
  std::map<std::string, LoadBalancerMinute> balancers;
  for (const auto& [arn, record] : context.state.load_balancers) {
    if (record.load_balancer.State->Code != "active") continue;
    balancers.emplace(arn, LoadBalancerMinute{.arn = arn, .name = dimension_of(arn)});
  }
  for (const auto& [arn, group] : context.state.target_groups) {
    const auto found = balancers.find(group.load_balancer_arn);
    if (found == balancers.end()) continue;
    found->second.target_group_arns.push_back(arn);
    const auto sticky = group.attributes.find("stickiness.enabled");
    found->second.has_stickiness |= sticky != group.attributes.end() && sticky->second == "true";
  }
  for (auto& [arn, minute] : balancers) {
    const auto traffic =
        context.environment().traffic({.account_id = context.account_id(),
                                       .region = context.region(),
                                       .load_balancer_arn = arn,
                                       .target_group_arns = minute.target_group_arns,
                                       .start = start,
                                       .end = context.now()});
    if (!traffic) continue;
    sort_out(*traffic, minute);
    if (minute.name.starts_with("net/")) {
      publish_network(network, minute);
    } else {
      publish_application(context, application, minute);
      if (!traffic->watches_anomalies) continue;
      for (const auto& group : minute.target_group_arns) {
        add_anomalies(context, application, arn, group);
      }
    }
  }
  application.send();
  network.send();
}

}  // namespace

void start_traffic_metrics(Context& context) {
  if (context.state.host_counts.contains(kPublishingKey)) return;
  context.state.host_counts.put(std::string(kPublishingKey), {});
  dispatch::schedule_publication(context, "elbv2");
}

void on_metrics_due(Context& context, const world::Event&) {
  if (context.state.load_balancers.begin() == context.state.load_balancers.end()) {
    context.state.host_counts.erase(kPublishingKey);
    return;
  }
  dispatch::schedule_publication(context, "elbv2");
  publish_shifts(context);
  if (context.environment().traffic) publish_traffic(context);
}

}  // namespace fallstreak::services::elbv2
