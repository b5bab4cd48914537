#include <algorithm>

#include "dispatch/alarm_action.h"
#include "scaling/target_tracking.h"
#include "services/application-autoscaling/activities.h"
#include "services/application-autoscaling/alarms.h"
#include "services/application-autoscaling/handlers.h"
#include "services/application-autoscaling/lookup.h"
#include "services/application-autoscaling/resource.h"

namespace fallstreak::services::application_autoscaling {
namespace {

using wire::ScalingPolicy;

/// A policy that an alarm woke.
struct Call {
  std::string policy_key;
  std::string target;
  const ScalingPolicy& policy;
  std::int32_t current = 0;
  /// How much of what is provisioned was consumed in the minute that decided, in percent.
  double utilisation = 0;
  std::string cause;
};

/// AWS: DynamoDB's policies have no cooldown unless they set one.
std::chrono::seconds cooldown_of(const std::optional<std::int32_t>& seconds) {
  return std::chrono::seconds(seconds.value_or(0));
}

void scale_out(Context& context, const Call& call) {
  const TargetRecord& record = *context.state.targets.find(call.target);
  if (*record.target.SuspendedState->DynamicScalingOutSuspended) return;
  const auto& configuration = *call.policy.TargetTrackingScalingPolicyConfiguration;
  const std::int64_t wanted =
      scaling::capacity_for_target(call.current, call.utilisation, *configuration.TargetValue);
  const auto capacity =
      static_cast<std::int32_t>(std::min<std::int64_t>(wanted, *record.target.MaxCapacity));
  if (capacity <= call.current) return;
  // AWS: during the cooldown only what is more than was asked for is added.
  if (context.now() < record.no_scale_out_until && capacity <= record.scaled_out_to) return;
  if (scale(context, call.target, capacity, call.cause) != Scaled::begun) return;
  context.state.targets.update(call.target, [&](TargetRecord& changed) {
    changed.scaled_out_to = capacity;
    changed.no_scale_out_until = context.now() + cooldown_of(configuration.ScaleOutCooldown);
  });
}

/// What the target's policies that may scale in want, as far as they said so in this minute.
std::vector<std::optional<std::int64_t>> scale_in_answers(const Context& context,
                                                          const std::string& target) {
  constexpr Duration kFresh = std::chrono::seconds(5);
  std::vector<std::optional<std::int64_t>> answers;
  for (const auto& [key, record] : context.state.policies.range(prefix_of_target(target))) {
    const auto& configuration = *record.policy.TargetTrackingScalingPolicyConfiguration;
    if (configuration.DisableScaleIn.value_or(false)) continue;
    const bool is_fresh = record.scale_in_asked && context.now() - *record.scale_in_asked <= kFresh;
    answers.push_back(is_fresh ? std::optional(record.scale_in_to) : std::nullopt);
  }
  return answers;
}

void scale_in(Context& context, const Call& call) {
  const TargetRecord& record = *context.state.targets.find(call.target);
  if (*record.target.SuspendedState->DynamicScalingInSuspended) return;
  const auto& configuration = *call.policy.TargetTrackingScalingPolicyConfiguration;
  const std::int64_t wanted =
      scaling::capacity_for_target(call.current, call.utilisation, *configuration.TargetValue);
  context.state.policies.update(call.policy_key, [&](PolicyRecord& changed) {
    changed.scale_in_asked = context.now();
    changed.scale_in_to = wanted;
  });
  const auto agreed = scaling::agreed_scale_in(scale_in_answers(context, call.target));
  if (!agreed) return;
  const auto capacity =
      static_cast<std::int32_t>(std::max<std::int64_t>(*agreed, *record.target.MinCapacity));
  if (capacity >= call.current || context.now() < record.no_scale_in_until) return;
  if (scale(context, call.target, capacity, call.cause) != Scaled::begun) return;
  context.state.targets.update(call.target, [&](TargetRecord& changed) {
    changed.no_scale_in_until = context.now() + cooldown_of(configuration.ScaleInCooldown);
  });
}

}  // namespace

void on_alarm_action(Context& context, const world::Event& event) {
  const dispatch::AlarmAction action = dispatch::alarm_action_of(event);
  const std::string* key = context.state.policy_arns.find(action.action_arn);
  if (key == nullptr || action.state != "ALARM") return;
  const ScalingPolicy policy = context.state.policies.find(*key)->policy;
  const std::string target = target_key(policy);
  const Side side = side_of(action.alarm_name);
  if (side == Side::provisioned) {
    // Somebody else changed what is provisioned: the thresholds follow.
    renew_alarms(context, target);
    return;
  }
  const Resource resource = resource_of(*policy.ResourceId, *policy.ScalableDimension);
  const auto capacity = capacity_of(context, resource);
  // AWS: without a datapoint nothing is scaled, so a table that nobody uses keeps its capacity.
  if (!capacity || !action.metric_value) return;
  const std::int32_t current = capacity->of(resource.units);
  if (current == 0) return;
  constexpr double kSeconds = 60;
  Call call{.policy_key = *key,
            .target = target,
            .policy = policy,
            .current = current,
            .utilisation = 100 * *action.metric_value / kSeconds / current,
            .cause = "monitor alarm " + action.alarm_name + " in state ALARM triggered policy " +
                     *policy.PolicyName};
  if (side == Side::high) {
    scale_out(context, call);
  } else {
    scale_in(context, call);
  }
}

}  // namespace fallstreak::services::application_autoscaling
