#include "services/cloudwatch/anomaly_detectors.h"

#include <algorithm>
#include <set>

#include "base/encoding.h"
#include "base/time_zone.h"
#include "services/cloudwatch/anomaly_bands.h"
#include "services/cloudwatch/errors.h"
#include "services/cloudwatch/handlers.h"
#include "services/cloudwatch/pages.h"
#include "services/cloudwatch/periods.h"
#include "services/cloudwatch/statistic.h"
#include "services/cloudwatch/timing.h"

namespace fallstreak::services::cloudwatch {
namespace {

using api::cloudwatch::AnomalyDetector;
using api::cloudwatch::AnomalyDetectorConfiguration;
using api::cloudwatch::DescribeAnomalyDetectorsInput;
using api::cloudwatch::MetricDataQuery;
using api::cloudwatch::SingleMetricAnomalyDetector;

constexpr std::size_t kMostRanges = 10;
constexpr std::int32_t kMostDetectors = 100;
constexpr std::string_view kTrainingEvent = "anomaly-training";
constexpr std::string_view kMathParameter = "MetricMathAnomalyDetector.MetricDataQueries";

/// Keys of detectors on single metrics and on metric math begin so.
constexpr char kSingle = 's';
constexpr char kMath = 'm';

void append_query(std::string& key, const MetricDataQuery& query) {
  append_part(key, *query.Id);
  if (query.Expression) {
    append_part(key, *query.Expression);
    return;
  }
  const auto& metric = *query.MetricStat;
  key +=
      metric_key(*metric.Metric->Namespace, *metric.Metric->MetricName, metric.Metric->Dimensions);
  append_part(key, "");
  append_part(key, *metric.Stat);
  append_part(key, std::to_string(*metric.Period));
}

/// The ids that a term refers to.
void collect_references(const Term& term, std::set<std::string>& ids) {
  const Term* part = &term;
  for (;; part = &part->operands[0]) {
    if (part->kind == Term::Kind::reference) ids.insert(part->name);
    if (part->operands.empty()) return;
    for (std::size_t index = 1; index < part->operands.size(); ++index) {
      collect_references(part->operands[index], ids);
    }
  }
}

/// The queries that an expression is made of, itself among them, by id.
void collect_queries(Queries queries, const MetricDataQuery& query,
                     std::map<std::string, const MetricDataQuery*>& found) {
  if (!found.emplace(*query.Id, &query).second || !query.Expression) return;
  std::set<std::string> ids;
  collect_references(parse_expression(*query.Expression), ids);
  for (const auto& other : queries) {
    if (ids.contains(*other.Id)) collect_queries(queries, other, found);
  }
}

AnomalyDetector single_detector(SingleMetricAnomalyDetector single) {
  single.Dimensions = sorted(single.Dimensions);
  AnomalyDetector detector;
  // AWS returns the older members too.
  detector.Namespace = single.Namespace;
  detector.MetricName = single.MetricName;
  detector.Dimensions = single.Dimensions;
  detector.Stat = single.Stat;
  detector.SingleMetricAnomalyDetector = std::move(single);
  return detector;
}

/// Which detector a request means: in members of its own, which are older, or in a structure.
template <class Request>
AnomalyDetector identity_of(const Request& request) {
  const bool has_members =
      request.Namespace || request.MetricName || request.Dimensions || request.Stat;
  if (int(has_members) + int(request.SingleMetricAnomalyDetector.has_value()) +
          int(request.MetricMathAnomalyDetector.has_value()) >
      1) {
    throw invalid_combination(
        "Only one of SingleMetricAnomalyDetector, MetricMathAnomalyDetector and the parameters "
        "Namespace, MetricName, Dimensions and Stat can be specified.");
  }
  AnomalyDetector detector;
  if (request.MetricMathAnomalyDetector) {
    if (!request.MetricMathAnomalyDetector->MetricDataQueries) {
      throw missing_parameter(kMathParameter);
    }
    detector.MetricMathAnomalyDetector = request.MetricMathAnomalyDetector;
    return detector;
  }
  SingleMetricAnomalyDetector single{.Namespace = request.Namespace,
                                     .MetricName = request.MetricName,
                                     .Dimensions = request.Dimensions,
                                     .Stat = request.Stat};
  if (request.SingleMetricAnomalyDetector) single = *request.SingleMetricAnomalyDetector;
  if (!single.Namespace) throw missing_parameter("Namespace");
  if (!single.MetricName) throw missing_parameter("MetricName");
  if (!single.Stat) throw missing_parameter("Stat");
  return single_detector(std::move(single));
}

/// The query of a detector on metric math that says what is watched.
const MetricDataQuery& watched_query(Queries queries) {
  if (std::ranges::count_if(queries, returns_data) != 1) {
    throw invalid_parameter("Exactly one element of the " + std::string(kMathParameter) +
                            " should return data.");
  }
  const auto& query = *std::ranges::find_if(queries, returns_data);
  if (!query.Expression) {
    throw invalid_parameter("The element of the " + std::string(kMathParameter) +
                            " that returns data must be an expression.");
  }
  return query;
}

std::string key_of(const AnomalyDetector& detector) {
  if (detector.SingleMetricAnomalyDetector) {
    return detector_key(*detector.Namespace, *detector.MetricName, detector.Dimensions,
                        *detector.Stat);
  }
  const Queries queries = *detector.MetricMathAnomalyDetector->MetricDataQueries;
  check_queries(queries, kMathParameter);
  const MetricDataQuery& query = watched_query(queries);
  try {
    return detector_key(queries, query);
  } catch (const ExpressionProblem& problem) {
    throw expression_error(*query.Id, problem.what());
  }
}

void check_configuration(const AnomalyDetectorConfiguration& configuration) {
  const auto ranges = api::each(configuration.ExcludedTimeRanges);
  if (ranges.size() > kMostRanges) {
    throw too_many_elements("Configuration.ExcludedTimeRanges", kMostRanges);
  }
  for (const auto& range : ranges) {
    if (*range.StartTime >= *range.EndTime) throw start_not_before_end();
  }
  if (configuration.MetricTimezone && !TimeZone::load(*configuration.MetricTimezone)) {
    throw invalid_value(*configuration.MetricTimezone, "Configuration.MetricTimezone");
  }
}

/// What is watched, over a span; empty when nothing is known of it.
TimeSeries watched_series(const Context& context, const AnomalyDetector& detector,
                          const Span& span) {
  std::vector<MetricDataQuery> queries;
  if (detector.MetricMathAnomalyDetector) {
    queries = *detector.MetricMathAnomalyDetector->MetricDataQueries;
  } else {
    queries = {{.Id = "m",
                .MetricStat = {{.Metric = {{.Namespace = detector.Namespace,
                                            .MetricName = detector.MetricName,
                                            .Dimensions = detector.Dimensions}},
                                .Period = std::int32_t(span.period.count()),
                                .Stat = detector.Stat}}}};
  }
  const auto run = run_queries(context.state, context.now(), queries, span.start, span.end);
  const auto& series = run.results.at(0).series;
  if (series.size() != 1) {
    throw expression_error(*run.results.at(0).query->Id,
                           "an anomaly detector needs a single time series");
  }
  return series[0];
}

/// What can be calculated and watched. AWS: not every function.
void check_watched(const Context& context, const AnomalyDetector& detector) {
  if (!detector.MetricMathAnomalyDetector) {
    if (!parse_statistic(*detector.Stat)) throw invalid_value(*detector.Stat, "Stat");
    return;
  }
  for (const auto& query : *detector.MetricMathAnomalyDetector->MetricDataQueries) {
    for (const char* function : {"ANOMALY_DETECTION_BAND", "SEARCH"}) {
      if (!calls(query, function)) continue;
      throw invalid_parameter(std::string(function) + " is not supported in an anomaly detector.");
    }
  }
  watched_series(context, detector, training_span(context.now(), kTrainingPeriod));
}

TimeZone zone_of(const AnomalyDetectorRecord& record) {
  const auto& configuration = record.detector.Configuration;
  if (!configuration || !configuration->MetricTimezone) return TimeZone::utc();
  return TimeZone::load(*configuration->MetricTimezone).value();
}

bool is_wanted(const AnomalyDetector& detector, const DescribeAnomalyDetectorsInput& request) {
  if (detector.MetricMathAnomalyDetector) return true;
  return (!request.Namespace || detector.Namespace == request.Namespace) &&
         (!request.MetricName || detector.MetricName == request.MetricName) &&
         (!request.Dimensions || detector.Dimensions == sorted(request.Dimensions));
}

}  // namespace

std::string detector_key(const std::string& metric_namespace, const std::string& metric_name,
                         const std::optional<Dimensions>& dimensions,
                         const std::string& statistic) {
  std::string key = kSingle + metric_key(metric_namespace, metric_name, dimensions);
  append_part(key, "");
  append_part(key, statistic);
  return key;
}

std::string detector_key(Queries queries, const MetricDataQuery& query) {
  if (query.MetricStat) {
    const auto& metric = *query.MetricStat->Metric;
    return detector_key(*metric.Namespace, *metric.MetricName, metric.Dimensions,
                        *query.MetricStat->Stat);
  }
  std::map<std::string, const MetricDataQuery*> found;
  collect_queries(queries, query, found);
  std::string key(1, kMath);
  append_part(key, *query.Id);
  for (const auto& [id, part] : found) append_query(key, *part);
  return key;
}

Span training_span(Time now, std::chrono::seconds period) {
  const Time end = floor_to(now, std::chrono::hours(1));
  return {.start = end - kTrainedOn, .end = end, .period = period};
}

AnomalyModel train(const AnomalyDetectorRecord& record, const TimeSeries& series) {
  const auto& configuration = record.detector.Configuration;
  const auto excluded = configuration ? api::each(configuration->ExcludedTimeRanges)
                                      : std::span<const api::cloudwatch::Range>();
  const TimeZone zone = zone_of(record);
  AnomalyModel model;
  for (const auto& [time, value] : series.points) {
    const Time when = time;
    const bool is_excluded = std::ranges::any_of(excluded, [&](const auto& range) {
      return when >= *range.StartTime && when < *range.EndTime;
    });
    if (!is_excluded) model.add(zone.to_local(when), value);
  }
  return model;
}

std::vector<TimeSeries> band_of(const AnomalyDetectorRecord& record, const AnomalyModel& model,
                                const TimeSeries& series, Time end, double deviations) {
  TimeSeries upper{.label = series.label + " High", .period = series.period, .start = series.start};
  TimeSeries lower{.label = series.label + " Low", .period = series.period, .start = series.start};
  if (model.is_trained()) {
    const TimeZone zone = zone_of(record);
    for (Time time = series.start; time < end; time += series.period) {
      const auto band = *model.band_at(zone.to_local(time), deviations);
      upper.points.emplace_hint(upper.points.end(), time, band.upper);
      lower.points.emplace_hint(lower.points.end(), time, band.lower);
    }
  }
  return {std::move(upper), std::move(lower)};
}

void start_detector(Context& context, const std::string& key, AnomalyDetector detector) {
  AnomalyDetectorRecord record{.detector = std::move(detector)};
  record.detector.StateValue = "PENDING_TRAINING";
  record.generation = context.state.next("anomaly-detector");
  const std::string generation = std::to_string(record.generation);
  context.state.anomaly_detectors.put(key, std::move(record));
  context.schedule(kTrainingTime, kTrainingEvent, to_base64(key), generation);
}

AnomalyDetector detector_on(Queries queries, const MetricDataQuery& query) {
  AnomalyDetector detector;
  if (query.MetricStat) {
    const auto& metric = *query.MetricStat->Metric;
    return single_detector({.Namespace = metric.Namespace,
                            .MetricName = metric.MetricName,
                            .Dimensions = metric.Dimensions,
                            .Stat = query.MetricStat->Stat});
  }
  std::map<std::string, const MetricDataQuery*> found;
  collect_queries(queries, query, found);
  auto& parts = detector.MetricMathAnomalyDetector.emplace().MetricDataQueries.emplace();
  for (const auto& [id, part] : found) {
    parts.push_back(*part);
    parts.back().ReturnData = id == *query.Id;
  }
  return detector;
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutAnomalyDetector.html
api::cloudwatch::PutAnomalyDetectorOutput put_anomaly_detector(
    Context& context, const api::cloudwatch::PutAnomalyDetectorInput& request) {
  AnomalyDetector detector = identity_of(request);
  const std::string key = key_of(detector);
  if (request.Configuration) check_configuration(*request.Configuration);
  check_watched(context, detector);
  detector.Configuration = request.Configuration;
  // Chosen: a detector that is put again is trained again.
  start_detector(context, key, std::move(detector));
  return {};
}

void on_anomaly_training(Context& context, const world::Event& event) {
  const std::string key = from_base64(event.entity).value();
  const AnomalyDetectorRecord* record = context.state.anomaly_detectors.find(key);
  if (record == nullptr || std::to_string(record->generation) != event.payload) return;
  const AnomalyModel model = train(
      *record,
      watched_series(context, record->detector, training_span(context.now(), kTrainingPeriod)));
  const std::string state = model.is_trained() ? "TRAINED" : "TRAINED_INSUFFICIENT_DATA";
  if (record->detector.StateValue != state) {
    context.state.anomaly_detectors.update(
        key, [&](AnomalyDetectorRecord& changed) { changed.detector.StateValue = state; });
  }
  context.schedule_periodic(kRetrainingInterval, kTrainingEvent, event.entity, event.payload);
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAnomalyDetectors.html
api::cloudwatch::DescribeAnomalyDetectorsOutput describe_anomaly_detectors(
    Context& context, const DescribeAnomalyDetectorsInput& request) {
  if (request.MaxResults && *request.MaxResults > kMostDetectors) {
    throw invalid_value(std::to_string(*request.MaxResults), "MaxResults");
  }
  const std::int32_t most = request.MaxResults.value_or(kMostDetectors);
  const auto types = api::each(request.AnomalyDetectorTypes);
  const auto has_type = [&](std::string_view type) {
    return std::ranges::find(types, type) != types.end();
  };
  // AWS: without types, those on single metrics.
  const bool are_single_wanted = types.empty() || has_type("SINGLE_METRIC");
  const bool are_math_wanted = has_type("METRIC_MATH");
  const std::string after = key_of_token(request.NextToken);
  api::cloudwatch::DescribeAnomalyDetectorsOutput response;
  auto& shown = response.AnomalyDetectors.emplace();
  std::string last;
  const auto& detectors = context.state.anomaly_detectors;
  std::string prefix;
  if (request.Namespace && !are_math_wanted)
    prefix = kSingle + prefix_of(*request.Namespace);
  auto row = after < prefix ? detectors.lower_bound(prefix) : detectors.upper_bound(after);
  for (; row != detectors.end() && row->first.starts_with(prefix); ++row) {
    const bool is_math = row->first.front() == kMath;
    if (!(is_math ? are_math_wanted : are_single_wanted)) continue;
    if (!is_wanted(row->second.detector, request)) continue;
    if (std::ssize(shown) == most) {
      response.NextToken = token_after(last);
      break;
    }
    shown.push_back(row->second.detector);
    last = row->first;
  }
  return response;
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAnomalyDetector.html
api::cloudwatch::DeleteAnomalyDetectorOutput delete_anomaly_detector(
    Context& context, const api::cloudwatch::DeleteAnomalyDetectorInput& request) {
  const std::string key = key_of(identity_of(request));
  if (!context.state.anomaly_detectors.erase(key)) throw anomaly_detector_not_found();
  forget_models(context, key);
  return {};
}

}  // namespace fallstreak::services::cloudwatch
