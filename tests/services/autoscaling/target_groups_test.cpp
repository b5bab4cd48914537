#include "tests/services/autoscaling/group_fixture.h"

namespace fallstreak {
namespace {

using std::chrono::minutes;
using testing::FailsSaying;
using testing::FailsWith;
using testing::Succeeds;

class AttachmentTest : public testing::GroupTest {
 protected:
  AttachmentTest() {
    balancer = make_load_balancer("web");
    targets = make_target_group("web");
    make_listener(balancer, targets);
    make_group(wanted(2));
  }
  std::size_t target_count() {
    return must(elbv2.describe_target_health({.TargetGroupArn = targets}))
        .TargetHealthDescriptions->size();
  }
  std::string balancer, targets;
};

class AttachLoadBalancerTargetGroups : public AttachmentTest {};

TEST_F(AttachLoadBalancerTargetGroups, RegistersTheGroupsInstances) {
  must_do(autoscaling.attach_load_balancer_target_groups(
      {.AutoScalingGroupName = "web", .TargetGroupARNs = {{targets}}}));

  EXPECT_EQ(target_count(), 2U);
  EXPECT_THAT(*group().TargetGroupARNs, ::testing::ElementsAre(targets));
}

TEST_F(AttachLoadBalancerTargetGroups, RefusesWhatIsNotThere) {
  EXPECT_THAT(autoscaling.attach_load_balancer_target_groups(
                  {.AutoScalingGroupName = "web", .TargetGroupARNs = {{targets + "0"}}}),
              FailsWith("ValidationError", 400));
  EXPECT_THAT(autoscaling.attach_load_balancer_target_groups(
                  {.AutoScalingGroupName = "none", .TargetGroupARNs = {{targets}}}),
              FailsWith("ValidationError", 400));
}

class DescribeLoadBalancerTargetGroups : public AttachmentTest {};

TEST_F(DescribeLoadBalancerTargetGroups, SaysWhetherAnInstancePassed) {
  must_do(autoscaling.attach_load_balancer_target_groups(
      {.AutoScalingGroupName = "web", .TargetGroupARNs = {{targets}}}));
  const auto state = [&] {
    return *must(autoscaling.describe_load_balancer_target_groups({.AutoScalingGroupName = "web"}))
                .LoadBalancerTargetGroups->front()
                .State;
  };
  EXPECT_EQ(state(), "Added");

  cloud.advance(minutes(1));

  EXPECT_EQ(state(), "InService");
}

class DetachLoadBalancerTargetGroups : public AttachmentTest {};

TEST_F(DetachLoadBalancerTargetGroups, DeregistersTheGroupsInstances) {
  must_do(autoscaling.attach_load_balancer_target_groups(
      {.AutoScalingGroupName = "web", .TargetGroupARNs = {{targets}}}));
  cloud.advance(minutes(1));
  must_do(autoscaling.detach_load_balancer_target_groups(
      {.AutoScalingGroupName = "web", .TargetGroupARNs = {{targets}}}));
  cloud.advance(minutes(6));

  EXPECT_EQ(target_count(), 0U);
  EXPECT_EQ(count_in("InService"), 2);
  EXPECT_THAT(autoscaling.detach_load_balancer_target_groups(
                  {.AutoScalingGroupName = "web", .TargetGroupARNs = {{targets}}}),
              FailsSaying("Trying to remove Target Groups that are not part of the group"));
}

class AutoScalingTags : public testing::GroupTest {
 protected:
  AutoScalingTags() { must_do(autoscaling.create_auto_scaling_group(wanted(0))); }
  api::autoscaling::Tag tag(const std::string& key, const std::string& value) {
    return {.ResourceId = "web",
            .ResourceType = "auto-scaling-group",
            .Key = key,
            .Value = value,
            .PropagateAtLaunch = true};
  }
};

TEST_F(AutoScalingTags, AreCreatedReplacedFilteredAndDeleted) {
  must_do(autoscaling.create_or_update_tags({.Tags = {{tag("a", "1"), tag("b", "2")}}}));
  must_do(autoscaling.create_or_update_tags({.Tags = {{tag("a", "3")}}}));

  const auto found =
      must(autoscaling.describe_tags({.Filters = {{{.Name = "key", .Values = {{"a"}}}}}}));
  ASSERT_EQ(found.Tags->size(), 1U);
  EXPECT_EQ(found.Tags->front().Value, "3");
  EXPECT_EQ(found.Tags->front().ResourceId, "web");

  must_do(autoscaling.delete_tags({.Tags = {{tag("a", "other"), tag("b", "2")}}}));
  const auto left = must(autoscaling.describe_tags({}));
  ASSERT_EQ(left.Tags->size(), 1U);
  EXPECT_EQ(left.Tags->front().Key, "a");
}

TEST_F(AutoScalingTags, AreRefusedOnWhatIsNoGroup) {
  auto on_nothing = tag("a", "1");
  on_nothing.ResourceId = "none";
  EXPECT_THAT(autoscaling.create_or_update_tags({.Tags = {{on_nothing}}}),
              FailsWith("ValidationError", 400));
  auto typed = tag("a", "1");
  typed.ResourceType = "instance";
  EXPECT_THAT(autoscaling.create_or_update_tags({.Tags = {{typed}}}),
              FailsWith("ValidationError", 400));
  EXPECT_THAT(autoscaling.describe_tags({.Filters = {{{.Name = "colour", .Values = {{"red"}}}}}}),
              FailsWith("ValidationError", 400));
}

class DescribeScalingActivities : public testing::GroupTest {};

TEST_F(DescribeScalingActivities, GivesPagesNewestFirstAndSingleOnes) {
  make_group(wanted(3));

  const auto first = must(
      autoscaling.describe_scaling_activities({.AutoScalingGroupName = "web", .MaxRecords = 2}));
  const auto second = must(autoscaling.describe_scaling_activities(
      {.AutoScalingGroupName = "web", .NextToken = first.NextToken}));
  const auto& last = second.Activities->back();
  const auto single =
      must(autoscaling.describe_scaling_activities({.ActivityIds = {{*last.ActivityId}}}));

  EXPECT_EQ(first.Activities->size(), 2U);
  ASSERT_EQ(second.Activities->size(), 1U);
  EXPECT_EQ(single.Activities->front(), last);
  EXPECT_THAT(autoscaling.describe_scaling_activities({.AutoScalingGroupName = "none"}),
              FailsWith("ValidationError"));
}

class InstantTiming : public testing::StackTest {
 protected:
  InstantTiming() : StackTest({.timing = dispatch::Timing::instant}) { make_network(); }
};

TEST_F(InstantTiming, HasAGroupInServiceBeforeTheNextCall) {
  const auto made = must(elbv2.create_load_balancer({.Name = "web", .Subnets = subnet_ids}));
  const auto targets = make_target_group("web");
  make_listener(*made.LoadBalancers->front().LoadBalancerArn, targets);
  must_do(autoscaling.create_auto_scaling_group(
      {.AutoScalingGroupName = "web",
       .LaunchTemplate = {{.LaunchTemplateId = make_launch_template("web")}},
       .MinSize = 2,
       .MaxSize = 2,
       .TargetGroupARNs = {{targets}},
       .VPCZoneIdentifier = subnet_ids[0]}));

  const auto health = must(elbv2.describe_target_health({.TargetGroupArn = targets}));

  ASSERT_EQ(health.TargetHealthDescriptions->size(), 2U);
  EXPECT_EQ(health.TargetHealthDescriptions->front().TargetHealth->State, "healthy");
}

class TrafficSources : public AttachmentTest {
 protected:
  std::vector<api::autoscaling::TrafficSourceState> described(
      std::optional<std::string> type = {}) {
    return *must(autoscaling.describe_traffic_sources(
                     {.AutoScalingGroupName = "web", .TrafficSourceType = std::move(type)}))
                .TrafficSources;
  }
};

TEST_F(TrafficSources, AreTargetGroupsUnderAnotherName) {
  must_do(autoscaling.attach_traffic_sources(
      {.AutoScalingGroupName = "web",
       .TrafficSources = {{{.Identifier = targets, .Type = "elbv2"}}}}));
  EXPECT_EQ(target_count(), 2U);
  ASSERT_EQ(described().size(), 1U);
  EXPECT_EQ(described()[0].Identifier, targets);
  EXPECT_EQ(described()[0].Type, "elbv2");
  EXPECT_EQ(described()[0].State, "Added");
  EXPECT_EQ(described("elbv2").size(), 1U);
  EXPECT_EQ(described("elb").size(), 0U);
  // Without a type, as its identifier says.
  must_do(autoscaling.detach_traffic_sources(
      {.AutoScalingGroupName = "web", .TrafficSources = {{{.Identifier = targets}}}}));
  EXPECT_EQ(described().size(), 0U);
}

TEST_F(TrafficSources, AreGivenToANewGroup) {
  auto request = wanted(0);
  request.AutoScalingGroupName = "other";
  request.TrafficSources = {{{.Identifier = targets}}};
  must_do(autoscaling.create_auto_scaling_group(request));
  EXPECT_THAT(*groups_named("other").at(0).TargetGroupARNs, ::testing::ElementsAre(targets));
}

TEST_F(TrafficSources, RefuseOtherKinds) {
  const auto attach = [&](const std::string& identifier, std::optional<std::string> type = {}) {
    return autoscaling.attach_traffic_sources(
        {.AutoScalingGroupName = "web",
         .TrafficSources = {{{.Identifier = identifier, .Type = std::move(type)}}}});
  };
  EXPECT_THAT(attach("classic", "elb"), FailsWith("NotImplemented", 501));
  EXPECT_THAT(attach("classic"), FailsWith("NotImplemented", 501));
  EXPECT_THAT(attach("arn:aws:vpc-lattice:eu-central-1:123456789012:targetgroup/tg-1"),
              FailsWith("NotImplemented", 501));
  EXPECT_THAT(attach(targets, "elbv3"), FailsWith("ValidationError", 400));
  EXPECT_THAT(attach(targets + "0"), FailsWith("ValidationError", 400));
}

}  // namespace
}  // namespace fallstreak
