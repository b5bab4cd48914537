#pragma once

#include <limits>
#include <optional>
#include <string_view>

#include "services/cloudwatch/aggregate.h"

/// A statistic as requests name it, and its value for a period.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
namespace fallstreak::services::cloudwatch {

struct Statistic {
  enum class Kind {
    sample_count,
    average,
    sum,
    minimum,
    maximum,
    percentile,
    trimmed_mean,
    winsorized_mean,
    trimmed_count,
    trimmed_sum,
    percentile_rank,
  };
  Kind kind = Kind::average;
  /// From where to where the trimmed ones count: percent of the values, or values when
  /// `by_value`. A percentile is `upper`.
  double lower = 0;
  double upper = 100;
  bool by_value = false;
};

/// `Average`, `p99.9`, `tm90`, `TM(2%:98%)`, `PR(:300)`, `IQM`. Empty when the text names none.
std::optional<Statistic> parse_statistic(std::string_view text);
/// One of the five that every metric has.
bool is_simple(const Statistic& statistic);

/// Empty when there is no datapoint, or its values are not known well enough.
std::optional<double> value_of(const Statistic& statistic, const Aggregate& aggregate);

}  // namespace fallstreak::services::cloudwatch
