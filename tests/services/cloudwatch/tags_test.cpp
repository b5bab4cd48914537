#include "services/cloudwatch/cloudwatch_test.h"

namespace fallstreak {
namespace {

using api::cloudwatch::Tag;
using ::testing::ElementsAre;
using testing::FailsWith;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Tagging : public CloudWatchTest {
 protected:
  static std::vector<Tag> many(int count) {
    std::vector<Tag> tags;
    for (int number = 0; number < count; ++number) {
      tags.push_back({.Key = "key" + std::to_string(number), .Value = "v"});
    }
    return tags;
  }
  static std::string arn(const std::string& name) {
    return "arn:aws:cloudwatch:us-east-1:000000000000:alarm:" + name;
  }
  std::vector<Tag> tags_of(const std::string& resource) {
    return *must(cloudwatch.list_tags_for_resource({.ResourceARN = resource})).Tags;
  }
  void put_alarm(std::optional<std::vector<Tag>> tags = {}) {
    auto request = load_alarm();
    request.Tags = std::move(tags);
    must(cloudwatch.put_metric_alarm(request));
  }
  const std::string alarm_arn = arn("high-load");
};

using ListTagsForResource = Tagging;
using TagResource = Tagging;
using UntagResource = Tagging;

TEST_F(ListTagsForResource, GivesWhatAnAlarmWasMadeWith) {
  const Tag team{.Key = "team", .Value = "shop"};
  put_alarm({{team}});
  // AWS: tags of an alarm that is there are left alone.
  put_alarm({{{.Key = "other", .Value = "x"}}});
  EXPECT_THAT(tags_of(alarm_arn), ElementsAre(team));

  must(cloudwatch.put_composite_alarm(
      {.AlarmName = "all", .AlarmRule = "ALARM(high-load)", .Tags = {{team}}}));
  EXPECT_THAT(tags_of(arn("all")), ElementsAre(team));
}

TEST_F(ListTagsForResource, GivesWhatADashboardWasMadeWith) {
  const Tag team{.Key = "team", .Value = "shop"};
  for (const auto& tags : {std::vector{team}, std::vector<Tag>{}}) {
    must(cloudwatch.put_dashboard(
        {.DashboardName = "shop", .DashboardBody = R"({"widgets":[]})", .Tags = tags}));
  }
  EXPECT_THAT(tags_of("arn:aws:cloudwatch::000000000000:dashboard/shop"), ElementsAre(team));
}

TEST_F(ListTagsForResource, RefusesWhatIsNotThere) {
  put_alarm();
  const auto list = [&](const std::string& resource) {
    return cloudwatch.list_tags_for_resource({.ResourceARN = resource});
  };
  EXPECT_THAT(list(arn("missing")), FailsWith("ResourceNotFoundException", 404));
  EXPECT_THAT(list("arn:aws:cloudwatch:eu-west-1:000000000000:alarm:high-load"),
              FailsWith("ResourceNotFoundException", 404));
  EXPECT_THAT(list("arn:aws:cloudwatch::000000000000:dashboard/missing"),
              FailsWith("ResourceNotFoundException", 404));
  EXPECT_THAT(list("high-load"), FailsWith("InvalidParameterValue", 400));
}

TEST_F(TagResource, AddsTagsAndChangesThoseOfTheSameKey) {
  put_alarm({{{.Key = "team", .Value = "shop"}}});
  must(cloudwatch.tag_resource(
      {.ResourceARN = alarm_arn,
       .Tags = {{{.Key = "team", .Value = "web"}, {.Key = "cost", .Value = ""}}}}));
  EXPECT_THAT(tags_of(alarm_arn),
              ElementsAre(Tag{.Key = "team", .Value = "web"}, Tag{.Key = "cost", .Value = ""}));
}

TEST_F(TagResource, KeepsAtMostFifty) {
  put_alarm(many(50));
  must(cloudwatch.tag_resource({.ResourceARN = alarm_arn, .Tags = many(50)}));
  EXPECT_THAT(cloudwatch.tag_resource(
                  {.ResourceARN = alarm_arn, .Tags = {{{.Key = "more", .Value = "v"}}}}),
              FailsWith("InvalidParameterValue", 400));
  EXPECT_THAT(tags_of(alarm_arn), SizeIs(50));
}

TEST_F(TagResource, RefusesTagsThatAreWrong) {
  put_alarm();
  const auto tag = [&](const std::vector<Tag>& tags) {
    return cloudwatch.tag_resource({.ResourceARN = alarm_arn, .Tags = tags});
  };
  EXPECT_THAT(tag({{.Key = "AWS:team", .Value = "v"}}), FailsWith("InvalidParameterValue", 400));
  EXPECT_THAT(tag({{.Key = "a", .Value = "1"}, {.Key = "a", .Value = "2"}}),
              FailsWith("InvalidParameterValue", 400));
  EXPECT_THAT(tag({{.Key = "", .Value = "1"}}), FailsWith("ValidationError", 400));
  EXPECT_THAT(cloudwatch.tag_resource({.ResourceARN = arn("missing"), .Tags = many(1)}),
              FailsWith("ResourceNotFoundException", 404));
}

TEST_F(UntagResource, RemovesTagsAndPassesOverThoseThatAreNotThere) {
  put_alarm({{{.Key = "team", .Value = "shop"}, {.Key = "cost", .Value = "1"}}});
  must(cloudwatch.untag_resource({.ResourceARN = alarm_arn, .TagKeys = {{"team", "none"}}}));
  EXPECT_THAT(tags_of(alarm_arn), ElementsAre(Tag{.Key = "cost", .Value = "1"}));
  must(cloudwatch.untag_resource({.ResourceARN = alarm_arn, .TagKeys = {{"cost"}}}));
  EXPECT_THAT(tags_of(alarm_arn), IsEmpty());
  EXPECT_THAT(cloudwatch.untag_resource({.ResourceARN = arn("missing"), .TagKeys = {{"a"}}}),
              FailsWith("ResourceNotFoundException", 404));
}

TEST_F(Tagging, IsRefusedWithTheResource) {
  auto request = load_alarm();
  request.Tags = many(51);
  EXPECT_THAT(cloudwatch.put_metric_alarm(request), FailsWith("InvalidParameterValue", 400));
  EXPECT_THAT(
      cloudwatch.put_composite_alarm({.AlarmName = "all", .AlarmRule = "TRUE", .Tags = many(51)}),
      FailsWith("InvalidParameterValue", 400));
  EXPECT_THAT(
      cloudwatch.put_dashboard(
          {.DashboardName = "shop", .DashboardBody = R"({"widgets":[]})", .Tags = many(51)}),
      FailsWith("InvalidParameterValue", 400));
}

class DescribeAlarmsOfRules : public CloudWatchTest {
 protected:
  DescribeAlarmsOfRules() {
    must(cloudwatch.put_metric_alarm(load_alarm()));
    put_composite("inner", "ALARM(high-load)");
    put_composite("outer", "ALARM(inner) AND ALARM(high-load)");
  }
  void put_composite(const std::string& name, const std::string& rule) {
    must(cloudwatch.put_composite_alarm({.AlarmName = name, .AlarmRule = rule}));
  }
};

TEST_F(DescribeAlarmsOfRules, GivesTheChildrenWithTheirStates) {
  const auto output = must(cloudwatch.describe_alarms({.ChildrenOfAlarmName = "outer"}));
  ASSERT_THAT(*output.MetricAlarms, SizeIs(1));
  ASSERT_THAT(*output.CompositeAlarms, SizeIs(1));
  EXPECT_EQ(output.MetricAlarms->front(),
            (api::cloudwatch::MetricAlarm{
                .AlarmName = "high-load",
                .AlarmArn = "arn:aws:cloudwatch:us-east-1:000000000000:alarm:high-load",
                .StateValue = "INSUFFICIENT_DATA",
                .StateUpdatedTimestamp = start}));
  EXPECT_EQ(output.CompositeAlarms->front().AlarmName, "inner");
  EXPECT_EQ(output.CompositeAlarms->front().StateValue, "OK");
  EXPECT_EQ(output.CompositeAlarms->front().AlarmRule, std::nullopt);
}

TEST_F(DescribeAlarmsOfRules, GivesTheParentsByName) {
  api::cloudwatch::DescribeAlarmsInput request{.ParentsOfAlarmName = "high-load", .MaxRecords = 1};
  auto output = must(cloudwatch.describe_alarms(request));
  EXPECT_THAT(*output.MetricAlarms, IsEmpty());
  ASSERT_THAT(*output.CompositeAlarms, SizeIs(1));
  EXPECT_EQ(output.CompositeAlarms->front(),
            (api::cloudwatch::CompositeAlarm{
                .AlarmArn = "arn:aws:cloudwatch:us-east-1:000000000000:alarm:inner",
                .AlarmName = "inner"}));
  request.NextToken = output.NextToken;
  output = must(cloudwatch.describe_alarms(request));
  ASSERT_THAT(*output.CompositeAlarms, SizeIs(1));
  EXPECT_EQ(output.CompositeAlarms->front().AlarmName, "outer");
  EXPECT_EQ(output.NextToken, std::nullopt);
}

TEST_F(DescribeAlarmsOfRules, GivesNothingOfAlarmsWithoutRelatives) {
  for (const char* name : {"high-load", "missing"}) {
    const auto output = must(cloudwatch.describe_alarms({.ChildrenOfAlarmName = name}));
    EXPECT_THAT(*output.MetricAlarms, IsEmpty());
    EXPECT_THAT(*output.CompositeAlarms, IsEmpty());
  }
}

TEST_F(DescribeAlarmsOfRules, RefusesOtherParameters) {
  EXPECT_THAT(
      cloudwatch.describe_alarms({.AlarmTypes = {{"MetricAlarm"}}, .ChildrenOfAlarmName = "outer"}),
      FailsWith("ValidationError", 400));
  EXPECT_THAT(
      cloudwatch.describe_alarms({.ChildrenOfAlarmName = "outer", .ParentsOfAlarmName = "inner"}),
      FailsWith("ValidationError", 400));
}

}  // namespace
}  // namespace fallstreak
