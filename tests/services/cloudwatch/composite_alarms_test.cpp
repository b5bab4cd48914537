#include "services/cloudwatch/alarm_rule_expression.h"
#include "services/cloudwatch/cloudwatch_test.h"

namespace fallstreak {
namespace {

using services::cloudwatch::alarms_in;
using services::cloudwatch::AlarmState;
using services::cloudwatch::holds;
using services::cloudwatch::parse_rule;
using ::testing::ElementsAre;
using testing::FailsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Alarm `a` is in ALARM, `o` is OK, all others have insufficient data.
bool is_on(const char* text) {
  const auto rule = parse_rule(text);
  if (!rule) throw std::runtime_error(std::string("no rule: ") + text);
  return holds(*rule, [](const std::string& name) {
    return name == "a"   ? AlarmState::alarm
           : name == "o" ? AlarmState::ok
                         : AlarmState::insufficient_data;
  });
}

TEST(AlarmRule, AsksForStates) {
  EXPECT_TRUE(is_on("ALARM(a)"));
  EXPECT_FALSE(is_on("ALARM(o)"));
  EXPECT_TRUE(is_on("OK(\"o\")"));
  EXPECT_TRUE(is_on("INSUFFICIENT_DATA('some thing')"));
  EXPECT_TRUE(is_on("TRUE"));
  EXPECT_FALSE(is_on("FALSE"));
}

TEST(AlarmRule, BindsNotBeforeAndBeforeOr) {
  EXPECT_TRUE(is_on("TRUE OR FALSE AND FALSE"));
  EXPECT_FALSE(is_on("(TRUE OR FALSE) AND FALSE"));
  EXPECT_TRUE(is_on("NOT FALSE AND TRUE"));
  EXPECT_FALSE(is_on("NOT (ALARM(a) AND OK(o))"));
  EXPECT_TRUE(is_on("ALARM(a) AND NOT ALARM(o) AND (OK(a) OR OK(o))"));
}

TEST(AlarmRule, NamesItsAlarms) {
  EXPECT_THAT(alarms_in(*parse_rule("ALARM(\"x \\\"y\\\"\") OR NOT OK( b ) AND ALARM(b)")),
              ElementsAre("b", "x \"y\""));
}

TEST(AlarmRule, IsRefusedWhenItIsNone) {
  for (const char* text : {"", "ALARM", "ALARM()", "ALARM(a", "ALARM(a) OK(o)", "AND TRUE",
                           "TRUE OR", "(TRUE", "alarm(a)", "TRUEISH", "ALARM(\"a)"}) {
    EXPECT_FALSE(parse_rule(text)) << text;
  }
  EXPECT_FALSE(parse_rule(std::string(5000, '(')));
}

class PutCompositeAlarm : public CloudWatchTest {
 protected:
  PutCompositeAlarm() {
    for (const char* name : {"cpu", "errors"}) {
      auto request = load_alarm();
      request.AlarmName = name;
      must(cloudwatch.put_metric_alarm(request));
    }
  }
  void set(const std::string& name, const char* state) {
    must(cloudwatch.set_alarm_state(
        {.AlarmName = name, .StateValue = state, .StateReason = "drill"}));
  }
  void put_composite(const std::string& name, const std::string& rule,
                     std::vector<std::string> actions = {}) {
    must(cloudwatch.put_composite_alarm(
        {.AlarmActions = std::move(actions), .AlarmName = name, .AlarmRule = rule}));
  }
  api::cloudwatch::CompositeAlarm composite(const std::string& name = "both") {
    return must(cloudwatch.describe_alarms(
                    {.AlarmNames = {{name}}, .AlarmTypes = {{"CompositeAlarm"}}}))
        .CompositeAlarms->at(0);
  }
};

TEST_F(PutCompositeAlarm, FollowsItsAlarms) {
  put_composite("both", "ALARM(cpu) AND ALARM(errors)");
  EXPECT_EQ(composite().StateValue, "OK");
  EXPECT_EQ(composite().StateReason,
            "arn:aws:cloudwatch:us-east-1:000000000000:alarm:both was created and its alarm rule "
            "evaluates to OK");
  set("cpu", "ALARM");
  EXPECT_EQ(composite().StateValue, "OK");
  set("errors", "ALARM");
  EXPECT_EQ(composite().StateValue, "ALARM");
  EXPECT_EQ(composite().StateReason,
            "arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors transitioned to ALARM at "
            "Thursday 01 January, 2026 00:00:00 UTC");
  set("cpu", "OK");
  EXPECT_EQ(composite().StateValue, "OK");
}

TEST_F(PutCompositeAlarm, FollowsOtherCompositeAlarms) {
  put_composite("both", "ALARM(cpu)");
  put_composite("all", "NOT ALARM(\"arn:aws:cloudwatch:us-east-1:000000000000:alarm:both\")");
  EXPECT_EQ(composite("all").StateValue, "ALARM");
  set("cpu", "ALARM");
  EXPECT_EQ(composite("all").StateValue, "OK");
}

TEST_F(PutCompositeAlarm, StopsInACircle) {
  put_composite("a", "ALARM(cpu)");
  put_composite("b", "ALARM(a)");
  put_composite("a", "ALARM(cpu) AND NOT ALARM(b)");
  set("cpu", "ALARM");
  EXPECT_EQ(composite("b").StateValue, "ALARM");
}

TEST_F(PutCompositeAlarm, TakesItsActions) {
  const std::string topic = "arn:aws:sns:us-east-1:000000000000:pages";
  put_composite("both", "ALARM(cpu)", {topic});
  set("cpu", "ALARM");
  const auto history = must(cloudwatch.describe_alarm_history(
      {.AlarmName = "both", .AlarmTypes = {{"CompositeAlarm"}}, .HistoryItemType = "Action"}));
  ASSERT_THAT(*history.AlarmHistoryItems, SizeIs(1));
  EXPECT_EQ(history.AlarmHistoryItems->front().HistorySummary,
            "Successfully executed action " + topic);
  EXPECT_EQ(history.AlarmHistoryItems->front().AlarmType, "CompositeAlarm");
}

TEST_F(PutCompositeAlarm, RefusesBadRulesAndUnknownAlarms) {
  const auto put = [&](const char* rule) {
    return cloudwatch.put_composite_alarm({.AlarmName = "both", .AlarmRule = rule});
  };
  EXPECT_THAT(put("ALARM(cpu) MAYBE"), FailsWith("ValidationError", 400));
  const auto refused = put("ALARM(missing) OR ALARM(cpu)");
  EXPECT_THAT(refused, FailsWith("ValidationError", 400));
  EXPECT_EQ(refused.error().message,
            "Could not save the composite alarm as alarms [missing] in the alarm rule do not "
            "exist");
  EXPECT_THAT(cloudwatch.put_composite_alarm({.AlarmActions = {{"arn:aws:automate:r:ec2:stop"}},
                                              .AlarmName = "both",
                                              .AlarmRule = "ALARM(cpu)"}),
              FailsWith("ValidationError", 400));
  EXPECT_THAT(cloudwatch.put_composite_alarm({.AlarmName = "cpu", .AlarmRule = "TRUE"}),
              FailsWith("ValidationError", 400));
}

TEST_F(PutCompositeAlarm, KeepsItsAlarmsFromBeingDeleted) {
  put_composite("both", "ALARM(cpu)");
  EXPECT_THAT(cloudwatch.delete_alarms({.AlarmNames = {{"cpu"}}}),
              FailsWith("ValidationError", 400));
  must(cloudwatch.delete_alarms({.AlarmNames = {{"both"}}}));
  must(cloudwatch.delete_alarms({.AlarmNames = {{"cpu"}}}));
  EXPECT_THAT(
      *must(cloudwatch.describe_alarms({.AlarmTypes = {{"CompositeAlarm"}}})).CompositeAlarms,
      IsEmpty());
}

TEST_F(PutCompositeAlarm, IsSetByHandLikeAnyAlarm) {
  put_composite("both", "ALARM(cpu)");
  set("both", "ALARM");
  EXPECT_EQ(composite().StateValue, "ALARM");
  must(cloudwatch.disable_alarm_actions({.AlarmNames = {{"both"}}}));
  EXPECT_EQ(composite().ActionsEnabled, false);
}

}  // namespace
}  // namespace fallstreak
