#include "services/cloudwatch/metric_queries.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "base/check.h"
#include "services/cloudwatch/anomaly_bands.h"
#include "services/cloudwatch/anomaly_detectors.h"
#include "services/cloudwatch/datapoints.h"
#include "services/cloudwatch/dynamic_label.h"
#include "services/cloudwatch/errors.h"
#include "services/cloudwatch/insights_run.h"
#include "services/cloudwatch/periods.h"
#include "services/cloudwatch/statistic.h"
#include "services/cloudwatch/timing.h"

namespace fallstreak::services::cloudwatch {
namespace {

using api::cloudwatch::MetricDataQuery;

/// Chosen: expressions that refer to expressions nest no deeper, so that none exhausts the stack.
constexpr int kDeepestReference = 16;
// AWS: as many series as a graph shows.
constexpr std::size_t kMostFound = 500;
/// Chosen: as many datapoints as GetMetricData returns at most.
constexpr std::int64_t kLongestBand = 100'800;
constexpr double kLongestPeriod = 86'400 * 365;

/// AWS: letters, digits and underscores, beginning with a lower-case letter.
bool is_id(std::string_view id) {
  constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";
  return !id.empty() && kLower.find(id.front()) != std::string_view::npos &&
         id.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") ==
             std::string_view::npos;
}

void check_metric(const api::cloudwatch::MetricStat& metric, const std::string& path) {
  const auto& identity = *metric.Metric;
  if (!identity.Namespace) throw missing_parameter(path + ".MetricStat.Metric.Namespace");
  if (!identity.MetricName) throw missing_parameter(path + ".MetricStat.Metric.MetricName");
  if (!is_query_period(*metric.Period)) {
    throw invalid_value(std::to_string(*metric.Period), path + ".MetricStat.Period");
  }
  if (!parse_statistic(*metric.Stat)) throw invalid_value(*metric.Stat, path + ".MetricStat.Stat");
}

/// The evaluation of a request's queries: each once, when it is first referred to.
class Run {
 public:
  Run(const CloudWatchState& state, Time now, Queries queries, Time start, Time end)
      : state_(state), now_(now), queries_(queries), start_(start) {
    environment_.end = end;
    environment_.lookup = [this](std::string_view id) { return value_of_id(id); };
    environment_.metrics = [this](std::string_view text) { return metrics_with(text); };
    environment_.search = [this](const MetricSearch& search, std::string_view statistic,
                                 std::optional<double> period) {
      return search_metrics(search, statistic, period);
    };
    environment_.band = [this](std::string_view id, double deviations) {
      return expected_band(id, deviations);
    };
  }

  const MathValue& value(const MetricDataQuery& query) {
    const auto known = values_.find(*query.Id);
    if (known != values_.end()) return known->second;
    MathValue made = query.MetricStat ? MathValue::of(metric_series(query)) : calculate(query);
    return values_.emplace(*query.Id, std::move(made)).first->second;
  }
  [[nodiscard]] bool exceeds_metrics() const { return exceeds_metrics_; }

 private:
  TimeSeries metric_series(const MetricDataQuery& query) const {
    const auto& wanted = *query.MetricStat;
    const std::chrono::seconds period(*wanted.Period);
    const Span span{rounded_start(now_, start_, period), environment_.end, period};
    TimeSeries series{.label = *wanted.Metric->MetricName, .period = period, .start = span.start};
    read_metric(series, wanted, span);
    if (!query.Label) return series;
    add_properties(series, *wanted.Metric, *wanted.Stat);
    series.label = expanded_label(*query.Label, series, series.label);
    return series;
  }
  void read_metric(TimeSeries& series, const api::cloudwatch::MetricStat& wanted,
                   const Span& span) const {
    const MetricRecord* metric = state_.metrics.find(metric_key(
        *wanted.Metric->Namespace, *wanted.Metric->MetricName, wanted.Metric->Dimensions));
    if (metric == nullptr) return;
    std::optional<std::uint8_t> unit;
    if (wanted.Unit) unit = unit_number(*wanted.Unit);
    read_points(series, *metric, unit, *parse_statistic(*wanted.Stat), span);
  }
  void read_points(TimeSeries& series, const MetricRecord& metric, std::optional<std::uint8_t> unit,
                   const Statistic& statistic, const Span& span) const {
    for (const auto& [time, aggregate] : read_series(state_, now_, metric, unit, span)) {
      if (const auto value = value_of(statistic, aggregate)) series.points.emplace(time, *value);
    }
  }

  /// AWS: metrics that had data in the past two weeks.
  std::vector<TimeSeries> search_metrics(const MetricSearch& search, std::string_view statistic,
                                         std::optional<double> wanted_period) {
    const auto parsed = parse_statistic(statistic);
    if (!parsed) {
      throw ExpressionProblem("SEARCH does not know the statistic " + std::string(statistic));
    }
    const double seconds = wanted_period.value_or(own_period_.value_or(kSearchPeriod));
    if (!(seconds >= 1 && seconds <= kLongestPeriod) || seconds != std::floor(seconds) ||
        !is_query_period(std::int32_t(seconds))) {
      throw ExpressionProblem("SEARCH expects a valid period");
    }
    const std::chrono::seconds period{std::int64_t(seconds)};
    const Span span{rounded_start(now_, start_, period), environment_.end, period};
    std::vector<const MetricRecord*> found;
    const std::string prefix =
        search.schema ? prefix_of(search.schema->metric_namespace) : std::string();
    for (const auto& [key, metric] : state_.metrics.range(prefix)) {
      if (!matches(search, metric.metric)) continue;
      const auto newest = newest_datapoint(state_, now_, metric);
      if (!newest || *newest < now_ - kListedFor) continue;
      if (found.size() == kMostFound) {
        exceeds_metrics_ = true;
        break;
      }
      found.push_back(&metric);
    }
    std::vector<TimeSeries> series;
    for (const MetricRecord* metric : found) {
      auto& one = series.emplace_back(TimeSeries{
          .label = label_among(metric->metric, found), .period = period, .start = span.start});
      read_points(one, *metric, {}, *parsed, span);
      if (wants_properties_) add_properties(one, metric->metric, statistic);
    }
    return series;
  }

  /// Chosen: AWS labels what a search finds by what tells it from the rest, and does not say how.
  /// Here by the values of its dimensions, and by its name where names differ or nothing else is
  /// there.
  static std::string label_among(const api::cloudwatch::Metric& metric,
                                 std::span<const MetricRecord* const> all) {
    std::string label;
    for (const auto& dimension : api::each(metric.Dimensions)) {
      label += (label.empty() ? "" : " ") + *dimension.Value;
    }
    const bool is_one_name = std::ranges::all_of(all, [&](const MetricRecord* other) {
      return other->metric.MetricName == metric.MetricName;
    });
    if (is_one_name && !label.empty()) return label;
    return (label.empty() ? "" : label + " ") + *metric.MetricName;
  }

  MathValue calculate(const MetricDataQuery& query) {
    if (!open_.insert(*query.Id).second) {
      throw expression_error(*query.Id, "the expression refers to itself");
    }
    if (open_.size() > kDeepestReference) {
      throw expression_error(*query.Id, "the expressions refer to each other too deeply");
    }
    MathValue result;
    const auto outer_period = std::exchange(own_period_, query.Period);
    const bool outer_wants = std::exchange(
        wants_properties_, wants_properties_ || is_dynamic_label(query.Label.value_or("")));
    try {
      result = is_insights_query(*query.Expression)
                   ? insights(query)
                   : evaluate(parse_expression(*query.Expression), environment_);
    } catch (const ExpressionProblem& problem) {
      throw expression_error(*query.Id, problem.what());
    }
    own_period_ = outer_period;
    wants_properties_ = outer_wants;
    open_.erase(*query.Id);
    for (auto& series : result.series) {
      if (query.Period && series.period != std::chrono::seconds(*query.Period)) {
        throw not_implemented("Parameter Period of an expression that differs from its metrics'");
      }
      // Observed: the label of an expression without one is its id.
      if (result.kind == MathValue::Kind::series) series.label = *query.Id;
      if (!query.Label) continue;
      if (is_dynamic_label(*query.Label) || result.kind == MathValue::Kind::series) {
        series.label = expanded_label(*query.Label, series, series.label);
        continue;
      }
      // Chosen: the parts of an array stay apart under a label for all of them.
      if (result.kind == MathValue::Kind::array) series.label = *query.Label + " " + series.label;
    }
    return result;
  }

  MathValue insights(const MetricDataQuery& query) {
    const std::chrono::seconds period(query.Period.value_or(kSearchPeriod));
    const Span span{rounded_start(now_, start_, period), environment_.end, period};
    InsightsRun run = run_insights(state_, now_, parse_insights_query(*query.Expression), span);
    exceeds_metrics_ = exceeds_metrics_ || run.exceeds_metrics;
    return std::move(run.value);
  }

  const MetricDataQuery& query_of_id(std::string_view id) const {
    const auto found = std::ranges::find_if(
        queries_, [&](const MetricDataQuery& query) { return *query.Id == id; });
    if (found == queries_.end()) {
      throw ExpressionProblem("unknown id '" + std::string(id) + "'");
    }
    return *found;
  }
  MathValue value_of_id(std::string_view id) { return value(query_of_id(id)); }

  /// Chosen: what nobody made an anomaly detector for has a band without datapoints.
  std::vector<TimeSeries> expected_band(std::string_view id, double deviations) {
    const MetricDataQuery& query = query_of_id(id);
    const MathValue& watched = value(query);
    if (watched.kind != MathValue::Kind::series) {
      throw ExpressionProblem("ANOMALY_DETECTION_BAND expects a time series");
    }
    const TimeSeries& series = watched.series[0];
    const auto* detector = state_.anomaly_detectors.find(detector_key(queries_, query));
    if (detector == nullptr || detector->detector.StateValue != "TRAINED") {
      return band_of({}, {}, series, environment_.end, deviations);
    }
    if ((environment_.end - series.start) / Duration(series.period) > kLongestBand) {
      throw ExpressionProblem("ANOMALY_DETECTION_BAND over more than 100,800 periods");
    }
    const AnomalyModel model = model_for(state_, now_, queries_, query, *detector, series.period);
    return band_of(*detector, model, series, environment_.end, deviations);
  }

  std::vector<TimeSeries> metrics_with(std::string_view text) {
    std::vector<TimeSeries> series;
    for (const auto& query : queries_) {
      if (query.MetricStat && query.Id->find(text) != std::string::npos) {
        series.push_back(value(query).series[0]);
      }
    }
    return series;
  }

  const CloudWatchState& state_;
  Time now_;
  Queries queries_;
  Time start_;
  MathEnvironment environment_;
  std::map<std::string, MathValue, std::less<>> values_;
  std::set<std::string, std::less<>> open_;
  /// Of the query that is being calculated, if it has one.
  std::optional<std::int32_t> own_period_;
  bool exceeds_metrics_ = false;
  /// Of the query that is being calculated: its label may name what the metrics are.
  bool wants_properties_ = false;
};

}  // namespace

std::optional<InsightsQuery> insights_query_of(const MetricDataQuery& query) {
  if (!query.Expression || !is_insights_query(*query.Expression)) return std::nullopt;
  try {
    return parse_insights_query(*query.Expression);
  } catch (const ExpressionProblem& problem) {
    throw expression_error(*query.Id, problem.what());
  }
}

void check_queries(Queries queries, std::string_view parameter) {
  bool has_insights = false;
  std::set<std::string, std::less<>> ids;
  for (std::size_t index = 0; index < queries.size(); ++index) {
    const MetricDataQuery& query = queries[index];
    const std::string path = std::string(parameter) + ".member." + std::to_string(index + 1);
    if (!is_id(*query.Id)) {
      throw validation_error("The value in field " + path +
                             ".Id must match the pattern "
                             "^[a-z][a-zA-Z0-9_]*$.");
    }
    if (!ids.insert(*query.Id).second) {
      throw validation_error("The values of the Id members of " + std::string(parameter) +
                             " are not unique: " + *query.Id);
    }
    if (query.MetricStat.has_value() == query.Expression.has_value()) {
      throw validation_error("Exactly one of " + path + ".MetricStat and " + path +
                             ".Expression must be specified.");
    }
    if (query.MetricStat) check_metric(*query.MetricStat, path);
    if (!insights_query_of(query)) continue;
    // AWS: a request has at most one. Chosen: the words.
    if (has_insights) {
      throw validation_error("A request can have only one Metrics Insights query.");
    }
    has_insights = true;
    if (query.Period && !is_query_period(*query.Period)) {
      throw invalid_value(std::to_string(*query.Period), path + ".Period");
    }
  }
}

bool calls(const MetricDataQuery& query, std::string_view function) {
  if (!query.Expression || is_insights_query(*query.Expression)) return false;
  try {
    return calls(parse_expression(*query.Expression), function);
  } catch (const ExpressionProblem& problem) {
    throw expression_error(*query.Id, problem.what());
  }
}

TimeSeries series_of(const CloudWatchState& state, Time now, Queries queries,
                     const MetricDataQuery& query, const Span& span) {
  Run run(state, now, queries, span.start, span.end);
  const MathValue& value = run.value(query);
  CHECK(value.kind == MathValue::Kind::series) << "it was asked for when the query was checked";
  return value.series[0];
}

QueryRun run_queries(const CloudWatchState& state, Time now, Queries queries, Time start,
                     Time end) {
  Run run(state, now, queries, start, end);
  QueryRun outcome;
  for (const auto& query : queries) {
    // AWS: a query that nobody asks for is checked all the same.
    const MathValue& value = run.value(query);
    if (!returns_data(query)) continue;
    if (value.kind != MathValue::Kind::series && value.kind != MathValue::Kind::array) {
      throw expression_error(*query.Id, "the expression must return a time series");
    }
    outcome.results.push_back({&query, value.series});
  }
  outcome.exceeds_metrics = run.exceeds_metrics();
  return outcome;
}

}  // namespace fallstreak::services::cloudwatch
