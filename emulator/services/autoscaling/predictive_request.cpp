#include "services/autoscaling/predictive_request.h"

#include <algorithm>
#include <cmath>

#include "services/autoscaling/errors.h"
#include "services/autoscaling/policy_request.h"

namespace fallstreak::services::autoscaling {
namespace {

using api::autoscaling::MetricDataQuery;
using api::autoscaling::PredictiveScalingConfiguration;
using api::autoscaling::PredictiveScalingMetricSpecification;

/// AWS: an hour.
constexpr std::int32_t kLongestBuffer = 3600;
/// AWS: of a customized metric.
constexpr std::size_t kMostQueries = 10;

void check_label(const GroupRecord& group, const std::string& type,
                 const std::optional<std::string>& label) {
  if (type.starts_with("ALB")) {
    if (!label) {
      throw validation_error("ResourceLabel must be specified for predefined metric type " + type);
    }
    check_resource_label(group, *label);
  } else if (label) {
    throw validation_error("ResourceLabel is not supported for predefined metric type " + type);
  }
}

void check_queries(const std::vector<MetricDataQuery>& queries) {
  const bool is_bounded = !queries.empty() && queries.size() <= kMostQueries;
  const bool are_whole = std::ranges::all_of(queries, [](const MetricDataQuery& query) {
    return query.Expression.has_value() != query.MetricStat.has_value();
  });
  if (!is_bounded || !are_whole) {
    throw validation_error(
        "MetricDataQueries must have 1 to 10 elements, each with either Expression or MetricStat");
  }
  const auto returning = std::ranges::count_if(
      queries, [](const MetricDataQuery& query) { return query.ReturnData.value_or(true); });
  if (returning != 1) {
    throw validation_error("Exactly one element of MetricDataQueries must return data");
  }
}

void check_specification(const GroupRecord& group,
                         const PredictiveScalingMetricSpecification& metric) {
  if (!(std::isfinite(*metric.TargetValue) && *metric.TargetValue > 0)) {
    throw validation_error("TargetValue must be greater than 0");
  }
  const auto& pair = metric.PredefinedMetricPairSpecification;
  const int scaling = int(metric.PredefinedScalingMetricSpecification.has_value()) +
                      int(metric.CustomizedScalingMetricSpecification.has_value());
  const int load = int(metric.PredefinedLoadMetricSpecification.has_value()) +
                   int(metric.CustomizedLoadMetricSpecification.has_value());
  if (pair ? scaling + load > 0 : scaling != 1 || load != 1) {
    throw validation_error(
        "A metric specification has either a predefined metric pair, or one scaling metric and one "
        "load metric");
  }
  if (metric.CustomizedCapacityMetricSpecification &&
      !metric.CustomizedScalingMetricSpecification) {
    throw validation_error("A customized capacity metric requires a customized scaling metric");
  }
  if (pair) check_label(group, *pair->PredefinedMetricType, pair->ResourceLabel);
  if (const auto& one = metric.PredefinedScalingMetricSpecification) {
    check_label(group, *one->PredefinedMetricType, one->ResourceLabel);
  }
  if (const auto& one = metric.PredefinedLoadMetricSpecification) {
    check_label(group, *one->PredefinedMetricType, one->ResourceLabel);
  }
  if (const auto& one = metric.CustomizedScalingMetricSpecification) {
    check_queries(*one->MetricDataQueries);
  }
  if (const auto& one = metric.CustomizedLoadMetricSpecification) {
    check_queries(*one->MetricDataQueries);
  }
  if (const auto& one = metric.CustomizedCapacityMetricSpecification) {
    check_queries(*one->MetricDataQueries);
  }
}

}  // namespace

void check_predictive(const GroupRecord& group,
                      const PredictiveScalingConfiguration& configuration) {
  // AWS: the list has one element.
  if (configuration.MetricSpecifications->size() != 1) {
    throw validation_error("MetricSpecifications must have exactly one element");
  }
  check_specification(group, configuration.MetricSpecifications->front());
  if (configuration.SchedulingBufferTime.value_or(0) > kLongestBuffer) {
    throw validation_error("SchedulingBufferTime must be less than or equal to 3600");
  }
  const bool increases = configuration.MaxCapacityBreachBehavior == "IncreaseMaxCapacity";
  if (configuration.MaxCapacityBuffer.has_value() != increases) {
    throw validation_error(
        "MaxCapacityBuffer is required if MaxCapacityBreachBehavior is IncreaseMaxCapacity, and "
        "cannot be used otherwise");
  }
}

PredictiveScalingConfiguration with_defaults(PredictiveScalingConfiguration configuration) {
  if (!configuration.Mode) configuration.Mode = "ForecastOnly";
  if (!configuration.SchedulingBufferTime) configuration.SchedulingBufferTime = 300;
  if (!configuration.MaxCapacityBreachBehavior) {
    configuration.MaxCapacityBreachBehavior = "HonorMaxCapacity";
  }
  return configuration;
}

}  // namespace fallstreak::services::autoscaling
