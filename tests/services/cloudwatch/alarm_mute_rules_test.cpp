#include "services/cloudwatch/cloudwatch_test.h"
#include "services/cloudwatch/mute_schedule.h"

namespace fallstreak {
namespace {

using api::cloudwatch::PutAlarmMuteRuleInput;
using services::cloudwatch::mute_moment;
using services::cloudwatch::MuteMoment;
using services::cloudwatch::MuteSchedule;
using services::cloudwatch::parse_mute_schedule;
using ::testing::ElementsAre;
using testing::FailsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Time at(const char* text) { return *parse_iso8601(text); }

MuteSchedule schedule(const char* expression, const char* duration, const char* zone = "UTC") {
  return parse_mute_schedule({.Expression = expression, .Duration = duration, .Timezone = zone});
}

TEST(MuteSchedule, IsActiveInItsWindows) {
  using enum MuteMoment::Status;
  const auto daily = schedule("cron(0 2 * * *)", "PT4H");
  const auto look = [&](const char* now) { return mute_moment(daily, {}, {}, at(now)); };
  EXPECT_EQ(look("2026-01-05T01:59:59Z").status, scheduled);
  EXPECT_EQ(look("2026-01-05T01:59:59Z").until, at("2026-01-05T02:00:00Z"));
  EXPECT_EQ(look("2026-01-05T02:00:00Z").status, active);
  EXPECT_EQ(look("2026-01-05T05:59:59Z").until, at("2026-01-05T06:00:00Z"));
  EXPECT_EQ(look("2026-01-05T06:00:00Z").status, scheduled);
}

TEST(MuteSchedule, ReadsItsTimesInItsTimeZone) {
  using enum MuteMoment::Status;
  const auto night = schedule("cron(0 23 * * FRI)", "P2DT12H", "America/New_York");
  // In July New York is four hours behind UTC.
  EXPECT_EQ(mute_moment(night, {}, {}, at("2026-07-04T02:59:00Z")).status, scheduled);
  EXPECT_EQ(mute_moment(night, {}, {}, at("2026-07-04T03:00:00Z")).status, active);
  EXPECT_EQ(mute_moment(night, {}, {}, at("2026-07-06T15:00:00Z")).status, scheduled);
}

TEST(MuteSchedule, HasOneWindowWithAnAtExpression) {
  using enum MuteMoment::Status;
  const auto once = schedule("at(2026-05-10T14:00)", "PT30M", "Asia/Tokyo");
  EXPECT_EQ(mute_moment(once, {}, {}, at("2026-05-10T04:59:00Z")).status, scheduled);
  EXPECT_EQ(mute_moment(once, {}, {}, at("2026-05-10T05:00:00Z")).status, active);
  EXPECT_EQ(mute_moment(once, {}, {}, at("2026-05-10T05:30:00Z")).status, expired);
  EXPECT_EQ(mute_moment(once, {}, {}, at("2026-05-10T05:30:00Z")).until, std::nullopt);
}

TEST(MuteSchedule, IsBoundByItsDates) {
  using enum MuteMoment::Status;
  const auto daily = schedule("cron(0 2 * * *)", "PT4H");
  const Time start = at("2026-01-05T03:00:00Z");
  const Time expire = at("2026-01-06T04:00:00Z");
  const auto look = [&](const char* now) { return mute_moment(daily, start, expire, at(now)); };
  EXPECT_EQ(look("2026-01-05T02:30:00Z").status, scheduled);
  EXPECT_EQ(look("2026-01-05T02:30:00Z").until, start);
  EXPECT_EQ(look("2026-01-05T03:00:00Z").status, active);
  EXPECT_EQ(look("2026-01-06T03:00:00Z").until, expire);
  EXPECT_EQ(look("2026-01-06T04:00:00Z").status, expired);
}

TEST(MuteSchedule, RefusesWhatIsNone) {
  for (const char* expression :
       {"cron(0 2 * *)", "cron(0 2 * * ? *)", "cron(0/5 * * * *)", "cron(61 * * * *)",
        "rate(1 day)", "at(2026-13-01T00:00)", "at(2026-01-01)", "at(2026-01-01T00:00:00)",
        "0 2 * * *", "cron("}) {
    EXPECT_THROW(schedule(expression, "PT1H"), ApiError) << expression;
  }
  for (const char* duration : {"PT", "P", "", "1H", "PT59S", "PT0M", "P15DT1M", "PT1H30", "P1W",
                               "PT-1H", "PT99999999999999999999H", "P1DT"}) {
    EXPECT_THROW(schedule("cron(0 2 * * *)", duration), ApiError) << duration;
  }
  EXPECT_THROW(schedule("cron(0 2 * * *)", "PT1H", "Mars/Olympus"), ApiError);
  // The hour that New York's clocks skip.
  EXPECT_THROW(schedule("at(2026-03-08T02:30)", "PT1H", "America/New_York"), ApiError);
}

class AlarmMuteRules : public CloudWatchTest {
 protected:
  AlarmMuteRules() {
    auto request = load_alarm();
    request.TreatMissingData = "ignore";
    request.AlarmActions = {{"arn:aws:sns:us-east-1:000000000000:alarm"}};
    request.OKActions = {{"arn:aws:sns:us-east-1:000000000000:ok"}};
    must(cloudwatch.put_metric_alarm(request));
  }
  /// Mutes the alarm from five to ten minutes after the start.
  static PutAlarmMuteRuleInput request(const std::string& name = "deploys") {
    return {.Name = name,
            .Rule =
                api::cloudwatch::Rule{
                    .Schedule = api::cloudwatch::Schedule{.Expression = "at(2026-01-01T00:05)",
                                                          .Duration = "PT5M"}},
            .MuteTargets = api::cloudwatch::MuteTargets{.AlarmNames = {{"high-load"}}}};
  }
  void set(const char* state, const std::string& name = "high-load") {
    must(cloudwatch.set_alarm_state(
        {.AlarmName = name, .StateValue = state, .StateReason = "drill"}));
  }
  std::string status(const std::string& name = "deploys") {
    return *must(cloudwatch.get_alarm_mute_rule({.AlarmMuteRuleName = name})).Status;
  }
  /// What was done or muted: `7 Actions muted by alarm mute rule deploys`, a unit is a minute.
  std::vector<std::string> deeds(const std::string& name = "high-load",
                                 const std::string& type = "MetricAlarm") {
    std::vector<std::string> list;
    const auto output = must(cloudwatch.describe_alarm_history({.AlarmName = name,
                                                                .AlarmTypes = {{type}},
                                                                .HistoryItemType = "Action",
                                                                .ScanBy = "TimestampAscending"}));
    for (const auto& item : *output.AlarmHistoryItems) {
      const std::string& summary = *item.HistorySummary;
      list.push_back(std::to_string((*item.Timestamp - start) / minutes(1)) + " " +
                     summary.substr(summary.find_last_of(": ") + 1));
    }
    return list;
  }
  /// Moves the clock to so many minutes after the start.
  void go_to(int minute) { cloud.advance(start + minutes(minute) - cloud.now()); }
};
using PutAlarmMuteRule = AlarmMuteRules;
using GetAlarmMuteRule = AlarmMuteRules;
using ListAlarmMuteRules = AlarmMuteRules;
using DeleteAlarmMuteRule = AlarmMuteRules;

// The scenarios of AWS's page.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-mute-rules-behaviour.html
TEST_F(PutAlarmMuteRule, MutesActionsInItsWindow) {
  auto silent = load_alarm();
  silent.TreatMissingData = "ignore";
  silent.AlarmActions = {{"arn:aws:sns:us-east-1:000000000000:alarm"}};
  must(cloudwatch.put_metric_alarm(silent));
  must(cloudwatch.put_alarm_mute_rule(request()));
  EXPECT_EQ(status(), "SCHEDULED");
  go_to(5);
  EXPECT_EQ(status(), "ACTIVE");
  go_to(6);
  set("ALARM");
  EXPECT_EQ(state(), "ALARM");
  go_to(8);
  set("OK");
  go_to(20);
  EXPECT_EQ(status(), "EXPIRED");
  EXPECT_THAT(deeds(), ElementsAre("6 deploys"));
}

TEST_F(PutAlarmMuteRule, HasMutedActionsFollowWhenTheStateIsStillTheSame) {
  must(cloudwatch.put_alarm_mute_rule(request()));
  go_to(6);
  set("ALARM");
  go_to(20);
  EXPECT_THAT(deeds(), ElementsAre("6 deploys", "10 alarm"));
  // What was told says where the alarm came from.
  const auto items = *must(cloudwatch.describe_alarm_history(
                               {.AlarmName = "high-load", .HistoryItemType = "Action"}))
                          .AlarmHistoryItems;
  EXPECT_THAT(*items.front().HistoryData, HasSubstr(R"(OldStateValue\\\":\\\"INSUFFICIENT_DATA)"));
  EXPECT_THAT(*items.back().HistoryData, HasSubstr(R"("actionState":"Muted")"));
}

TEST_F(PutAlarmMuteRule, MutesUntilTheLastOfTheRulesEnds) {
  must(cloudwatch.put_alarm_mute_rule(request()));
  auto longer = request("night");
  longer.Rule->Schedule->Duration = "PT10M";
  must(cloudwatch.put_alarm_mute_rule(longer));
  go_to(6);
  set("ALARM");
  go_to(30);
  EXPECT_THAT(deeds(), ElementsAre("6 night", "15 alarm"));
}

TEST_F(PutAlarmMuteRule, LeavesWhatHappensOutsideItsWindowAlone) {
  must(cloudwatch.put_alarm_mute_rule(request()));
  set("ALARM");
  go_to(12);
  set("OK");
  go_to(20);
  EXPECT_THAT(deeds(), ElementsAre("0 alarm", "12 ok"));
}

TEST_F(PutAlarmMuteRule, MutesACompositeAlarm) {
  must(cloudwatch.put_composite_alarm({.AlarmActions = {{"arn:aws:sns:us-east-1:000000000000:all"}},
                                       .AlarmName = "main",
                                       .AlarmRule = "ALARM(high-load)"}));
  auto rule = request();
  rule.MuteTargets->AlarmNames = {{"main"}};
  must(cloudwatch.put_alarm_mute_rule(rule));
  go_to(6);
  set("ALARM");
  go_to(20);
  // Its child is not muted.
  EXPECT_THAT(deeds(), ElementsAre("6 alarm"));
  EXPECT_THAT(deeds("main", "CompositeAlarm"), ElementsAre("6 deploys", "10 all"));
}

TEST_F(PutAlarmMuteRule, ReplacesTheRuleOfItsName) {
  must(cloudwatch.put_alarm_mute_rule(request()));
  go_to(6);
  set("ALARM");
  auto later = request();
  later.Rule->Schedule->Expression = "cron(0 5 * * MON)";
  must(cloudwatch.put_alarm_mute_rule(later));
  EXPECT_THAT(deeds(), ElementsAre("6 deploys", "6 alarm"));
  const auto rule = must(cloudwatch.get_alarm_mute_rule({.AlarmMuteRuleName = "deploys"}));
  EXPECT_EQ(rule.MuteType, "RECURRING");
  EXPECT_EQ(rule.Status, "SCHEDULED");
  EXPECT_EQ(rule.LastUpdatedTimestamp, start + minutes(6));
}

TEST_F(PutAlarmMuteRule, MutesAgainInEachWindow) {
  auto hourly = request();
  hourly.Rule->Schedule->Expression = "cron(5 * * * *)";
  must(cloudwatch.put_alarm_mute_rule(hourly));
  for (const int hour : {0, 1, 2}) {
    go_to(60 * hour + 6);
    set(hour % 2 == 0 ? "ALARM" : "OK");
  }
  go_to(180);
  EXPECT_THAT(deeds(), ElementsAre("6 deploys", "10 alarm", "66 deploys", "70 ok", "126 deploys",
                                   "130 alarm"));
}

TEST_F(PutAlarmMuteRule, KeepsItsWindowThroughASnapshot) {
  must(cloudwatch.put_alarm_mute_rule(request()));
  go_to(6);
  const auto before = cloud.snapshot();
  set("ALARM");
  go_to(9);
  cloud.restore(before);
  EXPECT_EQ(status(), "ACTIVE");
  go_to(20);
  EXPECT_THAT(deeds(), IsEmpty());
}

TEST_F(PutAlarmMuteRule, RefusesWhatIsWrong) {
  const auto expect_refused = [&](auto&& change) {
    auto wrong = request();
    change(wrong);
    EXPECT_THAT(cloudwatch.put_alarm_mute_rule(wrong), FailsWith("ValidationError"));
  };
  expect_refused([](auto& rule) { rule.Rule->Schedule->Expression = "every night"; });
  expect_refused([](auto& rule) { rule.Rule->Schedule->Duration = "PT30S"; });
  expect_refused([](auto& rule) { rule.Rule->Schedule->Timezone = "Nowhere"; });
  expect_refused([](auto& rule) { rule.MuteTargets->AlarmNames = {{"no-alarm"}}; });
  expect_refused([&](auto& rule) { rule.ExpireDate = start + hours(1); });
  expect_refused([&](auto& rule) {
    rule.Rule->Schedule->Expression = "cron(5 * * * *)";
    rule.StartDate = start + hours(2);
    rule.ExpireDate = start + hours(1);
  });
  expect_refused([](auto& rule) {
    rule.MuteTargets->AlarmNames = std::vector<std::string>(101, "high-load");
  });
  expect_refused([](auto& rule) { rule.Name = ""; });
  expect_refused([](auto& rule) { rule.Rule->Schedule.reset(); });
  EXPECT_THAT(*must(cloudwatch.list_alarm_mute_rules()).AlarmMuteRuleSummaries, IsEmpty());
}

TEST_F(GetAlarmMuteRule, TellsWhatWasPut) {
  auto rule = request();
  rule.Description = "While we deploy.";
  rule.Rule->Schedule->Expression = "cron(0 18 * * FRI)";
  rule.StartDate = start + hours(1);
  rule.ExpireDate = start + days(30);
  must(cloudwatch.put_alarm_mute_rule(rule));
  const auto got = must(cloudwatch.get_alarm_mute_rule({.AlarmMuteRuleName = "deploys"}));
  EXPECT_EQ(got.Name, "deploys");
  EXPECT_EQ(got.AlarmMuteRuleArn,
            "arn:aws:cloudwatch:us-east-1:000000000000:alarm-mute-rule:deploys");
  EXPECT_EQ(got.Description, rule.Description);
  EXPECT_EQ(got.Rule->Schedule->Expression, "cron(0 18 * * FRI)");
  EXPECT_THAT(*got.MuteTargets->AlarmNames, ElementsAre("high-load"));
  EXPECT_EQ(got.StartDate, rule.StartDate);
  EXPECT_EQ(got.ExpireDate, rule.ExpireDate);
  EXPECT_EQ(got.MuteType, "RECURRING");
  go_to(31 * 24 * 60);
  EXPECT_EQ(status(), "EXPIRED");
}

TEST_F(GetAlarmMuteRule, RefusesARuleThatIsNotThere) {
  EXPECT_THAT(cloudwatch.get_alarm_mute_rule({.AlarmMuteRuleName = "deploys"}),
              FailsWith("ResourceNotFoundException", 404));
}

TEST_F(ListAlarmMuteRules, ComesInPagesAndFiltersByAlarmAndStatus) {
  for (const char* name : {"a", "b", "c"}) must(cloudwatch.put_alarm_mute_rule(request(name)));
  auto other = request("d");
  other.MuteTargets.reset();
  other.Rule->Schedule->Expression = "cron(0 2 * * *)";
  must(cloudwatch.put_alarm_mute_rule(other));
  go_to(6);
  const auto names = [](const auto& output) {
    std::vector<std::string> list;
    for (const auto& summary : *output.AlarmMuteRuleSummaries) {
      list.push_back(summary.AlarmMuteRuleArn->substr(summary.AlarmMuteRuleArn->rfind(':') + 1));
    }
    return list;
  };
  const auto first = must(cloudwatch.list_alarm_mute_rules({.MaxRecords = 3}));
  EXPECT_THAT(names(first), ElementsAre("a", "b", "c"));
  const auto second = must(cloudwatch.list_alarm_mute_rules({.NextToken = first.NextToken}));
  EXPECT_THAT(names(second), ElementsAre("d"));
  EXPECT_EQ(second.NextToken, std::nullopt);
  EXPECT_THAT(names(must(cloudwatch.list_alarm_mute_rules({.AlarmName = "high-load"}))),
              ElementsAre("a", "b", "c"));
  EXPECT_THAT(names(must(cloudwatch.list_alarm_mute_rules({.Statuses = {{"SCHEDULED"}}}))),
              ElementsAre("d"));
  EXPECT_THAT(cloudwatch.list_alarm_mute_rules({.AlarmName = "no-alarm"}),
              FailsWith("ResourceNotFoundException"));
  EXPECT_THAT(cloudwatch.list_alarm_mute_rules({.NextToken = "?"}), FailsWith("InvalidNextToken"));
}

TEST_F(DeleteAlarmMuteRule, UnmutesAtOnce) {
  must(cloudwatch.put_alarm_mute_rule(request()));
  go_to(6);
  set("ALARM");
  go_to(7);
  must(cloudwatch.delete_alarm_mute_rule({.AlarmMuteRuleName = "deploys"}));
  // AWS: what is not there is deleted without an error.
  must(cloudwatch.delete_alarm_mute_rule({.AlarmMuteRuleName = "deploys"}));
  go_to(20);
  EXPECT_THAT(deeds(), ElementsAre("6 deploys", "7 alarm"));
}

TEST_F(AlarmMuteRules, AreTagged) {
  auto rule = request();
  rule.Tags = {{{.Key = "team", .Value = "shop"}}};
  must(cloudwatch.put_alarm_mute_rule(rule));
  const std::string arn = "arn:aws:cloudwatch:us-east-1:000000000000:alarm-mute-rule:deploys";
  must(cloudwatch.tag_resource({.ResourceARN = arn, .Tags = {{{.Key = "env", .Value = "test"}}}}));
  must(cloudwatch.untag_resource({.ResourceARN = arn, .TagKeys = {{"team"}}}));
  const auto tags = *must(cloudwatch.list_tags_for_resource({.ResourceARN = arn})).Tags;
  EXPECT_THAT(tags, ElementsAre(api::cloudwatch::Tag{.Key = "env", .Value = "test"}));
}

}  // namespace
}  // namespace fallstreak
