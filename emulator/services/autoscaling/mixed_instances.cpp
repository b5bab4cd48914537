#include "services/autoscaling/mixed_instances.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <span>

#include "services/autoscaling/errors.h"
#include "services/autoscaling/group_settings.h"

namespace fallstreak::services::autoscaling {
namespace {

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

void check_overrides(std::span<const LaunchTemplateOverrides> overrides) {
  std::set<std::string> types;
  for (const auto& one : overrides) {
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

/// AWS's defaults. Spot instances and prices are not there yet, so that only one choice is left.
void fill_distribution(api::autoscaling::InstancesDistribution& distribution) {
  const auto fill = [](auto& member, auto value) {
    if (!member) member = value;
  };
  fill(distribution.OnDemandAllocationStrategy, std::string("prioritized"));
  fill(distribution.OnDemandBaseCapacity, 0);
  fill(distribution.OnDemandPercentageAboveBaseCapacity, 100);
  const std::string& strategy = *distribution.OnDemandAllocationStrategy;
  if (strategy == "lowest-price") {
    throw not_implemented("OnDemandAllocationStrategy 'lowest-price'");
  }
  if (strategy != "prioritized") {
    throw validation_error("OnDemandAllocationStrategy '" + strategy + "' is not valid");
  }
  const std::int32_t percentage = *distribution.OnDemandPercentageAboveBaseCapacity;
  if (percentage < 0 || percentage > 100) {
    throw validation_error("OnDemandPercentageAboveBaseCapacity must be between 0 and 100.");
  }
  if (percentage < 100) {
    throw not_implemented("Spot Instances (OnDemandPercentageAboveBaseCapacity below 100)");
  }
}

std::span<const LaunchTemplateOverrides> overrides_of(const GroupRecord& group) {
  const auto& policy = group.group.MixedInstancesPolicy;
  if (!policy) return {};
  return api::each(policy->LaunchTemplate->Overrides);
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
  check_overrides(api::each(launch_template.Overrides));
  if (!policy.InstancesDistribution) policy.InstancesDistribution.emplace();
  fill_distribution(*policy.InstancesDistribution);
  return policy;
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

}  // namespace fallstreak::services::autoscaling
