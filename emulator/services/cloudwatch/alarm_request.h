#pragma once

#include "services/cloudwatch/state.h"

namespace fallstreak::services::cloudwatch {

struct WatchedSeries {
  /// Of the datapoints.
  std::int32_t period_seconds = 60;
  /// Each time series of a Metrics Insights query is a contributor.
  bool are_contributors = false;
};
/// Checks a PutMetricAlarm as AWS does, and gives what the alarm watches.
WatchedSeries check_alarm(Context& context, const api::cloudwatch::PutMetricAlarmInput& request);

}  // namespace fallstreak::services::cloudwatch
