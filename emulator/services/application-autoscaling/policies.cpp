#include <algorithm>

#include "dispatch/dispatcher.h"
#include "services/application-autoscaling/alarms.h"
#include "services/application-autoscaling/handlers.h"
#include "services/application-autoscaling/lookup.h"
#include "services/application-autoscaling/pages.h"
#include "services/application-autoscaling/resource.h"

namespace fallstreak::services::application_autoscaling {
namespace {

using wire::ScalingPolicy;
using wire::TargetTrackingScalingPolicyConfiguration;

/// AWS: the default quota of policies per target.
constexpr std::ptrdiff_t kMostPolicies = 50;
/// AWS: the target of DynamoDB's utilisation.
constexpr double kLeastTarget = 20;
constexpr double kMostTarget = 90;

void check_configuration(const Resource& resource,
                         const TargetTrackingScalingPolicyConfiguration& configuration) {
  if (!configuration.PredefinedMetricSpecification)
    throw validation_exception("PredefinedMetricSpecification must be specified");
  const std::string& metric = *configuration.PredefinedMetricSpecification->PredefinedMetricType;
  const std::string wanted = resource.units == Units::reads ? "DynamoDBReadCapacityUtilization"
                                                            : "DynamoDBWriteCapacityUtilization";
  if (metric != wanted) {
    throw validation_exception("The metric type " + metric +
                               " is not supported for the scalable dimension; it must be " +
                               wanted);
  }
  if (configuration.PredefinedMetricSpecification->ResourceLabel)
    throw validation_exception("ResourceLabel is not supported for " + metric);
  const double target = *configuration.TargetValue;
  if (!(target >= kLeastTarget && target <= kMostTarget))
    throw validation_exception("TargetValue must be between 20 and 90 for " + metric);
  for (const auto& cooldown : {configuration.ScaleOutCooldown, configuration.ScaleInCooldown}) {
    if (cooldown && *cooldown < 0) throw validation_exception("Cooldown cannot be negative");
  }
}

void check_type(const std::string& type) {
  if (type == "TargetTrackingScaling") return;
  // AWS: DynamoDB has neither step nor predictive scaling.
  throw validation_exception("The policy type " + type +
                             " is not supported for the service namespace dynamodb");
}

ScalingPolicy new_policy(Context& context, const wire::PutScalingPolicyRequest& request) {
  const auto rows = context.state.policies.range(prefix_of_target(target_key(request)));
  if (std::distance(rows.begin(), rows.end()) >= kMostPolicies)
    throw limit_exceeded("You have reached the limit of scaling policies for a scalable target.");
  return {.PolicyARN = context.arn("autoscaling", "scalingPolicy:" + context.new_uuid("policy-id") +
                                                      ":resource/" + *request.ServiceNamespace +
                                                      "/" + *request.ResourceId + ":policyName/" +
                                                      *request.PolicyName),
          .PolicyName = request.PolicyName,
          .ServiceNamespace = request.ServiceNamespace,
          .ResourceId = request.ResourceId,
          .ScalableDimension = request.ScalableDimension,
          .CreationTime = context.now()};
}

/// The alarms that a policy had and has no more.
ScalingPolicy with_stale_alarms(ScalingPolicy before, const std::vector<wire::Alarm>& alarms) {
  if (before.Alarms) {
    std::erase_if(*before.Alarms, [&](const wire::Alarm& alarm) {
      return std::ranges::find(alarms, alarm.AlarmName, &wire::Alarm::AlarmName) != alarms.end();
    });
  }
  return before;
}

}  // namespace

void forget_policies(Context& context, const std::string& target) {
  std::vector<ScalingPolicy> policies;
  for (const auto& row : context.state.policies.range(prefix_of_target(target)))
    policies.push_back(row.second.policy);
  for (const ScalingPolicy& policy : policies) {
    delete_alarms(context, policy);
    context.state.policy_arns.erase(*policy.PolicyARN);
    context.state.policies.erase(prefix_of_target(target) + *policy.PolicyName);
  }
}

// https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html
wire::PutScalingPolicyResponse put_scaling_policy(Context& context,
                                                  const wire::PutScalingPolicyRequest& request) {
  check_namespace(*request.ServiceNamespace);
  const Resource resource = resource_of(*request.ResourceId, *request.ScalableDimension);
  find_target(context, request);
  const std::string key = prefix_of_target(target_key(request)) + *request.PolicyName;
  const PolicyRecord* known = context.state.policies.find(key);
  // AWS: a policy without a type is one of step scaling.
  check_type(request.PolicyType ? *request.PolicyType
             : known != nullptr ? *known->policy.PolicyType
                                : "StepScaling");
  const auto& configuration = request.TargetTrackingScalingPolicyConfiguration;
  if (request.StepScalingPolicyConfiguration || !configuration) {
    throw validation_exception(
        "TargetTrackingScalingPolicyConfiguration must be specified for the policy type "
        "TargetTrackingScaling");
  }
  check_configuration(resource, *configuration);

  const ScalingPolicy before = known != nullptr ? known->policy : new_policy(context, request);
  ScalingPolicy policy = before;
  policy.PolicyType = "TargetTrackingScaling";
  policy.TargetTrackingScalingPolicyConfiguration = configuration;
  policy.Alarms = put_alarms(context, policy);
  delete_alarms(context, with_stale_alarms(before, *policy.Alarms));
  wire::PutScalingPolicyResponse response{.PolicyARN = policy.PolicyARN, .Alarms = policy.Alarms};
  context.state.policy_arns.put(*policy.PolicyARN, key);
  context.state.policies.put(key, {.policy = std::move(policy), .scale_in_asked = {}});
  return response;
}

// https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalingPolicies.html
wire::DescribeScalingPoliciesResponse describe_scaling_policies(
    Context& context, const wire::DescribeScalingPoliciesRequest& request) {
  const auto names = api::each(request.PolicyNames);
  wire::DescribeScalingPoliciesResponse response;
  auto& list = response.ScalingPolicies.emplace();
  const auto is_wanted = [&](const auto& row) {
    // AWS: names are of policies, and ARNs are names too.
    const ScalingPolicy& policy = row.second.policy;
    return names.empty() || std::ranges::find(names, *policy.PolicyName) != names.end() ||
           std::ranges::find(names, *policy.PolicyARN) != names.end();
  };
  response.NextToken =
      read_page(context.state.policies, prefix_of_list(request), request, is_wanted,
                [&](const auto& row) { list.push_back(row.second.policy); });
  return response;
}

// https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeleteScalingPolicy.html
wire::DeleteScalingPolicyResponse delete_scaling_policy(
    Context& context, const wire::DeleteScalingPolicyRequest& request) {
  const std::string key = prefix_of_target(target_key(request)) + *request.PolicyName;
  const PolicyRecord* known = context.state.policies.find(key);
  if (known == nullptr) {
    throw no_scaling_policy(*request.ServiceNamespace, *request.ResourceId,
                            *request.ScalableDimension);
  }
  const ScalingPolicy policy = known->policy;
  delete_alarms(context, policy);
  context.state.policy_arns.erase(*policy.PolicyARN);
  context.state.policies.erase(key);
  return {};
}

}  // namespace fallstreak::services::application_autoscaling
