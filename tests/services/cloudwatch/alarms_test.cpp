#include <cmath>

#include "base/encoding.h"
#include "services/cloudwatch/cloudwatch_test.h"

namespace fallstreak {
namespace {

using ::testing::ElementsAre;
using testing::FailsSaying;
using testing::FailsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class PutMetricAlarm : public CloudWatchTest {
 protected:
  /// The outcome of the usual alarm with one thing changed.
  template <class Change>
  auto put_with(Change&& change) {
    auto request = load_alarm();
    change(request);
    return cloudwatch.put_metric_alarm(request);
  }
};

TEST_F(PutMetricAlarm, MakesAnAlarmThatHasNotLookedYet) {
  must(cloudwatch.put_metric_alarm(load_alarm()));

  const auto made = alarm();
  EXPECT_EQ(made.AlarmArn, "arn:aws:cloudwatch:us-east-1:000000000000:alarm:high-load");
  EXPECT_EQ(made.StateValue, "INSUFFICIENT_DATA");
  EXPECT_EQ(made.StateReason, "Unchecked: Initial alarm creation");
  EXPECT_EQ(made.ActionsEnabled, true);
  EXPECT_THAT(*made.AlarmActions, IsEmpty());
  EXPECT_EQ(made.Threshold, 80);
}

TEST_F(PutMetricAlarm, KeepsTheStateOfAnAlarmThatIsPutAgain) {
  must(cloudwatch.put_metric_alarm(load_alarm()));
  must(cloudwatch.set_alarm_state(
      {.AlarmName = "high-load", .StateValue = "ALARM", .StateReason = "drill"}));
  auto again = load_alarm();
  again.Threshold = 90;
  must(cloudwatch.put_metric_alarm(again));

  EXPECT_EQ(alarm().Threshold, 90);
  EXPECT_EQ(alarm().StateValue, "ALARM");
  EXPECT_THAT(history("ConfigurationUpdate"),
              ElementsAre("Alarm \"high-load\" created", "Alarm \"high-load\" updated"));
}

TEST_F(PutMetricAlarm, RefusesWhatMakesNoSense) {
  EXPECT_THAT(put_with([](auto& alarm) { alarm.EvaluationPeriods.reset(); }),
              FailsSaying("1 validation error detected: Value null at 'evaluationPeriods' failed "
                          "to satisfy constraint: Member must not be null"));
  EXPECT_THAT(put_with([](auto& alarm) { alarm.ComparisonOperator.reset(); }),
              FailsWith("ValidationError", 400));
  EXPECT_THAT(put_with([](auto& alarm) { alarm.Threshold = std::nan(""); }),
              FailsWith("ValidationError", 400));
  EXPECT_THAT(put_with([](auto& alarm) { alarm.Threshold.reset(); }),
              FailsWith("ValidationError", 400));
  EXPECT_THAT(put_with([](auto& alarm) { alarm.MetricName.reset(); }),
              FailsWith("ValidationError", 400));
  EXPECT_THAT(put_with([](auto& alarm) { alarm.Statistic.reset(); }),
              FailsWith("ValidationError", 400));
  EXPECT_THAT(put_with([](auto& alarm) { alarm.Period = 45; }),
              FailsSaying("Period must be 10, 20, 30 or a multiple of 60"));
  EXPECT_THAT(put_with([](auto& alarm) { alarm.DatapointsToAlarm = 2; }),
              FailsWith("ValidationError", 400));
  EXPECT_THAT(put_with([](auto& alarm) { alarm.TreatMissingData = "never"; }),
              FailsWith("ValidationError", 400));
  EXPECT_THAT(put_with([](auto& alarm) { alarm.AlarmActions = {{"not-an-arn"}}; }),
              FailsSaying("Invalid arn syntax: not-an-arn"));
  EXPECT_THAT(put_with([](auto& alarm) { alarm.EvaluationPeriods = 1441; }),
              FailsSaying("Metrics cannot be checked across more than a day (EvaluationPeriods * "
                          "Period must be <= 86400)."));
  EXPECT_THAT(put_with([](auto& alarm) { alarm.EvaluateLowSampleCountPercentile = "ignore"; }),
              FailsWith("ValidationError", 400));
}

class DescribeAlarms : public CloudWatchTest {
 protected:
  void make(const std::string& name, const std::string& action = "arn:aws:sns:us-east-1:1:t") {
    auto request = load_alarm();
    request.AlarmName = name;
    request.OKActions = {{action}};
    must(cloudwatch.put_metric_alarm(request));
  }
  std::vector<std::string> names(const api::cloudwatch::DescribeAlarmsInput& request = {}) {
    std::vector<std::string> result;
    const auto output = must(cloudwatch.describe_alarms(request));
    for (const auto& alarm : *output.MetricAlarms) result.push_back(*alarm.AlarmName);
    return result;
  }
};

TEST_F(DescribeAlarms, FindsByNamePrefixStateAndAction) {
  make("a1");
  make("a2", "arn:aws:autoscaling:us-east-1:1:scalingPolicy:x");
  make("b1");
  must(cloudwatch.set_alarm_state({.AlarmName = "b1", .StateValue = "OK", .StateReason = "x"}));

  EXPECT_THAT(names(), ElementsAre("a1", "a2", "b1"));
  EXPECT_THAT(names({.AlarmNames = {{"b1", "a1", "none"}}}), ElementsAre("a1", "b1"));
  EXPECT_THAT(names({.AlarmNamePrefix = "a"}), ElementsAre("a1", "a2"));
  EXPECT_THAT(names({.StateValue = "OK"}), ElementsAre("b1"));
  EXPECT_THAT(names({.ActionPrefix = "arn:aws:autoscaling"}), ElementsAre("a2"));
  EXPECT_THAT(names({.AlarmTypes = {{"CompositeAlarm"}}}), IsEmpty());
  EXPECT_THAT(cloudwatch.describe_alarms({.AlarmNames = {{"a1"}}, .AlarmNamePrefix = "a"}),
              FailsWith("InvalidParameterCombination", 400));
}

TEST_F(DescribeAlarms, Pages) {
  for (const auto* name : {"a", "b", "c"}) make(name);

  const auto first = must(cloudwatch.describe_alarms({.MaxRecords = 2}));
  EXPECT_EQ(first.MetricAlarms->size(), 2U);
  EXPECT_THAT(names({.MaxRecords = 2, .NextToken = first.NextToken}), ElementsAre("c"));
  EXPECT_THAT(cloudwatch.describe_alarms({.NextToken = "%"}), FailsWith("InvalidNextToken", 400));
}

using DescribeAlarmsForMetric = CloudWatchTest;

TEST_F(DescribeAlarmsForMetric, FindsTheAlarmsOnAMetric) {
  must(cloudwatch.put_metric_alarm(load_alarm()));
  auto other = load_alarm();
  other.AlarmName = "with-dimension";
  other.Dimensions = {{{.Name = "Host", .Value = "a"}}};
  must(cloudwatch.put_metric_alarm(other));
  api::cloudwatch::DescribeAlarmsForMetricInput request{.MetricName = "load", .Namespace = "App"};

  const auto found = must(cloudwatch.describe_alarms_for_metric(request));
  ASSERT_EQ(found.MetricAlarms->size(), 1U);
  EXPECT_EQ(found.MetricAlarms->at(0).AlarmName, "high-load");

  request.Statistic = "Sum";
  EXPECT_THAT(*must(cloudwatch.describe_alarms_for_metric(request)).MetricAlarms, IsEmpty());
  must(cloudwatch.delete_alarms({.AlarmNames = {{"high-load"}}}));
  request.Statistic.reset();
  EXPECT_THAT(*must(cloudwatch.describe_alarms_for_metric(request)).MetricAlarms, IsEmpty());
}

using SetAlarmState = CloudWatchTest;

TEST_F(SetAlarmState, HoldsUntilTheNextEvaluation) {
  must(cloudwatch.put_metric_alarm(load_alarm()));
  put("load", 10, start);
  cloud.advance(minutes(1) + seconds(2));
  ASSERT_EQ(state(), "OK");

  must(cloudwatch.set_alarm_state({.AlarmName = "high-load",
                                   .StateValue = "ALARM",
                                   .StateReason = "drill",
                                   .StateReasonData = R"({"by":"hand"})"}));
  EXPECT_EQ(state(), "ALARM");
  EXPECT_EQ(alarm().StateReason, "drill");

  cloud.advance(minutes(1));
  EXPECT_EQ(state(), "OK");
}

TEST_F(SetAlarmState, RefusesUnknownAlarmsAndDataThatIsNoJson) {
  EXPECT_THAT(
      cloudwatch.set_alarm_state({.AlarmName = "none", .StateValue = "OK", .StateReason = "x"}),
      FailsWith("ResourceNotFound", 404));
  must(cloudwatch.put_metric_alarm(load_alarm()));
  EXPECT_THAT(cloudwatch.set_alarm_state({.AlarmName = "high-load",
                                          .StateValue = "OK",
                                          .StateReason = "x",
                                          .StateReasonData = "{"}),
              FailsWith("InvalidFormat", 400));
}

using DeleteAlarms = CloudWatchTest;

TEST_F(DeleteAlarms, DeletesAllOrNone) {
  must(cloudwatch.put_metric_alarm(load_alarm()));
  EXPECT_THAT(cloudwatch.delete_alarms({.AlarmNames = {{"high-load", "none"}}}),
              FailsWith("ResourceNotFound", 404));
  EXPECT_EQ(state(), "INSUFFICIENT_DATA");

  must(cloudwatch.delete_alarms({.AlarmNames = {{"high-load"}}}));

  EXPECT_THAT(*must(cloudwatch.describe_alarms({})).MetricAlarms, IsEmpty());
  // AWS: the history outlives the alarm.
  EXPECT_THAT(history(), ElementsAre("Alarm \"high-load\" created", "Alarm \"high-load\" deleted"));
}

TEST_F(DeleteAlarms, EndsTheEvaluations) {
  must(cloudwatch.put_metric_alarm(load_alarm()));
  must(cloudwatch.put_metric_alarm(load_alarm()));
  EXPECT_TRUE(cloud.next_due());
  must(cloudwatch.delete_alarms({.AlarmNames = {{"high-load"}}}));
  cloud.advance(minutes(2));

  EXPECT_FALSE(cloud.next_due());
}

using DescribeAlarmHistory = CloudWatchTest;

TEST_F(DescribeAlarmHistory, CutsLongTextsBetweenCharacters) {
  auto request = load_alarm();
  request.AlarmName.emplace();
  for (int letter = 0; letter < 200; ++letter) *request.AlarmName += "\u00e4";
  must(cloudwatch.put_metric_alarm(request));

  const auto output = must(cloudwatch.describe_alarm_history({.AlarmName = request.AlarmName}));
  const std::string& summary = *output.AlarmHistoryItems->at(0).HistorySummary;
  EXPECT_LE(summary.size(), 255U);
  EXPECT_TRUE(is_utf8(summary));
}

TEST_F(DescribeAlarmHistory, TellsWhatChangedAndHow) {
  must(cloudwatch.put_metric_alarm(load_alarm()));
  put("load", 90, start);
  cloud.advance(minutes(1) + seconds(2));

  const auto output = must(cloudwatch.describe_alarm_history(
      {.AlarmName = "high-load", .HistoryItemType = "StateUpdate"}));

  const auto& item = output.AlarmHistoryItems->at(0);
  EXPECT_EQ(item.AlarmType, "MetricAlarm");
  EXPECT_EQ(item.Timestamp, start + seconds(61));
  EXPECT_THAT(*item.HistoryData,
              HasSubstr(R"("oldState":{"stateValue":"INSUFFICIENT_DATA","stateReason":"Unchecked: )"
                        R"(Initial alarm creation"})"));
  EXPECT_THAT(*item.HistoryData, HasSubstr(R"("newState":{"stateValue":"ALARM")"));
}

TEST_F(DescribeAlarmHistory, HasWhatATopicIsTold) {
  const std::string action = "arn:aws:sns:us-east-1:000000000000:pages";
  auto request = load_alarm();
  request.AlarmActions = {{action}};
  must(cloudwatch.put_metric_alarm(request));
  put("load", 90, start);
  cloud.advance(minutes(1) + seconds(2));

  EXPECT_THAT(history("Action"), ElementsAre("Successfully executed action " + action));
  const auto output = must(
      cloudwatch.describe_alarm_history({.AlarmName = "high-load", .HistoryItemType = "Action"}));
  const std::string data = *output.AlarmHistoryItems->at(0).HistoryData;
  EXPECT_THAT(data, HasSubstr(R"("actionState":"Succeeded")"));
  EXPECT_THAT(data, HasSubstr(R"(\\\"NewStateValue\\\":\\\"ALARM\\\")"));
  EXPECT_THAT(data, HasSubstr(R"(\\\"Statistic\\\":\\\"AVERAGE\\\")"));
}

TEST_F(DescribeAlarmHistory, TellsHonestlyThatAnActionWasNotTaken) {
  const std::string action = "arn:aws:lambda:us-east-1:000000000000:function:page";
  auto request = load_alarm();
  request.AlarmActions = {{action}};
  must(cloudwatch.put_metric_alarm(request));
  put("load", 90, start);
  cloud.advance(minutes(1) + seconds(2));

  EXPECT_THAT(history("Action"), ElementsAre("Failed to execute action " + action));
}

TEST_F(DescribeAlarmHistory, TellsOfNoActionsWhileTheyAreDisabled) {
  auto request = load_alarm();
  request.AlarmActions = {{"arn:aws:sns:us-east-1:000000000000:pages"}};
  must(cloudwatch.put_metric_alarm(request));
  must(cloudwatch.disable_alarm_actions({.AlarmNames = {{"high-load"}}}));
  EXPECT_EQ(alarm().ActionsEnabled, false);
  const auto set = [&](const char* to) {
    must(cloudwatch.set_alarm_state(
        {.AlarmName = "high-load", .StateValue = to, .StateReason = "drill"}));
  };
  set("ALARM");
  EXPECT_THAT(history("Action"), IsEmpty());

  must(cloudwatch.enable_alarm_actions({.AlarmNames = {{"high-load"}}}));
  set("OK");
  set("ALARM");
  EXPECT_EQ(history("Action").size(), 1U);
}

TEST_F(DescribeAlarmHistory, PagesInBothDirectionsAndForgetsAfterThirtyDays) {
  must(cloudwatch.put_metric_alarm(load_alarm()));
  must(cloudwatch.set_alarm_state(
      {.AlarmName = "high-load", .StateValue = "OK", .StateReason = ""}));
  must(cloudwatch.delete_alarms({.AlarmNames = {{"high-load"}}}));
  for (const auto* order : {"TimestampAscending", "TimestampDescending"}) {
    std::vector<std::string> summaries;
    api::cloudwatch::DescribeAlarmHistoryInput request{.MaxRecords = 1, .ScanBy = order};
    do {
      const auto output = must(cloudwatch.describe_alarm_history(request));
      for (const auto& item : *output.AlarmHistoryItems) summaries.push_back(*item.HistorySummary);
      request.NextToken = output.NextToken;
    } while (request.NextToken);
    if (order == std::string("TimestampDescending")) std::ranges::reverse(summaries);
    EXPECT_THAT(summaries, ElementsAre("Alarm \"high-load\" created",
                                       "Alarm updated from INSUFFICIENT_DATA to OK",
                                       "Alarm \"high-load\" deleted"));
  }
  EXPECT_THAT(cloudwatch.describe_alarm_history({.NextToken = "%"}),
              FailsWith("InvalidNextToken", 400));

  cloud.advance(days(30) + seconds(1));
  EXPECT_THAT(history(), IsEmpty());
}

}  // namespace
}  // namespace fallstreak
