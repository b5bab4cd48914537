#include <cmath>

#include "services/cloudwatch/cloudwatch_test.h"

namespace fallstreak {
namespace {

using ::testing::ElementsAre;
using testing::FailsSaying;
using testing::FailsWith;
using ::testing::IsEmpty;

class PutMetricData : public CloudWatchTest {
 protected:
  auto try_put(const MetricDatum& datum) {
    return cloudwatch.put_metric_data({.Namespace = "App", .MetricData = {{datum}}});
  }
  auto statistics(const std::string& name, std::vector<std::string> extended) {
    return must(cloudwatch.get_metric_statistics({.Namespace = "App",
                                                  .MetricName = name,
                                                  .StartTime = start,
                                                  .EndTime = start + minutes(1),
                                                  .Period = 60,
                                                  .ExtendedStatistics = extended}));
  }
};

TEST_F(PutMetricData, AddsUpWhatFallsIntoOneMinute) {
  put("load", 1, start);
  put("load", 2, start + seconds(59));
  put("load", 4, start + seconds(60));

  EXPECT_THAT(sums("load", start, start + minutes(3), 60), ElementsAre(3, 4));
}

TEST_F(PutMetricData, TakesValuesWithTheirCounts) {
  put({.MetricName = "load", .Values = {{10, 20}}, .Counts = {{3, 1}}});

  EXPECT_THAT(sums("load", start, start + minutes(1), 60), ElementsAre(50));
  const auto output = statistics("load", {"p50", "p100"});
  const auto& extended = *output.Datapoints->at(0).ExtendedStatistics;
  EXPECT_EQ(*api::find(extended, "p50"), 10);
  EXPECT_EQ(*api::find(extended, "p100"), 20);
}

TEST_F(PutMetricData, TakesStatisticSets) {
  put({.MetricName = "load",
       .StatisticValues = {{.SampleCount = 4, .Sum = 10, .Minimum = 1, .Maximum = 4}}});

  EXPECT_THAT(sums("load", start, start + minutes(1), 60), ElementsAre(10));
  // Nothing is known of the values between.
  EXPECT_THAT(*statistics("load", {"p50"}).Datapoints, IsEmpty());
}

TEST_F(PutMetricData, KeepsHighResolutionDataBySecond) {
  for (const auto second : {0, 1, 10}) {
    put({.MetricName = "load",
         .Timestamp = start + seconds(second),
         .Value = 1,
         .StorageResolution = 1});
  }

  EXPECT_THAT(sums("load", start, start + minutes(1), 1), ElementsAre(1, 1, 1));
  EXPECT_THAT(sums("load", start, start + minutes(1), 10), ElementsAre(2, 1));
  EXPECT_THAT(sums("load", start, start + minutes(1), 60), ElementsAre(3));
}

TEST_F(PutMetricData, TellsMetricsApartByTheirDimensionsInAnyOrder) {
  const Dimension host{.Name = "Host", .Value = "a"};
  const Dimension zone{.Name = "Zone", .Value = "1"};
  put({.MetricName = "load", .Dimensions = {{host, zone}}, .Value = 1});
  put({.MetricName = "load", .Dimensions = {{zone, host}}, .Value = 2});
  put({.MetricName = "load", .Dimensions = {{host}}, .Value = 4});
  put("load", 8);

  const auto output = must(cloudwatch.get_metric_statistics({.Namespace = "App",
                                                             .MetricName = "load",
                                                             .Dimensions = {{zone, host}},
                                                             .StartTime = start,
                                                             .EndTime = start + minutes(1),
                                                             .Period = 60,
                                                             .Statistics = {{"Sum"}}}));
  EXPECT_EQ(output.Datapoints->at(0).Sum, 3);
  EXPECT_THAT(sums("load", start, start + minutes(1), 60), ElementsAre(8));
}

TEST_F(PutMetricData, KeepsUnitsApart) {
  put({.MetricName = "load", .Value = 1, .Unit = "Seconds"});
  put({.MetricName = "load", .Value = 2, .Unit = "Bytes"});
  put("load", 4);
  api::cloudwatch::GetMetricStatisticsInput request{.Namespace = "App",
                                                    .MetricName = "load",
                                                    .StartTime = start,
                                                    .EndTime = start + minutes(1),
                                                    .Period = 60,
                                                    .Statistics = {{"Sum"}}};
  EXPECT_EQ(must(cloudwatch.get_metric_statistics(request)).Datapoints->size(), 3U);

  request.Unit = "Bytes";
  const auto output = must(cloudwatch.get_metric_statistics(request));
  ASSERT_EQ(output.Datapoints->size(), 1U);
  EXPECT_EQ(output.Datapoints->at(0).Sum, 2);
  EXPECT_EQ(output.Datapoints->at(0).Unit, "Bytes");
}

TEST_F(PutMetricData, RefusesTimestampsFarFromNow) {
  EXPECT_THAT(
      try_put({.MetricName = "load", .Timestamp = start - days(14) - seconds(1), .Value = 1}),
      FailsSaying("The parameter MetricData.member.1.Timestamp must specify a time no more than "
                  "two weeks in the past."));
  EXPECT_THAT(
      try_put({.MetricName = "load", .Timestamp = start + hours(2) + seconds(1), .Value = 1}),
      FailsSaying("The parameter MetricData.member.1.Timestamp must specify a time no more than "
                  "two hours in the future."));
  put("load", 1, start - days(14));
  put("load", 1, start + hours(2));
}

TEST_F(PutMetricData, RefusesValuesThatAreNoNumbers) {
  EXPECT_THAT(try_put({.MetricName = "load", .Value = std::nan("")}),
              FailsSaying("The value NaN for parameter MetricData.member.1.Value is invalid."));
  EXPECT_THAT(try_put({.MetricName = "load", .Value = 1e200}),
              FailsWith("InvalidParameterValue", 400));
  EXPECT_THAT(try_put({.MetricName = "load", .Values = {{1, HUGE_VAL}}}),
              FailsSaying("The value Infinity for parameter MetricData.member.1.Values.member.2 is "
                          "invalid."));
}

TEST_F(PutMetricData, WantsExactlyOneKindOfValue) {
  EXPECT_THAT(try_put({.MetricName = "load"}),
              FailsSaying("The parameter MetricData.member.1.Value is required."));
  EXPECT_THAT(try_put({.MetricName = "load", .Value = 1, .Values = {{1}}}),
              FailsWith("InvalidParameterCombination", 400));
  EXPECT_THAT(
      try_put({.MetricName = "load", .Values = {{1, 2}}, .Counts = {{1}}}),
      FailsSaying("The parameters MetricData.member.1.Values and MetricData.member.1.Counts "
                  "must be of the same size."));
}

TEST_F(PutMetricData, BoundsWhatOneCallBrings) {
  const std::vector<MetricDatum> data(1001, {.MetricName = "load", .Value = 1});
  EXPECT_THAT(cloudwatch.put_metric_data({.Namespace = "App", .MetricData = data}),
              FailsSaying("The collection MetricData must not have a size greater than 1000."));
  EXPECT_THAT(try_put({.MetricName = "load", .Values = std::vector<double>(151, 1)}),
              FailsWith("InvalidParameterValue", 400));
  EXPECT_THAT(cloudwatch.put_metric_data({.Namespace = "App"}), FailsWith("MissingParameter", 400));
  EXPECT_THAT(try_put({.MetricName = "load", .Value = 1, .StorageResolution = 5}),
              FailsWith("InvalidParameterValue", 400));
}

TEST_F(PutMetricData, StoresNothingWhenOneDatumIsWrong) {
  const MetricDatum good{.MetricName = "load", .Value = 1};
  const MetricDatum bad{.MetricName = "load"};
  EXPECT_FALSE(cloudwatch.put_metric_data({.Namespace = "App", .MetricData = {{good, bad}}}));

  EXPECT_THAT(sums("load", start, start + minutes(1), 60), IsEmpty());
}

class PutMetricDataOverTheWire : public testing::CloudTest {
 protected:
  PutMetricDataOverTheWire()
      : CloudTest({}, dispatch::Caller("123456789012", "eu-central-1", "123456789012")) {}
  client::CloudWatch cloudwatch{transport};
};

TEST_F(PutMetricDataOverTheWire, LeavesTheNamespacesOfServicesToThem) {
  EXPECT_THAT(cloudwatch.put_metric_data(
                  {.Namespace = "AWS/EC2", .MetricData = {{{.MetricName = "a", .Value = 1}}}}),
              FailsSaying("The value AWS/EC2 for parameter Namespace is invalid."));
}

TEST_F(PutMetricData, TakesDataOfEntities) {
  const MetricDatum datum{.MetricName = "load", .Timestamp = start, .Value = 2};
  const api::cloudwatch::EntityMetricData nothing;
  const api::cloudwatch::EntityMetricData of_entity{.MetricData = {{datum, datum}}};
  must(cloudwatch.put_metric_data(
      {.Namespace = "App", .MetricData = {{datum}}, .EntityMetricData = {{of_entity, of_entity}}}));

  EXPECT_THAT(sums("load", start, start + minutes(1), 60), ::testing::ElementsAre(10));
  EXPECT_THAT(cloudwatch.put_metric_data(
                  {.Namespace = "App", .EntityMetricData = {{of_entity, of_entity, of_entity}}}),
              testing::FailsWith("InvalidParameterValue", 400));
  EXPECT_THAT(
      cloudwatch.put_metric_data(
          {.Namespace = "App", .EntityMetricData = {{{.MetricData = {{{.MetricName = "load"}}}}}}}),
      testing::FailsSaying("The parameter EntityMetricData.member.1.MetricData.member.1."
                           "Value is required."));
  EXPECT_THAT(cloudwatch.put_metric_data({.Namespace = "App", .EntityMetricData = {{nothing}}}),
              testing::FailsWith("MissingParameter", 400));
}

}  // namespace
}  // namespace fallstreak
