#include "services/cloudwatch/cloudwatch_test.h"

namespace fallstreak {
namespace {

using api::cloudwatch::AlarmContributor;
using ::testing::ElementsAre;
using testing::FailsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string kTopic = "arn:aws:sns:us-east-1:000000000000:";

/// An alarm on the load of every host: greater than 80.
class AlarmContributors : public CloudWatchTest {
 protected:
  static api::cloudwatch::PutMetricAlarmInput request(const std::string& missing = "missing") {
    return {
        .AlarmName = "high-load",
        .OKActions = {{kTopic + "ok"}},
        .AlarmActions = {{kTopic + "alarm"}},
        .EvaluationPeriods = 1,
        .Threshold = 80,
        .ComparisonOperator = "GreaterThanThreshold",
        .TreatMissingData = missing,
        .Metrics = {{{.Id = "q",
                      .Expression = "SELECT MAX(load) FROM App GROUP BY Host ORDER BY MAX() DESC",
                      .ReturnData = true,
                      .Period = 60}}}};
  }
  void load(const std::string& host, double value) {
    put(MetricDatum{
        .MetricName = "load", .Dimensions = {{{.Name = "Host", .Value = host}}}, .Value = value});
  }
  std::vector<AlarmContributor> contributors() {
    return *must(cloudwatch.describe_alarm_contributors({.AlarmName = "high-load"}))
                .AlarmContributors;
  }
  std::vector<std::string> hosts() {
    std::vector<std::string> names;
    for (const auto& each : contributors()) {
      names.push_back(each.ContributorAttributes->at(0).value);
    }
    std::ranges::sort(names);
    return names;
  }
  /// `alarm a`, or `alarm` of the alarm as a whole: what topics were told, oldest first.
  std::vector<std::string> told() {
    std::vector<std::string> list;
    const auto output = must(cloudwatch.describe_alarm_history(
        {.AlarmName = "high-load", .ScanBy = "TimestampAscending"}));
    for (const auto& item : *output.AlarmHistoryItems) {
      if (!item.HistoryItemType->ends_with("Action")) continue;
      const std::string& summary = *item.HistorySummary;
      list.push_back(summary.substr(summary.find_last_of(": ") + 1));
      if (item.AlarmContributorAttributes) {
        list.back() += " " + item.AlarmContributorAttributes->at(0).value;
      }
    }
    return list;
  }
};
using DescribeAlarmContributors = AlarmContributors;

TEST_F(AlarmContributors, HaveStatesOfTheirOwn) {
  must(cloudwatch.put_metric_alarm(request()));
  EXPECT_EQ(state(), "INSUFFICIENT_DATA");
  load("a", 90);
  load("b", 10);
  cloud.advance(minutes(2));
  EXPECT_EQ(state(), "ALARM");
  EXPECT_THAT(hosts(), ElementsAre("a"));
  load("a", 10);
  load("b", 95);
  cloud.advance(minutes(2));
  EXPECT_EQ(state(), "ALARM");
  EXPECT_THAT(hosts(), ElementsAre("b"));
  load("a", 10);
  load("b", 10);
  cloud.advance(minutes(2));
  EXPECT_EQ(state(), "OK");
  EXPECT_THAT(hosts(), IsEmpty());
}

TEST_F(AlarmContributors, NotifyBesideTheAlarmAsAWhole) {
  must(cloudwatch.put_metric_alarm(request()));
  load("a", 90);
  cloud.advance(minutes(2));
  load("a", 90);
  load("b", 90);
  cloud.advance(minutes(2));
  load("a", 1);
  load("b", 1);
  cloud.advance(minutes(2));
  EXPECT_THAT(told(), ElementsAre("alarm a", "alarm", "alarm b", "ok a", "ok b", "ok"));
}

TEST_F(AlarmContributors, ComeWithMetricsThatComeLater) {
  must(cloudwatch.put_metric_alarm(request()));
  load("a", 10);
  cloud.advance(minutes(2));
  EXPECT_EQ(state(), "OK");
  load("a", 10);
  load("new", 90);
  cloud.advance(minutes(2));
  EXPECT_THAT(hosts(), ElementsAre("new"));
}

TEST_F(AlarmContributors, GoWhenTheQueryNoLongerReturnsThem) {
  must(cloudwatch.put_metric_alarm(request()));
  load("a", 90);
  cloud.advance(minutes(2));
  EXPECT_THAT(hosts(), ElementsAre("a"));
  cloud.advance(minutes(10));
  EXPECT_THAT(hosts(), IsEmpty());
  EXPECT_EQ(state(), "INSUFFICIENT_DATA");
}

TEST_F(AlarmContributors, StayWhenTheAlarmIgnoresMissingData) {
  must(cloudwatch.put_metric_alarm(request("ignore")));
  load("a", 90);
  cloud.advance(minutes(12));
  EXPECT_THAT(hosts(), ElementsAre("a"));
  EXPECT_EQ(state(), "ALARM");
}

TEST_F(AlarmContributors, AreMutedWithTheirAlarm) {
  must(cloudwatch.put_metric_alarm(request("ignore")));
  must(cloudwatch.put_alarm_mute_rule(
      {.Name = "deploys",
       .Rule =
           api::cloudwatch::Rule{.Schedule =
                                     api::cloudwatch::Schedule{.Expression = "at(2026-01-01T00:00)",
                                                               .Duration = "PT5M"}},
       .MuteTargets = api::cloudwatch::MuteTargets{.AlarmNames = {{"high-load"}}}}));
  load("a", 90);
  cloud.advance(minutes(3));
  EXPECT_THAT(told(), ElementsAre("deploys a", "deploys"));
  cloud.advance(minutes(3));
  EXPECT_THAT(told(), ElementsAre("deploys a", "deploys", "alarm a", "alarm"));
}

TEST_F(AlarmContributors, GoWithTheirAlarm) {
  must(cloudwatch.put_metric_alarm(request()));
  load("a", 90);
  cloud.advance(minutes(2));
  must(cloudwatch.delete_alarms({.AlarmNames = {{"high-load"}}}));
  EXPECT_THAT(cloudwatch.describe_alarm_contributors({.AlarmName = "high-load"}),
              FailsWith("ResourceNotFoundException", 404));
  must(cloudwatch.put_metric_alarm(request()));
  EXPECT_THAT(contributors(), IsEmpty());
}

TEST_F(DescribeAlarmContributors, TellsWhyEachIsInAlarm) {
  must(cloudwatch.put_metric_alarm(request()));
  load("a", 90);
  cloud.advance(minutes(2));
  ASSERT_THAT(contributors(), SizeIs(1));
  const auto contributor = contributors().front();
  EXPECT_THAT(*contributor.ContributorId, SizeIs(16));
  EXPECT_EQ(contributor.ContributorAttributes->at(0).key, "Host");
  EXPECT_THAT(*contributor.StateReason, HasSubstr("Threshold Crossed: 1 out of the last 1 "));
  EXPECT_EQ(contributor.StateTransitionedTimestamp, start + seconds(61));
}

TEST_F(DescribeAlarmContributors, ComesInPages) {
  must(cloudwatch.put_metric_alarm(request("ignore")));
  for (int host = 0; host < 120; ++host) load("h" + std::to_string(host), 90);
  cloud.advance(minutes(2));
  const auto first = must(cloudwatch.describe_alarm_contributors({.AlarmName = "high-load"}));
  EXPECT_THAT(*first.AlarmContributors, SizeIs(100));
  const auto second = must(cloudwatch.describe_alarm_contributors(
      {.AlarmName = "high-load", .NextToken = first.NextToken}));
  EXPECT_THAT(*second.AlarmContributors, SizeIs(20));
  EXPECT_EQ(second.NextToken, std::nullopt);
  EXPECT_THAT(cloudwatch.describe_alarm_contributors({.AlarmName = "high-load", .NextToken = "?"}),
              FailsWith("InvalidNextToken"));
}

TEST_F(DescribeAlarmContributors, HasNoneOfAnAlarmOnOneSeries) {
  must(cloudwatch.put_metric_alarm(load_alarm()));
  EXPECT_THAT(contributors(), IsEmpty());
}

TEST_F(AlarmContributors, HaveAHistoryEach) {
  must(cloudwatch.put_metric_alarm(request()));
  load("a", 90);
  load("b", 90);
  cloud.advance(minutes(2));
  const std::string id = *contributors().front().ContributorId;
  const auto items =
      *must(cloudwatch.describe_alarm_history({.AlarmName = "high-load",
                                               .AlarmContributorId = id,
                                               .HistoryItemType = "AlarmContributorStateUpdate"}))
           .AlarmHistoryItems;
  ASSERT_THAT(items, SizeIs(1));
  EXPECT_EQ(items[0].AlarmContributorId, id);
  EXPECT_THAT(*items[0].HistorySummary, HasSubstr("updated from OK to ALARM"));
}

TEST_F(AlarmContributors, NeedAnOrderOfTheSeriesThatAQueryGroups) {
  auto wrong = request();
  wrong.Metrics->front().Expression = "SELECT MAX(load) FROM App GROUP BY Host";
  EXPECT_THAT(cloudwatch.put_metric_alarm(wrong), FailsWith("ValidationError"));
}

TEST_F(AlarmContributors, AreMissingDataWhenMathFindsNone) {
  auto math = request();
  math.Metrics->front().ReturnData = false;
  math.Metrics->push_back({.Id = "first", .Expression = "FIRST(q)", .ReturnData = true});
  load("a", 90);
  cloud.advance(minutes(1));
  must(cloudwatch.put_metric_alarm(math));
  cloud.advance(minutes(1));
  EXPECT_EQ(state(), "ALARM");
  cloud.advance(minutes(10));
  EXPECT_EQ(state(), "INSUFFICIENT_DATA");
}

TEST_F(AlarmContributors, AreNoneWhenMathMakesOneSeriesOfMany) {
  auto math = request();
  math.Metrics->front().ReturnData = false;
  math.Metrics->push_back({.Id = "most", .Expression = "MAX(q)", .ReturnData = true});
  load("a", 10);
  load("b", 90);
  cloud.advance(minutes(1));
  must(cloudwatch.put_metric_alarm(math));
  cloud.advance(minutes(1));
  EXPECT_EQ(state(), "ALARM");
  EXPECT_THAT(contributors(), IsEmpty());
  // AWS: several time series are several only straight from the query.
  math.Metrics->back().Expression = "q * 2";
  EXPECT_THAT(cloudwatch.put_metric_alarm(math), FailsWith("ValidationError"));
}

}  // namespace
}  // namespace fallstreak
