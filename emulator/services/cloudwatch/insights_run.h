#pragma once

#include "services/cloudwatch/datapoints.h"
#include "services/cloudwatch/insights_query.h"
#include "services/cloudwatch/metric_math.h"

/// What a query of Metrics Insights gives.
namespace fallstreak::services::cloudwatch {

struct InsightsRun {
  /// One without a group, or one for each group that has data.
  MathValue value;
  /// More metrics matched than a query reads.
  bool exceeds_metrics = false;
};
InsightsRun run_insights(const CloudWatchState& state, Time now, const InsightsQuery& query,
                         const Span& span);

}  // namespace fallstreak::services::cloudwatch
