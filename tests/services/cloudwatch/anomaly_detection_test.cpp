#include <cmath>

#include "services/cloudwatch/anomaly_model.h"
#include "services/cloudwatch/cloudwatch_test.h"

namespace fallstreak {
namespace {

using api::cloudwatch::MetricDataQuery;
using services::cloudwatch::AnomalyModel;
using ::testing::ElementsAre;
using testing::FailsWith;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Time kThursday = from_nanoseconds(1'767'225'600'000'000'000);

/// A model of `days` days in five-minute values, each `value(when)` and one more or less by turns.
template <class Value>
AnomalyModel model_of(int length_days, Value&& value) {
  AnomalyModel model;
  for (int index = 0; index < length_days * 288; ++index) {
    const Time when = kThursday + minutes(5) * index;
    model.add(when, value(when) + (index % 2 == 0 ? 1 : -1));
  }
  return model;
}
int hour_of(Time when) { return int((when - kThursday) / hours(1) % 24); }

TEST(AnomalyModel, NeedsAFewValues) {
  AnomalyModel model;
  for (int index = 0; index < 29; ++index) model.add(kThursday, 5);
  EXPECT_FALSE(model.is_trained());
  EXPECT_FALSE(model.band_at(kThursday, 2));
  model.add(kThursday, 5);
  EXPECT_TRUE(model.is_trained());
}

TEST(AnomalyModel, KnowsTheHoursOfTheDay) {
  const auto model = model_of(2, [](Time when) { return hour_of(when) < 12 ? 10 : 100; });
  // A day of the week that it has never seen.
  const auto night = *model.band_at(kThursday + days(3) + hours(3), 2);
  EXPECT_DOUBLE_EQ(night.lower, 8);
  EXPECT_DOUBLE_EQ(night.upper, 12);
  const auto day = *model.band_at(kThursday + days(3) + hours(13), 3);
  EXPECT_DOUBLE_EQ(day.lower, 97);
  EXPECT_DOUBLE_EQ(day.upper, 103);
}

TEST(AnomalyModel, KnowsTheDaysOfTheWeek) {
  const auto model =
      model_of(14, [](Time when) { return (when - kThursday) / days(1) % 7 == 2 ? 500 : 50; });
  EXPECT_DOUBLE_EQ(model.band_at(kThursday + days(16), 1)->lower, 495);
  EXPECT_DOUBLE_EQ(model.band_at(kThursday + days(15), 1)->upper, 51);
}

TEST(AnomalyModel, IsNotNegativeUnlessTheMetricWas) {
  const auto counts = model_of(1, [](Time) { return 1; });
  EXPECT_EQ(counts.band_at(kThursday, 5)->lower, 0);
  const auto balance = model_of(1, [](Time) { return -1; });
  EXPECT_DOUBLE_EQ(balance.band_at(kThursday, 5)->lower, -6);
}

TEST(AnomalyModel, LeavesAFlatMetricSomeRoom) {
  AnomalyModel model;
  for (int index = 0; index < 100; ++index) model.add(kThursday, 1.0 / 3);
  EXPECT_LT(model.band_at(kThursday, 1)->lower, 1.0 / 3);
  EXPECT_GT(model.band_at(kThursday, 1)->upper, 1.0 / 3);
}

class AnomalyDetection : public CloudWatchTest {
 protected:
  /// A day of data, before now: 10 before noon, 100 after, and one more or less by turns.
  void put_day(const std::string& name = "load") {
    std::vector<MetricDatum> data;
    for (int index = 0; index < 288; ++index) {
      const Time when = start - days(1) + minutes(5) * index;
      data.push_back({.MetricName = name,
                      .Timestamp = when,
                      .Value = (index < 144 ? 10 : 100) + (index % 2 == 0 ? 1 : -1)});
    }
    must(cloudwatch.put_metric_data({.Namespace = "App", .MetricData = data}));
  }
  static api::cloudwatch::SingleMetricAnomalyDetector single(const std::string& name = "load") {
    return {.Namespace = "App", .MetricName = name, .Stat = "Average"};
  }
  void put_detector(const std::string& name = "load") {
    must(cloudwatch.put_anomaly_detector({.SingleMetricAnomalyDetector = single(name)}));
  }
  std::vector<api::cloudwatch::AnomalyDetector> detectors(
      const api::cloudwatch::DescribeAnomalyDetectorsInput& request = {}) {
    return *must(cloudwatch.describe_anomaly_detectors(request)).AnomalyDetectors;
  }
  static MetricDataQuery metric(const std::string& id, const std::string& name = "load") {
    return {.Id = id,
            .MetricStat = {{.Metric = {{.Namespace = "App", .MetricName = name}},
                            .Period = 300,
                            .Stat = "Average"}},
            .ReturnData = false};
  }
  /// The results over the first quarter of an hour of a day.
  auto get(const std::vector<MetricDataQuery>& queries, Time from) {
    return cloudwatch.get_metric_data({.MetricDataQueries = queries,
                                       .StartTime = from,
                                       .EndTime = from + minutes(15),
                                       .ScanBy = "TimestampAscending"});
  }
  auto band(Time from, const std::string& text = "ANOMALY_DETECTION_BAND(m, 2)") {
    return *must(get({metric("m"), {.Id = "e", .Expression = text}}, from)).MetricDataResults;
  }
  /// `e` is twice the load.
  static api::cloudwatch::MetricMathAnomalyDetector twice() {
    return {.MetricDataQueries = {{metric("m"), {.Id = "e", .Expression = "m * 2"}}}};
  }
};

using PutAnomalyDetector = AnomalyDetection;
using DescribeAnomalyDetectors = AnomalyDetection;
using DeleteAnomalyDetector = AnomalyDetection;
using AnomalyDetectionBand = AnomalyDetection;

TEST_F(PutAnomalyDetector, IsTrainedAfterAWhile) {
  put_day();
  put_detector();
  EXPECT_EQ(detectors().at(0).StateValue, "PENDING_TRAINING");
  cloud.advance(minutes(15));
  EXPECT_EQ(detectors().at(0).StateValue, "TRAINED");
}

TEST_F(PutAnomalyDetector, WaitsForData) {
  put_detector();
  cloud.advance(minutes(15));
  EXPECT_EQ(detectors().at(0).StateValue, "TRAINED_INSUFFICIENT_DATA");
  put_day();
  cloud.advance(hours(1));
  EXPECT_EQ(detectors().at(0).StateValue, "TRAINED");
  // Two weeks later it has nothing to learn from.
  cloud.advance(days(15));
  EXPECT_EQ(detectors().at(0).StateValue, "TRAINED_INSUFFICIENT_DATA");
}

TEST_F(PutAnomalyDetector, TakesItsMembersInBothForms) {
  must(cloudwatch.put_anomaly_detector(
      {.Namespace = "App",
       .MetricName = "load",
       .Dimensions = {{{.Name = "b", .Value = "2"}, {.Name = "a", .Value = "1"}}},
       .Stat = "Average"}));
  auto same = single();
  same.Dimensions = {{{.Name = "a", .Value = "1"}, {.Name = "b", .Value = "2"}}};
  must(cloudwatch.put_anomaly_detector({.SingleMetricAnomalyDetector = same}));
  const auto shown = detectors();
  ASSERT_THAT(shown, SizeIs(1));
  EXPECT_EQ(shown[0].SingleMetricAnomalyDetector, same);
  EXPECT_EQ(shown[0].MetricName, "load");
  EXPECT_EQ(shown[0].Stat, "Average");
}

TEST_F(PutAnomalyDetector, RefusesWhatMakesNoSense) {
  const auto put = [&](const api::cloudwatch::PutAnomalyDetectorInput& request) {
    return cloudwatch.put_anomaly_detector(request);
  };
  EXPECT_THAT(put({}), FailsWith("MissingParameter", 400));
  EXPECT_THAT(put({.Namespace = "App", .MetricName = "load"}), FailsWith("MissingParameter", 400));
  EXPECT_THAT(put({.Namespace = "App", .Stat = "Sum"}), FailsWith("MissingParameter", 400));
  EXPECT_THAT(put({.MetricMathAnomalyDetector = api::cloudwatch::MetricMathAnomalyDetector{}}),
              FailsWith("MissingParameter", 400));
  EXPECT_THAT(put({.Namespace = "App", .SingleMetricAnomalyDetector = single()}),
              FailsWith("InvalidParameterCombination", 400));
  EXPECT_THAT(put({.SingleMetricAnomalyDetector = single(), .MetricMathAnomalyDetector = twice()}),
              FailsWith("InvalidParameterCombination", 400));
  const auto configured = [&](const api::cloudwatch::AnomalyDetectorConfiguration& configuration) {
    return put({.Configuration = configuration, .SingleMetricAnomalyDetector = single()});
  };
  EXPECT_THAT(configured({.MetricTimezone = "Mars/Olympus"}),
              FailsWith("InvalidParameterValue", 400));
  EXPECT_THAT(configured({.ExcludedTimeRanges = {{{.StartTime = start, .EndTime = start}}}}),
              FailsWith("InvalidParameterValue", 400));
  const std::vector<api::cloudwatch::Range> many(11, {.StartTime = start, .EndTime = cloud.now()});
  EXPECT_THAT(configured({.ExcludedTimeRanges = many}), FailsWith("InvalidParameterValue", 400));
}

TEST_F(PutAnomalyDetector, RefusesMathThatCannotBeWatched) {
  const auto put = [&](const std::vector<MetricDataQuery>& queries) {
    return cloudwatch.put_anomaly_detector(
        {.MetricMathAnomalyDetector = {{.MetricDataQueries = queries}}});
  };
  EXPECT_THAT(put({metric("m")}), FailsWith("InvalidParameterValue", 400));
  auto returned = metric("m");
  returned.ReturnData = true;
  EXPECT_THAT(put({returned}), FailsWith("InvalidParameterValue", 400));
  for (const char* text : {"ANOMALY_DETECTION_BAND(m, 2)", "SUM(SEARCH('{App}', 'Sum', 60))"}) {
    EXPECT_THAT(put({metric("m"), {.Id = "e", .Expression = text}}),
                FailsWith("InvalidParameterValue", 400));
  }
  for (const char* text : {"m +", "[m, m]", "x * 2"}) {
    EXPECT_THAT(put({metric("m"), {.Id = "e", .Expression = text}}),
                FailsWith("ValidationError", 400));
  }
}

TEST_F(DescribeAnomalyDetectors, FiltersByMetricAndType) {
  put_detector("load");
  put_detector("errors");
  must(cloudwatch.put_anomaly_detector({.MetricMathAnomalyDetector = twice()}));
  EXPECT_THAT(detectors(), SizeIs(2));
  EXPECT_THAT(detectors({.MetricName = "errors"}), SizeIs(1));
  EXPECT_THAT(detectors({.Namespace = "Other"}), IsEmpty());
  EXPECT_THAT(detectors({.Dimensions = {{{.Name = "a", .Value = "1"}}}}), IsEmpty());
  const auto math = detectors({.AnomalyDetectorTypes = {{"METRIC_MATH"}}});
  ASSERT_THAT(math, SizeIs(1));
  EXPECT_EQ(math[0].MetricMathAnomalyDetector, twice());
  EXPECT_EQ(math[0].SingleMetricAnomalyDetector, std::nullopt);
}

TEST_F(DescribeAnomalyDetectors, ComesInPages) {
  put_detector("load");
  put_detector("errors");
  auto output = must(cloudwatch.describe_anomaly_detectors({.MaxResults = 1}));
  EXPECT_EQ(output.AnomalyDetectors->at(0).MetricName, "errors");
  output =
      must(cloudwatch.describe_anomaly_detectors({.NextToken = output.NextToken, .MaxResults = 1}));
  ASSERT_THAT(*output.AnomalyDetectors, SizeIs(1));
  EXPECT_EQ(output.AnomalyDetectors->at(0).MetricName, "load");
  EXPECT_EQ(output.NextToken, std::nullopt);
  EXPECT_THAT(cloudwatch.describe_anomaly_detectors({.NextToken = "!"}),
              FailsWith("InvalidNextToken", 400));
  EXPECT_THAT(cloudwatch.describe_anomaly_detectors({.MaxResults = 101}),
              FailsWith("InvalidParameterValue", 400));
}

TEST_F(DeleteAnomalyDetector, ForgetsTheDetector) {
  put_detector();
  must(cloudwatch.put_anomaly_detector({.MetricMathAnomalyDetector = twice()}));
  must(cloudwatch.delete_anomaly_detector({.SingleMetricAnomalyDetector = single()}));
  must(cloudwatch.delete_anomaly_detector({.MetricMathAnomalyDetector = twice()}));
  EXPECT_THAT(detectors({.AnomalyDetectorTypes = {{"METRIC_MATH", "SINGLE_METRIC"}}}), IsEmpty());
  EXPECT_THAT(cloudwatch.delete_anomaly_detector({.SingleMetricAnomalyDetector = single()}),
              FailsWith("ResourceNotFoundException", 404));
  EXPECT_THAT(cloudwatch.delete_anomaly_detector({.MetricMathAnomalyDetector = twice()}),
              FailsWith("ResourceNotFoundException", 404));
  EXPECT_THAT(cloudwatch.delete_anomaly_detector({.Namespace = "App"}),
              FailsWith("MissingParameter", 400));
  EXPECT_THAT(cloudwatch.delete_anomaly_detector(
                  {.Namespace = "App", .SingleMetricAnomalyDetector = single()}),
              FailsWith("InvalidParameterCombination", 400));
}

TEST_F(AnomalyDetectionBand, IsAroundWhatIsExpected) {
  put_day();
  put_detector();
  cloud.advance(minutes(15));
  const auto night = band(start);
  ASSERT_THAT(night, SizeIs(2));
  EXPECT_EQ(night[0].Label, "load High");
  EXPECT_THAT(*night[0].Values, ElementsAre(12, 12, 12));
  EXPECT_EQ(night[1].Label, "load Low");
  EXPECT_THAT(*night[1].Values, ElementsAre(8, 8, 8));
  const auto day = band(start - hours(6), "ANOMALY_DETECTION_BAND(m, 3)");
  EXPECT_THAT(*day[0].Values, ElementsAre(103, 103, 103));
  EXPECT_THAT(*day[1].Values, ElementsAre(97, 97, 97));
  EXPECT_THAT(*band(start, "ANOMALY_DETECTION_BAND(m)")[0].Values, ElementsAre(12, 12, 12));
}

TEST_F(AnomalyDetectionBand, IsEmptyWithoutATrainedDetector) {
  put_day();
  for (const auto& line : band(start)) EXPECT_THAT(*line.Values, IsEmpty());
  put_detector();
  for (const auto& line : band(start)) EXPECT_THAT(*line.Values, IsEmpty());
}

TEST_F(AnomalyDetectionBand, LearnsNothingFromExcludedTimes) {
  put_day();
  must(cloudwatch.put_anomaly_detector(
      {.Configuration = {{.ExcludedTimeRanges = {{{.StartTime = start - hours(12),
                                                   .EndTime = start}}}}},
       .SingleMetricAnomalyDetector = single()}));
  cloud.advance(minutes(15));
  EXPECT_THAT(*band(start - hours(6))[0].Values, ElementsAre(12, 12, 12));
}

TEST_F(AnomalyDetectionBand, FollowsTheMetricsTimeZone) {
  put_day();
  must(cloudwatch.put_anomaly_detector({.Configuration = {{.MetricTimezone = "Asia/Kolkata"}},
                                        .SingleMetricAnomalyDetector = single()}));
  cloud.advance(minutes(15));
  // There the metric changes in the midst of an hour, at 17:30, of which both values are expected.
  EXPECT_EQ(detectors().at(0).Configuration->MetricTimezone, "Asia/Kolkata");
  EXPECT_GT(band(start - hours(12) - minutes(15))[0].Values->front(), 100);
  EXPECT_THAT(*band(start + hours(1))[0].Values, ElementsAre(12, 12, 12));
}

TEST_F(AnomalyDetectionBand, IsOfExpressionsToo) {
  put_day();
  must(cloudwatch.put_anomaly_detector({.MetricMathAnomalyDetector = twice()}));
  cloud.advance(minutes(15));
  MetricDataQuery watched{.Id = "e", .Expression = "m * 2", .ReturnData = false};
  const MetricDataQuery line{.Id = "b", .Expression = "ANOMALY_DETECTION_BAND(e, 1)", .Label = "x"};
  const auto found = *must(get({metric("m"), watched, line}, start)).MetricDataResults;
  EXPECT_THAT(*found.at(0).Values, ElementsAre(22, 22, 22));
  EXPECT_EQ(found.at(0).Label, "x e High");
  // Another expression has no detector.
  watched.Expression = "m * 3";
  EXPECT_THAT(*must(get({metric("m"), watched, line}, start)).MetricDataResults->at(0).Values,
              IsEmpty());
}

TEST_F(AnomalyDetectionBand, IsRefusedWhenItsArgumentsAreWrong) {
  for (const char* text : {"ANOMALY_DETECTION_BAND()", "ANOMALY_DETECTION_BAND(m, 2, 3)",
                           "ANOMALY_DETECTION_BAND(m * 2, 2)", "ANOMALY_DETECTION_BAND(m, 0)",
                           "ANOMALY_DETECTION_BAND(m, -1)", "ANOMALY_DETECTION_BAND(m, m)",
                           "ANOMALY_DETECTION_BAND(x, 2)", "ANOMALY_DETECTION_BAND(e, 2)"}) {
    EXPECT_THAT(get({metric("m"), {.Id = "e", .Expression = text}}, start),
                FailsWith("ValidationError", 400))
        << text;
  }
}

}  // namespace
}  // namespace fallstreak
