#include "services/autoscaling/policies.h"

#include <algorithm>

#include "api/cloudwatch/alarms.h"
#include "services/autoscaling/activities.h"
#include "services/autoscaling/capacity.h"
#include "services/autoscaling/errors.h"
#include "services/autoscaling/handlers.h"
#include "services/autoscaling/lookup.h"
#include "services/autoscaling/pages.h"
#include "services/autoscaling/policy_request.h"
#include "services/autoscaling/predictive_request.h"
#include "services/autoscaling/predictive_scaling.h"
#include "services/autoscaling/scaling.h"
#include "services/autoscaling/target_tracking_alarms.h"

namespace fallstreak::services::autoscaling {
namespace {

using api::autoscaling::Alarm;
using api::autoscaling::PutScalingPolicyType;
using api::autoscaling::ScalingPolicy;

ScalingPolicy policy_of(const PutScalingPolicyType& request) {
  ScalingPolicy policy{.AutoScalingGroupName = request.AutoScalingGroupName,
                       .PolicyName = request.PolicyName,
                       .PolicyType = request.PolicyType.value_or("SimpleScaling"),
                       .AdjustmentType = request.AdjustmentType,
                       .MinAdjustmentStep = request.MinAdjustmentStep,
                       .MinAdjustmentMagnitude = request.MinAdjustmentMagnitude,
                       .ScalingAdjustment = request.ScalingAdjustment,
                       .Cooldown = request.Cooldown,
                       .StepAdjustments = request.StepAdjustments.value_or(
                           std::vector<api::autoscaling::StepAdjustment>()),
                       .MetricAggregationType = request.MetricAggregationType,
                       .EstimatedInstanceWarmup = request.EstimatedInstanceWarmup,
                       .Alarms = {{}},
                       .TargetTrackingConfiguration = request.TargetTrackingConfiguration,
                       .Enabled = request.Enabled.value_or(true)};
  if (policy.PolicyType == "StepScaling" && !policy.MetricAggregationType) {
    policy.MetricAggregationType = "Average";
  }
  if (request.PredictiveScalingConfiguration) {
    policy.PredictiveScalingConfiguration = with_defaults(*request.PredictiveScalingConfiguration);
  }
  if (policy.TargetTrackingConfiguration && !policy.TargetTrackingConfiguration->DisableScaleIn) {
    policy.TargetTrackingConfiguration->DisableScaleIn = false;
  }
  return policy;
}

/// AWS: by name with its group, or by ARN alone.
std::string find_policy(const Context& context, const std::optional<std::string>& group_name,
                        const std::string& policy) {
  if (policy.starts_with("arn:")) {
    const auto* key = context.state.policy_keys.find(policy);
    if (key == nullptr) throw policy_not_found(policy);
    return *key;
  }
  if (!group_name) throw validation_error("AutoScalingGroupName is required with a policy name");
  find_group(context, *group_name);
  std::string key = policy_key(*group_name, policy);
  if (!context.state.policies.contains(key)) throw policy_not_found(policy);
  return key;
}

/// The alarms that start a policy: its own, or those that users pointed at it.
std::vector<Alarm> alarms_of(Context& context, const ScalingPolicy& policy) {
  if (policy.TargetTrackingConfiguration) return *policy.Alarms;
  std::vector<Alarm> alarms;
  const auto described =
      context.try_call<api::cloudwatch::DescribeAlarms>({.ActionPrefix = *policy.PolicyARN});
  if (!described) return alarms;
  for (const auto& alarm : api::each(described->MetricAlarms)) {
    alarms.push_back({.AlarmName = alarm.AlarmName, .AlarmARN = alarm.AlarmArn});
  }
  return alarms;
}

bool is_wanted(const ScalingPolicy& policy, const api::autoscaling::DescribePoliciesType& request) {
  const auto names = api::each(request.PolicyNames);
  const auto types = api::each(request.PolicyTypes);
  const bool is_named = names.empty() ||
                        std::ranges::find(names, *policy.PolicyName) != names.end() ||
                        std::ranges::find(names, *policy.PolicyARN) != names.end();
  return is_named && (types.empty() || std::ranges::find(types, *policy.PolicyType) != types.end());
}

void forget_policy(Context& context, const std::string& key) {
  const PolicyRecord record = *context.state.policies.find(key);
  if (record.policy.TargetTrackingConfiguration) delete_alarms(context, *record.policy.Alarms);
  context.state.policy_keys.erase(*record.policy.PolicyARN);
  context.state.policies.erase(key);
  if (record.policy.PredictiveScalingConfiguration) context.state.forecasts.erase(key);
}

}  // namespace

std::string policy_key(std::string_view group_name, std::string_view policy_name) {
  return group_prefix(group_name) + std::string(policy_name);
}

void forget_policies(Context& context, const std::string& group_name) {
  std::vector<std::string> keys;
  for (const auto& row : context.state.policies.range(group_prefix(group_name))) {
    keys.push_back(row.first);
  }
  for (const auto& key : keys) forget_policy(context, key);
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutScalingPolicy.html
api::autoscaling::PolicyARNType put_scaling_policy(Context& context,
                                                   const PutScalingPolicyType& request) {
  const std::string& group_name = *request.AutoScalingGroupName;
  const GroupRecord& group = find_changeable_group(context, group_name);
  check_policy(context, group, request);
  const std::string key = policy_key(group_name, *request.PolicyName);
  ScalingPolicy policy = policy_of(request);
  std::vector<Alarm> existing;
  if (const auto* known = context.state.policies.find(key)) {
    if (known->policy.PolicyType != policy.PolicyType) {
      throw validation_error("The policy type of an existing policy cannot be changed");
    }
    policy.PolicyARN = known->policy.PolicyARN;
    existing = *known->policy.Alarms;
  } else {
    policy.PolicyARN = context.arn("autoscaling", "scalingPolicy:" + context.new_uuid("policy-id") +
                                                      ":autoScalingGroupName/" + group_name +
                                                      ":policyName/" + *request.PolicyName);
  }
  context.state.policy_keys.put(*policy.PolicyARN, key);
  if (policy.TargetTrackingConfiguration) {
    policy.Alarms = put_target_tracking_alarms(context, policy, existing);
  }
  context.state.policies.put(key, {.policy = policy, .scale_in_asked = {}, .scale_in_to = 0});
  if (policy.PredictiveScalingConfiguration) start_forecasts(context, key);
  return {.PolicyARN = policy.PolicyARN, .Alarms = policy.Alarms};
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribePolicies.html
api::autoscaling::PoliciesType describe_policies(
    Context& context, const api::autoscaling::DescribePoliciesType& request) {
  api::autoscaling::PoliciesType response;
  auto& list = response.ScalingPolicies.emplace();
  const auto wanted = [&](const auto& row) { return is_wanted(row.second.policy, request); };
  const auto add = [&](const auto& row) {
    ScalingPolicy& shown = list.emplace_back(row.second.policy);
    shown.Alarms = alarms_of(context, shown);
  };
  const Page page{request.NextToken, request.MaxRecords, 50, 100};
  if (request.AutoScalingGroupName) {
    find_group(context, *request.AutoScalingGroupName);
    const std::string prefix = group_prefix(*request.AutoScalingGroupName);
    response.NextToken = read_page(context.state.policies.range(prefix), page, wanted, add);
  } else {
    response.NextToken = read_page(context.state.policies, page, wanted, add);
  }
  return response;
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAdjustmentTypes.html
api::autoscaling::DescribeAdjustmentTypesAnswer describe_adjustment_types(
    Context&, const api::autoscaling::DescribeAdjustmentTypes::Request&) {
  return {.AdjustmentTypes = {{{.AdjustmentType_ = "ChangeInCapacity"},
                               {.AdjustmentType_ = "ExactCapacity"},
                               {.AdjustmentType_ = "PercentChangeInCapacity"}}}};
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_ExecutePolicy.html
api::autoscaling::ExecutePolicyResponse execute_policy(
    Context& context, const api::autoscaling::ExecutePolicyType& request) {
  const std::string key = find_policy(context, request.AutoScalingGroupName, *request.PolicyName);
  const PolicyRecord& record = *context.state.policies.find(key);
  const std::string& type = *record.policy.PolicyType;
  if (type == "TargetTrackingScaling") {
    throw validation_error("ExecutePolicy is not supported for target tracking policies");
  }
  if (type == "PredictiveScaling") {
    throw validation_error("ExecutePolicy is not supported for predictive scaling policies");
  }
  const bool has_breach = request.MetricValue && request.BreachThreshold;
  if (type == "StepScaling" && !has_breach) {
    throw validation_error(
        "MetricValue and BreachThreshold must be specified for a step scaling policy");
  }
  if (type == "StepScaling" && request.HonorCooldown.value_or(false)) {
    throw validation_error("HonorCooldown is not supported for step scaling policies");
  }
  const GroupRecord& group = find_changeable_group(context, *record.policy.AutoScalingGroupName);
  if (request.HonorCooldown.value_or(false)) check_cooldown(context, group);
  Breach breach;
  if (has_breach) breach = {.metric = *request.MetricValue, .threshold = *request.BreachThreshold};
  apply_policy(context, key, breach, "a user request executed policy " + *record.policy.PolicyName);
  return {};
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeletePolicy.html
api::autoscaling::DeletePolicyResponse delete_policy(
    Context& context, const api::autoscaling::DeletePolicyType& request) {
  forget_policy(context, find_policy(context, request.AutoScalingGroupName, *request.PolicyName));
  return {};
}

}  // namespace fallstreak::services::autoscaling
