#include "client/cloudwatch.h"
#include "tests/services/autoscaling/group_fixture.h"

namespace fallstreak {
namespace {

using api::autoscaling::PutScalingPolicyType;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Le;

/// A group that works off a load: so many instances' worth of it, evenly spread over what serves.
class ClosedLoop : public testing::GroupTest {
 protected:
  ClosedLoop() {
    template_id = *must(ec2.create_launch_template(
                            {.LaunchTemplateName = "monitored",
                             .LaunchTemplateData = {{.ImageId = std::string(kImage),
                                                     .InstanceType = "t3.micro",
                                                     .Monitoring = {{.Enabled = true}}}}}))
                       .LaunchTemplate->LaunchTemplateId;
    cloud.set_usage([this](const dispatch::UsageQuestion&) -> dispatch::InstanceUsage {
      return {.cpu_percent = std::min(100.0, load * 100 / std::max(1, serving))};
    });
  }
  /// A group over which the load is spread from the beginning.
  void begin(std::int32_t desired) {
    serving = desired;
    make_group(wanted(desired));
  }
  /// Time goes on, minute by minute, and the load follows the instances that are in service.
  void run(int length) {
    for (int i = 0; i < length; ++i) {
      serving = count_in("InService");
      cloud.advance(minutes(1));
    }
  }
  void track(const std::string& name, double target, bool scales_in = true) {
    PutScalingPolicyType policy{.AutoScalingGroupName = "web",
                                .PolicyName = name,
                                .PolicyType = "TargetTrackingScaling",
                                .EstimatedInstanceWarmup = 60};
    auto& configuration = policy.TargetTrackingConfiguration.emplace();
    configuration.PredefinedMetricSpecification = {
        {.PredefinedMetricType = "ASGAverageCPUUtilization"}};
    configuration.TargetValue = target;
    configuration.DisableScaleIn = !scales_in;
    must_do(autoscaling.put_scaling_policy(policy));
  }
  std::string put_policy(const PutScalingPolicyType& policy) {
    return *must(autoscaling.put_scaling_policy(policy)).PolicyARN;
  }
  /// An alarm on the group's CPU that starts a policy.
  void put_alarm(const std::string& policy_arn, double threshold, const char* comparison) {
    must_do(cloudwatch.put_metric_alarm(
        {.AlarmName = "alarm-" + std::string(comparison),
         .AlarmActions = {{policy_arn}},
         .MetricName = "CPUUtilization",
         .Namespace = "AWS/EC2",
         .Statistic = "Average",
         .Dimensions = {{{.Name = "AutoScalingGroupName", .Value = "web"}}},
         .Period = 60,
         .EvaluationPeriods = 1,
         .Threshold = threshold,
         .ComparisonOperator = comparison}));
  }
  std::int32_t desired() { return *group().DesiredCapacity; }

  client::CloudWatch cloudwatch{transport};
  double load = 1;
  int serving = 1;
};

using TargetTracking = ClosedLoop;
using StepScaling = ClosedLoop;
using SimpleScaling = ClosedLoop;

TEST_F(TargetTracking, GrowsAfterThreeMinutesToWhatTheLoadNeeds) {
  load = 1;
  begin(2);
  track("cpu", 50);
  run(10);
  EXPECT_EQ(desired(), 2);

  load = 1.9;  // 95 % of two: 3.8 instances at 50 %
  run(3);
  EXPECT_EQ(desired(), 2);
  run(2);
  EXPECT_EQ(desired(), 4);
  EXPECT_THAT(*activity("Launching").Cause,
              HasSubstr("a monitor alarm TargetTracking-web-AlarmHigh-"));
  EXPECT_THAT(*activity("Launching").Cause,
              HasSubstr(" in state ALARM triggered policy cpu changing the desired capacity from 2 "
                        "to 4."));
  run(20);
  EXPECT_EQ(desired(), 4);
  EXPECT_EQ(count_in("InService"), 4);
}

TEST_F(TargetTracking, ShrinksAfterFifteenMinutesBelowNinetyPercent) {
  load = 0.8;
  begin(4);
  track("cpu", 50);
  run(11);
  EXPECT_EQ(desired(), 4);
  run(10);
  // 20 % of four: 1.6 instances at 50 %.
  EXPECT_EQ(desired(), 2);
  run(30);
  EXPECT_EQ(desired(), 2);
}

TEST_F(TargetTracking, LeavesTheGroupAloneBetweenNinetyPercentAndTheTarget) {
  load = 0.94;
  begin(2);
  track("cpu", 50);
  run(40);
  EXPECT_EQ(desired(), 2);
}

TEST_F(TargetTracking, DoesNotShrinkWhenScaleInIsDisabled) {
  load = 0.2;
  begin(4);
  track("cpu", 50, false);
  run(40);
  EXPECT_EQ(desired(), 4);
}

TEST_F(TargetTracking, ShrinksOnlyWhenAllPoliciesWantItAndToTheLargest) {
  load = 1.1;  // 18.3 % of six: above 90 % of 20
  begin(6);
  track("low", 20);
  track("high", 60);
  run(30);
  EXPECT_EQ(desired(), 6);
  load = 0.5;  // wants 3 of 20 % and 1 of 60 %
  run(25);
  EXPECT_EQ(desired(), 3);
}

TEST_F(TargetTracking, DoesNothingWithoutAMetric) {
  cloud.set_usage({});
  begin(3);
  track("cpu", 50);
  run(40);
  EXPECT_EQ(desired(), 3);
}

TEST_F(TargetTracking, DoesNothingWhileAlarmNotificationIsSuspended) {
  begin(2);
  track("cpu", 50);
  must_do(autoscaling.suspend_processes(
      {.AutoScalingGroupName = "web", .ScalingProcesses = {{"AlarmNotification"}}}));
  load = 2;
  run(10);
  EXPECT_EQ(desired(), 2);
  must_do(autoscaling.resume_processes({.AutoScalingGroupName = "web"}));
  run(2);
  EXPECT_EQ(desired(), 4);
}

TEST_F(StepScaling, AddsTheDifferenceWhenTheBreachGrows) {
  begin(2);
  PutScalingPolicyType policy{.AutoScalingGroupName = "web",
                              .PolicyName = "step",
                              .PolicyType = "StepScaling",
                              .AdjustmentType = "ChangeInCapacity",
                              .EstimatedInstanceWarmup = 600};
  policy.StepAdjustments = {
      {{.MetricIntervalLowerBound = 0, .MetricIntervalUpperBound = 20, .ScalingAdjustment = 1},
       {.MetricIntervalLowerBound = 20, .ScalingAdjustment = 3}}};
  load = 1;
  run(12);
  put_alarm(put_policy(policy), 60, "GreaterThanThreshold");
  load = 1.4;
  run(2);
  EXPECT_EQ(desired(), 3);
  run(3);
  EXPECT_EQ(desired(), 3);
  load = 2.9;
  run(2);
  EXPECT_EQ(desired(), 5);
}

TEST_F(SimpleScaling, WaitsForItsActivityAndTheCooldown) {
  load = 0.1;
  begin(1);
  cloud.advance(minutes(5));
  put_alarm(put_policy({.AutoScalingGroupName = "web",
                        .PolicyName = "more",
                        .AdjustmentType = "ChangeInCapacity",
                        .ScalingAdjustment = 1,
                        .Cooldown = 300}),
            60, "GreaterThanThreshold");
  load = 9;
  run(3);
  EXPECT_EQ(desired(), 2);
  run(4);
  EXPECT_EQ(desired(), 2);
  // As long as the alarm lasts, the policy is asked again every minute.
  run(2);
  EXPECT_EQ(desired(), 3);
}

TEST_F(ClosedLoop, LeavesNoTraceOfRepeatedActionsInTheHistory) {
  begin(1);
  put_alarm(put_policy({.AutoScalingGroupName = "web",
                        .PolicyName = "more",
                        .AdjustmentType = "ChangeInCapacity",
                        .ScalingAdjustment = 1}),
            60, "GreaterThanThreshold");
  load = 9;
  run(20);
  const auto history = must(cloudwatch.describe_alarm_history(
      {.AlarmName = "alarm-GreaterThanThreshold", .HistoryItemType = "Action"}));
  ASSERT_EQ(history.AlarmHistoryItems->size(), 1U);
  EXPECT_THAT(*history.AlarmHistoryItems->front().HistorySummary,
              HasSubstr("Successfully executed action arn:aws:autoscaling:"));
}

TEST_F(ClosedLoop, ComesOutTheSameForTheSameSeed) {
  const auto story = [] {
    struct Twin : ClosedLoop {
      void TestBody() override {}
      std::uint64_t tell() {
        begin(2);
        track("cpu", 50);
        load = 2.5;
        run(30);
        load = 0.3;
        run(40);
        return cloud.hash();
      }
    };
    return Twin().tell();
  };
  EXPECT_EQ(story(), story());
}

}  // namespace
}  // namespace fallstreak
