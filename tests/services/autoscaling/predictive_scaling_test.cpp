#include "client/cloudwatch.h"
#include "tests/services/autoscaling/group_fixture.h"

namespace fallstreak {
namespace {

using api::autoscaling::PredictiveScalingConfiguration;
using api::autoscaling::PredictiveScalingMetricSpecification;
using api::autoscaling::PutScalingPolicyType;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using ::testing::Each;
using ::testing::ElementsAre;
using testing::FailsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// A group whose load was measured: 100 requests in each hour before noon, 1,000 in each after, of
/// which an instance does 100 at its target.
class PredictiveTest : public testing::GroupTest {
 protected:
  static api::autoscaling::MetricDataQuery query(const std::string& metric,
                                                 const std::string& statistic) {
    return {.Id = "q",
            .MetricStat = {
                {.Metric = {{.Namespace = "App", .MetricName = metric}}, .Stat = statistic}}};
  }
  static PredictiveScalingMetricSpecification customized() {
    PredictiveScalingMetricSpecification metric{.TargetValue = 100};
    metric.CustomizedScalingMetricSpecification = {
        {.MetricDataQueries = {{query("perInstance", "Average")}}}};
    metric.CustomizedLoadMetricSpecification = {{.MetricDataQueries = {{query("load", "Sum")}}}};
    metric.CustomizedCapacityMetricSpecification = {
        {.MetricDataQueries = {{query("instances", "Average")}}}};
    return metric;
  }
  static PutScalingPolicyType policy(const std::string& mode = "ForecastAndScale") {
    return {.AutoScalingGroupName = "web",
            .PolicyName = "ahead",
            .PolicyType = "PredictiveScaling",
            .PredictiveScalingConfiguration = {
                {.MetricSpecifications = {{customized()}}, .Mode = mode}}};
  }
  template <class Change>
  auto put_with(Change&& change) {
    auto changed = policy();
    change(*changed.PredictiveScalingConfiguration);
    return autoscaling.put_scaling_policy(changed);
  }
  void put_metric(const std::string& name, Time when, double value) {
    must_do(cloudwatch.put_metric_data(
        {.Namespace = "App",
         .MetricData = {{{.MetricName = name, .Timestamp = when, .Value = value}}}}));
  }
  /// So many hours of measurements up to now; the time is brought to midnight first.
  void measure(int length) {
    const Time midnight = std::chrono::ceil<days>(cloud.now());
    cloud.advance(midnight - cloud.now());
    for (int hour = 1; hour <= length; ++hour) {
      const Time when = midnight - hours(hour);
      const bool is_busy = (length - hour) % 24 < 12 ? false : true;
      put_metric("load", when, is_busy ? 1000 : 100);
      put_metric("instances", when, is_busy ? 5 : 1);
      put_metric("perInstance", when, is_busy ? 200 : 100);
    }
  }
  api::autoscaling::GetPredictiveScalingForecastAnswer forecast(Duration length = days(3)) {
    return must(autoscaling.get_predictive_scaling_forecast({.AutoScalingGroupName = "web",
                                                             .PolicyName = "ahead",
                                                             .StartTime = cloud.now(),
                                                             .EndTime = cloud.now() + length}));
  }
  std::int32_t desired() { return *group().DesiredCapacity; }
  api::autoscaling::ScalingPolicy described() {
    return must(autoscaling.describe_policies({.AutoScalingGroupName = "web"}))
        .ScalingPolicies->at(0);
  }

  client::CloudWatch cloudwatch{transport};
};

using PredictiveScaling = PredictiveTest;
using GetPredictiveScalingForecast = PredictiveTest;

TEST_F(PredictiveScaling, IsDescribedWithItsDefaults) {
  make_group(wanted(1));
  auto request = policy();
  request.PredictiveScalingConfiguration->Mode.reset();
  EXPECT_THAT(*must(autoscaling.put_scaling_policy(request)).Alarms, IsEmpty());
  const auto configuration = *described().PredictiveScalingConfiguration;
  EXPECT_EQ(configuration.Mode, "ForecastOnly");
  EXPECT_EQ(configuration.SchedulingBufferTime, 300);
  EXPECT_EQ(configuration.MaxCapacityBreachBehavior, "HonorMaxCapacity");
  EXPECT_EQ(configuration.MetricSpecifications->at(0), customized());
  EXPECT_EQ(described().PolicyType, "PredictiveScaling");
  EXPECT_THAT(autoscaling.execute_policy({.AutoScalingGroupName = "web", .PolicyName = "ahead"}),
              FailsWith("ValidationError", 400));
}

TEST_F(PredictiveScaling, RefusesWhatMakesNoSense) {
  make_group(wanted(1));
  using Configuration = PredictiveScalingConfiguration;
  const std::vector<void (*)(Configuration&)> wrong = {
      [](Configuration& one) { one.MetricSpecifications->clear(); },
      [](Configuration& one) { one.MetricSpecifications->push_back(customized()); },
      [](Configuration& one) { one.MetricSpecifications->at(0).TargetValue = 0; },
      [](Configuration& one) {
        one.MetricSpecifications->at(0).CustomizedLoadMetricSpecification.reset();
      },
      [](Configuration& one) {
        one.MetricSpecifications->at(0).PredefinedMetricPairSpecification = {
            {.PredefinedMetricType = "ASGCPUUtilization"}};
      },
      [](Configuration& one) {
        one.MetricSpecifications->at(0) = {.TargetValue = 5};
        one.MetricSpecifications->at(0).PredefinedMetricPairSpecification = {
            {.PredefinedMetricType = "ALBRequestCount"}};
      },
      [](Configuration& one) {
        one.MetricSpecifications->at(0) = {.TargetValue = 5};
        one.MetricSpecifications->at(0).PredefinedMetricPairSpecification = {
            {.PredefinedMetricType = "ALBRequestCount",
             .ResourceLabel = "app/a/1/targetgroup/b/2"}};
      },
      [](Configuration& one) {
        one.MetricSpecifications->at(0)
            .CustomizedLoadMetricSpecification->MetricDataQueries->at(0)
            .Expression = "1";
      },
      [](Configuration& one) {
        one.MetricSpecifications->at(0)
            .CustomizedLoadMetricSpecification->MetricDataQueries->at(0)
            .ReturnData = false;
      },
      [](Configuration& one) {
        auto& query = one.MetricSpecifications->at(0)
                          .CustomizedLoadMetricSpecification->MetricDataQueries->at(0);
        query.MetricStat.reset();
        query.Expression = "nobody +";
      },
      [](Configuration& one) { one.SchedulingBufferTime = 3601; },
      [](Configuration& one) { one.MaxCapacityBuffer = 10; },
      [](Configuration& one) { one.MaxCapacityBreachBehavior = "IncreaseMaxCapacity"; },
      [](Configuration& one) { one.Mode = "Guess"; }};
  for (std::size_t index = 0; index < wrong.size(); ++index) {
    EXPECT_THAT(put_with(*wrong[index]), FailsWith("ValidationError", 400)) << index;
  }
  auto other = policy();
  other.PolicyType = "StepScaling";
  EXPECT_THAT(autoscaling.put_scaling_policy(other), FailsWith("ValidationError", 400));
  other = policy();
  other.Cooldown = 60;
  EXPECT_THAT(autoscaling.put_scaling_policy(other), FailsWith("ValidationError", 400));
  other = policy();
  other.PredictiveScalingConfiguration.reset();
  EXPECT_THAT(autoscaling.put_scaling_policy(other), FailsWith("ValidationError", 400));
  EXPECT_THAT(*must(autoscaling.describe_policies({.AutoScalingGroupName = "web"})).ScalingPolicies,
              IsEmpty());
}

TEST_F(GetPredictiveScalingForecast, IsOfTwoDaysByTheHour) {
  make_group(wanted(1));
  measure(48);
  must_do(autoscaling.put_scaling_policy(policy("ForecastOnly")));
  const auto answer = forecast();
  EXPECT_EQ(answer.UpdateTime, cloud.now());
  ASSERT_THAT(*answer.LoadForecast, SizeIs(1));
  const auto& load = answer.LoadForecast->at(0);
  EXPECT_EQ(load.MetricSpecification, customized());
  ASSERT_THAT(*load.Values, SizeIs(48));
  EXPECT_EQ(load.Timestamps->at(0), cloud.now() + hours(1));
  EXPECT_EQ(load.Values->at(10), 100);
  EXPECT_EQ(load.Values->at(11), 1000);
  EXPECT_EQ(answer.CapacityForecast->Timestamps, load.Timestamps);
  EXPECT_EQ(answer.CapacityForecast->Values->at(10), 1);
  EXPECT_EQ(answer.CapacityForecast->Values->at(11), 10);
  // The end is exclusive.
  EXPECT_THAT(*forecast(hours(2)).CapacityForecast->Values, SizeIs(1));
}

TEST_F(GetPredictiveScalingForecast, NeedsADayOfData) {
  make_group(wanted(1));
  measure(23);
  must_do(autoscaling.put_scaling_policy(policy()));
  EXPECT_THAT(*forecast().CapacityForecast->Values, IsEmpty());
  EXPECT_THAT(*forecast().LoadForecast->at(0).Values, IsEmpty());
}

TEST_F(GetPredictiveScalingForecast, IsMadeAnewEverySixHours) {
  make_group(wanted(1));
  measure(24);
  const Time made = cloud.now();
  must_do(autoscaling.put_scaling_policy(policy("ForecastOnly")));
  cloud.advance(hours(6) - minutes(1));
  EXPECT_EQ(forecast().UpdateTime, made);
  cloud.advance(minutes(2));
  EXPECT_EQ(forecast().UpdateTime, made + hours(6));
  EXPECT_EQ(forecast().CapacityForecast->Timestamps->back(), made + hours(6 + 48));
}

TEST_F(GetPredictiveScalingForecast, RefusesWhatThereIsNot) {
  make_group(wanted(1));
  must_do(autoscaling.put_scaling_policy(policy()));
  api::autoscaling::GetPredictiveScalingForecastType request{.AutoScalingGroupName = "web",
                                                             .PolicyName = "ahead",
                                                             .StartTime = cloud.now(),
                                                             .EndTime = cloud.now() + hours(1)};
  const auto get = [&](auto&& change) {
    auto changed = request;
    change(changed);
    return autoscaling.get_predictive_scaling_forecast(changed);
  };
  EXPECT_THAT(get([](auto& one) { one.AutoScalingGroupName = "other"; }),
              FailsWith("ValidationError", 400));
  EXPECT_THAT(get([](auto& one) { one.PolicyName = "other"; }), FailsWith("ValidationError", 400));
  EXPECT_THAT(get([](auto& one) { one.EndTime = one.StartTime; }),
              FailsWith("ValidationError", 400));
  EXPECT_THAT(get([](auto& one) { one.EndTime = *one.StartTime + days(31); }),
              FailsWith("ValidationError", 400));
  EXPECT_THAT(get([](auto& one) {
                one.StartTime = *one.StartTime - days(366);
                one.EndTime = *one.StartTime + days(1);
              }),
              FailsWith("ValidationError", 400));
  must_do(autoscaling.put_scaling_policy({.AutoScalingGroupName = "web",
                                          .PolicyName = "simple",
                                          .AdjustmentType = "ChangeInCapacity",
                                          .ScalingAdjustment = 1}));
  EXPECT_THAT(get([](auto& one) { one.PolicyName = "simple"; }), FailsWith("ValidationError", 400));
}

TEST_F(PredictiveScaling, LaunchesBeforeTheHourThatNeedsIt) {
  make_group(wanted(1, 20));
  measure(24);
  must_do(autoscaling.put_scaling_policy(policy()));
  cloud.advance(hours(11) + minutes(54));
  EXPECT_EQ(desired(), 1);
  cloud.advance(minutes(2));
  EXPECT_EQ(desired(), 10);
  EXPECT_THAT(*activity("Launching").Cause,
              HasSubstr("predictive scaling policy ahead forecast a capacity of 10 changing the "
                        "desired capacity from 1 to 10."));
  // It never takes away.
  cloud.advance(hours(13));
  EXPECT_EQ(desired(), 10);
}

TEST_F(PredictiveScaling, PreparesForAsLongAsItIsTold) {
  make_group(wanted(1, 20));
  measure(24);
  must(put_with([](auto& one) { one.SchedulingBufferTime = 1800; }));
  cloud.advance(hours(11) + minutes(29));
  EXPECT_EQ(desired(), 1);
  cloud.advance(minutes(2));
  EXPECT_EQ(desired(), 10);
}

TEST_F(PredictiveScaling, OnlyForecastsWhenItIsToldTo) {
  make_group(wanted(1, 20));
  measure(24);
  must_do(autoscaling.put_scaling_policy(policy("ForecastOnly")));
  cloud.advance(hours(13));
  EXPECT_EQ(desired(), 1);
}

TEST_F(PredictiveScaling, RestsWhileItIsDisabledOrSuspended) {
  make_group(wanted(1, 20));
  measure(24);
  auto disabled = policy();
  disabled.Enabled = false;
  must_do(autoscaling.put_scaling_policy(disabled));
  cloud.advance(hours(13));
  EXPECT_EQ(desired(), 1);
  must_do(autoscaling.put_scaling_policy(policy()));
  must_do(autoscaling.suspend_processes(
      {.AutoScalingGroupName = "web", .ScalingProcesses = {{"ScheduledActions"}}}));
  cloud.advance(hours(1));
  EXPECT_EQ(desired(), 1);
}

TEST_F(PredictiveScaling, HonorsTheMaximum) {
  make_group(wanted(1, 4));
  measure(24);
  must_do(autoscaling.put_scaling_policy(policy()));
  cloud.advance(hours(12));
  EXPECT_EQ(desired(), 4);
  EXPECT_EQ(group().MaxSize, 4);
}

TEST_F(PredictiveScaling, RaisesTheMaximumWhenItMay) {
  make_group(wanted(1, 4));
  measure(24);
  must(put_with([](auto& one) {
    one.MaxCapacityBreachBehavior = "IncreaseMaxCapacity";
    one.MaxCapacityBuffer = 15;
  }));
  cloud.advance(hours(12));
  EXPECT_EQ(desired(), 10);
  EXPECT_EQ(group().MaxSize, 12);
  cloud.advance(hours(13));
  EXPECT_EQ(group().MaxSize, 12);
}

TEST_F(PredictiveScaling, HoldsDynamicPoliciesAboveWhatItExpects) {
  make_group(wanted(1, 20));
  measure(24);
  must_do(autoscaling.put_scaling_policy(policy()));
  must_do(autoscaling.put_scaling_policy({.AutoScalingGroupName = "web",
                                          .PolicyName = "set",
                                          .AdjustmentType = "ExactCapacity",
                                          .ScalingAdjustment = 12}));
  const auto execute = [&] {
    must_do(autoscaling.execute_policy({.AutoScalingGroupName = "web", .PolicyName = "set"}));
  };
  const auto set = [&](std::int32_t capacity) {
    must_do(autoscaling.put_scaling_policy({.AutoScalingGroupName = "web",
                                            .PolicyName = "set",
                                            .AdjustmentType = "ExactCapacity",
                                            .ScalingAdjustment = capacity}));
    execute();
  };
  cloud.advance(hours(12) + minutes(5));
  // The larger wins, in either direction.
  set(12);
  EXPECT_EQ(desired(), 12);
  set(2);
  EXPECT_EQ(desired(), 10);
  must_do(autoscaling.delete_policy({.AutoScalingGroupName = "web", .PolicyName = "ahead"}));
  execute();
  EXPECT_EQ(desired(), 2);
}

TEST_F(PredictiveScaling, LearnsFromTheGroupsOwnCpu) {
  double cpu = 20;
  cloud.set_usage([&](const dispatch::UsageQuestion&) -> dispatch::InstanceUsage {
    return {.cpu_percent = cpu};
  });
  make_group(wanted(2, 20));
  for (int hour = 0; hour < 25; ++hour) {
    cpu = hour == 12 ? 90 : 20;
    cloud.advance(std::chrono::ceil<hours>(cloud.now() + minutes(1)) - cloud.now());
  }
  PredictiveScalingMetricSpecification metric{.TargetValue = 45};
  metric.PredefinedMetricPairSpecification = {{.PredefinedMetricType = "ASGCPUUtilization"}};
  must(put_with([&](auto& one) { one.MetricSpecifications = {{metric}}; }));
  const auto answer = forecast();
  ASSERT_THAT(*answer.LoadForecast->at(0).Values, SizeIs(48));
  double most = 0;
  int busy_hours = 0;
  for (const double value : *answer.LoadForecast->at(0).Values) most = std::max(most, value);
  for (const double value : *answer.CapacityForecast->Values) busy_hours += value > 1 ? 1 : 0;
  // 90 % of two instances, at 45 % of four.
  EXPECT_DOUBLE_EQ(most, 180);
  EXPECT_EQ(busy_hours, 2);
  EXPECT_EQ(*std::ranges::max_element(*answer.CapacityForecast->Values), 4);
}

TEST_F(PredictiveScaling, TakesTheGroupsOwnCapacityWithoutAMetricForIt) {
  make_group(wanted(5, 20));
  measure(24);
  must(put_with([](auto& one) {
    one.MetricSpecifications->at(0).CustomizedCapacityMetricSpecification.reset();
    // A load that is in proportion to the scaling metric.
    one.MetricSpecifications->at(0).CustomizedLoadMetricSpecification->MetricDataQueries = {
        {query("perInstance", "Sum")}};
  }));
  // 200 of each of five at a target of 100.
  EXPECT_EQ(forecast().CapacityForecast->Values->at(11), 10);
}

using MinAdjustmentStep = PredictiveTest;
TEST_F(MinAdjustmentStep, IsTheOlderNameOfItsSuccessor) {
  make_group(wanted(2, 20));
  PutScalingPolicyType step{.AutoScalingGroupName = "web",
                            .PolicyName = "simple",
                            .AdjustmentType = "PercentChangeInCapacity",
                            .MinAdjustmentStep = 3,
                            .ScalingAdjustment = 10};
  must_do(autoscaling.put_scaling_policy(step));
  EXPECT_EQ(described().MinAdjustmentStep, 3);
  must_do(autoscaling.execute_policy({.AutoScalingGroupName = "web", .PolicyName = "simple"}));
  EXPECT_EQ(desired(), 5);
  step.MinAdjustmentMagnitude = 3;
  EXPECT_THAT(autoscaling.put_scaling_policy(step), FailsWith("ValidationError", 400));
  step.MinAdjustmentMagnitude.reset();
  step.MinAdjustmentStep = 0;
  EXPECT_THAT(autoscaling.put_scaling_policy(step), FailsWith("ValidationError", 400));
}

}  // namespace
}  // namespace fallstreak
