#include "services/cloudwatch/cloudwatch_test.h"

namespace fallstreak {
namespace {

using api::cloudwatch::MetricDataQuery;
using api::cloudwatch::PutMetricAlarmInput;
using ::testing::ElementsAre;
using testing::FailsSaying;
using testing::FailsWith;
using ::testing::HasSubstr;
using ::testing::SizeIs;

/// An alarm on the band of metric `load`, which was 10, and one more or less by turns, for a day.
class AnomalyAlarm : public CloudWatchTest {
 protected:
  AnomalyAlarm() {
    std::vector<MetricDatum> data;
    for (int index = 0; index < 288; ++index) {
      data.push_back({.MetricName = "load",
                      .Timestamp = start - days(1) + minutes(5) * index,
                      .Value = 10 + (index % 2 == 0 ? 1 : -1)});
    }
    must(cloudwatch.put_metric_data({.Namespace = "App", .MetricData = data}));
  }
  static PutMetricAlarmInput request() {
    return {.AlarmName = "high-load",
            .EvaluationPeriods = 1,
            .ComparisonOperator = "LessThanLowerOrGreaterThanUpperThreshold",
            .Metrics = {{{.Id = "m1",
                          .MetricStat = {{.Metric = {{.Namespace = "App", .MetricName = "load"}},
                                          .Period = 300,
                                          .Stat = "Average"}}},
                         {.Id = "ad1", .Expression = "ANOMALY_DETECTION_BAND(m1, 2)"}}},
            .ThresholdMetricId = "ad1"};
  }
  template <class Change>
  auto put_with(Change&& change) {
    auto changed = request();
    change(changed);
    return cloudwatch.put_metric_alarm(changed);
  }
  /// An alarm whose detector is trained.
  void put_trained(const char* comparison = "LessThanLowerOrGreaterThanUpperThreshold") {
    must(put_with([&](auto& alarm) { alarm.ComparisonOperator = comparison; }));
    cloud.advance(minutes(15));
  }
  /// The alarm's state once the load was so high in the latest five minutes.
  std::string state_with(double load) {
    put("load", load);
    cloud.advance(minutes(5));
    return state();
  }
  std::vector<api::cloudwatch::AnomalyDetector> detectors(const char* type = "SINGLE_METRIC") {
    return *must(cloudwatch.describe_anomaly_detectors({.AnomalyDetectorTypes = {{type}}}))
                .AnomalyDetectors;
  }
};

TEST_F(AnomalyAlarm, MakesTheDetectorOfItsBand) {
  must(cloudwatch.put_metric_alarm(request()));
  ASSERT_THAT(detectors(), SizeIs(1));
  EXPECT_EQ(detectors()[0].StateValue, "PENDING_TRAINING");
  EXPECT_EQ(detectors()[0].SingleMetricAnomalyDetector,
            (api::cloudwatch::SingleMetricAnomalyDetector{.Namespace = "App",
                                                          .MetricName = "load",
                                                          .Dimensions = std::vector<Dimension>(),
                                                          .Stat = "Average"}));
  EXPECT_EQ(alarm().ThresholdMetricId, "ad1");
  EXPECT_EQ(alarm().Threshold, std::nullopt);
  EXPECT_EQ(alarm().Metrics, request().Metrics);
  EXPECT_EQ(alarm().ComparisonOperator, "LessThanLowerOrGreaterThanUpperThreshold");
  // What is there already is left alone.
  cloud.advance(minutes(15));
  must(cloudwatch.put_metric_alarm(request()));
  EXPECT_EQ(detectors()[0].StateValue, "TRAINED");
}

TEST_F(AnomalyAlarm, MakesTheDetectorOfAnExpression) {
  must(put_with([](auto& alarm) {
    alarm.Metrics->at(0).ReturnData = false;
    alarm.Metrics->at(1).Expression = "ANOMALY_DETECTION_BAND(twice)";
    alarm.Metrics->push_back({.Id = "twice", .Expression = "m1 * 2"});
  }));
  const auto made = detectors("METRIC_MATH");
  ASSERT_THAT(made, SizeIs(1));
  EXPECT_THAT(*made[0].MetricMathAnomalyDetector->MetricDataQueries, SizeIs(2));
  cloud.advance(minutes(15));
  EXPECT_EQ(state_with(10), "OK");
  EXPECT_EQ(state_with(90), "ALARM");
}

TEST_F(AnomalyAlarm, RefusesABandThatMakesNoSense) {
  EXPECT_THAT(put_with([](auto& alarm) { alarm.ThresholdMetricId.reset(); }),
              FailsSaying("ComparisonOperators for ranges require ThresholdMetricId to be set"));
  EXPECT_THAT(put_with([](auto& alarm) { alarm.Metrics->at(0).ReturnData = false; }),
              FailsSaying("Exactly two elements of the metrics list should return data."));
  EXPECT_THAT(put_with([](auto& alarm) {
                alarm.ComparisonOperator = "GreaterThanThreshold";
                alarm.ThresholdMetricId.reset();
              }),
              FailsSaying("PutMetricAlarm request should have valid Threshold parameter"));
  const std::vector<void (*)(PutMetricAlarmInput&)> wrong = {
      [](PutMetricAlarmInput& alarm) { alarm.Threshold = 5; },
      [](PutMetricAlarmInput& alarm) { alarm.ComparisonOperator = "GreaterThanThreshold"; },
      [](PutMetricAlarmInput& alarm) { alarm.Metrics.reset(); },
      [](PutMetricAlarmInput& alarm) { alarm.ThresholdMetricId = "m1"; },
      [](PutMetricAlarmInput& alarm) { alarm.ThresholdMetricId = "x"; },
      [](PutMetricAlarmInput& alarm) { alarm.Metrics->at(1).Expression = "m1 * 2"; },
      [](PutMetricAlarmInput& alarm) {
        alarm.Metrics->at(1).Expression = "SUM(ANOMALY_DETECTION_BAND(m1, 2))";
      },
      [](PutMetricAlarmInput& alarm) {
        alarm.Metrics->at(1).Expression = "ANOMALY_DETECTION_BAND(x, 2)";
      },
      [](PutMetricAlarmInput& alarm) { alarm.Metrics->at(0).MetricStat->Period = 10; },
      [](PutMetricAlarmInput& alarm) { alarm.Metrics->at(0).MetricStat->Period = 7200; },
      [](PutMetricAlarmInput& alarm) {
        alarm.OKActions = {{"arn:aws:autoscaling:us-east-1:1:scalingPolicy:1:policyName/p"}};
      },
      // A band alone, of an alarm that has a threshold.
      [](PutMetricAlarmInput& alarm) {
        alarm.ComparisonOperator = "GreaterThanThreshold";
        alarm.Threshold = 5;
        alarm.ThresholdMetricId.reset();
        alarm.Metrics->at(0).ReturnData = false;
      }};
  for (std::size_t index = 0; index < wrong.size(); ++index) {
    EXPECT_THAT(put_with(*wrong[index]), FailsWith("ValidationError", 400)) << index;
  }
  EXPECT_THAT(detectors(), SizeIs(0));
  EXPECT_THAT(*must(cloudwatch.describe_alarms({})).MetricAlarms, SizeIs(0));
}

TEST_F(AnomalyAlarm, WaitsForItsDetector) {
  must(cloudwatch.put_metric_alarm(request()));
  put("load", 90);
  cloud.advance(minutes(10));
  EXPECT_EQ(state(), "INSUFFICIENT_DATA");
  put("load", 90);
  cloud.advance(minutes(10));
  EXPECT_EQ(state(), "ALARM");
}

TEST_F(AnomalyAlarm, GoesOffOutsideTheBand) {
  put_trained();
  EXPECT_EQ(state_with(10), "OK");
  EXPECT_EQ(state_with(12.5), "ALARM");
  EXPECT_EQ(state_with(11.5), "OK");
  EXPECT_EQ(state_with(7), "ALARM");
  EXPECT_THAT(
      history("StateUpdate"),
      ElementsAre("Alarm updated from INSUFFICIENT_DATA to OK", "Alarm updated from OK to ALARM",
                  "Alarm updated from ALARM to OK", "Alarm updated from OK to ALARM"));
}

TEST_F(AnomalyAlarm, GoesOffAboveTheBand) {
  put_trained("GreaterThanUpperThreshold");
  EXPECT_EQ(state_with(7), "OK");
  EXPECT_EQ(state_with(13), "ALARM");
}

TEST_F(AnomalyAlarm, GoesOffBelowTheBand) {
  put_trained("LessThanLowerThreshold");
  EXPECT_EQ(state_with(13), "OK");
  EXPECT_EQ(state_with(7), "ALARM");
}

TEST_F(AnomalyAlarm, SaysWhyWithTheBandThatWas) {
  put_trained();
  EXPECT_EQ(state_with(7), "ALARM");
  EXPECT_EQ(alarm().StateReason,
            "Thresholds Crossed: 1 out of the last 1 datapoints [7.0 (01/01/26 00:11:00)] was less "
            "than the lower thresholds [8.0] or greater than the upper thresholds [12.0] (minimum "
            "1 datapoint for OK -> ALARM transition).");
  const std::string data = *alarm().StateReasonData;
  EXPECT_THAT(data, HasSubstr(R"("recentDatapoints":[7.0],"recentLowerThresholds":[8.0],)"
                              R"("recentUpperThresholds":[12.0])"));
  EXPECT_EQ(data.find("\"threshold\""), std::string::npos);
  EXPECT_EQ(state_with(10), "OK");
  EXPECT_THAT(*alarm().StateReason,
              HasSubstr("was not less than the lower thresholds [8.0] or not greater than the "
                        "upper thresholds [12.0] (minimum 1 datapoint for ALARM -> OK"));
}

TEST_F(AnomalyAlarm, TellsATopicWhichBandItWatches) {
  must(put_with(
      [](auto& alarm) { alarm.AlarmActions = {{"arn:aws:sns:us-east-1:000000000000:topic"}}; }));
  cloud.advance(minutes(15));
  EXPECT_EQ(state_with(90), "ALARM");
  const auto items = must(cloudwatch.describe_alarm_history(
                              {.AlarmName = "high-load", .HistoryItemType = "Action"}))
                         .AlarmHistoryItems;
  ASSERT_THAT(*items, SizeIs(1));
  EXPECT_THAT(*items->at(0).HistoryData, HasSubstr(R"(\\\"ThresholdMetricId\\\":\\\"ad1\\\")"));
}

TEST_F(AnomalyAlarm, LearnsWithEachHour) {
  put_trained();
  EXPECT_EQ(state_with(90), "ALARM");
  // What was an anomaly for a day is expected at the same hour of the next.
  for (int round = 0; round < 12 * 25; ++round) state_with(89 + 2 * (round % 2));
  EXPECT_EQ(state(), "OK");
}

TEST_F(AnomalyAlarm, KnowsTheSameAfterARewind) {
  put_trained();
  const auto before = cloud.snapshot();
  EXPECT_EQ(state_with(90), "ALARM");
  const std::string reason = *alarm().StateReason;
  cloud.restore(before);
  EXPECT_EQ(state_with(90), "ALARM");
  EXPECT_EQ(alarm().StateReason, reason);
}

TEST_F(AnomalyAlarm, BringsADeletedDetectorBack) {
  put_trained();
  must(cloudwatch.delete_anomaly_detector(
      {.SingleMetricAnomalyDetector = {
           {.Namespace = "App", .MetricName = "load", .Stat = "Average"}}}));
  EXPECT_THAT(detectors(), SizeIs(0));
  cloud.advance(minutes(1));
  ASSERT_THAT(detectors(), SizeIs(1));
  EXPECT_EQ(detectors()[0].StateValue, "PENDING_TRAINING");
  cloud.advance(minutes(16));
  EXPECT_EQ(state_with(90), "ALARM");
}

}  // namespace
}  // namespace fallstreak
