#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

#include "api/cloudwatch/metrics.h"
#include "services/cloudwatch/state.h"

/// The store of datapoints: one row per metric, unit, retention tier and period, in the order of
/// time, so that a query reads only what it asks for and publishing costs a row.
///
/// What has outlived its tier is merged into the next one when the metric is published again; until
/// then it is answered as if it had been, so nobody can tell when it happens.
namespace fallstreak::services::cloudwatch {

enum class Resolution { standard, high };

/// Where a datum belongs. The record of a metric that is new is made.
struct Stream {
  std::uint64_t metric_id = 0;
  std::uint8_t unit = 0;
};
Stream open_stream(CloudWatchState& state, const std::string& metric_namespace,
                   const api::cloudwatch::MetricDatum& datum);

/// Adds to the period that `timestamp` falls into.
void publish(CloudWatchState& state, Time now, const Stream& stream, Resolution resolution,
             Time timestamp, const Aggregate& added);

/// The periods of a query: `period` long each from `start`, the last one ending at `end` or before
/// the next would.
struct Span {
  Time start{};
  Time end{};
  std::chrono::seconds period{60};
};

/// The periods that have data, by their beginning.
using Series = std::map<Time, Aggregate>;
/// Of one unit, or of all units together.
Series read_series(const CloudWatchState& state, Time now, const MetricRecord& metric,
                   std::optional<std::uint8_t> unit, const Span& span);

/// When the metric's newest datapoint is, of those that ListMetrics looks at; empty when there is
/// none.
std::optional<Time> newest_datapoint(const CloudWatchState& state, Time now,
                                     const MetricRecord& metric);

/// AWS: the start of a query, rounded down to what is kept of that age.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
Time rounded_start(Time now, Time start, std::chrono::seconds period);

}  // namespace fallstreak::services::cloudwatch
