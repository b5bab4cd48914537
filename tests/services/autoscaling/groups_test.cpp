#include "tests/services/autoscaling/group_fixture.h"

namespace fallstreak {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using testing::FailsSaying;
using testing::FailsWith;
using ::testing::Pair;
using testing::Succeeds;

class CreateAutoScalingGroup : public testing::GroupTest {};

TEST_F(CreateAutoScalingGroup, HasAwsDefaults) {
  must_do(autoscaling.create_auto_scaling_group(wanted(0)));

  const auto made = group();

  EXPECT_THAT(*made.AutoScalingGroupARN,
              ::testing::MatchesRegex("arn:aws:autoscaling:eu-central-1:123456789012:"
                                      "autoScalingGroup:[0-9a-f-]+:autoScalingGroupName/web"));
  EXPECT_EQ(made.HealthCheckType, "EC2");
  EXPECT_EQ(made.HealthCheckGracePeriod, 0);
  EXPECT_EQ(made.DefaultCooldown, 300);
  EXPECT_THAT(*made.TerminationPolicies, ElementsAre("Default"));
  EXPECT_EQ(made.AvailabilityZoneDistribution->CapacityDistributionStrategy,
            "balanced-best-effort");
  EXPECT_EQ(made.NewInstancesProtectedFromScaleIn, false);
  EXPECT_EQ(made.LaunchTemplate->LaunchTemplateName, "web");
  EXPECT_EQ(made.LaunchTemplate->Version, "$Default");
  EXPECT_THAT(*made.AvailabilityZones,
              ElementsAre("eu-central-1a", "eu-central-1b", "eu-central-1c"));
  EXPECT_FALSE(made.Status.has_value());
}

TEST_F(CreateAutoScalingGroup, LaunchesEvenlyOverItsZones) {
  make_group(wanted(6));

  EXPECT_THAT(in_service_by_zone(), ElementsAre(Pair("eu-central-1a", 2), Pair("eu-central-1b", 2),
                                                Pair("eu-central-1c", 2)));
}

TEST_F(CreateAutoScalingGroup, ShowsInstancesPendingUntilTheyRun) {
  must_do(autoscaling.create_auto_scaling_group(wanted(2)));
  cloud.advance(seconds(2));
  EXPECT_EQ(count_in("Pending"), 2);

  cloud.advance(minutes(3));

  EXPECT_EQ(count_in("InService"), 2);
  const auto instance = instances().front();
  EXPECT_EQ(instance.HealthStatus, "Healthy");
  EXPECT_EQ(instance.InstanceType, "t3.micro");
  EXPECT_EQ(instance.LaunchTemplate->Version, "1");
}

TEST_F(CreateAutoScalingGroup, TagsItsInstances) {
  auto request = wanted(1);
  request.Tags = {{{.Key = "team", .Value = "shop", .PropagateAtLaunch = true},
                   {.Key = "note", .Value = "group only", .PropagateAtLaunch = false}}};
  make_group(request);

  const auto described =
      must(ec2.describe_instances({.InstanceIds = {{*instances().front().InstanceId}}}));

  std::map<std::string, std::string> tags;
  for (const auto& tag : *described.Reservations->front().Instances->front().Tags) {
    tags[*tag.Key] = *tag.Value;
  }
  EXPECT_EQ(tags["aws:autoscaling:groupName"], "web");
  EXPECT_EQ(tags["team"], "shop");
  EXPECT_FALSE(tags.contains("note"));
}

TEST_F(CreateAutoScalingGroup, RecordsWhyItLaunched) {
  make_group(wanted(2));

  const auto launches = activities();

  ASSERT_EQ(launches.size(), 2U);
  EXPECT_THAT(*launches.front().Description,
              ::testing::MatchesRegex("Launching a new EC2 instance: i-[0-9a-f]+"));
  EXPECT_EQ(launches.front().StatusCode, "Successful");
  EXPECT_EQ(launches.front().Progress, 100);
  EXPECT_EQ(launches.front().Cause,
            "At 2026-01-01T00:00:00Z a user request created an AutoScalingGroup changing the "
            "desired capacity from 0 to 2.  At 2026-01-01T00:00:01Z an instance was started in "
            "response to a difference between desired and actual capacity, increasing the "
            "capacity from 0 to 2.");
  EXPECT_THAT(*launches.front().Details, ::testing::HasSubstr("\"Subnet ID\":\"subnet-"));
}

TEST_F(CreateAutoScalingGroup, LaunchesInDefaultSubnetsOfZones) {
  auto request = wanted(2);
  request.VPCZoneIdentifier.reset();
  request.AvailabilityZones = {{"eu-central-1a", "eu-central-1b"}};
  must_do(ec2.describe_vpcs({}));
  make_group(request);

  EXPECT_THAT(in_service_by_zone(),
              ElementsAre(Pair("eu-central-1a", 1), Pair("eu-central-1b", 1)));
}

TEST_F(CreateAutoScalingGroup, RefusesASecondOfTheName) {
  must_do(autoscaling.create_auto_scaling_group(wanted(0)));

  EXPECT_THAT(autoscaling.create_auto_scaling_group(wanted(0)), FailsWith("AlreadyExists", 400));
}

TEST_F(CreateAutoScalingGroup, RefusesBoundsThatDoNotFit) {
  auto inverted = wanted(1, 1);
  inverted.MinSize = 2;
  EXPECT_THAT(autoscaling.create_auto_scaling_group(inverted),
              FailsSaying("Max bound, 1, must be greater than or equal to min bound, 2"));
  EXPECT_THAT(autoscaling.create_auto_scaling_group(wanted(5, 3)),
              FailsSaying("Desired capacity:5 must be between the specified min size:0 and max "
                          "size:3"));
}

TEST_F(CreateAutoScalingGroup, NeedsATemplateThatExists) {
  auto none = wanted(1);
  none.LaunchTemplate.reset();
  EXPECT_THAT(
      autoscaling.create_auto_scaling_group(none),
      FailsSaying("Valid requests must contain either LaunchTemplate, "
                  "LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter."));
  auto missing = wanted(1);
  missing.LaunchTemplate = {{.LaunchTemplateName = "none"}};
  EXPECT_THAT(autoscaling.create_auto_scaling_group(missing), FailsWith("ValidationError", 400));
  auto version = wanted(1);
  version.LaunchTemplate->Version = "7";
  EXPECT_THAT(autoscaling.create_auto_scaling_group(version), FailsWith("ValidationError", 400));
  auto both = wanted(1);
  both.LaunchTemplate->LaunchTemplateName = "web";
  EXPECT_THAT(autoscaling.create_auto_scaling_group(both), FailsWith("ValidationError", 400));
}

TEST_F(CreateAutoScalingGroup, NeedsZonesThatExistAndMatch) {
  auto none = wanted(1);
  none.VPCZoneIdentifier.reset();
  EXPECT_THAT(autoscaling.create_auto_scaling_group(none),
              FailsSaying("At least one Availability Zone or VPC Subnet is required."));
  auto missing = wanted(1);
  missing.VPCZoneIdentifier = "subnet-0123456789abcdef0";
  EXPECT_THAT(autoscaling.create_auto_scaling_group(missing),
              FailsSaying("The subnet ID 'subnet-0123456789abcdef0' does not exist"));
  auto other = wanted(1);
  other.AvailabilityZones = {{"eu-central-1a"}};
  EXPECT_THAT(autoscaling.create_auto_scaling_group(other), FailsWith("ValidationError", 400));
}

TEST_F(CreateAutoScalingGroup, RefusesWhatItDoesNotKnow) {
  auto targets = wanted(1);
  targets.TargetGroupARNs = {
      {"arn:aws:elasticloadbalancing:eu-central-1:123456789012:"
       "targetgroup/none/0123456789abcdef"}};
  EXPECT_THAT(autoscaling.create_auto_scaling_group(targets),
              FailsSaying("Provided Target Groups may not be valid. Please ensure they exist and "
                          "try again."));
  auto policy = wanted(1);
  policy.TerminationPolicies = {{"Oldest"}};
  EXPECT_THAT(autoscaling.create_auto_scaling_group(policy), FailsWith("ValidationError", 400));
  auto health = wanted(1);
  health.HealthCheckType = "PING";
  EXPECT_THAT(autoscaling.create_auto_scaling_group(health), FailsWith("ValidationError", 400));
}

TEST_F(CreateAutoScalingGroup, RefusesByNameWhatIsNotThereYet) {
  auto classic = wanted(1);
  classic.LoadBalancerNames = {{"classic"}};
  EXPECT_THAT(autoscaling.create_auto_scaling_group(classic), FailsWith("NotImplemented", 501));
  auto lambda = wanted(1);
  lambda.TerminationPolicies = {{"arn:aws:lambda:eu-central-1:123456789012:function:f"}};
  EXPECT_THAT(autoscaling.create_auto_scaling_group(lambda), FailsWith("NotImplemented", 501));
}

class UpdateAutoScalingGroup : public testing::GroupTest {};

TEST_F(UpdateAutoScalingGroup, MovesTheDesiredCapacityIntoNewBounds) {
  make_group(wanted(4));
  must_do(autoscaling.update_auto_scaling_group({.AutoScalingGroupName = "web", .MaxSize = 2}));
  EXPECT_EQ(group().DesiredCapacity, 2);
  cloud.advance(minutes(10));
  EXPECT_EQ(instances().size(), 2U);

  must_do(autoscaling.update_auto_scaling_group(
      {.AutoScalingGroupName = "web", .MinSize = 3, .MaxSize = 5}));
  cloud.advance(minutes(3));

  EXPECT_EQ(group().DesiredCapacity, 3);
  EXPECT_EQ(count_in("InService"), 3);
}

TEST_F(UpdateAutoScalingGroup, SaysWhoShrankIt) {
  make_group(wanted(3));
  must_do(
      autoscaling.update_auto_scaling_group({.AutoScalingGroupName = "web", .DesiredCapacity = 2}));
  cloud.advance(minutes(5));

  const auto cause = *activity("Terminating EC2 instance").Cause;

  EXPECT_THAT(cause, ::testing::HasSubstr(
                         "a user request update of AutoScalingGroup constraints to min: 0, max: 9, "
                         "desired: 2 changing the desired capacity from 3 to 2."));
  EXPECT_THAT(cause, ::testing::HasSubstr("shrinking the capacity from 3 to 2."));
  EXPECT_THAT(cause, ::testing::HasSubstr(" was selected for termination."));
}

TEST_F(UpdateAutoScalingGroup, LeavesAZoneThatItLoses) {
  make_group(wanted(3));
  must_do(autoscaling.update_auto_scaling_group(
      {.AutoScalingGroupName = "web", .VPCZoneIdentifier = subnet_ids[0] + "," + subnet_ids[1]}));
  cloud.advance(minutes(15));

  for (const auto& instance : instances()) {
    EXPECT_NE(instance.AvailabilityZone, "eu-central-1c");
  }
  EXPECT_EQ(count_in("InService"), 3);
}

TEST_F(UpdateAutoScalingGroup, RefusesWhatCreateRefuses) {
  make_group(wanted(1));
  EXPECT_THAT(autoscaling.update_auto_scaling_group(
                  {.AutoScalingGroupName = "web", .MinSize = 5, .MaxSize = 4}),
              FailsWith("ValidationError"));
  EXPECT_THAT(
      autoscaling.update_auto_scaling_group({.AutoScalingGroupName = "web", .DesiredCapacity = 10}),
      FailsWith("ValidationError"));
  EXPECT_THAT(autoscaling.update_auto_scaling_group({.AutoScalingGroupName = "none"}),
              FailsSaying("AutoScalingGroup name not found - AutoScalingGroup 'none' not found"));
}

class SetDesiredCapacity : public testing::GroupTest {};

TEST_F(SetDesiredCapacity, GrowsAndShrinks) {
  make_group(wanted(1));
  must_do(autoscaling.set_desired_capacity({.AutoScalingGroupName = "web", .DesiredCapacity = 4}));
  cloud.advance(minutes(3));
  EXPECT_EQ(count_in("InService"), 4);
  EXPECT_THAT(*activity("Launching").Cause,
              ::testing::HasSubstr("a user request explicitly set group desired capacity changing "
                                   "the desired capacity from 1 to 4."));

  must_do(autoscaling.set_desired_capacity({.AutoScalingGroupName = "web", .DesiredCapacity = 0}));
  cloud.advance(minutes(5));

  EXPECT_TRUE(instances().empty());
}

TEST_F(SetDesiredCapacity, HonorsTheCooldownWhenAsked) {
  make_group(wanted(1));
  must_do(autoscaling.set_desired_capacity({.AutoScalingGroupName = "web", .DesiredCapacity = 2}));
  cloud.advance(seconds(2));
  const auto again = [&] {
    return autoscaling.set_desired_capacity(
        {.AutoScalingGroupName = "web", .DesiredCapacity = 3, .HonorCooldown = true});
  };
  EXPECT_THAT(again(), FailsSaying("Scaling activity " + *activity("Launching").ActivityId +
                                   " is in progress and blocks this action"));
  cloud.advance(minutes(3));
  EXPECT_THAT(again(), FailsWith("ScalingActivityInProgress", 400));
  cloud.advance(minutes(3));

  EXPECT_THAT(again(), Succeeds());
}

TEST_F(SetDesiredCapacity, StaysWithinTheBounds) {
  auto request = wanted(1, 3);
  request.MinSize = 1;
  make_group(request);
  EXPECT_THAT(
      autoscaling.set_desired_capacity({.AutoScalingGroupName = "web", .DesiredCapacity = 4}),
      FailsSaying("New SetDesiredCapacity value 4 is above max value 3 for the "
                  "AutoScalingGroup."));
  EXPECT_THAT(
      autoscaling.set_desired_capacity({.AutoScalingGroupName = "web", .DesiredCapacity = 0}),
      FailsSaying("New SetDesiredCapacity value 0 is below min value 1 for the "
                  "AutoScalingGroup."));
}

class DeleteAutoScalingGroup : public testing::GroupTest {};

TEST_F(DeleteAutoScalingGroup, RefusesWhileThereAreInstances) {
  make_group(wanted(1));
  EXPECT_THAT(autoscaling.delete_auto_scaling_group({.AutoScalingGroupName = "web"}),
              FailsSaying("You cannot delete an AutoScalingGroup while there are instances or "
                          "pending Spot instance request(s) still in the group."));

  must_do(autoscaling.set_desired_capacity({.AutoScalingGroupName = "web", .DesiredCapacity = 0}));
  cloud.advance(seconds(5));
  EXPECT_THAT(autoscaling.delete_auto_scaling_group({.AutoScalingGroupName = "web"}),
              FailsWith("ScalingActivityInProgress", 400));
  cloud.advance(minutes(5));

  EXPECT_THAT(autoscaling.delete_auto_scaling_group({.AutoScalingGroupName = "web"}), Succeeds());
  EXPECT_TRUE(groups_named("web").empty());
}

TEST_F(DeleteAutoScalingGroup, TakesItsInstancesWhenForced) {
  make_group(wanted(2));
  const auto id = *instances().front().InstanceId;
  must_do(
      autoscaling.delete_auto_scaling_group({.AutoScalingGroupName = "web", .ForceDelete = true}));
  EXPECT_EQ(group().Status, "Delete in progress");
  cloud.advance(minutes(5));

  EXPECT_TRUE(groups_named("web").empty());
  const auto described = must(ec2.describe_instances({.InstanceIds = {{id}}}));
  EXPECT_EQ(described.Reservations->front().Instances->front().State->Name, "terminated");
  const auto kept = must(autoscaling.describe_scaling_activities(
      {.AutoScalingGroupName = "web", .IncludeDeletedGroups = true}));
  EXPECT_EQ(kept.Activities->size(), 4U);
  EXPECT_EQ(kept.Activities->front().AutoScalingGroupState, "Deleted");
}

TEST_F(DeleteAutoScalingGroup, LeavesTheNameToAnother) {
  make_group(wanted(1));
  must_do(
      autoscaling.delete_auto_scaling_group({.AutoScalingGroupName = "web", .ForceDelete = true}));
  cloud.advance(minutes(5));
  make_group(wanted(2));

  EXPECT_EQ(count_in("InService"), 2);
  EXPECT_EQ(activities().size(), 2U);
}

class DescribeAutoScalingGroups : public testing::GroupTest {};

TEST_F(DescribeAutoScalingGroups, FiltersByTagsAndGivesPages) {
  for (const std::string name : {"a", "b", "c"}) {
    auto request = wanted(0);
    request.AutoScalingGroupName = name;
    request.Tags = {{{.Key = "name", .Value = name}}};
    must_do(autoscaling.create_auto_scaling_group(request));
  }

  const auto first = must(autoscaling.describe_auto_scaling_groups({.MaxRecords = 2}));
  const auto second =
      must(autoscaling.describe_auto_scaling_groups({.NextToken = first.NextToken}));
  const auto tagged = must(autoscaling.describe_auto_scaling_groups(
      {.Filters = {{{.Name = "tag:name", .Values = {{"b"}}}}}}));

  EXPECT_EQ(first.AutoScalingGroups->size(), 2U);
  ASSERT_EQ(second.AutoScalingGroups->size(), 1U);
  EXPECT_EQ(second.AutoScalingGroups->front().AutoScalingGroupName, "c");
  ASSERT_EQ(tagged.AutoScalingGroups->size(), 1U);
  EXPECT_EQ(tagged.AutoScalingGroups->front().AutoScalingGroupName, "b");
  EXPECT_THAT(autoscaling.describe_auto_scaling_groups({.Filters = {{{.Name = "colour"}}}}),
              FailsWith("ValidationError", 400));
  EXPECT_THAT(autoscaling.describe_auto_scaling_groups({.NextToken = "?"}),
              FailsWith("InvalidNextToken", 400));
}

}  // namespace
}  // namespace fallstreak
