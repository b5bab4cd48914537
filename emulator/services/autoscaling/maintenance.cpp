#include "services/autoscaling/maintenance.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "services/autoscaling/activities.h"
#include "services/autoscaling/capacity.h"
#include "services/autoscaling/errors.h"
#include "services/autoscaling/health.h"
#include "services/autoscaling/lifecycle.h"
#include "services/autoscaling/processes.h"
#include "services/autoscaling/timing.h"
#include "services/autoscaling/zone_balance.h"

namespace fallstreak::services::autoscaling {
namespace {

using std::chrono::seconds;

/// AWS: -1 takes the value away.
constexpr std::int32_t kCleared = -1;

bool is_outside(std::int32_t value, std::int32_t least, std::int32_t most) {
  return value < least || value > most;
}

struct Replaced {
  std::string instance_id;
  std::string cause;
  std::int32_t weight = 1;
  bool is_unhealthy = false;
};

std::int32_t capacity_of(const std::vector<Replaced>& list) {
  std::int32_t capacity = 0;
  for (const auto& one : list) capacity += one.weight;
  return capacity;
}

/// A look at what is to be replaced, and at what serves meanwhile, in units of the desired
/// capacity.
struct Look {
  /// Those that do not run any more, and the others.
  std::vector<Replaced> gone;
  std::vector<Replaced> others;
  /// Spot Instances that serve as long as EC2 lets them.
  std::vector<Replaced> at_risk;
  std::int32_t in_service = 0;
  /// In service, but not found healthy by the group's load balancers yet.
  std::int32_t untried = 0;
  /// In service and past their warm-up, or among `others` or `at_risk`.
  std::int32_t ready = 0;
};

/// AWS: what is launched counts when its warm-up is over; that is the grace period when the group
/// has no default warm-up. Without a policy a group does not wait for it.
seconds warmup_in(const GroupRecord& group) {
  if (!has_maintenance_policy(group)) return seconds(0);
  return seconds(group.group.DefaultInstanceWarmup.value_or(*group.group.HealthCheckGracePeriod));
}

std::string lifetime_cause(const Context& context) {
  return "At " + cause_time(context) +
         " an instance was taken out of service in response to the group's maximum instance "
         "lifetime.";
}

std::string risk_cause(const Context& context) {
  return "At " + cause_time(context) +
         " an instance was taken out of service in response to an EC2 instance rebalance "
         "recommendation.";
}

/// The step of replacing what is at risk. AWS: launches before it terminates, waits for what is new
/// to pass its health checks, and may exceed the group's maximum by a tenth of it.
RefreshStep rebalancing_step(const GroupRecord& group, const Look& look, std::int32_t extra) {
  const std::int32_t desired = *group.group.DesiredCapacity;
  RefreshStep step = replacement_step({.min_percentage = 100, .max_percentage = 200}, desired,
                                      look.ready - look.untried, capacity_of(look.at_risk));
  const std::int32_t most = *group.group.MaxSize + rebalancing_headroom(*group.group.MaxSize);
  step.extra = std::clamp(most - desired - extra, 0, step.extra);
  return step;
}

/// While instances are at risk: who has not passed the health checks of the group's load balancers.
std::set<std::string> untried_targets(Context& context, const std::string& name) {
  const GroupRecord group = *context.state.groups.find(name);
  if (!heeds_load_balancers(group)) return {};
  const auto rows = context.state.members.range(group_prefix(name));
  const bool has_risk = std::ranges::any_of(
      rows, [&](const auto& row) { return context.state.instances.find(row.second)->is_at_risk; });
  return has_risk ? targets_not_healthy(context, group) : std::set<std::string>();
}

Look look_at(Context& context, const std::string& name) {
  const auto untried = untried_targets(context, name);
  const GroupRecord& group = *context.state.groups.find(name);
  const bool replaces_unhealthy = !is_suspended(group, Process::replace_unhealthy);
  const seconds lifetime(group.group.MaxInstanceLifetime.value_or(0));
  const seconds warmup = warmup_in(group);
  Look look;
  for (const auto& member : members_of(context, name)) {
    if (member.lifecycle != kInService) continue;
    look.in_service += member.weight;
    const InstanceRecord& record = *context.state.instances.find(member.instance_id);
    const bool is_expired = lifetime > seconds(0) && record.launch_time + lifetime <= context.now();
    if (!member.is_healthy && replaces_unhealthy) {
      auto& list = record.is_gone ? look.gone : look.others;
      list.push_back({member.instance_id, record.unhealthy_cause, member.weight, true});
    } else if (is_expired) {
      look.others.push_back({member.instance_id, lifetime_cause(context), member.weight, false});
    } else if (record.is_at_risk) {
      look.at_risk.push_back({member.instance_id, risk_cause(context), member.weight, false});
    } else if (member.is_healthy && *record.in_service_since + warmup <= context.now()) {
      look.ready += member.weight;
      if (untried.contains(member.instance_id)) look.untried += member.weight;
    }
  }
  look.ready += capacity_of(look.others) + capacity_of(look.at_risk);
  return look;
}

/// Ends the first of these, of so much capacity. Returns how many of them were unhealthy.
std::int32_t terminate(Context& context, const std::vector<Replaced>& list, std::int32_t capacity) {
  std::int32_t unhealthy = 0;
  for (const auto& one : list) {
    if (capacity <= 0) break;
    capacity -= one.weight;
    begin_termination(context, one.instance_id, one.cause);
    unhealthy += one.is_unhealthy ? 1 : 0;
  }
  return unhealthy;
}

}  // namespace

bool has_maintenance_policy(const GroupRecord& group) {
  return group.group.InstanceMaintenancePolicy.has_value();
}

HealthyRange healthy_range(const GroupRecord& group) {
  if (!has_maintenance_policy(group)) return {};
  const auto& policy = *group.group.InstanceMaintenancePolicy;
  return {.min_percentage = *policy.MinHealthyPercentage,
          .max_percentage = *policy.MaxHealthyPercentage};
}

std::optional<api::autoscaling::InstanceMaintenancePolicy> checked_maintenance_policy(
    const api::autoscaling::InstanceMaintenancePolicy& wanted) {
  if (!wanted.MinHealthyPercentage || !wanted.MaxHealthyPercentage) {
    throw validation_error(
        "Both MinHealthyPercentage and MaxHealthyPercentage must be specified in the instance "
        "maintenance policy.");
  }
  const std::int32_t least = *wanted.MinHealthyPercentage;
  const std::int32_t most = *wanted.MaxHealthyPercentage;
  if (least == kCleared && most == kCleared) return {};
  if (is_outside(least, 0, 100)) {
    throw validation_error("MinHealthyPercentage must be between 0 and 100.");
  }
  if (is_outside(most, 100, 200)) {
    throw validation_error("MaxHealthyPercentage must be between 100 and 200.");
  }
  if (most - least > 100) {
    throw validation_error(
        "The difference between MaxHealthyPercentage and MinHealthyPercentage cannot be greater "
        "than 100.");
  }
  return wanted;
}

RefreshStep replacement_step(const HealthyRange& range, std::int32_t desired, std::int32_t ready,
                             std::int32_t to_replace) {
  return next_step({.total = to_replace,
                    .remaining = to_replace,
                    .desired = desired,
                    .ready = ready,
                    .min_healthy_percentage = range.min_percentage,
                    .max_healthy_percentage = range.max_percentage},
                   to_replace);
}

void on_rebalance_recommendation(Context& context, const world::Event& event) {
  const InstanceRecord* found = context.state.instances.find(event.entity);
  if (found == nullptr) return;
  const std::string group_name = found->group_name;
  if (!context.state.groups.find(group_name)->group.CapacityRebalance.value_or(false)) return;
  context.state.instances.update(event.entity,
                                 [](InstanceRecord& record) { record.is_at_risk = true; });
  reconcile_later(context, group_name, kReaction);
}

void replace_instances(Context& context, const std::string& group_name) {
  const GroupRecord group = *context.state.groups.find(group_name);
  if (is_suspended(group, Process::terminate) || group.is_deleting) return;
  const Look look = look_at(context, group_name);
  const std::int32_t desired = *group.group.DesiredCapacity;
  // AWS: what does not run any more is terminated before another is launched, whatever the policy
  // says, and though the group falls below the policy's minimum.
  const RefreshStep first =
      replacement_step(HealthyRange(), desired, look.in_service, capacity_of(look.gone));
  const RefreshStep second =
      replacement_step(healthy_range(group), desired, look.ready, capacity_of(look.others));
  const RefreshStep third = rebalancing_step(group, look, second.extra);
  const std::int32_t extra = second.extra + third.extra;
  std::int32_t unhealthy = terminate(context, look.gone, first.terminate);
  unhealthy += terminate(context, look.others, second.terminate);
  terminate(context, look.at_risk, third.terminate);
  const std::int32_t grown = extra - group.replacement_extra;
  const bool is_for_health =
      std::ranges::any_of(look.others, [](const Replaced& one) { return one.is_unhealthy; });
  if (is_for_health && grown > 0) unhealthy += grown;
  if (unhealthy == 0 && grown == 0) return;
  context.state.groups.update(group_name, [&](GroupRecord& record) {
    record.replacement_extra = extra;
    if (third.extra > 0 && record.pending_cause.empty()) {
      record.pending_cause = "At " + cause_time(context) +
                             " an EC2 instance rebalance recommendation was received for Spot "
                             "Instances of the group.";
    }
    // A replacement that was launched first is not launched again when the old one goes.
    record.pending_replacements += std::max(0, unhealthy + std::min(0, grown));
  });
}

}  // namespace fallstreak::services::autoscaling
