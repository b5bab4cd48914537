#pragma once

#include "scaling/predictive.h"
#include "services/autoscaling/state.h"

/// What a predictive scaling policy learns from: the past two weeks in CloudWatch, hour by hour.
namespace fallstreak::services::autoscaling {

struct PredictiveHistory {
  /// The load metric.
  scaling::HourlyValues load;
  /// The scaling metric times the capacity that it was of.
  scaling::HourlyValues demand;
};
/// Whole hours up to now. Throws a validation error when the metrics cannot be calculated.
PredictiveHistory read_history(
    Context& context, const std::string& group_name,
    const api::autoscaling::PredictiveScalingMetricSpecification& metric);

/// Since the epoch.
std::int64_t hour_of(Time time);
Time time_of_hour(std::int64_t hour);

}  // namespace fallstreak::services::autoscaling
