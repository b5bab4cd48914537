#include "services/autoscaling/mixed_instances.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <set>
#include <span>

#include "api/ec2/instance_requirements.h"
#include "api/ec2/launch_templates.h"
#include "api/overlay.h"
#include "services/autoscaling/activities.h"
#include "services/autoscaling/errors.h"
#include "services/autoscaling/group_settings.h"
#include "services/autoscaling/lifecycle.h"

namespace fallstreak::services::autoscaling {
namespace {

using api::autoscaling::InstancesDistribution;
using api::autoscaling::LaunchTemplateOverrides;

constexpr std::int32_t kMostWeight = 999;

/// AWS: a whole number from 1 to 999.
std::int32_t parsed_weight(const std::string& text) {
  std::int32_t weight = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), weight);
  const bool is_number = problem == std::errc() && end == text.data() + text.size();
  if (!is_number || weight < 1 || weight > kMostWeight) {
    throw validation_error("WeightedCapacity '" + text +
                           "' is not valid. It must be a whole number between 1 and 999.");
  }
  return weight;
}

/// The types of any architecture that meet requirements, as EC2 finds them.
Outcome<api::ec2::GetInstanceTypesFromInstanceRequirementsResult> find_types(
    Context& context, const api::autoscaling::InstanceRequirements& requirements) {
  return context.try_call<api::ec2::GetInstanceTypesFromInstanceRequirements>(
      {.ArchitectureTypes = {{"x86_64", "arm64", "i386"}},
       .VirtualizationTypes = {{"hvm"}},
       .InstanceRequirements = api::convert<api::ec2::InstanceRequirementsRequest>(requirements)});
}

void check_requirements(Context& context, const LaunchTemplateOverrides& one) {
  // AWS: "If you specify InstanceRequirements, you can't specify InstanceType."
  if (one.InstanceType) {
    throw validation_error("InstanceType and InstanceRequirements are mutually exclusive.");
  }
  if (one.WeightedCapacity) {
    throw not_implemented("WeightedCapacity of an override with InstanceRequirements");
  }
  const auto found = find_types(context, *one.InstanceRequirements);
  if (found) return;
  if (found.error().status == 501) throw found.error();
  throw validation_error(found.error().message);
}

bool has_requirements(std::span<const LaunchTemplateOverrides> overrides) {
  return std::ranges::any_of(overrides,
                             [](const auto& one) { return one.InstanceRequirements.has_value(); });
}

void check_overrides(Context& context, std::span<const LaunchTemplateOverrides> overrides) {
  std::set<std::string> types;
  const bool is_by_attributes = has_requirements(overrides);
  for (const auto& one : overrides) {
    if (one.InstanceRequirements) {
      check_requirements(context, one);
      continue;
    }
    if (is_by_attributes) {
      throw validation_error(
          "Overrides must either all have InstanceRequirements or all name an InstanceType.");
    }
    if (!one.InstanceType) throw validation_error("Each override must name an instance type.");
    if (!types.insert(*one.InstanceType).second) {
      throw validation_error("Duplicate instance type: " + *one.InstanceType);
    }
    if (one.WeightedCapacity) parsed_weight(*one.WeightedCapacity);
  }
  // AWS: "if you specify a weight for one instance type, you must specify one for all".
  const auto weighted = std::ranges::count_if(
      overrides, [](const auto& one) { return one.WeightedCapacity.has_value(); });
  if (weighted != 0 && weighted != std::ssize(overrides)) {
    throw validation_error(
        "WeightedCapacity must be specified for all instance types of the mixed instances policy, "
        "or for none.");
  }
}

template <class Value, class Default>
void fill(std::optional<Value>& member, Default value) {
  if (!member) member = value;
}

void check_choice(const std::string& value, const char* name,
                  std::initializer_list<std::string_view> choices) {
  if (std::ranges::find(choices, value) == choices.end()) {
    throw validation_error(std::string(name) + " '" + value + "' is not valid");
  }
}

void check_range(std::int32_t value, const char* name, std::int32_t least, std::int32_t most) {
  if (value < least || value > most) {
    throw validation_error(std::string(name) + " must be between " + std::to_string(least) +
                           " and " + std::to_string(most) + ".");
  }
}

/// AWS's defaults, and what goes together.
void fill_distribution(InstancesDistribution& distribution, bool is_by_attributes) {
  // AWS: "Default: lowest-price for Auto Scaling groups that specify InstanceRequirements in the
  // overrides and prioritized for Auto Scaling groups that don't."
  fill(distribution.OnDemandAllocationStrategy, is_by_attributes ? "lowest-price" : "prioritized");
  fill(distribution.OnDemandBaseCapacity, 0);
  fill(distribution.OnDemandPercentageAboveBaseCapacity, 100);
  fill(distribution.SpotAllocationStrategy, "lowest-price");
  check_choice(*distribution.OnDemandAllocationStrategy, "OnDemandAllocationStrategy",
               {"prioritized", "lowest-price"});
  check_choice(*distribution.SpotAllocationStrategy, "SpotAllocationStrategy",
               {"lowest-price", "capacity-optimized", "capacity-optimized-prioritized",
                "price-capacity-optimized"});
  // AWS: what goes by the order of the overrides has none to go by.
  const bool is_ordered = *distribution.OnDemandAllocationStrategy == "prioritized" ||
                          *distribution.SpotAllocationStrategy == "capacity-optimized-prioritized";
  if (is_by_attributes && is_ordered) {
    throw validation_error(
        "The prioritized allocation strategies are not supported with InstanceRequirements.");
  }
  check_range(*distribution.OnDemandBaseCapacity, "OnDemandBaseCapacity", 0, 100'000);
  check_range(*distribution.OnDemandPercentageAboveBaseCapacity,
              "OnDemandPercentageAboveBaseCapacity", 0, 100);
  const bool is_cheapest = *distribution.SpotAllocationStrategy == "lowest-price";
  if (distribution.SpotInstancePools && !is_cheapest) {
    throw validation_error(
        "SpotInstancePools option is only available with the lowest-price allocation strategy.");
  }
  if (is_cheapest) fill(distribution.SpotInstancePools, 2);
  if (distribution.SpotInstancePools) {
    check_range(*distribution.SpotInstancePools, "SpotInstancePools", 1, 20);
  }
}

/// AWS: which instances are Spot Instances is the policy's to say, not the template's.
void check_market(Context& context, const api::autoscaling::LaunchTemplateSpecification& checked) {
  const auto versions = context.call<api::ec2::DescribeLaunchTemplateVersions>(
      {.LaunchTemplateId = checked.LaunchTemplateId, .Versions = {{*checked.Version}}});
  const auto& data = versions.LaunchTemplateVersions->front().LaunchTemplateData;
  if (data->InstanceMarketOptions) {
    throw validation_error(
        "Incompatible launch template: You cannot use a launch template that is set to request "
        "Spot Instances (InstanceMarketOptions) when you configure an Auto Scaling group with a "
        "mixed instances policy. Add a different launch template to the group and try again.");
  }
}

std::span<const LaunchTemplateOverrides> overrides_of(const GroupRecord& group) {
  const auto& policy = mixed_policy_of(group);
  if (!policy) return {};
  return api::each(policy->LaunchTemplate->Overrides);
}

/// The capacity that a group has of both markets, as far as it counts.
struct Capacity {
  std::int32_t on_demand = 0;
  std::int32_t spot = 0;
};

Capacity capacity_by_market(const Context& context, const GroupRecord& group) {
  Capacity capacity;
  const std::string prefix = group_prefix(*group.group.AutoScalingGroupName);
  for (const auto& row : context.state.members.range(prefix)) {
    const InstanceRecord& record = *context.state.instances.find(row.second);
    const std::string& lifecycle = *record.instance.LifecycleState;
    if (!is_pending(lifecycle) && lifecycle != kInService) continue;
    (record.is_spot ? capacity.spot : capacity.on_demand) += record.weight;
  }
  return capacity;
}

}  // namespace

api::autoscaling::MixedInstancesPolicy checked_mixed_policy(
    Context& context, const api::autoscaling::MixedInstancesPolicy& wanted) {
  if (!wanted.LaunchTemplate || !wanted.LaunchTemplate->LaunchTemplateSpecification) {
    throw validation_error(
        "You must specify a launch template specification in the mixed instances policy.");
  }
  api::autoscaling::MixedInstancesPolicy policy = wanted;
  auto& launch_template = *policy.LaunchTemplate;
  launch_template.LaunchTemplateSpecification =
      checked_launch_template(context, *launch_template.LaunchTemplateSpecification);
  check_market(context, *launch_template.LaunchTemplateSpecification);
  if (launch_template.Overrides) {
    for (auto& one : *launch_template.Overrides) {
      if (!one.LaunchTemplateSpecification) continue;
      one.LaunchTemplateSpecification =
          checked_launch_template(context, *one.LaunchTemplateSpecification);
      check_market(context, *one.LaunchTemplateSpecification);
    }
  }
  const auto overrides = api::each(launch_template.Overrides);
  check_overrides(context, overrides);
  if (!policy.InstancesDistribution) policy.InstancesDistribution.emplace();
  fill_distribution(*policy.InstancesDistribution, has_requirements(overrides));
  return policy;
}

std::vector<std::string> types_of(Context& context,
                                  const api::autoscaling::MixedInstancesPolicy& policy) {
  std::vector<std::string> types;
  for (const auto& one : api::each(policy.LaunchTemplate->Overrides)) {
    if (one.InstanceType) types.push_back(*one.InstanceType);
    if (!one.InstanceRequirements) continue;
    const auto found = find_types(context, *one.InstanceRequirements);
    if (!found) continue;
    for (const auto& type : api::each(found->InstanceTypes)) types.push_back(*type.InstanceType);
  }
  return types;
}

const std::optional<api::autoscaling::MixedInstancesPolicy>& mixed_policy_of(
    const GroupRecord& group) {
  // A refresh into a launch template alone leaves the policy behind.
  static const std::optional<api::autoscaling::MixedInstancesPolicy> kNone;
  if (group.refresh_template && !group.refresh_policy) return kNone;
  return group.refresh_policy ? group.refresh_policy : group.group.MixedInstancesPolicy;
}

std::int32_t weight_of(const GroupRecord& group, std::string_view instance_type) {
  for (const auto& one : overrides_of(group)) {
    const bool is_it = one.InstanceType == instance_type && one.WeightedCapacity;
    if (is_it) return parsed_weight(*one.WeightedCapacity);
  }
  return 1;
}

bool has_weights(const GroupRecord& group) {
  return std::ranges::any_of(overrides_of(group),
                             [](const auto& one) { return one.WeightedCapacity.has_value(); });
}

std::int32_t on_demand_capacity(const InstancesDistribution& distribution, std::int32_t desired) {
  const std::int32_t base = std::min(*distribution.OnDemandBaseCapacity, desired);
  const std::int64_t above = desired - base;
  // AWS: what cannot be divided is rounded in favour of On-Demand Instances.
  return base +
         std::int32_t((above * *distribution.OnDemandPercentageAboveBaseCapacity + 99) / 100);
}

Market next_market(const Context& context, const GroupRecord& group) {
  const auto& distribution = *mixed_policy_of(group)->InstancesDistribution;
  const std::int32_t wanted = on_demand_capacity(distribution, *group.group.DesiredCapacity);
  return capacity_by_market(context, group).on_demand < wanted ? Market::on_demand : Market::spot;
}

std::optional<Market> surplus_market(const Context& context, const GroupRecord& group) {
  if (!mixed_policy_of(group)) return {};
  const auto& distribution = *mixed_policy_of(group)->InstancesDistribution;
  const std::int32_t desired = *group.group.DesiredCapacity;
  const std::int32_t wanted = on_demand_capacity(distribution, desired);
  const Capacity has = capacity_by_market(context, group);
  if (has.on_demand > wanted) return Market::on_demand;
  return has.spot > desired - wanted ? std::optional(Market::spot) : std::nullopt;
}

}  // namespace fallstreak::services::autoscaling
