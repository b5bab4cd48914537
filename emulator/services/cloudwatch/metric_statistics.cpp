#include "services/cloudwatch/datapoints.h"
#include "services/cloudwatch/errors.h"
#include "services/cloudwatch/handlers.h"
#include "services/cloudwatch/periods.h"
#include "services/cloudwatch/statistic.h"

namespace fallstreak::services::cloudwatch {
namespace {

using api::cloudwatch::Datapoint;
using api::cloudwatch::GetMetricStatisticsInput;

constexpr std::int64_t kMostDatapoints = 1440;

struct Wanted {
  std::string name;
  Statistic statistic;
};

/// The statistics of a request, in its order.
std::vector<Wanted> wanted_statistics(const GetMetricStatisticsInput& request) {
  // AWS: "you must specify either Statistics or ExtendedStatistics, but not both".
  if (request.Statistics.has_value() == request.ExtendedStatistics.has_value()) {
    throw invalid_combination("Must specify either Statistics or ExtendedStatistics");
  }
  std::vector<Wanted> wanted;
  for (const auto& name : api::each(request.Statistics)) {
    wanted.push_back({name, *parse_statistic(name)});
  }
  for (const auto& name : api::each(request.ExtendedStatistics)) {
    const auto statistic = parse_statistic(name);
    if (!statistic || is_simple(*statistic)) {
      throw invalid_value(name, "ExtendedStatistics.member." + std::to_string(wanted.size() + 1));
    }
    wanted.push_back({name, *statistic});
  }
  return wanted;
}

Span span_of(const Context& context, const GetMetricStatisticsInput& request) {
  const std::chrono::seconds period(*request.Period);
  if (!is_query_period(*request.Period)) {
    throw invalid_value(std::to_string(*request.Period), "Period");
  }
  if (*request.StartTime >= *request.EndTime) throw start_not_before_end();
  const Time start = rounded_start(context.now(), within_reach(*request.StartTime), period);
  const Time end = within_reach(*request.EndTime);
  const Duration length = end - start;
  const std::int64_t datapoints = (length + Duration(period) - Duration(1)) / Duration(period);
  if (datapoints > kMostDatapoints) throw too_many_datapoints(datapoints, kMostDatapoints);
  return {start, end, period};
}

/// Empty when none of the wanted statistics is known of the period.
std::optional<Datapoint> datapoint_of(const std::vector<Wanted>& wanted, Time time,
                                      const Aggregate& aggregate, std::string_view unit) {
  Datapoint datapoint{.Timestamp = time, .Unit = std::string(unit)};
  bool has_any = false;
  for (const auto& [name, statistic] : wanted) {
    const auto value = value_of(statistic, aggregate);
    if (!value) continue;
    has_any = true;
    switch (statistic.kind) {
      case Statistic::Kind::sample_count:
        datapoint.SampleCount = value;
        break;
      case Statistic::Kind::average:
        datapoint.Average = value;
        break;
      case Statistic::Kind::sum:
        datapoint.Sum = value;
        break;
      case Statistic::Kind::minimum:
        datapoint.Minimum = value;
        break;
      case Statistic::Kind::maximum:
        datapoint.Maximum = value;
        break;
      default:
        if (!datapoint.ExtendedStatistics) datapoint.ExtendedStatistics.emplace();
        datapoint.ExtendedStatistics->push_back({name, *value});
    }
  }
  if (!has_any) return {};
  return datapoint;
}

}  // namespace

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
api::cloudwatch::GetMetricStatisticsOutput get_metric_statistics(
    Context& context, const GetMetricStatisticsInput& request) {
  const auto wanted = wanted_statistics(request);
  const Span span = span_of(context, request);

  api::cloudwatch::GetMetricStatisticsOutput response{.Label = request.MetricName};
  auto& datapoints = response.Datapoints.emplace();
  const MetricRecord* metric = context.state.metrics.find(
      metric_key(*request.Namespace, *request.MetricName, request.Dimensions));
  if (metric == nullptr) return response;
  // AWS: without a unit, the data of every unit is returned, each with its own.
  for (std::uint8_t unit = 0; unit < 64; ++unit) {
    if ((metric->units >> unit & 1U) == 0) continue;
    if (request.Unit && unit_number(*request.Unit) != unit) continue;
    for (const auto& [time, aggregate] :
         read_series(context.state, context.now(), *metric, unit, span)) {
      if (auto datapoint = datapoint_of(wanted, time, aggregate, unit_name(unit))) {
        datapoints.push_back(std::move(*datapoint));
      }
    }
  }
  return response;
}

}  // namespace fallstreak::services::cloudwatch
