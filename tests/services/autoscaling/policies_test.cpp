#include "client/cloudwatch.h"
#include "tests/services/autoscaling/group_fixture.h"

namespace fallstreak {
namespace {

using api::autoscaling::PutScalingPolicyType;
using api::autoscaling::StepAdjustment;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using testing::FailsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

/// A group that policies scale.
class PolicyTest : public testing::GroupTest {
 protected:
  static PutScalingPolicyType simple(std::int32_t adjustment) {
    return {.AutoScalingGroupName = "web",
            .PolicyName = "simple",
            .AdjustmentType = "ChangeInCapacity",
            .ScalingAdjustment = adjustment};
  }
  static PutScalingPolicyType step(std::vector<StepAdjustment> steps) {
    return {.AutoScalingGroupName = "web",
            .PolicyName = "step",
            .PolicyType = "StepScaling",
            .AdjustmentType = "ChangeInCapacity",
            .StepAdjustments = std::move(steps),
            .EstimatedInstanceWarmup = 120};
  }
  static PutScalingPolicyType track_cpu(double target) {
    PutScalingPolicyType policy{.AutoScalingGroupName = "web",
                                .PolicyName = "cpu",
                                .PolicyType = "TargetTrackingScaling",
                                .EstimatedInstanceWarmup = 60};
    auto& configuration = policy.TargetTrackingConfiguration.emplace();
    configuration.PredefinedMetricSpecification = {
        {.PredefinedMetricType = "ASGAverageCPUUtilization"}};
    configuration.TargetValue = target;
    return policy;
  }
  std::int32_t desired() { return *group().DesiredCapacity; }
  api::autoscaling::ScalingPolicy described(const std::string& name) {
    return must(autoscaling.describe_policies(
                    {.AutoScalingGroupName = "web", .PolicyNames = {{name}}}))
        .ScalingPolicies->at(0);
  }
  api::cloudwatch::MetricAlarm alarm(const std::string& name) {
    return must(cloudwatch.describe_alarms({.AlarmNames = {{name}}})).MetricAlarms->at(0);
  }

  client::CloudWatch cloudwatch{transport};
};

using PutScalingPolicy = PolicyTest;
using DescribePolicies = PolicyTest;
using ExecutePolicy = PolicyTest;
using DeletePolicy = PolicyTest;
using TargetTrackingAlarms = PolicyTest;

TEST_F(PutScalingPolicy, GivesAnArnThatNamesGroupAndPolicy) {
  make_group(wanted(1));
  const auto made = must(autoscaling.put_scaling_policy(simple(1)));
  EXPECT_THAT(*made.PolicyARN,
              StartsWith("arn:aws:autoscaling:eu-central-1:123456789012:scalingPolicy:"));
  EXPECT_TRUE(made.PolicyARN->ends_with(":autoScalingGroupName/web:policyName/simple"));
  EXPECT_THAT(*made.Alarms, IsEmpty());

  // Put again, it stays the same policy.
  EXPECT_EQ(must(autoscaling.put_scaling_policy(simple(2))).PolicyARN, made.PolicyARN);
  EXPECT_EQ(described("simple").ScalingAdjustment, 2);
  EXPECT_EQ(described("simple").PolicyType, "SimpleScaling");
}

TEST_F(PutScalingPolicy, RefusesWhatItsTypeDoesNotHave) {
  make_group(wanted(1));
  const auto refuses = [&](PutScalingPolicyType request, const char* why) {
    const auto outcome = autoscaling.put_scaling_policy(request);
    ASSERT_THAT(outcome, FailsWith("ValidationError", 400));
    EXPECT_THAT(outcome.error().message, HasSubstr(why));
  };
  auto request = simple(1);
  request.AutoScalingGroupName = "missing";
  refuses(request, "missing");
  request = simple(1);
  request.AdjustmentType = "Doubling";
  refuses(request, "ChangeInCapacity, ExactCapacity, PercentChangeInCapacity");
  request = simple(1);
  request.ScalingAdjustment.reset();
  refuses(request, "ScalingAdjustment");
  request = simple(1);
  request.MinAdjustmentMagnitude = 2;
  refuses(request, "PercentChangeInCapacity");
  request = simple(1);
  request.PolicyType = "Guessing";
  refuses(request, "SimpleScaling, StepScaling");
  refuses(step({}), "StepAdjustments");
  refuses(
      step({{.MetricIntervalLowerBound = 0, .MetricIntervalUpperBound = 10, .ScalingAdjustment = 1},
            {.MetricIntervalLowerBound = 20, .ScalingAdjustment = 2}}),
      "gaps");
  request = step({{.MetricIntervalLowerBound = 0, .ScalingAdjustment = 1}});
  request.Cooldown = 60;
  refuses(request, "Cooldown");
  request = track_cpu(50);
  request.TargetTrackingConfiguration->CustomizedMetricSpecification.emplace();
  refuses(request, "Exactly one");
  refuses(track_cpu(0), "TargetValue");
  request = track_cpu(50);
  request.TargetTrackingConfiguration->PredefinedMetricSpecification = {
      {.PredefinedMetricType = "ALBRequestCountPerTarget",
       .ResourceLabel = "app/web/1/targetgroup/web/2"}};
  refuses(request, "resource label");
}

TEST_F(PutScalingPolicy, AllowsFiftyPoliciesPerGroup) {
  make_group(wanted(0));
  for (int i = 0; i < 50; ++i) {
    auto request = simple(1);
    request.PolicyName = "p" + std::to_string(i);
    must_do(autoscaling.put_scaling_policy(request));
  }
  EXPECT_THAT(autoscaling.put_scaling_policy(simple(1)), FailsWith("LimitExceeded", 400));
}

TEST_F(TargetTrackingAlarms, AreNamedAndSetAsAwsDoes) {
  make_group(wanted(1));
  const auto made = must(autoscaling.put_scaling_policy(track_cpu(50)));
  ASSERT_THAT(*made.Alarms, SizeIs(2));
  const auto high = alarm(*made.Alarms->at(0).AlarmName);
  EXPECT_THAT(*high.AlarmName, StartsWith("TargetTracking-web-AlarmHigh-"));
  EXPECT_EQ(high.AlarmDescription,
            "DO NOT EDIT OR DELETE. For TargetTrackingScaling policy " + *made.PolicyARN + ".");
  EXPECT_EQ(high.MetricName, "CPUUtilization");
  EXPECT_EQ(high.Namespace, "AWS/EC2");
  EXPECT_EQ(high.Dimensions->at(0).Name, "AutoScalingGroupName");
  EXPECT_EQ(high.Statistic, "Average");
  EXPECT_EQ(high.Period, 60);
  EXPECT_EQ(high.EvaluationPeriods, 3);
  EXPECT_EQ(high.Threshold, 50);
  EXPECT_EQ(high.ComparisonOperator, "GreaterThanThreshold");
  EXPECT_THAT(*high.AlarmActions, ElementsAre(*made.PolicyARN));
  const auto low = alarm(*made.Alarms->at(1).AlarmName);
  EXPECT_THAT(*low.AlarmName, StartsWith("TargetTracking-web-AlarmLow-"));
  EXPECT_EQ(low.EvaluationPeriods, 15);
  EXPECT_EQ(low.Threshold, 45);
  EXPECT_EQ(low.ComparisonOperator, "LessThanThreshold");
}

TEST_F(TargetTrackingAlarms, WatchRequestsPerTarget) {
  const std::string target_group_arn = make_target_group("web");
  const std::string load_balancer_arn = make_load_balancer("web");
  make_listener(load_balancer_arn, target_group_arn);
  auto request = wanted(1);
  request.TargetGroupARNs = {{target_group_arn}};
  make_group(request);
  const auto tail = [](const std::string& arn, const std::string& from) {
    return arn.substr(arn.find(from) + 1);
  };
  const std::string target_group = tail(target_group_arn, ":targetgroup/");
  auto policy = track_cpu(100);
  policy.TargetTrackingConfiguration->PredefinedMetricSpecification = {
      {.PredefinedMetricType = "ALBRequestCountPerTarget",
       .ResourceLabel = tail(load_balancer_arn, "/app/") + "/" + target_group}};
  const auto made = must(autoscaling.put_scaling_policy(policy));
  const auto high = alarm(*made.Alarms->at(0).AlarmName);
  EXPECT_EQ(high.MetricName, "RequestCountPerTarget");
  EXPECT_EQ(high.Namespace, "AWS/ApplicationELB");
  EXPECT_EQ(high.Statistic, "Sum");
  EXPECT_EQ(high.Dimensions->at(0).Value, target_group);
}

TEST_F(TargetTrackingAlarms, TakeMetricMath) {
  make_group(wanted(1));
  auto policy = track_cpu(10);
  auto& configuration = *policy.TargetTrackingConfiguration;
  configuration.PredefinedMetricSpecification.reset();
  auto& metric = configuration.CustomizedMetricSpecification.emplace();
  metric.Metrics = {
      {{.Id = "backlog",
        .MetricStat = {{.Metric = {{.Namespace = "App", .MetricName = "Backlog"}}, .Stat = "Sum"}},
        .ReturnData = false},
       {.Id = "each", .Expression = "backlog / 2"}}};
  const auto made = must(autoscaling.put_scaling_policy(policy));
  const auto high = alarm(*made.Alarms->at(0).AlarmName);
  ASSERT_THAT(*high.Metrics, SizeIs(2));
  EXPECT_EQ(high.Metrics->at(0).MetricStat->Period, 60);
  EXPECT_EQ(high.Metrics->at(1).Expression, "backlog / 2");
}

TEST_F(TargetTrackingAlarms, KeepTheirNamesAndGoWithThePolicy) {
  make_group(wanted(1));
  const auto made = must(autoscaling.put_scaling_policy(track_cpu(50)));
  const auto again = must(autoscaling.put_scaling_policy(track_cpu(60)));
  EXPECT_EQ(again.Alarms->at(0).AlarmName, made.Alarms->at(0).AlarmName);
  EXPECT_EQ(alarm(*made.Alarms->at(1).AlarmName).Threshold, 54);

  auto no_scale_in = track_cpu(60);
  no_scale_in.TargetTrackingConfiguration->DisableScaleIn = true;
  EXPECT_THAT(*must(autoscaling.put_scaling_policy(no_scale_in)).Alarms, SizeIs(1));

  must_do(autoscaling.delete_policy({.AutoScalingGroupName = "web", .PolicyName = "cpu"}));
  EXPECT_THAT(*must(cloudwatch.describe_alarms({})).MetricAlarms, IsEmpty());
}

TEST_F(DescribePolicies, ShowTheAlarmsThatUsersPointedAtThem) {
  make_group(wanted(1));
  const auto made = must(autoscaling.put_scaling_policy(simple(1)));
  must_do(cloudwatch.put_metric_alarm({.AlarmName = "busy",
                                       .AlarmActions = {{*made.PolicyARN}},
                                       .MetricName = "load",
                                       .Namespace = "App",
                                       .Statistic = "Average",
                                       .Period = 60,
                                       .EvaluationPeriods = 1,
                                       .Threshold = 80,
                                       .ComparisonOperator = "GreaterThanThreshold"}));
  const auto alarms = *described("simple").Alarms;
  ASSERT_THAT(alarms, SizeIs(1));
  EXPECT_EQ(alarms[0].AlarmName, "busy");
  EXPECT_THAT(
      *must(autoscaling.describe_policies({.PolicyTypes = {{"StepScaling"}}})).ScalingPolicies,
      IsEmpty());
}

TEST_F(ExecutePolicy, ChangesTheCapacityWithinTheBounds) {
  make_group(wanted(2, 4));
  must_do(autoscaling.put_scaling_policy(simple(5)));
  must_do(autoscaling.execute_policy({.AutoScalingGroupName = "web", .PolicyName = "simple"}));
  EXPECT_EQ(desired(), 4);
  cloud.advance(minutes(1));
  EXPECT_THAT(*activities()[0].Cause,
              HasSubstr("a user request executed policy simple changing the desired capacity from "
                        "2 to 4."));
}

TEST_F(ExecutePolicy, HonoursTheCooldownWhenAsked) {
  make_group(wanted(2));
  auto policy = simple(1);
  policy.Cooldown = 120;
  must_do(autoscaling.put_scaling_policy(policy));
  const auto execute = [&] {
    return autoscaling.execute_policy(
        {.AutoScalingGroupName = "web", .PolicyName = "simple", .HonorCooldown = true});
  };
  cloud.advance(minutes(5));
  must_do(execute());
  EXPECT_THAT(execute(), FailsWith("ScalingActivityInProgress", 400));
  // The cooldown begins when the instance is in service.
  cloud.advance(minutes(2));
  EXPECT_THAT(execute(), FailsWith("ScalingActivityInProgress", 400));
  cloud.advance(minutes(1));
  must_do(execute());
  EXPECT_EQ(desired(), 4);
}

TEST_F(ExecutePolicy, TakesTheStepOfTheBreach) {
  make_group(wanted(2));
  must_do(autoscaling.put_scaling_policy(
      step({{.MetricIntervalLowerBound = 0, .MetricIntervalUpperBound = 20, .ScalingAdjustment = 1},
            {.MetricIntervalLowerBound = 20, .ScalingAdjustment = 3}})));
  EXPECT_THAT(autoscaling.execute_policy({.AutoScalingGroupName = "web", .PolicyName = "step"}),
              FailsWith("ValidationError", 400));
  const auto execute = [&](double metric) {
    must_do(autoscaling.execute_policy({.AutoScalingGroupName = "web",
                                        .PolicyName = "step",
                                        .MetricValue = metric,
                                        .BreachThreshold = 60}));
  };
  cloud.advance(minutes(5));
  execute(70);
  EXPECT_EQ(desired(), 3);
  // The one that warms up is one of the three that a larger breach asks for.
  execute(85);
  EXPECT_EQ(desired(), 5);
  execute(85);
  EXPECT_EQ(desired(), 5);
}

TEST_F(ExecutePolicy, RefusesTargetTrackingPolicies) {
  make_group(wanted(1));
  must_do(autoscaling.put_scaling_policy(track_cpu(50)));
  EXPECT_THAT(autoscaling.execute_policy({.AutoScalingGroupName = "web", .PolicyName = "cpu"}),
              FailsWith("ValidationError", 400));
}

TEST_F(DeletePolicy, RefusesWhatDoesNotExist) {
  make_group(wanted(0));
  EXPECT_THAT(autoscaling.delete_policy({.AutoScalingGroupName = "web", .PolicyName = "none"}),
              FailsWith("ValidationError", 400));
  EXPECT_THAT(autoscaling.delete_policy(
                  {.PolicyName = "arn:aws:autoscaling:eu-central-1:123456789012:scalingPolicy:x"}),
              FailsWith("ValidationError", 400));
}

TEST_F(DeletePolicy, HappensToAllWhenTheGroupGoes) {
  make_group(wanted(0));
  must_do(autoscaling.put_scaling_policy(track_cpu(50)));
  must_do(autoscaling.delete_auto_scaling_group({.AutoScalingGroupName = "web"}));
  EXPECT_THAT(*must(cloudwatch.describe_alarms({})).MetricAlarms, IsEmpty());
  EXPECT_THAT(*must(autoscaling.describe_policies({})).ScalingPolicies, IsEmpty());
}

}  // namespace
}  // namespace fallstreak
