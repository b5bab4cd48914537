#include "services/cloudwatch/insights_run.h"

#include <algorithm>

#include "services/cloudwatch/metric_identity.h"

namespace fallstreak::services::cloudwatch {
namespace {

using Function = InsightsQuery::Function;

/// AWS: "If the query matches more than 10,000 metrics, only the first 10,000 are processed", and
/// no more than 500 time series are returned.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-limits.html
constexpr std::size_t kMostMatched = 10'000;
constexpr std::size_t kMostReturned = 500;

double value_of_function(Function function, const Aggregate& aggregate) {
  switch (function) {
    case Function::average:
      return aggregate.sum / aggregate.count;
    case Function::count:
      return aggregate.count;
    case Function::maximum:
      return aggregate.maximum;
    case Function::minimum:
      return aggregate.minimum;
    case Function::sum:
      break;
  }
  return aggregate.sum;
}

/// What a series is put in order by: the function over all its datapoints.
double rank(Function function, const TimeSeries& series) {
  Aggregate all;
  for (const auto& point : series.points) {
    all.minimum = all.count == 0 ? point.second : std::min(all.minimum, point.second);
    all.maximum = all.count == 0 ? point.second : std::max(all.maximum, point.second);
    all.sum += point.second;
    all.count += 1;
  }
  return value_of_function(function, all);
}

void put_in_order(const InsightsQuery::Order& order, std::vector<TimeSeries>& series) {
  std::ranges::stable_sort(series, [&](const TimeSeries& one, const TimeSeries& other) {
    const double first = rank(order.function, one);
    const double second = rank(order.function, other);
    return order.is_descending ? first > second : first < second;
  });
}

std::string label_of(const std::vector<std::string>& values) {
  std::string label;
  for (const auto& value : values) label += (label.empty() ? "" : " ") + value;
  return label;
}

}  // namespace

InsightsRun run_insights(const CloudWatchState& state, Time now, const InsightsQuery& query,
                         const Span& span) {
  InsightsRun run;
  std::map<std::vector<std::string>, Series> groups;
  std::size_t matched = 0;
  const std::string prefix = name_prefix(query.metric_namespace, query.metric_name);
  for (const auto& [key, metric] : state.metrics.range(prefix)) {
    if (!matches(query, metric.metric)) continue;
    const auto group = group_of(query, metric.metric);
    if (!group) continue;
    if (++matched > kMostMatched) {
      run.exceeds_metrics = true;
      break;
    }
    for (const auto& [time, aggregate] : read_series(state, now, metric, {}, span)) {
      auto& periods = groups[*group];
      const auto [there, is_new] = periods.emplace(time, aggregate);
      if (!is_new) merge(there->second, aggregate);
    }
  }
  // Without groups there is one series, with data or not.
  if (query.group_by.empty()) groups.try_emplace({});
  run.value.kind = query.group_by.empty() ? MathValue::Kind::series : MathValue::Kind::array;
  for (const auto& [values, periods] : groups) {
    auto& series = run.value.series.emplace_back(TimeSeries{.label = label_of(values),
                                                            .period = span.period,
                                                            .start = span.start,
                                                            .properties = {},
                                                            .group = values});
    for (const auto& [time, aggregate] : periods) {
      if (aggregate.count > 0) {
        series.points.emplace(time, value_of_function(query.function, aggregate));
      }
    }
  }
  // Chosen: without ORDER BY they are in the order of their labels; AWS does not say.
  if (query.order) put_in_order(*query.order, run.value.series);
  if (run.value.series.size() > kMostReturned) run.exceeds_metrics = true;
  const std::size_t most = std::min(query.limit.value_or(kMostReturned), kMostReturned);
  if (run.value.series.size() > most) {
    run.value.series.erase(run.value.series.begin() + std::ptrdiff_t(most), run.value.series.end());
  }
  return run;
}

}  // namespace fallstreak::services::cloudwatch
