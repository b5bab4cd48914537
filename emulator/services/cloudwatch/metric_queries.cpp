#include "services/cloudwatch/metric_queries.h"

#include <algorithm>
#include <map>
#include <set>

#include "services/cloudwatch/datapoints.h"
#include "services/cloudwatch/errors.h"
#include "services/cloudwatch/periods.h"
#include "services/cloudwatch/statistic.h"

namespace fallstreak::services::cloudwatch {
namespace {

using api::cloudwatch::MetricDataQuery;

/// Chosen: expressions that refer to expressions nest no deeper, so that none exhausts the stack.
constexpr int kDeepestReference = 16;

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
  }

  const MathValue& value(const MetricDataQuery& query) {
    const auto known = values_.find(*query.Id);
    if (known != values_.end()) return known->second;
    MathValue made = query.MetricStat ? MathValue::of(metric_series(query)) : calculate(query);
    return values_.emplace(*query.Id, std::move(made)).first->second;
  }

 private:
  TimeSeries metric_series(const MetricDataQuery& query) const {
    const auto& wanted = *query.MetricStat;
    const std::chrono::seconds period(*wanted.Period);
    const Span span{rounded_start(now_, start_, period), environment_.end, period};
    TimeSeries series{.label = query.Label.value_or(*wanted.Metric->MetricName),
                      .period = period,
                      .start = span.start};
    const MetricRecord* metric = state_.metrics.find(metric_key(
        *wanted.Metric->Namespace, *wanted.Metric->MetricName, wanted.Metric->Dimensions));
    if (metric == nullptr) return series;
    std::optional<std::uint8_t> unit;
    if (wanted.Unit) unit = unit_number(*wanted.Unit);
    const auto statistic = parse_statistic(*wanted.Stat);
    for (const auto& [time, aggregate] : read_series(state_, now_, *metric, unit, span)) {
      if (const auto value = value_of(*statistic, aggregate)) series.points.emplace(time, *value);
    }
    return series;
  }

  MathValue calculate(const MetricDataQuery& query) {
    if (!open_.insert(*query.Id).second) {
      throw expression_error(*query.Id, "the expression refers to itself");
    }
    if (open_.size() > kDeepestReference) {
      throw expression_error(*query.Id, "the expressions refer to each other too deeply");
    }
    MathValue result;
    try {
      result = evaluate(parse_expression(*query.Expression), environment_);
    } catch (const ExpressionProblem& problem) {
      throw expression_error(*query.Id, problem.what());
    }
    open_.erase(*query.Id);
    for (auto& series : result.series) {
      if (query.Period && series.period != std::chrono::seconds(*query.Period)) {
        throw not_implemented("Parameter Period of an expression that differs from its metrics'");
      }
      // Observed: the label of an expression without one is its id.
      if (result.kind == MathValue::Kind::series) series.label = query.Label.value_or(*query.Id);
    }
    return result;
  }

  MathValue value_of_id(std::string_view id) {
    const auto found = std::ranges::find_if(
        queries_, [&](const MetricDataQuery& query) { return *query.Id == id; });
    if (found == queries_.end()) {
      throw ExpressionProblem("unknown id '" + std::string(id) + "'");
    }
    return value(*found);
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
};

}  // namespace

void check_queries(Queries queries, std::string_view parameter) {
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
    if (query.Expression && query.Expression->starts_with("SELECT")) {
      throw not_implemented("A Metrics Insights query (SELECT)");
    }
    if (query.Label && query.Label->find("${") != std::string::npos) {
      throw not_implemented("A dynamic label (${...})");
    }
  }
}

std::vector<QueryResult> run_queries(const CloudWatchState& state, Time now, Queries queries,
                                     Time start, Time end) {
  Run run(state, now, queries, start, end);
  std::vector<QueryResult> results;
  for (const auto& query : queries) {
    // AWS: a query that nobody asks for is checked all the same.
    const MathValue& value = run.value(query);
    if (!returns_data(query)) continue;
    if (value.kind != MathValue::Kind::series && value.kind != MathValue::Kind::array) {
      throw expression_error(*query.Id, "the expression must return a time series");
    }
    results.push_back({&query, value.series});
  }
  return results;
}

}  // namespace fallstreak::services::cloudwatch
