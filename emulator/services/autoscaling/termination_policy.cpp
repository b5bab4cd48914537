#include "services/autoscaling/termination_policy.h"

#include <algorithm>
#include <functional>

namespace fallstreak::services::autoscaling {
namespace {

using Choice = std::vector<const Candidate*>;

/// Keeps the candidates for which `rank` is smallest.
template <class Rank>
void keep_smallest(Choice& choice, Rank rank) {
  if (choice.empty()) return;
  auto smallest = rank(*choice.front());
  for (const auto* candidate : choice) smallest = std::min(smallest, rank(*candidate));
  std::erase_if(choice, [&](const Candidate* candidate) { return rank(*candidate) != smallest; });
}

/// AWS: what is left is to keep to the policy's share of On-Demand and Spot Instances.
void keep_surplus_market(Choice& choice) {
  keep_smallest(choice, [](const Candidate& candidate) { return !candidate.is_of_surplus_market; });
}

/// AWS: what came from a launch configuration goes before what came from a template.
void keep_oldest_configuration(Choice& choice) {
  keep_smallest(choice, [](const Candidate& candidate) {
    return candidate.configuration_created.value_or(Time::max());
  });
}

void keep_oldest_template(Choice& choice) {
  keep_smallest(choice, [](const Candidate& candidate) { return candidate.has_current_template; });
  keep_smallest(choice, [](const Candidate& candidate) { return candidate.template_version; });
}

void keep_closest_to_next_hour(Choice& choice, Time now) {
  keep_smallest(choice, [now](const Candidate& candidate) {
    const Duration into_hour = (now - candidate.launch_time) % Duration(std::chrono::hours(1));
    return std::chrono::hours(1) - into_hour;
  });
}

void apply(std::string_view policy, Choice& choice, Time now) {
  if (policy == "OldestInstance") {
    keep_smallest(choice, [](const Candidate& candidate) { return candidate.launch_time; });
  } else if (policy == "NewestInstance") {
    keep_smallest(choice, [](const Candidate& candidate) {
      return -candidate.launch_time.time_since_epoch();
    });
  } else if (policy == "OldestLaunchConfiguration") {
    keep_oldest_configuration(choice);
  } else if (policy == "OldestLaunchTemplate") {
    keep_oldest_template(choice);
  } else if (policy == "ClosestToNextInstanceHour") {
    keep_closest_to_next_hour(choice, now);
  } else if (policy == "AllocationStrategy") {
    keep_surplus_market(choice);
  } else if (policy == "Default") {
    keep_surplus_market(choice);
    keep_oldest_configuration(choice);
    keep_oldest_template(choice);
    keep_closest_to_next_hour(choice, now);
  }
}

}  // namespace

std::span<const std::string_view> termination_policy_names() {
  static constexpr std::string_view kNames[] = {"AllocationStrategy",
                                                "ClosestToNextInstanceHour",
                                                "Default",
                                                "NewestInstance",
                                                "OldestInstance",
                                                "OldestLaunchConfiguration",
                                                "OldestLaunchTemplate"};
  return kNames;
}

PolicySupport termination_policy_support(std::string_view policy) {
  const auto names = termination_policy_names();
  if (std::ranges::find(names, policy) != names.end()) {
    return PolicySupport::implemented;
  }
  // AWS: a policy may also be the ARN of a Lambda function.
  return policy.starts_with("arn:") ? PolicySupport::known : PolicySupport::unknown;
}

std::optional<std::string> instance_to_terminate(std::span<const Candidate> candidates,
                                                 std::span<const ZoneCount> zones,
                                                 std::span<const std::string> policies, Time now,
                                                 std::uint64_t tie_break) {
  const auto is_free_in = [&](const std::string& zone) {
    return std::ranges::any_of(candidates, [&](const Candidate& candidate) {
      return !candidate.is_protected && candidate.zone == zone;
    });
  };
  std::vector<ZoneCount> open;
  std::ranges::copy_if(zones, std::back_inserter(open),
                       [&](const ZoneCount& zone) { return is_free_in(zone.zone); });
  const auto names = zones_to_shrink(open);
  Choice choice;
  for (const auto& candidate : candidates) {
    const bool is_in_zone = std::ranges::find(names, candidate.zone) != names.end();
    if (is_in_zone && !candidate.is_protected) choice.push_back(&candidate);
  }
  for (const auto& policy : policies) apply(policy, choice, now);
  if (choice.empty()) return std::nullopt;
  return choice[tie_break % choice.size()]->instance_id;
}

}  // namespace fallstreak::services::autoscaling
