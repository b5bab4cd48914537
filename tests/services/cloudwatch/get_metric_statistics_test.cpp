#include "services/cloudwatch/cloudwatch_test.h"

namespace fallstreak {
namespace {

using ::testing::ElementsAre;
using testing::FailsSaying;
using testing::FailsWith;
using ::testing::IsEmpty;

class GetMetricStatistics : public CloudWatchTest {
 protected:
  api::cloudwatch::GetMetricStatisticsInput request() const {
    return {.Namespace = "App",
            .MetricName = "load",
            .StartTime = start,
            .EndTime = start + hours(1),
            .Period = 300,
            .Statistics = {{"Sum"}}};
  }
};

TEST_F(GetMetricStatistics, GivesAllStatisticsOfEachPeriod) {
  put("load", 1, start);
  put("load", 5, start + minutes(4));
  put("load", 9, start + minutes(5));
  auto wanted = request();
  wanted.Statistics =
      std::vector<std::string>{"SampleCount", "Average", "Sum", "Minimum", "Maximum"};

  const auto output = must(cloudwatch.get_metric_statistics(wanted));

  EXPECT_EQ(output.Label, "load");
  ASSERT_EQ(output.Datapoints->size(), 2U);
  const auto& first = output.Datapoints->at(0);
  EXPECT_EQ(first.Timestamp, start);
  EXPECT_EQ(first.SampleCount, 2);
  EXPECT_EQ(first.Average, 3);
  EXPECT_EQ(first.Sum, 6);
  EXPECT_EQ(first.Minimum, 1);
  EXPECT_EQ(first.Maximum, 5);
  EXPECT_EQ(first.Unit, "None");
  EXPECT_EQ(output.Datapoints->at(1).Timestamp, start + minutes(5));
}

TEST_F(GetMetricStatistics, BeginsItsPeriodsAtTheStartTime) {
  put("load", 1, start + minutes(4));
  put("load", 2, start + minutes(5));

  EXPECT_THAT(sums("load", start + minutes(3), start + minutes(60), 300), ElementsAre(3));
  EXPECT_THAT(sums("load", start, start + minutes(60), 300), ElementsAre(1, 2));
}

TEST_F(GetMetricStatistics, LeavesOutTheEndTime) {
  put("load", 1, start);
  put("load", 2, start + minutes(1));

  EXPECT_THAT(sums("load", start, start + minutes(1), 60), ElementsAre(1));
}

TEST_F(GetMetricStatistics, HasNoDatapointsOfAnUnknownMetric) {
  EXPECT_THAT(*must(cloudwatch.get_metric_statistics(request())).Datapoints, IsEmpty());
}

TEST_F(GetMetricStatistics, RollsUpHighResolutionAfterThreeHours) {
  for (const auto second : {0, 30}) {
    put({.MetricName = "load",
         .Timestamp = start + seconds(second),
         .Value = 1,
         .StorageResolution = 1});
  }
  cloud.advance(hours(3) + seconds(31));

  EXPECT_THAT(sums("load", start, start + minutes(1), 30), IsEmpty());
  EXPECT_THAT(sums("load", start, start + minutes(1), 60), ElementsAre(2));
}

TEST_F(GetMetricStatistics, RollsUpMinutesAfterFifteenDaysAndFiveMinutesAfterSixtyThree) {
  for (int minute = 0; minute < 10; ++minute) put("load", 1, start + minutes(minute));
  cloud.advance(days(16));
  EXPECT_THAT(sums("load", start, start + minutes(10), 60), IsEmpty());
  EXPECT_THAT(sums("load", start, start + minutes(10), 300), ElementsAre(5, 5));

  cloud.advance(days(48));
  EXPECT_THAT(sums("load", start, start + minutes(10), 300), IsEmpty());
  EXPECT_THAT(sums("load", start, start + hours(1), 3600), ElementsAre(10));

  cloud.advance(days(400));
  EXPECT_THAT(sums("load", start, start + hours(1), 3600), IsEmpty());
}

TEST_F(GetMetricStatistics, AnswersTheSameBeforeAndAfterItCompactsOldRows) {
  for (int minute = 0; minute < 10; ++minute) put("load", 1, start + minutes(minute));
  cloud.advance(days(16));
  for (int again = 0; again < 10; ++again) put("load", 7);

  EXPECT_THAT(sums("load", start, start + minutes(10), 60), IsEmpty());
  EXPECT_THAT(sums("load", start, start + minutes(10), 300), ElementsAre(5, 5));
}

TEST_F(GetMetricStatistics, RefusesMoreThan1440Datapoints) {
  auto wanted = request();
  wanted.Period = 60;
  wanted.EndTime = start + days(2);
  EXPECT_THAT(cloudwatch.get_metric_statistics(wanted),
              FailsSaying("You have requested up to 2,880 datapoints, which exceeds the limit of "
                          "1,440. You may reduce the datapoints requested by increasing Period, or "
                          "decreasing the time range."));
  wanted.EndTime = start + days(1);
  EXPECT_TRUE(cloudwatch.get_metric_statistics(wanted));
}

TEST_F(GetMetricStatistics, CopesWithTimesAtTheEndsOfTheCalendar) {
  auto wanted = request();
  wanted.StartTime = Time::min();
  wanted.EndTime = Time::max();
  EXPECT_THAT(cloudwatch.get_metric_statistics(wanted),
              FailsWith("InvalidParameterCombination", 400));
}

TEST_F(GetMetricStatistics, WantsStatisticsOfOneKind) {
  auto wanted = request();
  wanted.ExtendedStatistics = std::vector<std::string>{"p90"};
  EXPECT_THAT(cloudwatch.get_metric_statistics(wanted),
              FailsWith("InvalidParameterCombination", 400));
  wanted.Statistics.reset();
  EXPECT_TRUE(cloudwatch.get_metric_statistics(wanted));
  wanted.ExtendedStatistics = std::vector<std::string>{"p90", "p101"};
  EXPECT_THAT(cloudwatch.get_metric_statistics(wanted),
              FailsSaying("The value p101 for parameter ExtendedStatistics.member.2 is invalid."));
}

TEST_F(GetMetricStatistics, RefusesPeriodsAndTimesThatMakeNoSense) {
  auto wanted = request();
  wanted.Period = 45;
  EXPECT_THAT(cloudwatch.get_metric_statistics(wanted),
              FailsSaying("The value 45 for parameter Period is invalid."));
  wanted = request();
  wanted.EndTime = wanted.StartTime;
  EXPECT_THAT(cloudwatch.get_metric_statistics(wanted),
              FailsSaying("The parameter StartTime must be less than the parameter EndTime."));
}

}  // namespace
}  // namespace fallstreak
