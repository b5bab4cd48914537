#include "services/cloudwatch/action_suppression.h"

#include "services/cloudwatch/cloudwatch_test.h"

namespace fallstreak {
namespace {

using services::cloudwatch::step_suppression;
using services::cloudwatch::Suppression;
using services::cloudwatch::SuppressionCause;
using services::cloudwatch::SuppressionStep;
using ::testing::ElementsAre;
using testing::FailsSaying;
using testing::FailsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(ActionSuppression, StepsFromCauseToCause) {
  using enum Suppression;
  using enum SuppressionCause;
  const auto held = [](Suppression next) { return SuppressionStep{.next = next}; };
  for (const auto now : {none, wait_period, alarm, extension_period}) {
    EXPECT_EQ(step_suppression(now, composite_changed, false), held(wait_period));
    EXPECT_EQ(step_suppression(now, composite_changed, true), held(alarm));
    EXPECT_EQ(step_suppression(now, period_over, false),
              (SuppressionStep{.next = none, .takes_actions = true}));
  }
  EXPECT_EQ(step_suppression(none, suppressor_on, true), std::nullopt);
  EXPECT_EQ(step_suppression(alarm, suppressor_on, true), std::nullopt);
  EXPECT_EQ(step_suppression(wait_period, suppressor_on, true), held(alarm));
  EXPECT_EQ(step_suppression(extension_period, suppressor_on, true), held(alarm));
  EXPECT_EQ(step_suppression(none, suppressor_off, false), std::nullopt);
  EXPECT_EQ(step_suppression(wait_period, suppressor_off, false), std::nullopt);
  EXPECT_EQ(step_suppression(extension_period, suppressor_off, false), std::nullopt);
  EXPECT_EQ(step_suppression(alarm, suppressor_off, false), held(extension_period));
}

/// A composite alarm `main` on alarm `child`, suppressed by alarm `deploy`.
class ActionsSuppressor : public CloudWatchTest {
 protected:
  ActionsSuppressor() {
    for (const char* name : {"child", "deploy"}) {
      auto request = load_alarm();
      request.AlarmName = name;
      // They stay in whatever state they are set to.
      request.TreatMissingData = "ignore";
      must(cloudwatch.put_metric_alarm(request));
    }
    // Made without actions, so that none are taken before a test begins.
    must(cloudwatch.put_composite_alarm({.AlarmName = "main", .AlarmRule = "ALARM(child)"}));
    must(cloudwatch.put_composite_alarm(request()));
  }
  static api::cloudwatch::PutCompositeAlarmInput request() {
    return {.AlarmActions = {{"arn:aws:sns:us-east-1:000000000000:alarm"}},
            .AlarmName = "main",
            .AlarmRule = "ALARM(child)",
            .OKActions = {{"arn:aws:sns:us-east-1:000000000000:ok"}},
            .ActionsSuppressor = "deploy",
            .ActionsSuppressorWaitPeriod = 60,
            .ActionsSuppressorExtensionPeriod = 30};
  }
  void set(const std::string& name, const char* state) {
    must(cloudwatch.set_alarm_state(
        {.AlarmName = name, .StateValue = state, .StateReason = "drill"}));
  }
  api::cloudwatch::CompositeAlarm composite() {
    return must(cloudwatch.describe_alarms(
                    {.AlarmNames = {{"main"}}, .AlarmTypes = {{"CompositeAlarm"}}}))
        .CompositeAlarms->at(0);
  }
  std::vector<api::cloudwatch::AlarmHistoryItem> items() {
    return *must(cloudwatch.describe_alarm_history({.AlarmName = "main",
                                                    .AlarmTypes = {{"CompositeAlarm"}},
                                                    .HistoryItemType = "Action",
                                                    .ScanBy = "TimestampAscending"}))
                .AlarmHistoryItems;
  }
  /// What was done and held back, oldest first: `8 alarm`, `2 WaitPeriod`; a unit is ten seconds.
  std::vector<std::string> deeds() {
    std::vector<std::string> list;
    for (const auto& item : items()) {
      const std::string& summary = *item.HistorySummary;
      const auto units = (*item.Timestamp - start) / seconds(10);
      list.push_back(std::to_string(units) + " " + summary.substr(summary.find_last_of(": ") + 1));
    }
    return list;
  }
};

struct Change {
  int unit;
  const char* alarm;
  const char* state;
};
struct Example {
  const char* name;
  std::vector<Change> changes;
  std::vector<std::string> deeds;
  friend void PrintTo(const Example& example, std::ostream* out) { *out << example.name; }
};

// AWS's examples, with the moments of its page: "WaitPeriod is configured as 2 time units, and
// ExtensionPeriod is configured as 3 time units". The last two are not on it.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Composite_Alarm_Suppression.html
const std::vector<Example> kExamples = {
    {"actions are not suppressed after WaitPeriod",
     {{2, "child", "ALARM"}},
     {"2 WaitPeriod", "4 alarm"}},
    {"actions are suppressed by Alarm before WaitPeriod expires",
     {{2, "child", "ALARM"}, {3, "deploy", "ALARM"}},
     {"2 WaitPeriod", "3 Alarm"}},
    {"a state transition when actions are suppressed by WaitPeriod",
     {{2, "child", "ALARM"}, {3, "child", "OK"}},
     {"2 WaitPeriod", "3 WaitPeriod", "5 ok"}},
    {"a state transition when actions are suppressed by Alarm",
     {{1, "deploy", "ALARM"}, {2, "child", "ALARM"}, {4, "child", "OK"}},
     {"2 Alarm", "4 Alarm"}},
    {"actions are not suppressed after ExtensionPeriod",
     {{2, "child", "ALARM"}, {3, "deploy", "ALARM"}, {6, "deploy", "OK"}},
     {"2 WaitPeriod", "3 Alarm", "6 ExtensionPeriod", "9 alarm"}},
    {"a state transition when actions are suppressed by ExtensionPeriod",
     {{2, "child", "ALARM"}, {3, "deploy", "ALARM"}, {6, "deploy", "OK"}, {7, "child", "OK"}},
     {"2 WaitPeriod", "3 Alarm", "6 ExtensionPeriod", "7 WaitPeriod", "9 ok"}},
    {"a suppressor that comes back in the ExtensionPeriod",
     {{1, "deploy", "ALARM"}, {2, "child", "ALARM"}, {6, "deploy", "OK"}, {8, "deploy", "ALARM"}},
     {"2 Alarm", "6 ExtensionPeriod", "8 Alarm"}},
    {"a suppressor with nothing to hold back", {{2, "deploy", "ALARM"}, {3, "deploy", "OK"}}, {}},
};

class SuppressionExample : public ActionsSuppressor,
                           public ::testing::WithParamInterface<Example> {};

TEST_P(SuppressionExample, GoesAsOnAwsPage) {
  auto of_page = request();
  of_page.ActionsSuppressorWaitPeriod = 20;
  must(cloudwatch.put_composite_alarm(of_page));
  int unit = 0;
  for (const auto& change : GetParam().changes) {
    cloud.advance(seconds(10) * (change.unit - unit));
    unit = change.unit;
    set(change.alarm, change.state);
  }
  cloud.advance(minutes(5));
  EXPECT_EQ(deeds(), GetParam().deeds) << GetParam().name;
}
INSTANTIATE_TEST_SUITE_P(Page, SuppressionExample, ::testing::ValuesIn(kExamples));

TEST_F(ActionsSuppressor, IsShownWhileItHoldsActionsBack) {
  set("child", "ALARM");
  EXPECT_EQ(composite().StateValue, "ALARM");
  EXPECT_EQ(composite().ActionsSuppressedBy, "WaitPeriod");
  EXPECT_EQ(composite().ActionsSuppressedReason, "Actions suppressed by WaitPeriod");
  EXPECT_EQ(composite().ActionsSuppressor, "deploy");
  EXPECT_EQ(composite().ActionsSuppressorWaitPeriod, 60);
  EXPECT_EQ(composite().ActionsSuppressorExtensionPeriod, 30);
  set("deploy", "ALARM");
  EXPECT_EQ(composite().ActionsSuppressedBy, "Alarm");
  cloud.advance(seconds(10));
  set("deploy", "OK");
  EXPECT_EQ(composite().ActionsSuppressedBy, "ExtensionPeriod");
  EXPECT_EQ(composite().StateTransitionedTimestamp, start);
  EXPECT_EQ(composite().StateUpdatedTimestamp, start + seconds(10));
  cloud.advance(seconds(30));
  EXPECT_EQ(composite().ActionsSuppressedBy, std::nullopt);
  EXPECT_EQ(composite().ActionsSuppressedReason, std::nullopt);
}

TEST_F(ActionsSuppressor, TellsTheStateBeforeTheTransition) {
  set("child", "ALARM");
  cloud.advance(minutes(2));
  EXPECT_THAT(*items().back().HistoryData, HasSubstr(R"(\\\"OldStateValue\\\":\\\"OK\\\")"));
}

TEST_F(ActionsSuppressor, HoldsNothingBackThatIsDisabled) {
  must(cloudwatch.disable_alarm_actions({.AlarmNames = {{"main"}}}));
  set("child", "ALARM");
  EXPECT_EQ(composite().ActionsSuppressedBy, std::nullopt);
  cloud.advance(minutes(2));
  EXPECT_THAT(deeds(), IsEmpty());
}

TEST_F(ActionsSuppressor, ActsAtOnceWithoutAWaitPeriod) {
  auto without = request();
  without.ActionsSuppressorWaitPeriod = 0;
  must(cloudwatch.put_composite_alarm(without));
  set("child", "ALARM");
  EXPECT_THAT(deeds(), ElementsAre("0 alarm"));
}

TEST_F(ActionsSuppressor, LetsGoWhenItIsTakenAway) {
  set("child", "ALARM");
  // AWS: what is put again as it was goes on as it did.
  must(cloudwatch.put_composite_alarm(request()));
  EXPECT_EQ(composite().ActionsSuppressedBy, "WaitPeriod");
  auto without = request();
  without.ActionsSuppressor.reset();
  without.ActionsSuppressorWaitPeriod.reset();
  without.ActionsSuppressorExtensionPeriod.reset();
  must(cloudwatch.put_composite_alarm(without));
  cloud.advance(minutes(5));
  EXPECT_THAT(deeds(), ElementsAre("0 WaitPeriod", "0 alarm"));
  EXPECT_EQ(composite().ActionsSuppressor, std::nullopt);
}

TEST_F(ActionsSuppressor, DiscardsThePeriodThatRunsWhenItIsReplaced) {
  auto other = load_alarm();
  other.AlarmName = "other";
  other.TreatMissingData = "ignore";
  must(cloudwatch.put_metric_alarm(other));
  set("child", "ALARM");
  cloud.advance(seconds(50));
  auto replaced = request();
  replaced.ActionsSuppressor = "other";
  must(cloudwatch.put_composite_alarm(replaced));
  cloud.advance(minutes(5));
  // The new suppressor is waited for as long as the first would have been.
  EXPECT_THAT(deeds(), ElementsAre("0 WaitPeriod", "5 WaitPeriod", "11 alarm"));
}

TEST_F(ActionsSuppressor, CanBeACompositeAlarmNamedByItsArn) {
  must(cloudwatch.put_composite_alarm({.AlarmName = "window", .AlarmRule = "ALARM(deploy)"}));
  auto other = request();
  other.ActionsSuppressor = "arn:aws:cloudwatch:us-east-1:000000000000:alarm:window";
  must(cloudwatch.put_composite_alarm(other));
  set("deploy", "ALARM");
  set("child", "ALARM");
  EXPECT_EQ(composite().ActionsSuppressedBy, "Alarm");
}

TEST_F(ActionsSuppressor, CannotBeDeletedBeforeWhatItSuppresses) {
  EXPECT_THAT(cloudwatch.delete_alarms({.AlarmNames = {{"deploy"}}}),
              FailsSaying("Cannot delete deploy as there are composite alarm(s) depending on it: "
                          "main"));
  must(cloudwatch.delete_alarms({.AlarmNames = {{"deploy", "main"}}}));
}

TEST_F(ActionsSuppressor, IsRefusedWhenItMakesNoSense) {
  const auto put_with = [](auto&& change) {
    auto changed = request();
    change(changed);
    return changed;
  };
  for (const auto& wrong :
       {put_with([](auto& alarm) { alarm.ActionsSuppressor = "missing"; }),
        put_with([](auto& alarm) { alarm.ActionsSuppressor = "main"; }),
        put_with([](auto& alarm) { alarm.ActionsSuppressor.reset(); }),
        put_with([](auto& alarm) { alarm.ActionsSuppressorWaitPeriod.reset(); }),
        put_with([](auto& alarm) { alarm.ActionsSuppressorExtensionPeriod.reset(); }),
        put_with([](auto& alarm) { alarm.ActionsSuppressorWaitPeriod = -1; }),
        put_with([](auto& alarm) { alarm.ActionsSuppressorExtensionPeriod = -1; })}) {
    EXPECT_THAT(cloudwatch.put_composite_alarm(wrong), FailsWith("ValidationError", 400));
  }
}

}  // namespace
}  // namespace fallstreak
