#include "services/cloudwatch/alarm_evaluation.h"

#include <algorithm>

#include "base/json_text.h"
#include "services/cloudwatch/alarm_contributors.h"
#include "services/cloudwatch/alarm_state.h"
#include "services/cloudwatch/alarm_transitions.h"
#include "services/cloudwatch/anomaly_bands.h"
#include "services/cloudwatch/datapoints.h"
#include "services/cloudwatch/handlers.h"
#include "services/cloudwatch/metric_queries.h"
#include "services/cloudwatch/periods.h"
#include "services/cloudwatch/statistic.h"
#include "services/cloudwatch/text.h"
#include "services/cloudwatch/timing.h"

namespace fallstreak::services::cloudwatch {
namespace {

using api::cloudwatch::MetricAlarm;
using std::chrono::seconds;

constexpr std::string_view kEvaluationEvent = "alarm-evaluation";

seconds interval_of(const AlarmRecord& record) {
  const seconds period(record.period_seconds);
  if (period < seconds(60)) return kHighResolutionInterval;
  return period * *record.alarm.EvaluationPeriods > kLongAlarm ? kLongAlarmInterval
                                                               : kEvaluationInterval;
}

void schedule_next(Context& context, const std::string& alarm_name, const AlarmRecord& record) {
  const seconds interval = interval_of(record);
  const Time next =
      floor_to(context.now() - kEvaluationDelay, interval) + interval + kEvaluationDelay;
  context.schedule_periodic(next - context.now(), kEvaluationEvent, alarm_name,
                            std::to_string(record.generation));
}

Statistic statistic_of(const MetricAlarm& alarm) {
  return *parse_statistic(alarm.Statistic ? *alarm.Statistic : *alarm.ExtendedStatistic);
}

/// The values of a range of periods, by their beginning.
using Points = std::map<Time, AlarmDatapoint>;

Points metric_points(const Context& context, const MetricAlarm& alarm, const Span& span) {
  const MetricRecord* metric =
      context.state.metrics.find(metric_key(*alarm.Namespace, *alarm.MetricName, alarm.Dimensions));
  Points points;
  if (metric == nullptr) return points;
  std::optional<std::uint8_t> unit;
  if (alarm.Unit) unit = unit_number(*alarm.Unit);
  const Statistic statistic = statistic_of(alarm);
  for (const auto& [time, aggregate] :
       read_series(context.state, context.now(), *metric, unit, span)) {
    if (const auto value = value_of(statistic, aggregate)) {
      points[time] = {.timestamp = time, .value = *value, .sample_count = aggregate.count};
    }
  }
  return points;
}

Points expression_points(const Context& context, const MetricAlarm& alarm, const Span& span) {
  Points points;
  std::vector<TimeSeries> series;
  try {
    series = run_queries(context.state, context.now(), *alarm.Metrics, span.start, span.end)
                 .results.at(0)
                 .series;
  } catch (const ApiError&) {
    // Chosen: math over groups, which come and go, may have no value; then its data are missing.
    return points;
  }
  if (series.size() != 1) return points;
  for (const auto& [time, value] : series[0].points) {
    points[time] = {.timestamp = time, .value = value};
  }
  return points;
}

/// What is watched where there is a band: a value without one says nothing.
Points band_points(Context& context, const MetricAlarm& alarm, const Span& span) {
  const Queries queries = *alarm.Metrics;
  prepare_band(context, queries, *alarm.ThresholdMetricId);
  const auto run = run_queries(context.state, context.now(), queries, span.start, span.end);
  const bool is_band_first = run.results.at(0).query->Id == alarm.ThresholdMetricId;
  const auto& watched = run.results.at(is_band_first ? 1 : 0).series.at(0).points;
  const auto& band = run.results.at(is_band_first ? 0 : 1).series;
  Points points;
  for (const auto& [time, value] : watched) {
    const auto upper = band.at(0).points.find(time);
    const auto lower = band.at(1).points.find(time);
    if (upper == band.at(0).points.end() || lower == band.at(1).points.end()) continue;
    points[time] = {
        .timestamp = time, .value = value, .lower = lower->second, .upper = upper->second};
  }
  return points;
}

Points points_of(Context& context, const MetricAlarm& alarm, const Span& span) {
  if (alarm.ThresholdMetricId) return band_points(context, alarm, span);
  return alarm.Metrics ? expression_points(context, alarm, span)
                       : metric_points(context, alarm, span);
}

/// AWS: "if you specify ignore, the alarm state does not change during periods with too few data
/// points to be statistically significant": fewer than 10/(1-p), or than 10/p below the median.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/percentiles-with-low-samples.html
bool has_too_few_samples(const MetricAlarm& alarm, const Evaluation& evaluation) {
  if (alarm.EvaluateLowSampleCountPercentile != "ignore") return false;
  const double part = statistic_of(alarm).upper / 100;
  const double tail = part >= 0.5 ? 1 - part : part;
  return std::ranges::any_of(evaluation.evaluated, [&](const AlarmDatapoint& datapoint) {
    return datapoint.sample_count * tail < 10;
  });
}

void evaluate_alarm(Context& context, const std::string& alarm_name, const AlarmRecord& record) {
  const MetricAlarm& alarm = record.alarm;
  const AlarmRule rule = rule_of(alarm);
  const seconds period(record.period_seconds);
  const std::int32_t periods = evaluation_range(rule.evaluation_periods);
  // AWS: the window slides: it ends now, whatever the period is.
  const Time end = floor_to(context.now() - kEvaluationDelay, interval_of(record));
  const Time start = end - period * periods;
  const Span span{start, end, period};
  if (record.has_contributors) {
    evaluate_contributors(context, alarm_name, span);
    return;
  }
  const Points points = points_of(context, alarm, span);
  std::vector<std::optional<AlarmDatapoint>> range(static_cast<std::size_t>(periods));
  for (const auto& [time, datapoint] : points) {
    range[static_cast<std::size_t>((time - start) / Duration(period))] = datapoint;
  }
  const Evaluation evaluation = evaluate(rule, range);
  if (!evaluation.state) return;
  std::optional<double> newest;
  if (!evaluation.evaluated.empty()) newest = evaluation.evaluated.front().value;
  // Most evaluations change nothing, and then must cost no write.
  if (name_of(*evaluation.state) == *alarm.StateValue) {
    stay_in_state(context, alarm, {*evaluation.state, {}, {}, newest});
    return;
  }
  if (has_too_few_samples(alarm, evaluation)) return;
  change_state(
      context, alarm_name,
      {*evaluation.state, state_reason(rule, evaluation),
       reason_data(context, record, end - period * rule.evaluation_periods, evaluation), newest});
}

}  // namespace

AlarmRule rule_of(const MetricAlarm& alarm) {
  AlarmRule rule;
  rule.comparison = *parse_comparison(*alarm.ComparisonOperator);
  rule.threshold = alarm.Threshold.value_or(0);
  rule.evaluation_periods = *alarm.EvaluationPeriods;
  rule.datapoints_to_alarm = alarm.DatapointsToAlarm.value_or(rule.evaluation_periods);
  rule.missing_data = *parse_missing_data(alarm.TreatMissingData.value_or("missing"));
  // AWS: alarms on DynamoDB's metrics always ignore missing data, whatever they say.
  if (alarm.Namespace == "AWS/DynamoDB") rule.missing_data = MissingData::ignore;
  return rule;
}

std::string reason_data(const Context& context, const AlarmRecord& record, Time start,
                        const Evaluation& evaluation) {
  const MetricAlarm& alarm = record.alarm;
  JsonObject data;
  data.add("version", "1.0");
  data.add("queryDate", json_date(context.now()));
  const bool has_any = !evaluation.evaluated.empty();
  data.add("startDate", json_date(has_any ? evaluation.evaluated.back().timestamp : start));
  if (alarm.Unit) data.add("unit", *alarm.Unit);
  if (alarm.Statistic) data.add("statistic", *alarm.Statistic);
  if (alarm.ExtendedStatistic) data.add("statistic", *alarm.ExtendedStatistic);
  data.add("period", record.period_seconds);
  std::vector<std::string> recent;
  std::vector<std::string> lower;
  std::vector<std::string> upper;
  std::vector<std::string> evaluated;
  for (const auto& datapoint : evaluation.evaluated) {
    // Observed: the plain list has the oldest first, the other one the newest.
    recent.insert(recent.begin(), number_text(datapoint.value));
    lower.insert(lower.begin(), number_text(datapoint.lower));
    upper.insert(upper.begin(), number_text(datapoint.upper));
    JsonObject object;
    object.add("timestamp", json_date(datapoint.timestamp));
    if (alarm.MetricName) object.add_raw("sampleCount", number_text(datapoint.sample_count));
    object.add_raw("value", number_text(datapoint.value));
    evaluated.push_back(object.text());
  }
  data.add_raw("recentDatapoints", json_array(recent));
  if (alarm.Threshold) {
    data.add_raw("threshold", number_text(*alarm.Threshold));
  } else {
    data.add_raw("recentLowerThresholds", json_array(lower));
    data.add_raw("recentUpperThresholds", json_array(upper));
  }
  if (has_any) data.add_raw("evaluatedDatapoints", json_array(evaluated));
  return data.text();
}

void start_evaluations(Context& context, const std::string& alarm_name) {
  schedule_next(context, alarm_name, *context.state.alarms.find(alarm_name));
}

void on_alarm_evaluation(Context& context, const world::Event& event) {
  const AlarmRecord* record = context.state.alarms.find(event.entity);
  if (record == nullptr || std::to_string(record->generation) != event.payload) return;
  schedule_next(context, event.entity, *record);
  evaluate_alarm(context, event.entity, *record);
}

}  // namespace fallstreak::services::cloudwatch
