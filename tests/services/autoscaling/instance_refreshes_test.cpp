#include "client/cloudwatch.h"
#include "tests/services/autoscaling/group_fixture.h"

namespace fallstreak {
namespace {

using api::autoscaling::InstanceRefresh;
using api::autoscaling::RefreshPreferences;
using api::autoscaling::StartInstanceRefreshType;
using std::chrono::hours;
using std::chrono::minutes;
using testing::FailsWith;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// A group from version 1 of a template of which there is a version 2.
class RefreshTest : public testing::GroupTest {
 protected:
  RefreshTest() {
    must_do(ec2.create_launch_template_version(
        {.LaunchTemplateId = template_id,
         .LaunchTemplateData = {{.ImageId = std::string(kImage), .InstanceType = "t3.small"}}}));
  }
  void make_versioned_group(std::int32_t desired) {
    auto request = wanted(desired, 20);
    request.LaunchTemplate->Version = "1";
    make_group(request);
  }
  StartInstanceRefreshType refresh(RefreshPreferences preferences = {}) const {
    StartInstanceRefreshType request{.AutoScalingGroupName = "web"};
    request.DesiredConfiguration = {
        {.LaunchTemplate = {{.LaunchTemplateId = template_id, .Version = "2"}}}};
    request.Preferences = std::move(preferences);
    return request;
  }
  void start(const StartInstanceRefreshType& request) {
    must_do(autoscaling.start_instance_refresh(request));
  }
  InstanceRefresh newest() {
    return must(autoscaling.describe_instance_refreshes({.AutoScalingGroupName = "web"}))
        .InstanceRefreshes->at(0);
  }
  int count_of(std::string_view type) {
    int count = 0;
    for (const auto& instance : instances()) {
      count += instance.InstanceType == type && instance.LifecycleState == "InService";
    }
    return count;
  }
};

using StartInstanceRefresh = RefreshTest;
using CancelInstanceRefresh = RefreshTest;
using RollbackInstanceRefresh = RefreshTest;

TEST_F(StartInstanceRefresh, ReplacesAllInstancesAFewAtATime) {
  make_versioned_group(4);
  start(refresh({.MinHealthyPercentage = 50}));
  int fewest = 4;
  for (int i = 0; i < 120; ++i) {
    cloud.advance(std::chrono::seconds(10));
    fewest = std::min(fewest, count_in("InService"));
  }
  EXPECT_EQ(fewest, 2);
  EXPECT_EQ(count_of("t3.small"), 4);
  EXPECT_EQ(newest().Status, "Successful");
  EXPECT_EQ(newest().PercentageComplete, 100);
  EXPECT_EQ(newest().InstancesToUpdate, 0);
  // The group takes the desired configuration over.
  EXPECT_EQ(group().LaunchTemplate->Version, "2");
  EXPECT_THAT(
      *activity("Terminating").Cause,
      HasSubstr("an instance was taken out of service in response to an instance refresh."));
}

TEST_F(StartInstanceRefresh, HasAwsDefaults) {
  make_versioned_group(1);
  start({.AutoScalingGroupName = "web"});
  const auto preferences = *newest().Preferences;
  EXPECT_EQ(preferences.MinHealthyPercentage, 90);
  EXPECT_EQ(preferences.MaxHealthyPercentage, 100);
  EXPECT_EQ(preferences.SkipMatching, false);
  EXPECT_EQ(preferences.StandbyInstances, "Wait");
  EXPECT_EQ(newest().Status, "Pending");
}

TEST_F(StartInstanceRefresh, LaunchesBeforeItTerminatesWhenItMay) {
  make_versioned_group(3);
  start(refresh({.MinHealthyPercentage = 100, .MaxHealthyPercentage = 134}));
  int fewest = 3;
  for (int i = 0; i < 150; ++i) {
    cloud.advance(std::chrono::seconds(10));
    fewest = std::min(fewest, count_in("InService"));
  }
  EXPECT_EQ(fewest, 3);
  EXPECT_EQ(newest().Status, "Successful");
  EXPECT_EQ(count_of("t3.small"), 3);
  EXPECT_THAT(instances(), SizeIs(3));
}

TEST_F(StartInstanceRefresh, WaitsAtCheckpoints) {
  make_versioned_group(4);
  start(refresh(
      {.MinHealthyPercentage = 50, .CheckpointPercentages = {{25, 100}}, .CheckpointDelay = 1800}));
  cloud.advance(minutes(20));
  EXPECT_EQ(count_of("t3.small"), 1);
  EXPECT_EQ(newest().PercentageComplete, 25);
  EXPECT_EQ(newest().Status, "InProgress");
  cloud.advance(minutes(30));
  EXPECT_EQ(newest().Status, "Successful");
  EXPECT_EQ(count_of("t3.small"), 4);
}

TEST_F(StartInstanceRefresh, SkipsInstancesThatMatch) {
  make_versioned_group(2);
  auto request = refresh({.SkipMatching = true});
  request.DesiredConfiguration->LaunchTemplate->Version = "1";
  const auto before = instances();
  start(request);
  cloud.advance(minutes(5));
  EXPECT_EQ(newest().Status, "Successful");
  EXPECT_EQ(instances(), before);
}

TEST_F(StartInstanceRefresh, LetsReplacementsWarmUp) {
  make_versioned_group(2);
  start(refresh({.MinHealthyPercentage = 50, .InstanceWarmup = 600}));
  cloud.advance(minutes(9));
  EXPECT_EQ(newest().PercentageComplete, 0);
  EXPECT_EQ(count_of("t3.small"), 1);
  cloud.advance(minutes(4));
  EXPECT_EQ(newest().PercentageComplete, 50);
}

TEST_F(StartInstanceRefresh, RollsBackByItselfWhenAnAlarmGoesOff) {
  make_versioned_group(4);
  client::CloudWatch cloudwatch(transport);
  must_do(cloudwatch.put_metric_alarm({.AlarmName = "errors",
                                       .MetricName = "Errors",
                                       .Namespace = "App",
                                       .Statistic = "Sum",
                                       .Period = 60,
                                       .EvaluationPeriods = 1,
                                       .Threshold = 5,
                                       .ComparisonOperator = "GreaterThanThreshold"}));
  start(refresh({.MinHealthyPercentage = 75,
                 .InstanceWarmup = 300,
                 .AutoRollback = true,
                 .AlarmSpecification = {{.Alarms = {{"errors"}}}}}));
  while (count_of("t3.small") == 0) cloud.advance(minutes(1));
  must_do(cloudwatch.put_metric_data(
      {.Namespace = "App", .MetricData = {{{.MetricName = "Errors", .Value = 9}}}}));
  cloud.advance(minutes(3));
  EXPECT_EQ(newest().Status, "RollbackInProgress");
  EXPECT_THAT(*newest().RollbackDetails->RollbackReason, HasSubstr("errors"));
  cloud.advance(minutes(30));
  EXPECT_EQ(newest().Status, "RollbackSuccessful");
  EXPECT_EQ(count_of("t3.micro"), 4);
  EXPECT_EQ(group().LaunchTemplate->Version, "1");
}

TEST_F(StartInstanceRefresh, FailsWhenNothingHasProgressedForAnHour) {
  make_versioned_group(2);
  std::vector<std::string> ids;
  for (const auto& instance : instances()) ids.push_back(*instance.InstanceId);
  must_do(autoscaling.set_instance_protection(
      {.InstanceIds = ids, .AutoScalingGroupName = "web", .ProtectedFromScaleIn = true}));
  start(refresh());
  cloud.advance(minutes(59));
  EXPECT_EQ(newest().Status, "InProgress");
  cloud.advance(minutes(2));
  EXPECT_EQ(newest().Status, "Failed");
  EXPECT_EQ(count_of("t3.micro"), 2);
}

TEST_F(StartInstanceRefresh, RefusesWhatAwsRefuses) {
  make_versioned_group(1);
  const auto refuses = [&](const RefreshPreferences& preferences) {
    EXPECT_THAT(autoscaling.start_instance_refresh(refresh(preferences)),
                FailsWith("ValidationError", 400));
  };
  refuses({.MinHealthyPercentage = 101});
  refuses({.MaxHealthyPercentage = 99});
  refuses({.MinHealthyPercentage = 50, .MaxHealthyPercentage = 151});
  refuses({.CheckpointPercentages = {{50, 20}}});
  refuses({.StandbyInstances = "Dance"});
  EXPECT_THAT(autoscaling.start_instance_refresh(
                  {.AutoScalingGroupName = "web", .Preferences = {{.AutoRollback = true}}}),
              FailsWith("ValidationError", 400));
  EXPECT_THAT(autoscaling.start_instance_refresh(
                  {.AutoScalingGroupName = "web", .Strategy = "ReplaceRootVolume"}),
              FailsWith("NotImplemented", 501));
  start(refresh());
  EXPECT_THAT(autoscaling.start_instance_refresh(refresh()),
              FailsWith("InstanceRefreshInProgress", 400));
}

TEST_F(CancelInstanceRefresh, LeavesThingsAsTheyAre) {
  make_versioned_group(4);
  start(refresh({.MinHealthyPercentage = 75, .InstanceWarmup = 300}));
  while (count_of("t3.small") == 0) cloud.advance(minutes(1));
  const auto cancel = [&] {
    return autoscaling.cancel_instance_refresh({.AutoScalingGroupName = "web"});
  };
  must_do(cancel());
  EXPECT_EQ(newest().Status, "Cancelling");
  cloud.advance(minutes(10));
  EXPECT_EQ(newest().Status, "Cancelled");
  EXPECT_THAT(count_of("t3.small"), Ge(1));
  EXPECT_THAT(count_of("t3.micro"), Ge(1));
  EXPECT_EQ(group().LaunchTemplate->Version, "1");
  EXPECT_THAT(cancel(), FailsWith("ActiveInstanceRefreshNotFound", 400));
}

TEST_F(RollbackInstanceRefresh, PutsTheOldVersionBack) {
  make_versioned_group(4);
  start(refresh({.MinHealthyPercentage = 75, .InstanceWarmup = 300}));
  while (count_of("t3.small") == 0) cloud.advance(minutes(1));
  must_do(autoscaling.rollback_instance_refresh({.AutoScalingGroupName = "web"}));
  EXPECT_EQ(newest().Status, "RollbackInProgress");
  cloud.advance(minutes(40));
  EXPECT_EQ(newest().Status, "RollbackSuccessful");
  EXPECT_EQ(count_of("t3.micro"), 4);
}

TEST_F(RollbackInstanceRefresh, RefusesWithoutARefreshOrAVersionToGoBackTo) {
  make_group(wanted(2));
  const auto rollback = [&] {
    return autoscaling.rollback_instance_refresh({.AutoScalingGroupName = "web"});
  };
  EXPECT_THAT(rollback(), FailsWith("ActiveInstanceRefreshNotFound", 400));
  start(refresh());
  EXPECT_THAT(rollback(), FailsWith("IrreversibleInstanceRefresh", 400));
}

class PutNotificationConfiguration : public testing::GroupTest {};

TEST_F(PutNotificationConfiguration, IsRecordedPerTopicAndType) {
  make_group(wanted(0));
  const std::string topic = "arn:aws:sns:eu-central-1:123456789012:scaling";
  const auto put = [&](const std::vector<std::string>& types) {
    return autoscaling.put_notification_configuration(
        {.AutoScalingGroupName = "web", .TopicARN = topic, .NotificationTypes = types});
  };
  must_do(put({"autoscaling:EC2_INSTANCE_LAUNCH", "autoscaling:EC2_INSTANCE_TERMINATE"}));
  must_do(put({"autoscaling:EC2_INSTANCE_LAUNCH_ERROR"}));
  const auto configurations =
      *must(autoscaling.describe_notification_configurations({.AutoScalingGroupNames = {{"web"}}}))
           .NotificationConfigurations;
  ASSERT_THAT(configurations, SizeIs(1));
  EXPECT_EQ(configurations[0].NotificationType, "autoscaling:EC2_INSTANCE_LAUNCH_ERROR");
  EXPECT_THAT(put({"autoscaling:PARTY"}), FailsWith("ValidationError", 400));
  must_do(autoscaling.delete_notification_configuration(
      {.AutoScalingGroupName = "web", .TopicARN = topic}));
  EXPECT_THAT(
      *must(autoscaling.describe_notification_configurations({})).NotificationConfigurations,
      IsEmpty());
  EXPECT_THAT(
      *must(autoscaling.describe_auto_scaling_notification_types({})).AutoScalingNotificationTypes,
      SizeIs(5));
}

TEST_F(PutNotificationConfiguration, StandsBesideTheAccountsLimits) {
  make_group(wanted(0));
  const auto limits = must(autoscaling.describe_account_limits({}));
  EXPECT_EQ(limits.MaxNumberOfAutoScalingGroups, 500);
  EXPECT_EQ(limits.NumberOfAutoScalingGroups, 1);
  EXPECT_THAT(*must(autoscaling.describe_termination_policy_types({})).TerminationPolicyTypes,
              SizeIs(7));
}

class MaxInstanceLifetime : public testing::GroupTest {};

TEST_F(MaxInstanceLifetime, ReplacesOldInstancesOneByOne) {
  auto request = wanted(2);
  request.MaxInstanceLifetime = 86'400;
  make_group(request);
  const auto before = instances();
  cloud.advance(hours(23));
  EXPECT_EQ(instances(), before);
  int fewest = 2;
  for (int i = 0; i < 540; ++i) {
    cloud.advance(std::chrono::seconds(10));
    fewest = std::min(fewest, count_in("InService"));
  }
  EXPECT_EQ(fewest, 1);
  EXPECT_EQ(count_in("InService"), 2);
  for (const auto& instance : instances()) {
    for (const auto& old : before) EXPECT_NE(instance.InstanceId, old.InstanceId);
  }
}

TEST_F(MaxInstanceLifetime, IsADayAtLeast) {
  auto request = wanted(0);
  request.MaxInstanceLifetime = 3600;
  EXPECT_THAT(autoscaling.create_auto_scaling_group(request), FailsWith("ValidationError", 400));
}

}  // namespace
}  // namespace fallstreak
