#pragma once

#include <string>
#include <vector>

#include "client/cloudwatch.h"
#include "testing/testing.h"

namespace fallstreak {

using api::cloudwatch::Dimension;
using api::cloudwatch::MetricDatum;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// A cloud at 2026-01-01T00:00:00Z and a client of its CloudWatch.
class CloudWatchTest : public testing::CloudTest {
 protected:
  using CloudTest::CloudTest;

  void put(const std::string& name, double value, std::optional<Time> when = {}) {
    put(MetricDatum{.MetricName = name, .Timestamp = when, .Value = value});
  }
  void put(const MetricDatum& datum) {
    must(cloudwatch.put_metric_data({.Namespace = "App", .MetricData = {{datum}}}));
  }
  /// One number per datapoint, oldest first.
  std::vector<double> sums(const std::string& name, Time from, Time to, std::int32_t period) {
    std::vector<double> values;
    const auto output = must(cloudwatch.get_metric_statistics({.Namespace = "App",
                                                               .MetricName = name,
                                                               .StartTime = from,
                                                               .EndTime = to,
                                                               .Period = period,
                                                               .Statistics = {{"Sum"}}}));
    for (const auto& datapoint : *output.Datapoints) values.push_back(*datapoint.Sum);
    return values;
  }

  /// An alarm on the average of metric `load` of a minute: greater than 80.
  static api::cloudwatch::PutMetricAlarmInput load_alarm(std::int32_t periods = 1) {
    return {.AlarmName = "high-load",
            .MetricName = "load",
            .Namespace = "App",
            .Statistic = "Average",
            .Period = 60,
            .EvaluationPeriods = periods,
            .Threshold = 80,
            .ComparisonOperator = "GreaterThanThreshold"};
  }
  api::cloudwatch::MetricAlarm alarm(const std::string& name = "high-load") {
    const auto output = must(cloudwatch.describe_alarms({.AlarmNames = {{name}}}));
    return output.MetricAlarms->at(0);
  }
  std::string state() { return *alarm().StateValue; }
  /// The summaries of an alarm's history, oldest first.
  std::vector<std::string> history(std::optional<std::string> type = {}) {
    std::vector<std::string> summaries;
    const auto output = must(cloudwatch.describe_alarm_history(
        {.AlarmName = "high-load", .HistoryItemType = type, .ScanBy = "TimestampAscending"}));
    for (const auto& item : *output.AlarmHistoryItems) summaries.push_back(*item.HistorySummary);
    return summaries;
  }

  client::CloudWatch cloudwatch{transport};
  const Time start = cloud.now();
};

}  // namespace fallstreak
