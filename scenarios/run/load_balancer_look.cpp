#include "scenarios/run/load_balancer_look.h"

#include <algorithm>
#include <charconv>

#include "base/check.h"
#include "dataplane/reachability/admission.h"
#include "load_balancer_entry.h"
#include "scenarios/run/must.h"

namespace fallstreak::scenarios {
namespace {

namespace elbv2 = api::elbv2;

template <class Attributes>
std::string value_of(const Attributes& attributes, std::string_view key) {
  for (const auto& attribute : api::each(attributes)) {
    if (attribute.Key == key) return attribute.Value.value_or("");
  }
  CHECK(false) << "the API describes every attribute, and lacks " << key;
  return {};
}

std::int64_t whole_number(const std::string& text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

template <class Attributes>
HealthyMinimum healthy_minimum(const Attributes& attributes, const std::string& action) {
  // Of `off` the number is 0.
  const std::string key = "target_group_health." + action + ".minimum_healthy_targets.";
  return {.count = std::size_t(whole_number(value_of(attributes, key + "count"))),
          .percentage = std::size_t(whole_number(value_of(attributes, key + "percentage")))};
}

dataplane::alb::Algorithm algorithm_of(std::string_view text) {
  using enum dataplane::alb::Algorithm;
  if (text == "least_outstanding_requests") return least_outstanding_requests;
  if (text == "weighted_random") return weighted_random;
  return round_robin;
}

/// Simulated clients keep no cookies, and simulated targets do not warm up: rather than ignore what
/// a stack asks for, a scenario says so.
[[noreturn]] void refuse(const std::string& what) {
  throw ApiError("NotImplemented", what + " has no effect on simulated traffic; serve it instead.",
                 501);
}

/// The target groups of the default action, with their weights; none when it does not forward.
std::vector<SeenTargetGroup> forwarded_to(const elbv2::Listener& listener) {
  std::vector<SeenTargetGroup> groups;
  for (const auto& action : api::each(listener.DefaultActions)) {
    if (!action.ForwardConfig) continue;
    const auto& stickiness = action.ForwardConfig->TargetGroupStickinessConfig;
    if (stickiness && stickiness->Enabled == true) refuse("Stickiness between target groups");
    for (const auto& group : api::each(action.ForwardConfig->TargetGroups)) {
      SeenTargetGroup& one = groups.emplace_back();
      one.arn = *group.TargetGroupArn;
      one.weight = static_cast<std::uint32_t>(group.Weight.value_or(1));
    }
  }
  return groups;
}

/// None for a listener without TLS.
std::optional<SeenCertificate> certificate_of(client::Acm& acm, const elbv2::Listener& listener) {
  const auto certificates = api::each(listener.Certificates);
  if (certificates.empty()) return std::nullopt;
  const auto described =
      must(acm.describe_certificate({.CertificateArn = certificates.front().CertificateArn}));
  const auto& detail = *described.Certificate;
  return SeenCertificate{*detail.NotBefore, *detail.NotAfter};
}

/// Chosen: simulated clients are anywhere in the internet, so a rule that lets certain addresses in
/// lets none of them in.
bool admits_the_internet(client::Transport& transport, const elbv2::LoadBalancer& load_balancer,
                         std::int32_t port) {
  if (api::each(load_balancer.SecurityGroups).empty()) return true;
  const auto rules = must(rules_of_groups(transport, *load_balancer.SecurityGroups));
  namespace reachability = dataplane::reachability;
  return reachability::admission(rules, port) == reachability::Admission::everybody;
}

/// Chosen: simulated clients are anywhere in the internet, so where a target sees their addresses,
/// what lets certain ones through lets none of them through.
std::vector<std::string> zones_closed_to_all(const dispatch::StoppedPath& path) {
  std::vector<std::string> zones = path.zones;
  zones.insert(zones.end(), path.limited_zones.begin(), path.limited_zones.end());
  return zones;
}

}  // namespace

void look_at_settings(client::Transport& transport, const std::string& physical_name,
                      SeenLoadBalancer& seen) {
  client::ElbV2 client(transport);
  client::Acm acm(transport);
  const auto found = must(client.describe_load_balancers({.Names = {{physical_name}}}));
  const auto& load_balancer = found.LoadBalancers->front();
  seen.arn = *load_balancer.LoadBalancerArn;
  seen.dns_name = *load_balancer.DNSName;
  const bool is_network = load_balancer.Type == "network";
  seen.zones.clear();
  for (const auto& zone : api::each(load_balancer.AvailabilityZones))
    seen.zones.push_back(*zone.ZoneName);

  const auto own = must(client.describe_load_balancer_attributes({.LoadBalancerArn = seen.arn}));
  if (!is_network) {
    seen.idle_timeout = std::chrono::seconds(
        whole_number(value_of(own.Attributes, "idle_timeout.timeout_seconds")));
  }
  seen.allows_shifts = value_of(own.Attributes, "zonal_shift.config.enabled") == "true";
  const std::string own_cross_zone = value_of(own.Attributes, "load_balancing.cross_zone.enabled");

  // The stack gives a load balancer one listener.
  const auto listeners = must(client.describe_listeners({.LoadBalancerArn = seen.arn}));
  const elbv2::Listener& listener = listeners.Listeners->front();
  seen.certificate = certificate_of(acm, listener);
  seen.is_admitted = admits_the_internet(transport, load_balancer, *listener.Port);
  auto groups = forwarded_to(listener);
  for (SeenTargetGroup& group : groups) {
    const auto known = std::ranges::find(seen.groups, group.arn, &SeenTargetGroup::arn);
    if (known != seen.groups.end()) group.targets = std::move(known->targets);
    // Of a Network Load Balancer there is one target, and nothing to choose.
    if (is_network) continue;
    const auto of_group =
        must(client.describe_target_group_attributes({.TargetGroupArn = group.arn}));
    if (value_of(of_group.Attributes, "stickiness.enabled") == "true") {
      refuse("Stickiness of the target group " + group.arn);
    }
    if (value_of(of_group.Attributes, "slow_start.duration_seconds") != "0") {
      refuse("Slow start of the target group " + group.arn);
    }
    group.algorithm = algorithm_of(value_of(of_group.Attributes, "load_balancing.algorithm.type"));
    group.mitigates_anomalies =
        value_of(of_group.Attributes, "load_balancing.algorithm.anomaly_mitigation") == "on";
    group.routing_minimum = healthy_minimum(of_group.Attributes, "unhealthy_state_routing");
    group.dns_minimum = healthy_minimum(of_group.Attributes, "dns_failover");
    std::string cross_zone = value_of(of_group.Attributes, "load_balancing.cross_zone.enabled");
    if (cross_zone == "use_load_balancer_configuration") cross_zone = own_cross_zone;
    group.cross_zone =
        cross_zone == "true" ? dataplane::alb::CrossZone::on : dataplane::alb::CrossZone::off;
  }
  seen.groups = std::move(groups);
}

std::vector<SeenTarget> look_at_targets(Cloud& cloud, client::ElbV2& client,
                                        const std::string& target_group_arn) {
  std::vector<SeenTarget> targets;
  const auto stopped = stopped_paths(cloud, target_group_arn);
  const auto found = must(client.describe_target_health({.TargetGroupArn = target_group_arn}));
  for (const auto& one : api::each(found.TargetHealthDescriptions)) {
    const bool is_shifted =
        one.AdministrativeOverride && one.AdministrativeOverride->State == "zonal_shift_active";
    targets.push_back(
        {*one.Target->Id, *one.TargetHealth->State, one.TargetHealth->Description.value_or(""),
         is_shifted ? dataplane::alb::Override::zonal_shift : dataplane::alb::Override::none});
    if (stopped.empty()) continue;
    const auto path = stopped.find(*one.Target->Id + ":" + std::to_string(*one.Target->Port));
    if (path != stopped.end()) targets.back().stopped_zones = zones_closed_to_all(path->second);
  }
  return targets;
}

}  // namespace fallstreak::scenarios
