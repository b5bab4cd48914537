#include "services/cloudwatch/cloudwatch_test.h"

namespace fallstreak {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class AlarmEvaluation : public CloudWatchTest {
 protected:
  /// Publishes a value in each of the next minutes; a missing one is passed over.
  void minutes_of(const std::vector<std::optional<double>>& values) {
    for (const auto& value : values) {
      if (value) put("load", *value);
      cloud.advance(minutes(1));
    }
    // To the evaluation that sees the last of them.
    cloud.advance(seconds(1));
  }
};

TEST_F(AlarmEvaluation, FollowsTheMetric) {
  must(cloudwatch.put_metric_alarm(load_alarm()));
  minutes_of({85});
  EXPECT_EQ(state(), "ALARM");
  EXPECT_EQ(alarm().StateReason,
            "Threshold Crossed: 1 out of the last 1 datapoints [85.0 (01/01/26 00:00:00)] was "
            "greater than the threshold (80.0) (minimum 1 datapoint for OK -> ALARM transition).");
  EXPECT_EQ(alarm().StateReasonData,
            R"({"version":"1.0","queryDate":"2026-01-01T00:01:01.000+0000",)"
            R"("startDate":"2026-01-01T00:00:00.000+0000","statistic":"Average","period":60,)"
            R"("recentDatapoints":[85.0],"threshold":80.0,"evaluatedDatapoints":[)"
            R"({"timestamp":"2026-01-01T00:00:00.000+0000","sampleCount":1.0,"value":85.0}]})");
  EXPECT_EQ(alarm().StateTransitionedTimestamp, start + seconds(61));

  minutes_of({10});
  EXPECT_EQ(state(), "OK");
}

TEST_F(AlarmEvaluation, WaitsForMOutOfN) {
  auto request = load_alarm(3);
  request.DatapointsToAlarm = 2;
  must(cloudwatch.put_metric_alarm(request));
  minutes_of({10, 10, 10});
  EXPECT_EQ(state(), "OK");
  minutes_of({90});
  EXPECT_EQ(state(), "OK");
  minutes_of({10, 90});
  EXPECT_EQ(state(), "ALARM");
  EXPECT_THAT(history("StateUpdate"), ElementsAre("Alarm updated from INSUFFICIENT_DATA to OK",
                                                  "Alarm updated from OK to ALARM"));
}

TEST_F(AlarmEvaluation, LapsesIntoInsufficientDataWhenTheMetricStops) {
  must(cloudwatch.put_metric_alarm(load_alarm()));
  minutes_of({10});
  ASSERT_EQ(state(), "OK");

  // The wider evaluation range remembers for two more periods.
  minutes_of({std::nullopt, std::nullopt});
  EXPECT_EQ(state(), "OK");
  minutes_of({std::nullopt});
  EXPECT_EQ(state(), "INSUFFICIENT_DATA");
  EXPECT_EQ(alarm().StateReason, "Insufficient Data: 1 datapoint was unknown.");
}

TEST_F(AlarmEvaluation, TreatsMissingDataAsItIsTold) {
  auto request = load_alarm();
  request.TreatMissingData = "breaching";
  must(cloudwatch.put_metric_alarm(request));
  minutes_of({std::nullopt});
  EXPECT_EQ(state(), "ALARM");

  request.TreatMissingData = "notBreaching";
  must(cloudwatch.put_metric_alarm(request));
  minutes_of({std::nullopt});
  EXPECT_EQ(state(), "OK");

  request.TreatMissingData = "ignore";
  must(cloudwatch.put_metric_alarm(request));
  minutes_of({90, std::nullopt, std::nullopt, std::nullopt, std::nullopt});
  EXPECT_EQ(state(), "ALARM");
}

TEST_F(AlarmEvaluation, AlwaysIgnoresMissingDataOfDynamoDb) {
  auto request = load_alarm();
  request.Namespace = "AWS/DynamoDB";
  request.TreatMissingData = "breaching";
  must(cloudwatch.put_metric_alarm(request));
  cloud.advance(minutes(10));

  EXPECT_EQ(state(), "INSUFFICIENT_DATA");
}

TEST_F(AlarmEvaluation, LooksAtShortPeriodsEveryTenSeconds) {
  auto request = load_alarm();
  request.Period = 10;
  must(cloudwatch.put_metric_alarm(request));
  put({.MetricName = "load", .Value = 90, .StorageResolution = 1});

  cloud.advance(seconds(10));
  EXPECT_EQ(state(), "INSUFFICIENT_DATA");
  cloud.advance(seconds(1));
  EXPECT_EQ(state(), "ALARM");
}

TEST_F(AlarmEvaluation, LooksEveryHourAtMoreThanADay) {
  auto request = load_alarm(25);
  request.Period = 3600;
  request.DatapointsToAlarm = 1;
  must(cloudwatch.put_metric_alarm(request));
  put("load", 90);

  cloud.advance(minutes(59));
  EXPECT_EQ(state(), "INSUFFICIENT_DATA");
  cloud.advance(minutes(1) + seconds(1));
  EXPECT_EQ(state(), "ALARM");
}

TEST_F(AlarmEvaluation, SlidesItsWindowEveryMinute) {
  auto request = load_alarm();
  request.Period = 300;
  must(cloudwatch.put_metric_alarm(request));
  cloud.advance(minutes(3));
  put("load", 90);

  cloud.advance(minutes(1) + seconds(1));
  EXPECT_EQ(state(), "ALARM");
}

TEST_F(AlarmEvaluation, UsesPercentiles) {
  auto request = load_alarm();
  request.Statistic.reset();
  request.ExtendedStatistic = "p90";
  must(cloudwatch.put_metric_alarm(request));
  put({.MetricName = "load", .Values = {{10, 100}}, .Counts = {{89, 11}}});
  cloud.advance(minutes(1) + seconds(1));

  EXPECT_EQ(state(), "ALARM");
  EXPECT_THAT(*alarm().StateReason, HasSubstr("[100.0 ("));
}

TEST_F(AlarmEvaluation, IgnoresPercentilesOfFewSamplesWhenAsked) {
  auto request = load_alarm();
  request.Statistic.reset();
  request.ExtendedStatistic = "p90";
  request.EvaluateLowSampleCountPercentile = "ignore";
  must(cloudwatch.put_metric_alarm(request));
  minutes_of({90});
  EXPECT_EQ(state(), "INSUFFICIENT_DATA");

  // AWS: ten over the part that is above the percentile.
  put({.MetricName = "load", .Values = {{90}}, .Counts = {{101}}});
  cloud.advance(minutes(1));
  EXPECT_EQ(state(), "ALARM");
}

TEST_F(AlarmEvaluation, CalculatesWithMetricMath) {
  auto request = load_alarm();
  request.MetricName.reset();
  request.Namespace.reset();
  request.Statistic.reset();
  request.Period.reset();
  const auto metric = [](const std::string& id) {
    return api::cloudwatch::MetricDataQuery{
        .Id = id,
        .MetricStat = {{.Metric = {{.Namespace = "App", .MetricName = id}},
                        .Period = 60,
                        .Stat = "Sum"}},
        .ReturnData = false};
  };
  request.Metrics = {{metric("errors"),
                      metric("requests"),
                      {.Id = "rate", .Expression = "100 * errors / requests"}}};
  must(cloudwatch.put_metric_alarm(request));
  put("errors", 9);
  put("requests", 10);
  cloud.advance(minutes(1) + seconds(1));

  EXPECT_EQ(state(), "ALARM");
  EXPECT_THAT(*alarm().StateReason, HasSubstr("[90.0 (01/01/26 00:00:00)]"));

  request.Metrics->at(0).ReturnData = true;
  EXPECT_THAT(cloudwatch.put_metric_alarm(request),
              testing::FailsSaying("Exactly one element of the metrics list should return data."));
}

TEST_F(AlarmEvaluation, GoesTheSameWayAfterARewind) {
  must(cloudwatch.put_metric_alarm(load_alarm()));
  put("load", 90);
  const auto moment = cloud.snapshot();
  cloud.advance(minutes(10));
  const auto hash = cloud.hash();
  cloud.restore(moment);
  EXPECT_EQ(state(), "INSUFFICIENT_DATA");
  cloud.advance(minutes(10));

  EXPECT_EQ(cloud.hash(), hash);
}

}  // namespace
}  // namespace fallstreak
