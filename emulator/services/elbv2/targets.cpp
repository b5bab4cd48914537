#include <algorithm>
#include <array>
#include <charconv>

#include "api/ec2/instances.h"
#include "api/ec2/subnets.h"
#include "base/ip_block.h"
#include "dispatch/target_anomalies.h"
#include "services/elbv2/dns_names.h"
#include "services/elbv2/errors.h"
#include "services/elbv2/handlers.h"
#include "services/elbv2/health_checks.h"
#include "services/elbv2/lookup.h"
#include "services/elbv2/shifts.h"

namespace fallstreak::services::elbv2 {
namespace {

using api::elbv2::TargetDescription;

std::int32_t port_of(const TargetGroupRecord& group, const TargetDescription& target) {
  return target.Port.value_or(*group.target_group.Port);
}

std::string key_of(const TargetGroupRecord& group, const TargetDescription& target) {
  return target_key(*group.target_group.TargetGroupArn, *target.Id, port_of(group, target));
}

bool has_ipv6(const TargetGroupRecord& group) { return group.target_group.IpAddressType == "ipv6"; }

/// AWS: "each target must have an assigned primary IPv6 address"; empty when it has none.
std::string primary_ipv6_address(const api::ec2::Instance& instance) {
  for (const auto& interface : api::each(instance.NetworkInterfaces)) {
    for (const auto& address : api::each(interface.Ipv6Addresses)) {
      if (address.IsPrimaryIpv6 == true) return *address.Ipv6Address;
    }
  }
  return {};
}

TargetRecord instance_target(Context& context, const TargetGroupRecord& group,
                             const TargetDescription& wanted) {
  const std::string& id = *wanted.Id;
  if (!id.starts_with("i-")) throw validation_error("Instance ID '" + id + "' is not valid");
  const auto described = context.try_call<api::ec2::DescribeInstances>({.InstanceIds = {{id}}});
  if (!described) throw invalid_target("The following targets do not exist: '" + id + "'");
  const auto& instance = described->Reservations->front().Instances->front();
  // AWS: the instance must be running when it is registered.
  if (instance.State->Name != "running") {
    throw invalid_target(
        "The following targets are not in a running state and cannot be registered: '" + id + "'");
  }
  if (instance.VpcId != group.target_group.VpcId) {
    throw invalid_target("The following targets are not in the target group VPC '" +
                         *group.target_group.VpcId + "': '" + id + "'");
  }
  const std::string ip_address =
      has_ipv6(group) ? primary_ipv6_address(instance) : instance.PrivateIpAddress.value_or("");
  // Observed: https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/3692
  if (has_ipv6(group) && ip_address.empty()) {
    throw invalid_target(
        "The following targets cannot be used with this IPv6 target group because of missing "
        "primary IPv6 addresses: " +
        id);
  }
  return {.target = {.Id = id, .Port = port_of(group, wanted)},
          .zone = *instance.Placement->AvailabilityZone,
          .ip_address = ip_address,
          .health = {},
          .draining_until = {}};
}

/// The zone of the subnet that holds the address; empty when none of the VPC does.
std::string zone_of_address(Context& context, const TargetGroupRecord& group,
                            const IpAddress& address) {
  const auto described = context.call<api::ec2::DescribeSubnets>(
      {.Filters = {{{.Name = "vpc-id", .Values = {{*group.target_group.VpcId}}}}}});
  for (const auto& subnet : api::each(described.Subnets)) {
    const auto contains = [&](const std::optional<std::string>& text) {
      const auto block = text ? IpBlock::parse(*text) : std::nullopt;
      return block && block->contains(address);
    };
    if (contains(subnet.CidrBlock)) return *subnet.AvailabilityZone;
    for (const auto& one : api::each(subnet.Ipv6CidrBlockAssociationSet)) {
      if (contains(one.Ipv6CidrBlock)) return *subnet.AvailabilityZone;
    }
  }
  return {};
}

TargetRecord address_target(Context& context, const TargetGroupRecord& group,
                            const TargetDescription& wanted) {
  const std::string& id = *wanted.Id;
  const auto address = IpAddress::parse(id);
  if (!address || address->bits != (has_ipv6(group) ? 128 : 32)) {
    throw validation_error("The IP address '" + id + "' is not a valid " +
                           (has_ipv6(group) ? "IPv6" : "IPv4") + " address");
  }
  std::string zone = zone_of_address(context, group, *address);
  // AWS: addresses of IPv6 must be of the VPC.
  // https://docs.aws.amazon.com/whitepapers/latest/ipv6-on-aws/scaling-the-dual-stack-network-design-in-aws.html
  if (zone.empty() && has_ipv6(group)) {
    throw validation_error("The IP address '" + id +
                           "' must be within the IPv6 CIDR blocks of the VPC of the target group");
  }
  // AWS: an address outside the VPC is in the zone `all`, and the caller must say so.
  if (zone.empty() && wanted.AvailabilityZone != "all") {
    throw validation_error("You must specify the Availability Zone 'all' for the IP address '" +
                           id + "', which is outside the VPC of the target group");
  }
  if (zone.empty()) zone = "all";
  return {.target = {.Id = id, .Port = port_of(group, wanted), .AvailabilityZone = zone},
          .zone = zone,
          .ip_address = id,
          .health = {},
          .draining_until = {}};
}

/// A load balancer as the target of another.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html
TargetRecord load_balancer_target(Context& context, const TargetGroupRecord& group,
                                  const TargetDescription& wanted) {
  const std::string& arn = *wanted.Id;
  if (arn_kind(arn) != ArnKind::load_balancer) throw invalid_load_balancer_arn(arn);
  const auto* record = context.state.load_balancers.find(arn);
  if (record == nullptr) throw invalid_target("The following targets do not exist: '" + arn + "'");
  const auto& load_balancer = record->load_balancer;
  if (load_balancer.Type != "application") {
    throw invalid_target("The following targets are not Application Load Balancers: '" + arn + "'");
  }
  if (load_balancer.VpcId != group.target_group.VpcId) {
    throw invalid_target("The following targets are not in the target group VPC '" +
                         *group.target_group.VpcId + "': '" + arn + "'");
  }
  if (find_listener_at(context, arn, port_of(group, wanted)) == nullptr) {
    throw alb_target_without_listener();
  }
  // AWS: "You can register a single Application Load Balancer" with a group.
  const auto others =
      context.state.targets.range(targets_prefix(*group.target_group.TargetGroupArn));
  for (const auto& [key, other] : others) {
    if (!other.draining_until && key != key_of(group, wanted)) throw too_many_alb_targets();
  }
  return {.target = {.Id = arn, .Port = port_of(group, wanted)},
          .zone = "all",
          .ip_address = {},
          .health = {},
          .draining_until = {}};
}

TargetRecord checked_target(Context& context, const TargetGroupRecord& group,
                            const TargetDescription& wanted) {
  if (group.target_group.TargetType == "alb") return load_balancer_target(context, group, wanted);
  return group.target_group.TargetType == "ip" ? address_target(context, group, wanted)
                                               : instance_target(context, group, wanted);
}

using Reasons = std::array<std::string_view, 3>;
constexpr Reasons kNotConfigured = {
    "unused", "Target.NotInUse",
    "Target group is not configured to receive traffic from the load balancer"};
constexpr Reasons kZoneNotEnabled = {
    "unused", "Target.NotInUse",
    "Target is in an Availability Zone that is not enabled for the load balancer"};
constexpr Reasons kNotRegistered = {"unused", "Target.NotRegistered",
                                    "Target is not registered to the target group"};
constexpr Reasons kRegistering = {"initial", "Elb.RegistrationInProgress",
                                  "Target registration is in progress"};
constexpr Reasons kInitial = {"initial", "Elb.InitialHealthChecking",
                              "Initial health checks in progress"};
constexpr Reasons kDraining = {"draining", "Target.DeregistrationInProgress",
                               "Target deregistration is in progress"};

api::elbv2::TargetHealth health(const Reasons& reasons) {
  return {.State = std::string(reasons[0]),
          .Reason = std::string(reasons[1]),
          .Description = std::string(reasons[2])};
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html
api::elbv2::TargetHealth wire_health(const Context& context, const TargetGroupRecord& group,
                                     const TargetRecord& target) {
  if (target.draining_until) return health(kDraining);
  switch (target.health.status) {
    case HealthStatus::unchecked:
      if (group.load_balancer_arn.empty()) return health(kNotConfigured);
      // A load balancer that is not active yet has not begun to register targets.
      return active_load_balancer(context, group) == nullptr ? health(kRegistering)
                                                             : health(kZoneNotEnabled);
    case HealthStatus::registering:
      return health(kRegistering);
    case HealthStatus::initial:
      return health(kInitial);
    case HealthStatus::healthy:
      return {.State = "healthy"};
    case HealthStatus::unhealthy:
      return {.State = "unhealthy",
              .Reason = target.health.reason,
              .Description = target.health.description};
    case HealthStatus::invalid:
      return {.State = "unused",
              .Reason = target.health.reason,
              .Description = target.health.description};
  }
  return {};
}

std::string health_check_port(const TargetGroupRecord& group, std::int32_t target_port) {
  const std::string& port = *group.target_group.HealthCheckPort;
  return port == "traffic-port" ? std::to_string(target_port) : port;
}

/// AWS: shown when it is asked for, of groups whose protocol is HTTP or HTTPS.
std::optional<api::elbv2::AnomalyDetection> wire_anomaly(Context& context,
                                                         const TargetGroupRecord& group,
                                                         const std::string& key) {
  if (group.target_group.Protocol != "HTTP" && group.target_group.Protocol != "HTTPS") return {};
  const auto& known = dispatch::target_anomalies(context.world(),
                                                 context.caller().scope(dispatch::Scope::regional));
  const auto* anomaly = known.targets.find(key);
  const bool is_anomalous = anomaly != nullptr && anomaly->is_anomalous;
  const bool is_mitigated = anomaly != nullptr && anomaly->is_mitigated;
  return api::elbv2::AnomalyDetection{.Result = is_anomalous ? "anomalous" : "normal",
                                      .MitigationInEffect = is_mitigated ? "yes" : "no"};
}

bool wants_anomalies(const api::elbv2::DescribeTargetHealthInput& request) {
  return std::ranges::any_of(api::each(request.Include), [](const std::string& wanted) {
    return wanted == "AnomalyDetection" || wanted == "All";
  });
}

/// What all targets of a group have in common in an answer.
struct GroupFacts {
  const TargetGroupRecord& group;
  bool is_balanced = false;  // by a load balancer that is active
  bool is_cross_zone = false;
  std::string_view shifted_zone;
};

GroupFacts facts_of(Context& context, const TargetGroupRecord& group) {
  const auto* load_balancer = active_load_balancer(context, group);
  if (load_balancer == nullptr) return {group};
  return {group, true, is_cross_zone(*load_balancer, group), shifted_zone_of(context, group)};
}

api::elbv2::TargetHealthDescription wire_description(
    Context& context, const GroupFacts& facts, const TargetRecord& target,
    const api::elbv2::DescribeTargetHealthInput& request) {
  const TargetGroupRecord& group = facts.group;
  api::elbv2::TargetHealthDescription description{
      .Target = target.target,
      .HealthCheckPort = health_check_port(group, *target.target.Port),
      .TargetHealth = wire_health(context, group, target)};
  if (facts.is_balanced) {
    description.AdministrativeOverride =
        override_of(facts.shifted_zone, target.zone, facts.is_cross_zone);
  }
  if (wants_anomalies(request)) {
    description.AnomalyDetection = wire_anomaly(context, group, key_of(group, target.target));
  }
  return description;
}

}  // namespace

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RegisterTargets.html
api::elbv2::RegisterTargetsOutput register_targets(
    Context& context, const api::elbv2::RegisterTargetsInput& request) {
  const auto& group = find_target_group(context, *request.TargetGroupArn);
  for (const auto& wanted : api::each(request.Targets)) {
    const std::string key = key_of(group, wanted);
    const TargetRecord* existing = context.state.targets.find(key);
    if (existing != nullptr && !existing->draining_until) continue;
    // AWS: a target that drains and is registered again starts like a new one.
    context.state.targets.put(key, checked_target(context, group, wanted));
    start_checks(context, group, key);
  }
  return {};
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetHealth.html
api::elbv2::DescribeTargetHealthOutput describe_target_health(
    Context& context, const api::elbv2::DescribeTargetHealthInput& request) {
  const auto& group = find_target_group(context, *request.TargetGroupArn);
  const GroupFacts facts = facts_of(context, group);
  api::elbv2::DescribeTargetHealthOutput response;
  auto& list = response.TargetHealthDescriptions.emplace();
  if (api::each(request.Targets).empty()) {
    for (const auto& row : context.state.targets.range(targets_prefix(*request.TargetGroupArn))) {
      list.push_back(wire_description(context, facts, row.second, request));
    }
    return response;
  }
  for (const auto& wanted : api::each(request.Targets)) {
    if (const auto* target = context.state.targets.find(key_of(group, wanted))) {
      list.push_back(wire_description(context, facts, *target, request));
      continue;
    }
    const std::int32_t port = port_of(group, wanted);
    list.push_back({.Target = {{.Id = wanted.Id, .Port = port}},
                    .HealthCheckPort = health_check_port(group, port),
                    .TargetHealth = health(kNotRegistered)});
  }
  return response;
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeregisterTargets.html
api::elbv2::DeregisterTargetsOutput deregister_targets(
    Context& context, const api::elbv2::DeregisterTargetsInput& request) {
  const auto& group = find_target_group(context, *request.TargetGroupArn);
  const std::string prefix = targets_prefix(*request.TargetGroupArn);
  for (const auto& wanted : api::each(request.Targets)) {
    if (wanted.Port) {
      deregister(context, group, key_of(group, wanted));
      continue;
    }
    // AWS: without a port, the target leaves with every port that it was registered for.
    std::vector<std::string> keys;
    for (const auto& row : context.state.targets.range(prefix + *wanted.Id + ":")) {
      // Addresses of IPv6 may begin alike.
      if (row.second.target.Id == wanted.Id) keys.push_back(row.first);
    }
    for (const auto& key : keys) deregister(context, group, key);
  }
  // AWS: a target that is not registered is no error.
  return {};
}

}  // namespace fallstreak::services::elbv2
