#pragma once

#include <string>
#include <string_view>

#include "api/cloudwatch/metrics.h"
#include "services/cloudwatch/metric_math.h"

/// Labels that say something of what they label: `${LABEL}: ${MAX}`.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/graph-dynamic-labels.html
namespace fallstreak::services::cloudwatch {

bool is_dynamic_label(std::string_view label);

/// The label of a series. `own` is what it would be called without one. Refuses by name what this
/// version does not know: the times, and PROP of accounts and regions.
std::string expanded_label(std::string_view label, const TimeSeries& series, std::string_view own);

/// What PROP can ask for.
void add_properties(TimeSeries& series, const api::cloudwatch::Metric& metric,
                    std::string_view statistic);

}  // namespace fallstreak::services::cloudwatch
