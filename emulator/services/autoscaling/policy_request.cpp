#include "services/autoscaling/policy_request.h"

#include <algorithm>

#include "services/autoscaling/errors.h"
#include "services/autoscaling/predictive_request.h"

namespace fallstreak::services::autoscaling {
namespace {

using api::autoscaling::PutScalingPolicyType;

/// AWS: the quota of step adjustments per policy.
constexpr std::size_t kMostSteps = 20;

void refuse(bool is_given, std::string_view parameter, std::string_view type) {
  if (is_given) {
    throw validation_error(std::string(parameter) + " is not supported for policy type " +
                           std::string(type));
  }
}

void require(bool is_given, std::string_view parameter, std::string_view type) {
  if (!is_given) {
    throw validation_error(std::string(parameter) + " must be specified for policy type " +
                           std::string(type));
  }
}

void check_adjustment(const PutScalingPolicyType& request, std::string_view type) {
  require(request.AdjustmentType.has_value(), "AdjustmentType", type);
  const auto adjustment = scaling::parse_adjustment_type(*request.AdjustmentType);
  if (!adjustment) {
    throw validation_error("AdjustmentType '" + *request.AdjustmentType +
                           "' is not valid. Valid adjustment types are: [ChangeInCapacity, "
                           "ExactCapacity, PercentChangeInCapacity]");
  }
  if (request.MinAdjustmentMagnitude && request.MinAdjustmentStep) {
    throw validation_error("MinAdjustmentMagnitude and MinAdjustmentStep cannot both be specified");
  }
  const auto& least =
      request.MinAdjustmentMagnitude ? request.MinAdjustmentMagnitude : request.MinAdjustmentStep;
  if (!least) return;
  if (*adjustment != scaling::AdjustmentType::percent_change_in_capacity) {
    throw validation_error(
        "MinAdjustmentMagnitude is only supported for adjustment type PercentChangeInCapacity");
  }
  if (*least < 1) {
    throw validation_error("MinAdjustmentMagnitude must be greater than 0");
  }
}

void check_simple(const PutScalingPolicyType& request) {
  constexpr std::string_view kType = "SimpleScaling";
  check_adjustment(request, kType);
  require(request.ScalingAdjustment.has_value(), "ScalingAdjustment", kType);
  refuse(!api::each(request.StepAdjustments).empty(), "StepAdjustments", kType);
  refuse(request.EstimatedInstanceWarmup.has_value(), "EstimatedInstanceWarmup", kType);
  refuse(request.MetricAggregationType.has_value(), "MetricAggregationType", kType);
  refuse(request.TargetTrackingConfiguration.has_value(), "TargetTrackingConfiguration", kType);
  refuse(request.PredictiveScalingConfiguration.has_value(), "PredictiveScalingConfiguration",
         kType);
}

void check_step(const PutScalingPolicyType& request) {
  constexpr std::string_view kType = "StepScaling";
  check_adjustment(request, kType);
  require(!api::each(request.StepAdjustments).empty(), "StepAdjustments", kType);
  refuse(request.ScalingAdjustment.has_value(), "ScalingAdjustment", kType);
  refuse(request.Cooldown.has_value(), "Cooldown", kType);
  refuse(request.TargetTrackingConfiguration.has_value(), "TargetTrackingConfiguration", kType);
  refuse(request.PredictiveScalingConfiguration.has_value(), "PredictiveScalingConfiguration",
         kType);
  if (request.StepAdjustments->size() > kMostSteps) {
    throw validation_error("The number of step adjustments exceeds the limit of 20");
  }
  const auto& aggregation = request.MetricAggregationType;
  if (aggregation && aggregation != "Average" && aggregation != "Minimum" &&
      aggregation != "Maximum") {
    throw validation_error("MetricAggregationType '" + *aggregation +
                           "' is not valid. Valid values are: [Minimum, Maximum, Average]");
  }
  const std::string wrong = scaling::problem(steps_of(request.StepAdjustments));
  if (!wrong.empty()) throw validation_error(wrong);
}

void check_predefined(const GroupRecord& group,
                      const api::autoscaling::PredefinedMetricSpecification& metric) {
  const std::string& type = *metric.PredefinedMetricType;
  if (type == "ASGAverageCPUUtilizationHighResolution") {
    throw not_implemented("PredefinedMetricType '" + type + "'");
  }
  if (type == "ALBRequestCountPerTarget") {
    if (!metric.ResourceLabel) {
      throw validation_error(
          "ResourceLabel must be specified for predefined metric type ALBRequestCountPerTarget");
    }
    check_resource_label(group, *metric.ResourceLabel);
  } else if (metric.ResourceLabel) {
    throw validation_error("ResourceLabel is not supported for predefined metric type " + type);
  }
}

void check_customized(const api::autoscaling::CustomizedMetricSpecification& metric) {
  if (!api::each(metric.Metrics).empty()) {
    if (metric.MetricName || metric.Namespace || metric.Dimensions || metric.Statistic ||
        metric.Unit || metric.Period) {
      throw validation_error(
          "A customized metric specification has either Metrics or MetricName, Namespace and "
          "Statistic");
    }
    return;
  }
  if (!metric.MetricName || !metric.Namespace || !metric.Statistic) {
    throw validation_error(
        "MetricName, Namespace and Statistic must be specified for a customized metric");
  }
  const auto period = metric.Period.value_or(60);
  if (period != 10 && period != 30 && period != 60) {
    throw validation_error("Period must be 10, 30 or 60 seconds for a customized metric");
  }
}

/// What only simple and step policies have.
void refuse_adjustment(const PutScalingPolicyType& request, std::string_view type) {
  refuse(request.AdjustmentType.has_value(), "AdjustmentType", type);
  refuse(request.ScalingAdjustment.has_value(), "ScalingAdjustment", type);
  refuse(!api::each(request.StepAdjustments).empty(), "StepAdjustments", type);
  refuse(request.MinAdjustmentMagnitude.has_value(), "MinAdjustmentMagnitude", type);
  refuse(request.MinAdjustmentStep.has_value(), "MinAdjustmentStep", type);
  refuse(request.Cooldown.has_value(), "Cooldown", type);
  refuse(request.MetricAggregationType.has_value(), "MetricAggregationType", type);
}

void check_predictive_scaling(const GroupRecord& group, const PutScalingPolicyType& request) {
  constexpr std::string_view kType = "PredictiveScaling";
  require(request.PredictiveScalingConfiguration.has_value(), "PredictiveScalingConfiguration",
          kType);
  refuse(request.TargetTrackingConfiguration.has_value(), "TargetTrackingConfiguration", kType);
  refuse(request.EstimatedInstanceWarmup.has_value(), "EstimatedInstanceWarmup", kType);
  refuse_adjustment(request, kType);
  check_predictive(group, *request.PredictiveScalingConfiguration);
}

void check_target_tracking(const GroupRecord& group, const PutScalingPolicyType& request) {
  constexpr std::string_view kType = "TargetTrackingScaling";
  require(request.TargetTrackingConfiguration.has_value(), "TargetTrackingConfiguration", kType);
  refuse(request.PredictiveScalingConfiguration.has_value(), "PredictiveScalingConfiguration",
         kType);
  refuse_adjustment(request, kType);
  const auto& configuration = *request.TargetTrackingConfiguration;
  if (configuration.PredefinedMetricSpecification.has_value() ==
      configuration.CustomizedMetricSpecification.has_value()) {
    throw validation_error(
        "Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification must be "
        "specified for a target tracking policy");
  }
  if (!(*configuration.TargetValue > 0)) {
    throw validation_error("TargetValue must be greater than 0");
  }
  if (configuration.PredefinedMetricSpecification) {
    check_predefined(group, *configuration.PredefinedMetricSpecification);
  } else {
    check_customized(*configuration.CustomizedMetricSpecification);
  }
}

}  // namespace

void check_resource_label(const GroupRecord& group, const std::string& label) {
  const auto at = label.find("/targetgroup/");
  const bool is_attached =
      at != std::string::npos &&
      std::ranges::any_of(api::each(group.group.TargetGroupARNs), [&](const std::string& arn) {
        return arn.ends_with(label.substr(at + 1));
      });
  if (!is_attached) {
    throw validation_error("The load balancer does not exist or the resource label is invalid: " +
                           label);
  }
}

std::vector<scaling::Step> steps_of(
    const std::optional<std::vector<api::autoscaling::StepAdjustment>>& adjustments) {
  std::vector<scaling::Step> steps;
  for (const auto& one : api::each(adjustments)) {
    steps.push_back({.lower = one.MetricIntervalLowerBound,
                     .upper = one.MetricIntervalUpperBound,
                     .adjustment = *one.ScalingAdjustment});
  }
  return steps;
}

void check_policy(Context& context, const GroupRecord& group, const PutScalingPolicyType& request) {
  const std::string type = request.PolicyType.value_or("SimpleScaling");
  // AWS: the quota of policies per group.
  constexpr std::ptrdiff_t kMostPolicies = 50;
  const std::string prefix = *group.group.AutoScalingGroupName + ":";
  const auto policies = context.state.policies.range(prefix);
  if (!context.state.policies.contains(prefix + *request.PolicyName) &&
      std::distance(policies.begin(), policies.end()) >= kMostPolicies) {
    throw limit_exceeded("You have reached the limit of 50 scaling policies per group.");
  }
  if (request.EstimatedInstanceWarmup.value_or(0) < 0) {
    throw validation_error("EstimatedInstanceWarmup must be greater than or equal to 0");
  }
  if (type == "SimpleScaling") return check_simple(request);
  if (type == "StepScaling") return check_step(request);
  if (type == "TargetTrackingScaling") return check_target_tracking(group, request);
  if (type == "PredictiveScaling") return check_predictive_scaling(group, request);
  throw validation_error("Policy type '" + type +
                         "' is not valid. Valid values are: [SimpleScaling, StepScaling, "
                         "TargetTrackingScaling, PredictiveScaling]");
}

}  // namespace fallstreak::services::autoscaling
