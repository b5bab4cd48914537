#include "services/cloudwatch/anomaly_bands.h"

#include <algorithm>
#include <vector>

#include "services/cloudwatch/anomaly_detectors.h"

namespace fallstreak::services::cloudwatch {
namespace {

using api::cloudwatch::MetricDataQuery;
using std::chrono::seconds;

std::string models_prefix(const std::string& detector_key) {
  std::string prefix = detector_key;
  append_part(prefix, "");
  return prefix;
}

std::string model_key(const std::string& detector_key, seconds period) {
  return models_prefix(detector_key) + std::to_string(period.count());
}

/// Null when none is kept, or one of an earlier hour or an earlier life of the detector.
const AnomalyModelRecord* kept_model(const CloudWatchState& state, const std::string& key,
                                     const AnomalyDetectorRecord& detector, Time learned_until) {
  const AnomalyModelRecord* kept = state.anomaly_models.find(key);
  const bool is_current = kept != nullptr && kept->generation == detector.generation &&
                          kept->learned_until == learned_until;
  return is_current ? kept : nullptr;
}

AnomalyModel learn(const CloudWatchState& state, Time now, Queries queries,
                   const MetricDataQuery& query, const AnomalyDetectorRecord& detector,
                   const Span& span) {
  return train(detector, series_of(state, now, queries, query, span));
}

}  // namespace

const MetricDataQuery* watched_by_band(Queries queries, const MetricDataQuery& band) {
  if (!calls(band, "ANOMALY_DETECTION_BAND")) return nullptr;
  const Term term = parse_expression(*band.Expression);
  const bool is_of_query = term.kind == Term::Kind::call && !term.operands.empty() &&
                           term.operands[0].kind == Term::Kind::reference;
  if (!is_of_query) return nullptr;
  const auto watched = std::ranges::find_if(
      queries, [&](const MetricDataQuery& query) { return *query.Id == term.operands[0].name; });
  return watched == queries.end() ? nullptr : &*watched;
}

AnomalyModel model_for(const CloudWatchState& state, Time now, Queries queries,
                       const MetricDataQuery& query, const AnomalyDetectorRecord& detector,
                       seconds period) {
  const Span span = training_span(now, period);
  const std::string key = model_key(detector_key(queries, query), period);
  const AnomalyModelRecord* kept = kept_model(state, key, detector, span.end);
  if (kept != nullptr) return AnomalyModel::of(kept->numbers);
  return learn(state, now, queries, query, detector, span);
}

void prepare_band(Context& context, Queries queries, const std::string& band_id) {
  const auto band = std::ranges::find(queries, band_id, &MetricDataQuery::Id);
  const MetricDataQuery& watched = *watched_by_band(queries, *band);
  const std::string key = detector_key(queries, watched);
  const auto& detectors = context.state.anomaly_detectors;
  if (!detectors.contains(key)) start_detector(context, key, detector_on(queries, watched));
  const AnomalyDetectorRecord& detector = *detectors.find(key);
  if (detector.detector.StateValue != "TRAINED") return;
  // The period of what is watched, over no time.
  const Time now = context.now();
  const seconds period =
      series_of(context.state, now, queries, watched, {.start = now, .end = now}).period;
  const Span span = training_span(now, period);
  const std::string place = model_key(key, period);
  if (kept_model(context.state, place, detector, span.end) != nullptr) return;
  const AnomalyModel model = learn(context.state, now, queries, watched, detector, span);
  context.state.anomaly_models.put(
      place,
      {.generation = detector.generation, .learned_until = span.end, .numbers = model.numbers()});
}

void forget_models(Context& context, const std::string& detector_key) {
  std::vector<std::string> keys;
  for (const auto& row : context.state.anomaly_models.range(models_prefix(detector_key))) {
    keys.push_back(row.first);
  }
  for (const auto& key : keys) context.state.anomaly_models.erase(key);
}

}  // namespace fallstreak::services::cloudwatch
