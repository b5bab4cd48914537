#pragma once

#include <optional>

#include "services/cloudwatch/datapoints.h"
#include "services/cloudwatch/state.h"

/// Datapoints of metrics that keep a value: stored as runs, read as one datapoint a minute.
namespace fallstreak::services::cloudwatch {

/// Adds what the metric's runs have in the periods of a query.
void read_held(const CloudWatchState& state, Time now, const MetricRecord& metric,
               std::optional<std::uint8_t> unit, const Span& span, Series& series);

/// The newest minute that a run has a datapoint of.
std::optional<Time> newest_held(const CloudWatchState& state, Time now, const MetricRecord& metric);

/// A service says what a metric is from now on.
void on_metric_held(Context& context, const world::Event& event);

}  // namespace fallstreak::services::cloudwatch
