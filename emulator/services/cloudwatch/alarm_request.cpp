#include "services/cloudwatch/alarm_request.h"

#include <algorithm>
#include <cmath>

#include "base/arn.h"
#include "services/cloudwatch/alarm_actions.h"
#include "services/cloudwatch/alarm_state.h"
#include "services/cloudwatch/anomaly_bands.h"
#include "services/cloudwatch/errors.h"
#include "services/cloudwatch/metric_queries.h"
#include "services/cloudwatch/periods.h"
#include "services/cloudwatch/statistic.h"

namespace fallstreak::services::cloudwatch {
namespace {

using api::cloudwatch::MetricDataQuery;
using api::cloudwatch::PutMetricAlarmInput;

// AWS: anomaly detection is neither for high-resolution metrics nor for periods beyond an hour.
constexpr std::int32_t kShortestBandPeriod = 60;
constexpr std::int32_t kLongestBandPeriod = 3600;

void check_actions(const std::optional<std::vector<std::string>>& actions) {
  for (const auto& arn : api::each(actions)) {
    if (!Arn::parse(arn)) throw invalid_arn_syntax(arn);
  }
}

void check_statistic(const PutMetricAlarmInput& request) {
  if (request.Statistic.has_value() == request.ExtendedStatistic.has_value()) {
    throw validation_error("Exactly one of Statistic and ExtendedStatistic must be specified.");
  }
  bool is_percentile = false;
  if (request.ExtendedStatistic) {
    const auto statistic = parse_statistic(*request.ExtendedStatistic);
    if (!statistic || is_simple(*statistic)) {
      throw validation_error("The value " + *request.ExtendedStatistic +
                             " for parameter ExtendedStatistic is not supported.");
    }
    is_percentile = statistic->kind == Statistic::Kind::percentile;
  }
  const auto& low = request.EvaluateLowSampleCountPercentile;
  if (!low) return;
  if (*low != "evaluate" && *low != "ignore") {
    throw validation_error("Option [" + *low +
                           "] is not supported for EvaluateLowSampleCountPercentile parameter, "
                           "supported options: [evaluate, ignore].");
  }
  if (!is_percentile) {
    throw validation_error(
        "EvaluateLowSampleCountPercentile can only be specified with a percentile.");
  }
}

WatchedSeries check_metric(const PutMetricAlarmInput& request) {
  if (!request.MetricName) throw null_member("metricName");
  if (!request.Namespace) throw null_member("namespace");
  if (!request.Period) throw null_member("period");
  check_statistic(request);
  if (!is_alarm_period(*request.Period)) {
    throw validation_error("Period must be 10, 20, 30 or a multiple of 60");
  }
  return {.period_seconds = *request.Period};
}

/// AWS: a search gives many series, an alarm looks at one. Observed: the words, and that not even
/// the sum of a search is allowed.
void check_no_search(Queries queries) {
  for (const auto& query : queries) {
    if (calls(query, "SEARCH")) {
      throw validation_error("SEARCH is not supported on Metric Alarms.");
    }
  }
}

/// AWS: what is watched and its band, which the alarm names.
void check_band(const PutMetricAlarmInput& request, Queries queries) {
  // Observed: the words.
  if (std::ranges::count_if(queries, returns_data) != 2) {
    throw validation_error("Exactly two elements of the metrics list should return data.");
  }
  const auto band = std::ranges::find(queries, request.ThresholdMetricId, &MetricDataQuery::Id);
  const bool is_band =
      band != queries.end() && returns_data(*band) && watched_by_band(queries, *band) != nullptr;
  if (!is_band) {
    throw validation_error(
        "ThresholdMetricId must be the Id of an ANOMALY_DETECTION_BAND expression that returns "
        "data.");
  }
  // AWS: "Alarms based on anomaly detection models cannot have Auto Scaling actions."
  for (const auto* actions :
       {&request.OKActions, &request.AlarmActions, &request.InsufficientDataActions}) {
    if (std::ranges::any_of(api::each(*actions), is_scaling_action)) {
      throw validation_error(
          "Alarms based on anomaly detection models cannot have Auto Scaling actions.");
    }
  }
}

void check_band_period(std::int32_t period) {
  if (period < kShortestBandPeriod || period > kLongestBandPeriod) {
    throw validation_error(
        "Period must be a multiple of 60 and at most 3600 for an alarm on an anomaly detection "
        "band");
  }
}

/// AWS: "When creating multi-time series alarms, you must include two key clauses": GROUP BY and
/// ORDER BY. Chosen: the words.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Metrics_Insights_Alarm.html
bool has_contributors(const MetricDataQuery& query) {
  const auto insights = insights_query_of(query);
  if (!insights || insights->group_by.empty()) return false;
  if (!insights->order) {
    throw validation_error(
        "A Metrics Insights query with GROUP BY must have ORDER BY when an alarm watches it.");
  }
  return true;
}

WatchedSeries check_metrics(Context& context, const PutMetricAlarmInput& request) {
  if (request.MetricName || request.Namespace || request.Dimensions || request.Period ||
      request.Unit || request.Statistic || request.ExtendedStatistic ||
      request.EvaluateLowSampleCountPercentile) {
    throw validation_error(
        "The parameters MetricName, Namespace, Dimensions, Period, Unit, Statistic and "
        "ExtendedStatistic cannot be specified with Metrics.");
  }
  const Queries queries = *request.Metrics;
  check_queries(queries, "Metrics");
  check_no_search(queries);
  if (request.ThresholdMetricId) {
    check_band(request, queries);
  } else if (std::ranges::count_if(queries, returns_data) != 1) {
    throw validation_error("Exactly one element of the metrics list should return data.");
  }
  const auto run = run_queries(context.state, context.now(), queries,
                               context.now() - std::chrono::minutes(1), context.now());
  std::int32_t period = 0;
  bool are_contributors = false;
  for (const auto& [query, series] : run.results) {
    if (query->Id == request.ThresholdMetricId) continue;
    if (!request.ThresholdMetricId && has_contributors(*query)) {
      are_contributors = true;
      period = query->Period.value_or(kSearchPeriod);
      continue;
    }
    if (series.size() != 1) {
      throw expression_error(*query->Id, "an alarm needs a single time series");
    }
    period = std::int32_t(series[0].period.count());
  }
  if (request.ThresholdMetricId) check_band_period(period);
  if (!is_alarm_period(period)) {
    throw validation_error("Period must be 10, 20, 30 or a multiple of 60");
  }
  return {.period_seconds = period, .are_contributors = are_contributors};
}

/// AWS: at most a day, and a week for periods of an hour and more.
void check_length(std::int32_t period, std::int32_t evaluation_periods) {
  constexpr std::int64_t kDay = 86'400;
  const std::int64_t total = std::int64_t{period} * evaluation_periods;
  if (period < 3600 && total > kDay) {
    throw validation_error(
        "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= "
        "86400).");
  }
  if (total > 7 * kDay) {
    throw validation_error(
        "Metrics cannot be checked across more than 7 days (EvaluationPeriods * Period must be <= "
        "604800).");
  }
}

/// Observed: the words about what is missing.
void check_threshold(const PutMetricAlarmInput& request) {
  if (is_range(*parse_comparison(*request.ComparisonOperator))) {
    if (!request.ThresholdMetricId) {
      throw validation_error("ComparisonOperators for ranges require ThresholdMetricId to be set");
    }
    if (request.Threshold) {
      throw validation_error("Threshold cannot be specified with ThresholdMetricId");
    }
    if (api::each(request.Metrics).empty()) {
      throw validation_error("ThresholdMetricId can only be specified with Metrics");
    }
    return;
  }
  if (request.ThresholdMetricId) {
    throw validation_error("ThresholdMetricId requires a ComparisonOperator for ranges");
  }
  if (!request.Threshold) {
    throw validation_error("PutMetricAlarm request should have valid Threshold parameter");
  }
  if (!std::isfinite(*request.Threshold)) throw validation_error("Threshold must be a number.");
}

void check_rule(const PutMetricAlarmInput& request) {
  if (!request.EvaluationPeriods) throw null_member("evaluationPeriods");
  if (!request.ComparisonOperator) throw null_member("comparisonOperator");
  check_threshold(request);
  if (request.DatapointsToAlarm && *request.DatapointsToAlarm > *request.EvaluationPeriods) {
    throw validation_error("DatapointsToAlarm must be less than or equal to EvaluationPeriods.");
  }
  if (request.TreatMissingData && !parse_missing_data(*request.TreatMissingData)) {
    throw validation_error("Option [" + *request.TreatMissingData +
                           "] is not supported for TreatMissingData parameter, supported options: "
                           "[breaching, notBreaching, ignore, missing].");
  }
}

}  // namespace

WatchedSeries check_alarm(Context& context, const PutMetricAlarmInput& request) {
  check_rule(request);
  check_actions(request.OKActions);
  check_actions(request.AlarmActions);
  check_actions(request.InsufficientDataActions);
  const bool has_metrics = request.Metrics && !request.Metrics->empty();
  const auto watched = has_metrics ? check_metrics(context, request) : check_metric(request);
  check_length(watched.period_seconds, *request.EvaluationPeriods);
  return watched;
}

}  // namespace fallstreak::services::cloudwatch
