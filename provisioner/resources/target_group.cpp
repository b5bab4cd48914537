#include "api/elbv2/target_groups.h"
#include "api/elbv2/targets.h"
#include "client/call.h"
#include "provisioner/resources/elb_tags.h"
#include "provisioner/resources/numbers.h"
#include "provisioner/resources/resources.h"

namespace fallstreak::provisioner {
namespace {

namespace elbv2 = api::elbv2;
using client::call;

// AWS: the defaults of CreateTargetGroup, so that a manifest shows what it gets.
constexpr Property kProperties[] = {
    {.name = "vpc", .kind = Property::Kind::reference, .required = true, .immutable = true},
    {.name = "protocol", .default_value = "HTTP", .immutable = true},
    {.name = "port", .kind = Property::Kind::number, .default_value = "80", .immutable = true},
    {.name = "target-type",
     .default_value = "instance",
     .immutable = true,
     .help = "or `alb`, with `load-balancer`"},
    {.name = "load-balancer",
     .kind = Property::Kind::reference,
     .default_value = "",
     .help = "the Application Load Balancer that is the target; with a listener at `port`"},
    {.name = "health-protocol", .default_value = "HTTP", .help = "or `HTTPS`"},
    {.name = "health-path", .default_value = "/"},
    {.name = "health-interval",
     .kind = Property::Kind::number,
     .default_value = "30",
     .help = "seconds"},
    {.name = "health-timeout",
     .kind = Property::Kind::number,
     .default_value = "5",
     .help = "seconds"},
    {.name = "healthy-threshold", .kind = Property::Kind::number, .default_value = "5"},
    {.name = "unhealthy-threshold", .kind = Property::Kind::number, .default_value = "2"},
    {.name = "deregistration-delay",
     .kind = Property::Kind::number,
     .default_value = "300",
     .help = "seconds"},
    {.name = "algorithm",
     .default_value = "round_robin",
     .help = "or `least_outstanding_requests`, `weighted_random`"},
    {.name = "anomaly-mitigation",
     .default_value = "off",
     .help = "or `on`, with `weighted_random`"},
    {.name = "cross-zone",
     .default_value = "use_load_balancer_configuration",
     .help = "or `true`, `false`"}};

/// Properties that are attributes of the API.
struct AttributeProperty {
  std::string_view property, key, default_value;
};
constexpr AttributeProperty kAttributes[] = {
    {"deregistration-delay", "deregistration_delay.timeout_seconds", "300"},
    {"algorithm", "load_balancing.algorithm.type", "round_robin"},
    {"anomaly-mitigation", "load_balancing.algorithm.anomaly_mitigation", "off"},
    {"cross-zone", "load_balancing.cross_zone.enabled", "use_load_balancer_configuration"}};

void add_attributes(const Destination& where, const std::string& arn, Properties& properties) {
  const auto found = value_of(
      call<elbv2::DescribeTargetGroupAttributes>(*where.transport, {.TargetGroupArn = arn}));
  for (const auto& [property, key, default_value] : kAttributes) {
    // A target group of a Network Load Balancer lacks some; there is nothing to change then.
    std::string value(default_value);
    for (const auto& attribute : api::each(found.Attributes)) {
      if (attribute.Key == key) value = attribute.Value.value_or("");
    }
    properties.insert_or_assign(std::string(property), std::move(value));
  }
}

/// The load balancer that is a group's target; instances are no part of the manifest.
std::string load_balancer_of(const Destination& where, const elbv2::TargetGroup& group) {
  if (group.TargetType != "alb") return {};
  const auto found = value_of(call<elbv2::DescribeTargetHealth>(
      *where.transport, {.TargetGroupArn = group.TargetGroupArn}));
  for (const auto& one : api::each(found.TargetHealthDescriptions)) {
    if (one.TargetHealth->State != "draining") return one.Target->Id.value_or("");
  }
  return {};
}

void set_load_balancer(const Destination& where, const Observed& group, const Desired& desired) {
  const std::string& before = group.properties.find("load-balancer")->second;
  if (before == desired["load-balancer"]) return;
  // AWS: a group has one Application Load Balancer at a time.
  if (!before.empty()) {
    value_of(call<elbv2::DeregisterTargets>(
        *where.transport, {.TargetGroupArn = group.id, .Targets = {{{.Id = before}}}}));
  }
  if (desired["load-balancer"].empty()) return;
  value_of(call<elbv2::RegisterTargets>(
      *where.transport,
      {.TargetGroupArn = group.id, .Targets = {{{.Id = desired["load-balancer"]}}}}));
}

std::vector<Observed> list(const Destination& where) {
  std::vector<elbv2::TargetGroup> groups;
  std::vector<std::string> arns;
  value_of(client::paginate<elbv2::DescribeTargetGroups>(
      *where.transport, {}, [&](const elbv2::DescribeTargetGroupsOutput& page) {
        for (const auto& group : api::each(page.TargetGroups)) {
          groups.push_back(group);
          arns.push_back(group.TargetGroupArn.value_or(""));
        }
      }));
  const auto owned = owned_arns(where, arns);
  std::vector<Observed> found;
  for (const auto& group : groups) {
    const std::string arn = group.TargetGroupArn.value_or("");
    const auto name = owned.find(arn);
    if (name == owned.end()) continue;
    found.push_back(
        {.name = name->second,
         .type = "target-group",
         .id = arn,
         .properties = {{"vpc", group.VpcId.value_or("")},
                        {"protocol", group.Protocol.value_or("")},
                        {"port", number_text(group.Port)},
                        {"target-type", group.TargetType.value_or("")},
                        {"load-balancer", load_balancer_of(where, group)},
                        {"health-protocol", group.HealthCheckProtocol.value_or("")},
                        {"health-path", group.HealthCheckPath.value_or("")},
                        {"health-interval", number_text(group.HealthCheckIntervalSeconds)},
                        {"health-timeout", number_text(group.HealthCheckTimeoutSeconds)},
                        {"healthy-threshold", number_text(group.HealthyThresholdCount)},
                        {"unhealthy-threshold", number_text(group.UnhealthyThresholdCount)}}});
    add_attributes(where, arn, found.back().properties);
  }
  return found;
}

std::string create(const Destination& where, const Desired& desired) {
  const auto made = value_of(call<elbv2::CreateTargetGroup>(
      *where.transport, {.Name = where.physical_name(desired.name),
                         .Protocol = desired["protocol"],
                         .Port = number_of(desired, "port"),
                         .VpcId = desired["vpc"],
                         .HealthCheckProtocol = desired["health-protocol"],
                         .HealthCheckPath = desired["health-path"],
                         .HealthCheckIntervalSeconds = number_of(desired, "health-interval"),
                         .HealthCheckTimeoutSeconds = number_of(desired, "health-timeout"),
                         .HealthyThresholdCount = number_of(desired, "healthy-threshold"),
                         .UnhealthyThresholdCount = number_of(desired, "unhealthy-threshold"),
                         .TargetType = desired["target-type"],
                         .Tags = elb_owner_tags(where, desired.name)}));
  return made.TargetGroups->front().TargetGroupArn.value();
}

void update(const Destination& where, const Observed& group, const Desired& desired) {
  value_of(call<elbv2::ModifyTargetGroup>(
      *where.transport, {.TargetGroupArn = group.id,
                         .HealthCheckProtocol = desired["health-protocol"],
                         .HealthCheckPath = desired["health-path"],
                         .HealthCheckIntervalSeconds = number_of(desired, "health-interval"),
                         .HealthCheckTimeoutSeconds = number_of(desired, "health-timeout"),
                         .HealthyThresholdCount = number_of(desired, "healthy-threshold"),
                         .UnhealthyThresholdCount = number_of(desired, "unhealthy-threshold")}));
  set_load_balancer(where, group, desired);
  std::vector<elbv2::TargetGroupAttribute> changed;
  for (const auto& [property, key, default_value] : kAttributes) {
    if (group.properties.find(property)->second == desired[property]) continue;
    changed.push_back({.Key = std::string(key), .Value = desired[property]});
  }
  if (changed.empty()) return;
  value_of(call<elbv2::ModifyTargetGroupAttributes>(
      *where.transport, {.TargetGroupArn = group.id, .Attributes = changed}));
}

void destroy(const Destination& where, const Observed& group) {
  // AWS: deleting a target group that is not there succeeds.
  value_of(call<elbv2::DeleteTargetGroup>(*where.transport, {.TargetGroupArn = group.id}));
}

bool always(const Destination&, const Observed&) { return true; }

}  // namespace

constinit const Driver kTargetGroup{"target-group", kProperties, list,   create,
                                    update,         destroy,     always, always};

}  // namespace fallstreak::provisioner
