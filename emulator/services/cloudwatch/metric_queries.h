#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "services/cloudwatch/datapoints.h"
#include "services/cloudwatch/insights_query.h"
#include "services/cloudwatch/metric_math.h"
#include "services/cloudwatch/state.h"

/// The queries of GetMetricData and of alarms on metric math.
namespace fallstreak::services::cloudwatch {

using Queries = std::span<const api::cloudwatch::MetricDataQuery>;

/// Chosen: of a search that says none, in a query that says none; AWS takes the graph's.
constexpr std::int32_t kSearchPeriod = 300;

struct QueryResult {
  const api::cloudwatch::MetricDataQuery* query;
  /// One, or those of an array.
  std::vector<TimeSeries> series;
};

/// AWS: what returns data unless it says that it does not.
inline bool returns_data(const api::cloudwatch::MetricDataQuery& query) {
  return query.ReturnData.value_or(true);
}

/// The checks that need no data. `parameter` is the name of the list in the request.
void check_queries(Queries queries, std::string_view parameter);

/// The query of Metrics Insights that an expression is, if it is one; throws AWS's error when it is
/// a wrong one.
std::optional<InsightsQuery> insights_query_of(const api::cloudwatch::MetricDataQuery& query);

/// Whether a query is an expression that calls the function.
bool calls(const api::cloudwatch::MetricDataQuery& query, std::string_view function);

/// The results of the queries that return data, in their order.
struct QueryRun {
  std::vector<QueryResult> results;
  /// A search found more metrics than it may return.
  bool exceeds_metrics = false;
};
/// Each metric's periods begin at `start`, rounded down as AWS does.
QueryRun run_queries(const CloudWatchState& state, Time now, Queries queries, Time start, Time end);

/// The only time series that a query gives over a span.
TimeSeries series_of(const CloudWatchState& state, Time now, Queries queries,
                     const api::cloudwatch::MetricDataQuery& query, const Span& span);

}  // namespace fallstreak::services::cloudwatch
