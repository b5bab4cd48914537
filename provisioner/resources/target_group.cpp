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

std::string deregistration_delay(const Destination& where, const std::string& arn) {
  const auto found =
      value_of(call<elbv2::DescribeTargetGroupAttributes>(*where.transport, {.TargetGroupArn = arn}));
  for (const auto& attribute : api::each(found.Attributes)) {
    if (attribute.Key == kDelay) return attribute.Value.value_or("");
  }
  return {};
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
                                    {"deregistration-delay", deregistration_delay(where, arn)}}});
  }
  return found;
}

std::string create(const Destination& where, const Desired& desired) {
  const auto made = value_of(call<elbv2::CreateTargetGroup>(
      *where.transport, {.Name = where.physical_name(desired.name),
                         .Protocol = desired["protocol"],
                         .Port = number_of(desired, "port"),
                         .VpcId = desired["vpc"],
                         .HealthCheckPath = desired["health-path"],
                         .HealthCheckIntervalSeconds = number_of(desired, "health-interval"),
                         .HealthCheckTimeoutSeconds = number_of(desired, "health-timeout"),
                         .HealthyThresholdCount = number_of(desired, "healthy-threshold"),
                         .UnhealthyThresholdCount = number_of(desired, "unhealthy-threshold"),
                         .TargetType = "instance",
                         .Tags = elb_owner_tags(where, desired.name)}));
  return made.TargetGroups->front().TargetGroupArn.value();
}

void update(const Destination& where, const Observed& group, const Desired& desired) {
  value_of(call<elbv2::ModifyTargetGroup>(
      *where.transport, {.TargetGroupArn = group.id,
                         .HealthCheckPath = desired["health-path"],
                         .HealthCheckIntervalSeconds = number_of(desired, "health-interval"),
                         .HealthCheckTimeoutSeconds = number_of(desired, "health-timeout"),
                         .HealthyThresholdCount = number_of(desired, "healthy-threshold"),
                         .UnhealthyThresholdCount = number_of(desired, "unhealthy-threshold")}));
  value_of(call<elbv2::ModifyTargetGroupAttributes>(
      *where.transport,
      {.TargetGroupArn = group.id,
       .Attributes = {{elbv2::TargetGroupAttribute{.Key = std::string(kDelay),
                                                   .Value = desired["deregistration-delay"]}}}}));
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
