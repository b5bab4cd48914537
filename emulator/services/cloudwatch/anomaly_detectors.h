#pragma once

#include <string>

#include "services/cloudwatch/anomaly_model.h"
#include "services/cloudwatch/datapoints.h"
#include "services/cloudwatch/metric_math.h"
#include "services/cloudwatch/metric_queries.h"
#include "services/cloudwatch/state.h"

/// Which metrics are watched for anomalies.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Anomaly_Detection.html
namespace fallstreak::services::cloudwatch {

/// Where the detector of a metric and a statistic stands.
std::string detector_key(const std::string& metric_namespace, const std::string& metric_name,
                         const std::optional<Dimensions>& dimensions, const std::string& statistic);
/// Where the detector of one of the queries stands: of its metric, or of its expression with all
/// that the expression refers to.
std::string detector_key(Queries queries, const api::cloudwatch::MetricDataQuery& query);

/// The detector that watches one of the queries.
api::cloudwatch::AnomalyDetector detector_on(Queries queries,
                                             const api::cloudwatch::MetricDataQuery& query);
/// Begins its life under its key.
void start_detector(Context& context, const std::string& key,
                    api::cloudwatch::AnomalyDetector detector);

/// The span of time that a model learns from. AWS: up to two weeks of data. Chosen: up to the
/// beginning of this hour, so that a model lasts for an hour.
Span training_span(Time now, std::chrono::seconds period);

/// A model of what the series had, but for the detector's excluded time ranges.
AnomalyModel train(const AnomalyDetectorRecord& detector, const TimeSeries& series);

/// The upper and the lower end of the expected values, for each period of `series` up to `end`.
/// Empty series when the model is not trained.
std::vector<TimeSeries> band_of(const AnomalyDetectorRecord& detector, const AnomalyModel& model,
                                const TimeSeries& series, Time end, double deviations);

}  // namespace fallstreak::services::cloudwatch
