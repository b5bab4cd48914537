#include <algorithm>

#include "api/autoscaling/groups.h"
#include "client/call.h"
#include "provisioner/resources/numbers.h"
#include "provisioner/resources/resources.h"

namespace fallstreak::provisioner {
namespace {

namespace autoscaling = api::autoscaling;
using client::call;

constexpr Property kProperties[] = {
    {.name = "launch-template", .kind = Property::Kind::reference, .required = true},
    {.name = "subnets", .kind = Property::Kind::references, .required = true},
    {.name = "min", .kind = Property::Kind::number, .required = true},
    {.name = "max", .kind = Property::Kind::number, .required = true},
    {.name = "desired",
     .kind = Property::Kind::number,
     .default_value = "",
     .help = "left to scaling when not given; `min` at the beginning"},
    {.name = "target-groups", .kind = Property::Kind::references, .default_value = ""},
    {.name = "health-check", .default_value = "EC2", .help = "EC2 or ELB"},
    {.name = "grace", .kind = Property::Kind::number, .default_value = "0", .help = "seconds"},
    {.name = "cooldown", .kind = Property::Kind::number, .default_value = "300", .help = "seconds"},
    {.name = "warmup",
     .kind = Property::Kind::number,
     .default_value = "",
     .help = "seconds until a new instance counts; none when not given"},
    {.name = "zones", .default_value = "balanced-best-effort", .help = "or balanced-only"},
    {.name = "instance-types",
     .default_value = "",
     .help = "those of a mixed instances group, the first preferred: `m4.xlarge, c5.xlarge`"},
    {.name = "on-demand-base", .kind = Property::Kind::number, .default_value = "0", .help = "of a mixed group"},
    {.name = "on-demand-percentage",
     .kind = Property::Kind::number,
     .default_value = "100",
     .help = "above the base, of a mixed group"},
    {.name = "spot-strategy", .default_value = "lowest-price", .help = "of a mixed group"},
    {.name = "capacity-rebalance", .kind = Property::Kind::boolean, .default_value = "no"}};

std::optional<std::vector<autoscaling::Tag>> owner_tags(const Destination& where, std::string_view name) {
  const auto tag = [&](std::string_view key, std::string_view value) {
    return autoscaling::Tag{.ResourceId = where.physical_name(name),
                            .ResourceType = "auto-scaling-group",
                            .Key = std::string(key),
                            .Value = std::string(value),
                            .PropagateAtLaunch = true};
  };
  return {{tag("Name", where.physical_name(name)), tag(kStackTag, where.stack), tag(kResourceTag, name)}};
}

std::string tag_of(const autoscaling::AutoScalingGroup& group, std::string_view key) {
  for (const auto& tag : api::each(group.Tags)) {
    if (tag.Key == key) return tag.Value.value_or("");
  }
  return {};
}

/// AWS writes subnets as one text: "subnet-a,subnet-b".
std::vector<std::string> subnets_of(const std::optional<std::string>& identifier) {
  std::vector<std::string> subnets;
  std::string_view rest = identifier ? std::string_view(*identifier) : std::string_view();
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    subnets.emplace_back(rest.substr(0, comma));
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
  }
  return subnets;
}

std::string comma_separated(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : ",") + part;
  return text;
}

/// A mixed instances group has its template in its policy.
std::string launch_template_of(const autoscaling::AutoScalingGroup& group) {
  if (group.MixedInstancesPolicy) {
    return group.MixedInstancesPolicy->LaunchTemplate->LaunchTemplateSpecification->LaunchTemplateId.value_or("");
  }
  return group.LaunchTemplate ? group.LaunchTemplate->LaunchTemplateId.value_or("") : "";
}

/// What a group without a policy has is what the properties say when nothing is given.
Properties mixed_properties(const autoscaling::AutoScalingGroup& group) {
  Properties properties{{"instance-types", ""},
                        {"on-demand-base", "0"},
                        {"on-demand-percentage", "100"},
                        {"spot-strategy", "lowest-price"},
                        {"capacity-rebalance", group.CapacityRebalance.value_or(false) ? "yes" : "no"}};
  if (!group.MixedInstancesPolicy) return properties;
  const auto& policy = *group.MixedInstancesPolicy;
  std::string& types = properties["instance-types"];
  for (const auto& one : api::each(policy.LaunchTemplate->Overrides)) {
    types += (types.empty() ? "" : ", ") + one.InstanceType.value_or("");
  }
  if (!policy.InstancesDistribution) return properties;
  const auto& distribution = *policy.InstancesDistribution;
  properties["on-demand-base"] = number_text(distribution.OnDemandBaseCapacity);
  properties["on-demand-percentage"] = number_text(distribution.OnDemandPercentageAboveBaseCapacity);
  properties["spot-strategy"] = distribution.SpotAllocationStrategy.value_or("");
  return properties;
}

Observed observe(const autoscaling::AutoScalingGroup& group) {
  const auto targets = api::each(group.TargetGroupARNs);
  Observed observed{.name = tag_of(group, kResourceTag),
          .type = "auto-scaling-group",
          .id = group.AutoScalingGroupName.value_or(""),
          .properties = {{"launch-template", launch_template_of(group)},
                         {"subnets", join(subnets_of(group.VPCZoneIdentifier))},
                         {"min", number_text(group.MinSize)},
                         {"max", number_text(group.MaxSize)},
                         {"desired", number_text(group.DesiredCapacity)},
                         {"target-groups", join({targets.begin(), targets.end()})},
                         {"health-check", group.HealthCheckType.value_or("")},
                         {"grace", number_text(group.HealthCheckGracePeriod)},
                         {"cooldown", number_text(group.DefaultCooldown)},
                         {"warmup", number_text(group.DefaultInstanceWarmup)},
                         {"zones", group.AvailabilityZoneDistribution
                                       ? group.AvailabilityZoneDistribution->CapacityDistributionStrategy.value_or("")
                                       : "balanced-best-effort"}},
          .leaving = group.Status.has_value()};
  observed.properties.merge(mixed_properties(group));
  return observed;
}

/// What a group launches from: its template, or a policy that mixes types and purchase options.
template <class Request>
void set_launch_source(Request& request, const Desired& desired) {
  const autoscaling::LaunchTemplateSpecification launch_template{.LaunchTemplateId = desired["launch-template"],
                                                                 .Version = "$Default"};
  if (desired["instance-types"].empty()) {
    request.LaunchTemplate = launch_template;
    return;
  }
  auto& policy = request.MixedInstancesPolicy.emplace();
  policy.LaunchTemplate = {{.LaunchTemplateSpecification = launch_template}};
  auto& overrides = policy.LaunchTemplate->Overrides.emplace();
  for (const auto& type : split(desired["instance-types"])) overrides.push_back({.InstanceType = type});
  policy.InstancesDistribution = {{.OnDemandBaseCapacity = number_of(desired, "on-demand-base"),
                                   .OnDemandPercentageAboveBaseCapacity = number_of(desired, "on-demand-percentage"),
                                   .SpotAllocationStrategy = desired["spot-strategy"]}};
}

std::vector<Observed> list(const Destination& where) {
  std::vector<Observed> found;
  value_of(client::paginate<autoscaling::DescribeAutoScalingGroups>(
      *where.transport,
      {.Filters = {{autoscaling::Filter{.Name = "tag:" + std::string(kStackTag), .Values = {{where.stack}}}}}},
      [&](const autoscaling::AutoScalingGroupsType& page) {
        for (const auto& group : api::each(page.AutoScalingGroups)) found.push_back(observe(group));
      }));
  return found;
}

std::string create(const Destination& where, const Desired& desired) {
  autoscaling::CreateAutoScalingGroupType request{
      .AutoScalingGroupName = where.physical_name(desired.name),
      .MinSize = number_of(desired, "min"),
      .MaxSize = number_of(desired, "max"),
      .DefaultCooldown = number_of(desired, "cooldown"),
      .HealthCheckType = desired["health-check"],
      .HealthCheckGracePeriod = number_of(desired, "grace"),
      .VPCZoneIdentifier = comma_separated(desired.list("subnets")),
      .Tags = owner_tags(where, desired.name),
      .AvailabilityZoneDistribution =
          autoscaling::AvailabilityZoneDistribution{.CapacityDistributionStrategy = desired["zones"]}};
  set_launch_source(request, desired);
  request.CapacityRebalance = desired["capacity-rebalance"] == "yes";
  if (!desired["target-groups"].empty()) request.TargetGroupARNs = desired.list("target-groups");
  if (!desired["desired"].empty()) request.DesiredCapacity = number_of(desired, "desired");
  if (!desired["warmup"].empty()) request.DefaultInstanceWarmup = number_of(desired, "warmup");
  value_of(call<autoscaling::CreateAutoScalingGroup>(*where.transport, request));
  return where.physical_name(desired.name);
}

void update_target_groups(const Destination& where, const Observed& group, const Desired& desired) {
  const auto wanted = desired.list("target-groups");
  const auto known = group.properties.find("target-groups");
  const auto present = known == group.properties.end() ? std::vector<std::string>() : split(known->second);
  std::vector<std::string> missing, surplus;
  std::ranges::copy_if(wanted, std::back_inserter(missing),
                       [&](const auto& arn) { return std::ranges::find(present, arn) == present.end(); });
  std::ranges::copy_if(present, std::back_inserter(surplus),
                       [&](const auto& arn) { return std::ranges::find(wanted, arn) == wanted.end(); });
  if (!missing.empty()) {
    value_of(call<autoscaling::AttachLoadBalancerTargetGroups>(
        *where.transport, {.AutoScalingGroupName = group.id, .TargetGroupARNs = missing}));
  }
  if (!surplus.empty()) {
    value_of(call<autoscaling::DetachLoadBalancerTargetGroups>(
        *where.transport, {.AutoScalingGroupName = group.id, .TargetGroupARNs = surplus}));
  }
}

void update(const Destination& where, const Observed& group, const Desired& desired) {
  autoscaling::UpdateAutoScalingGroupType request{
      .AutoScalingGroupName = group.id,
      .MinSize = number_of(desired, "min"),
      .MaxSize = number_of(desired, "max"),
      .DefaultCooldown = number_of(desired, "cooldown"),
      .HealthCheckType = desired["health-check"],
      .HealthCheckGracePeriod = number_of(desired, "grace"),
      .VPCZoneIdentifier = comma_separated(desired.list("subnets")),
      .AvailabilityZoneDistribution =
          autoscaling::AvailabilityZoneDistribution{.CapacityDistributionStrategy = desired["zones"]}};
  set_launch_source(request, desired);
  request.CapacityRebalance = desired["capacity-rebalance"] == "yes";
  if (!desired["desired"].empty()) request.DesiredCapacity = number_of(desired, "desired");
  if (!desired["warmup"].empty()) {
    request.DefaultInstanceWarmup = number_of(desired, "warmup");
  } else if (!group.properties.at("warmup").empty()) {
    request.DefaultInstanceWarmup = -1;  // AWS: takes it away
  }
  value_of(call<autoscaling::UpdateAutoScalingGroup>(*where.transport, request));
  update_target_groups(where, group, desired);
}

void destroy(const Destination& where, const Observed& group) {
  const auto gone = call<autoscaling::DeleteAutoScalingGroup>(
      *where.transport, {.AutoScalingGroupName = group.id, .ForceDelete = true});
  // AWS: "AutoScalingGroup name not found"
  if (!gone && gone.error().code != "ValidationError") throw gone.error();
}

std::optional<autoscaling::AutoScalingGroup> describe(const Destination& where, const Observed& group) {
  const auto found = value_of(call<autoscaling::DescribeAutoScalingGroups>(
      *where.transport, {.AutoScalingGroupNames = {{group.id}}}));
  const auto groups = api::each(found.AutoScalingGroups);
  if (groups.empty()) return std::nullopt;
  return groups.front();
}

bool has_its_capacity(const Destination& where, const Observed& observed) {
  const auto group = describe(where, observed);
  if (!group) return false;
  const auto in_service = std::ranges::count_if(api::each(group->Instances), [](const auto& instance) {
    return instance.LifecycleState == "InService";
  });
  return in_service >= group->DesiredCapacity.value_or(0);
}

bool is_gone(const Destination& where, const Observed& group) { return !describe(where, group); }

}  // namespace

constinit const Driver kAutoScalingGroup{"auto-scaling-group", kProperties, list,             create,
                                         update,               destroy,     has_its_capacity, is_gone};

}  // namespace fallstreak::provisioner
