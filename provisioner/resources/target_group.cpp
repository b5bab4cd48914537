#include "api/elbv2/target_groups.h"
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
    {.name = "health-path", .default_value = "/"},
    {.name = "health-interval", .kind = Property::Kind::number, .default_value = "30", .help = "seconds"},
    {.name = "health-timeout", .kind = Property::Kind::number, .default_value = "5", .help = "seconds"},
    {.name = "healthy-threshold", .kind = Property::Kind::number, .default_value = "5"},
    {.name = "unhealthy-threshold", .kind = Property::Kind::number, .default_value = "2"},
    {.name = "deregistration-delay",
     .kind = Property::Kind::number,
     .default_value = "300",
     .help = "seconds"}};
constexpr std::string_view kDelay = "deregistration_delay.timeout_seconds";

std::string deregistration_delay(const Place& place, const std::string& arn) {
  const auto found =
      value_of(call<elbv2::DescribeTargetGroupAttributes>(*place.transport, {.TargetGroupArn = arn}));
  for (const auto& attribute : api::each(found.Attributes)) {
    if (attribute.Key == kDelay) return attribute.Value.value_or("");
  }
  return {};
}

std::vector<Observed> list(const Place& place) {
  std::vector<elbv2::TargetGroup> groups;
  std::vector<std::string> arns;
  value_of(client::paginate<elbv2::DescribeTargetGroups>(
      *place.transport, {}, [&](const elbv2::DescribeTargetGroupsOutput& page) {
        for (const auto& group : api::each(page.TargetGroups)) {
          groups.push_back(group);
          arns.push_back(group.TargetGroupArn.value_or(""));
        }
      }));
  const auto owned = owned_arns(place, arns);
  std::vector<Observed> found;
  for (const auto& group : groups) {
    const std::string arn = group.TargetGroupArn.value_or("");
    const auto name = owned.find(arn);
    if (name == owned.end()) continue;
    found.push_back({.name = name->second,
                     .type = "target-group",
                     .id = arn,
                     .properties = {{"vpc", group.VpcId.value_or("")},
                                    {"protocol", group.Protocol.value_or("")},
                                    {"port", number_text(group.Port)},
                                    {"health-path", group.HealthCheckPath.value_or("")},
                                    {"health-interval", number_text(group.HealthCheckIntervalSeconds)},
                                    {"health-timeout", number_text(group.HealthCheckTimeoutSeconds)},
                                    {"healthy-threshold", number_text(group.HealthyThresholdCount)},
                                    {"unhealthy-threshold", number_text(group.UnhealthyThresholdCount)},
                                    {"deregistration-delay", deregistration_delay(place, arn)}}});
  }
  return found;
}

std::string create(const Place& place, const Desired& desired) {
  const auto made = value_of(call<elbv2::CreateTargetGroup>(
      *place.transport, {.Name = place.physical_name(desired.name),
                         .Protocol = desired["protocol"],
                         .Port = number_of(desired, "port"),
                         .VpcId = desired["vpc"],
                         .HealthCheckPath = desired["health-path"],
                         .HealthCheckIntervalSeconds = number_of(desired, "health-interval"),
                         .HealthCheckTimeoutSeconds = number_of(desired, "health-timeout"),
                         .HealthyThresholdCount = number_of(desired, "healthy-threshold"),
                         .UnhealthyThresholdCount = number_of(desired, "unhealthy-threshold"),
                         .TargetType = "instance",
                         .Tags = elb_owner_tags(place, desired.name)}));
  return made.TargetGroups->front().TargetGroupArn.value();
}

void update(const Place& place, const Observed& group, const Desired& desired) {
  value_of(call<elbv2::ModifyTargetGroup>(
      *place.transport, {.TargetGroupArn = group.id,
                         .HealthCheckPath = desired["health-path"],
                         .HealthCheckIntervalSeconds = number_of(desired, "health-interval"),
                         .HealthCheckTimeoutSeconds = number_of(desired, "health-timeout"),
                         .HealthyThresholdCount = number_of(desired, "healthy-threshold"),
                         .UnhealthyThresholdCount = number_of(desired, "unhealthy-threshold")}));
  value_of(call<elbv2::ModifyTargetGroupAttributes>(
      *place.transport,
      {.TargetGroupArn = group.id,
       .Attributes = {{elbv2::TargetGroupAttribute{.Key = std::string(kDelay),
                                                   .Value = desired["deregistration-delay"]}}}}));
}

void destroy(const Place& place, const Observed& group) {
  // AWS: deleting a target group that is not there succeeds.
  value_of(call<elbv2::DeleteTargetGroup>(*place.transport, {.TargetGroupArn = group.id}));
}

bool always(const Place&, const Observed&) { return true; }

}  // namespace

constinit const Driver kTargetGroup{"target-group", kProperties, list,   create,
                                    update,         destroy,     always, always};

}  // namespace fallstreak::provisioner
