#pragma once

#include <chrono>
#include <string>

#include "services/cloudwatch/anomaly_model.h"
#include "services/cloudwatch/metric_queries.h"
#include "services/cloudwatch/state.h"

/// What ANOMALY_DETECTION_BAND is drawn from: the models of detectors, and which are kept.
///
/// A model is a function of two weeks of data and lasts for an hour. GetMetricData makes it anew;
/// for an alarm, which looks every minute, it is kept.
namespace fallstreak::services::cloudwatch {

/// The query that a band is about; null when the expression is no band of another query.
const api::cloudwatch::MetricDataQuery* watched_by_band(
    Queries queries, const api::cloudwatch::MetricDataQuery& band);

/// Of a detector that watches the query: the one that is kept, or made from the past.
AnomalyModel model_for(const CloudWatchState& state, Time now, Queries queries,
                       const api::cloudwatch::MetricDataQuery& query,
                       const AnomalyDetectorRecord& detector, std::chrono::seconds period);

/// For an alarm on a band: there is a detector, and its model of this hour is kept.
/// AWS: an alarm on a band makes the model of its metric, also when it was deleted.
void prepare_band(Context& context, Queries queries, const std::string& band_id);

/// The detector of that key is gone.
void forget_models(Context& context, const std::string& detector_key);

}  // namespace fallstreak::services::cloudwatch
