#include "services/autoscaling/scaling.h"

#include <algorithm>

#include "dispatch/alarm_action.h"
#include "scaling/adjustment.h"
#include "scaling/target_tracking.h"
#include "services/autoscaling/activities.h"
#include "services/autoscaling/capacity.h"
#include "services/autoscaling/lifecycle.h"
#include "services/autoscaling/policy_request.h"
#include "services/autoscaling/predictive_scaling.h"
#include "services/autoscaling/processes.h"
#include "services/autoscaling/timing.h"
#include "services/autoscaling/warmup.h"

namespace fallstreak::services::autoscaling {
namespace {

using api::autoscaling::ScalingPolicy;

/// AWS: what a policy asks for stops at the group's bounds. A desired capacity that is outside them
/// already stays where it is, if the policy would go further.
std::int32_t within_bounds(const GroupRecord& group, std::int64_t wanted) {
  return std::int32_t(std::clamp<std::int64_t>(wanted, *group.group.MinSize, *group.group.MaxSize));
}

/// MinAdjustmentStep is what MinAdjustmentMagnitude was called before.
std::int32_t least_adjustment(const ScalingPolicy& policy) {
  return policy.MinAdjustmentMagnitude.value_or(policy.MinAdjustmentStep.value_or(0));
}

bool set_capacity(Context& context, const std::string& name, std::int64_t wanted,
                  const std::string& what) {
  const GroupRecord& group = *context.state.groups.find(name);
  const std::int32_t before = *group.group.DesiredCapacity;
  // AWS: of several policies the one that wants most wins; what was predicted stays.
  const std::int32_t floor = std::min(before, predicted_floor(context, name));
  const std::int32_t after = within_bounds(group, std::max<std::int64_t>(wanted, floor));
  if (after == before) return false;
  change_desired_capacity(context, name, after,
                          "At " + cause_time(context) + " " + what + changing_text(before, after));
  reconcile_later(context, name, kReaction);
  return true;
}

std::int64_t step_capacity(Context& context, const GroupRecord& group, const ScalingPolicy& policy,
                           const Breach& breach) {
  const std::int64_t desired = *group.group.DesiredCapacity;
  const auto steps = steps_of(policy.StepAdjustments);
  const double by = breach.metric.value_or(breach.threshold) - breach.threshold;
  const scaling::Step* step = scaling::step_for(steps, by);
  if (step == nullptr) return desired;
  const Fleet fleet =
      fleet_of(context, *group.group.AutoScalingGroupName, warmup_of(group, policy));
  return scaling::capacity_for_step(*scaling::parse_adjustment_type(*policy.AdjustmentType),
                                    step->adjustment, least_adjustment(policy), desired,
                                    std::min(fleet.warming, desired));
}

/// AWS: a simple policy waits until the activities before it are over, and for the cooldown.
bool must_wait(const Context& context, const GroupRecord& group) {
  for (const auto& row :
       context.state.members.range(group_prefix(*group.group.AutoScalingGroupName))) {
    const auto& lifecycle = *context.state.instances.find(row.second)->instance.LifecycleState;
    if (is_pending(lifecycle) || is_terminating(lifecycle)) return true;
  }
  return context.now() < group.cooldown_until;
}

void scale_out(Context& context, const GroupRecord& group, const ScalingPolicy& policy,
               const Breach& breach, const std::string& what) {
  const std::string name = *group.group.AutoScalingGroupName;
  const double target = *policy.TargetTrackingConfiguration->TargetValue;
  const Fleet fleet = fleet_of(context, name, warmup_of(group, policy));
  set_capacity(context, name,
               scaling::scaled_out(*group.group.DesiredCapacity, fleet.measured,
                                   breach.metric.value_or(target), target),
               what);
}

/// The answers of a group's target tracking policies that may scale in, as far as they were given
/// in this evaluation of their alarms: all are evaluated at the same moment, and whoever comes last
/// has all answers.
std::vector<std::optional<std::int64_t>> scale_in_answers(const Context& context,
                                                          const std::string& group_name) {
  constexpr Duration kFresh = std::chrono::seconds(5);
  std::vector<std::optional<std::int64_t>> answers;
  for (const auto& [key, record] : context.state.policies.range(group_prefix(group_name))) {
    const auto& configuration = record.policy.TargetTrackingConfiguration;
    if (!configuration || !*record.policy.Enabled) continue;
    // AWS: a policy that does not scale in is not asked whether others may.
    if (*configuration->DisableScaleIn) continue;
    const bool is_fresh = record.scale_in_asked && context.now() - *record.scale_in_asked <= kFresh;
    answers.push_back(is_fresh ? std::optional(record.scale_in_to) : std::nullopt);
  }
  return answers;
}

void scale_in(Context& context, const std::string& key, const Breach& breach,
              const std::string& what) {
  const ScalingPolicy policy = context.state.policies.find(key)->policy;
  const std::string& name = *policy.AutoScalingGroupName;
  const GroupRecord& group = *context.state.groups.find(name);
  const double target = *policy.TargetTrackingConfiguration->TargetValue;
  const Fleet fleet = fleet_of(context, name, warmup_of(group, policy));
  const std::int64_t wanted =
      scaling::scaled_in(*group.group.DesiredCapacity, fleet.measured, fleet.warming,
                         breach.metric.value_or(target), target);
  context.state.policies.update(key, [&](PolicyRecord& record) {
    record.scale_in_asked = context.now();
    record.scale_in_to = wanted;
  });
  const auto agreed = scaling::agreed_scale_in(scale_in_answers(context, name));
  if (!agreed || *agreed >= *group.group.DesiredCapacity) return;
  set_capacity(context, name, *agreed, what);
}

bool is_own_alarm(const ScalingPolicy& policy, std::size_t index, const std::string& alarm_name) {
  return policy.Alarms->size() > index && (*policy.Alarms)[index].AlarmName == alarm_name;
}

}  // namespace

void apply_policy(Context& context, const std::string& policy_key, const Breach& breach,
                  const std::string& what) {
  const ScalingPolicy policy = context.state.policies.find(policy_key)->policy;
  const std::string& name = *policy.AutoScalingGroupName;
  const GroupRecord& group = *context.state.groups.find(name);
  if (policy.PolicyType == "StepScaling") {
    set_capacity(context, name, step_capacity(context, group, policy, breach), what);
    return;
  }
  const std::int64_t wanted = scaling::adjusted(
      *scaling::parse_adjustment_type(*policy.AdjustmentType), *policy.ScalingAdjustment,
      least_adjustment(policy), *group.group.DesiredCapacity);
  if (!set_capacity(context, name, wanted, what)) return;
  // AWS: the policy's own cooldown goes before the group's.
  context.state.groups.update(name, [&](GroupRecord& record) {
    record.simple_cooldown = policy.Cooldown.value_or(*record.group.DefaultCooldown);
    record.cooldown_until = context.now() + std::chrono::seconds(*record.simple_cooldown);
  });
}

void on_alarm_action(Context& context, const world::Event& event) {
  const dispatch::AlarmAction action = dispatch::alarm_action_of(event);
  const std::string* key = context.state.policy_keys.find(action.action_arn);
  if (key == nullptr) return;
  const PolicyRecord record = *context.state.policies.find(*key);
  const ScalingPolicy& policy = record.policy;
  const GroupRecord& group = *context.state.groups.find(*policy.AutoScalingGroupName);
  if (!*policy.Enabled || group.is_deleting) return;
  if (is_suspended(group, Process::alarm_notification)) return;
  const Breach breach{.metric = action.metric_value, .threshold = action.threshold};
  const std::string what = "a monitor alarm " + action.alarm_name + " in state " + action.state +
                           " triggered policy " + *policy.PolicyName;
  if (policy.PolicyType == "TargetTrackingScaling") {
    if (action.state != "ALARM") return;
    if (is_own_alarm(policy, 0, action.alarm_name)) {
      scale_out(context, group, policy, breach, what);
    } else if (is_own_alarm(policy, 1, action.alarm_name)) {
      scale_in(context, std::string(*key), breach, what);
    }
    return;
  }
  if (policy.PolicyType == "SimpleScaling" && must_wait(context, group)) return;
  apply_policy(context, std::string(*key), breach, what);
}

}  // namespace fallstreak::services::autoscaling
