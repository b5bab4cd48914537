#include "tests/services/autoscaling/group_fixture.h"

namespace fallstreak {
namespace {

using api::autoscaling::MixedInstancesPolicy;
using std::chrono::minutes;
using testing::FailsSaying;
using testing::FailsWith;

class MixedInstances : public testing::GroupTest {
 protected:
  MixedInstancesPolicy policy_of(const std::vector<std::string>& types) {
    MixedInstancesPolicy policy;
    auto& launch_template = policy.LaunchTemplate.emplace();
    launch_template.LaunchTemplateSpecification = {{.LaunchTemplateId = template_id}};
    auto& overrides = launch_template.Overrides.emplace();
    for (const auto& type : types) overrides.push_back({.InstanceType = type});
    return policy;
  }
  api::autoscaling::CreateAutoScalingGroupType mixed(std::int32_t desired,
                                                     const std::vector<std::string>& types) {
    auto request = wanted(desired);
    request.LaunchTemplate.reset();
    request.MixedInstancesPolicy = policy_of(types);
    return request;
  }
  api::autoscaling::CreateAutoScalingGroupType weighted(
      std::int32_t desired, const std::vector<std::pair<std::string, std::string>>& weights) {
    std::vector<std::string> types;
    for (const auto& row : weights) types.push_back(row.first);
    auto request = mixed(desired, types);
    auto& overrides = *request.MixedInstancesPolicy->LaunchTemplate->Overrides;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      overrides[i].WeightedCapacity = weights[i].second;
    }
    return request;
  }
  int count_of(std::string_view type) {
    int count = 0;
    for (const auto& instance : instances()) count += instance.InstanceType == type;
    return count;
  }
};

TEST_F(MixedInstances, LaunchTheFirstTypeAndAreReturnedWithAwssDefaults) {
  make_group(mixed(3, {"m4.xlarge", "t3.small"}));

  EXPECT_EQ(count_of("m4.xlarge"), 3);
  EXPECT_FALSE(group().LaunchTemplate.has_value());
  const auto distribution = *group().MixedInstancesPolicy->InstancesDistribution;
  EXPECT_EQ(distribution.OnDemandAllocationStrategy, "prioritized");
  EXPECT_EQ(distribution.OnDemandPercentageAboveBaseCapacity, 100);
}

TEST_F(MixedInstances, TakeTheNextTypeWhereTheFirstHasNoCapacity) {
  must_do_fault(
      "full",
      {.kind = "insufficient-capacity", .zone = "eu-central-1a", .instance_type = "m4.xlarge"});
  make_group(mixed(3, {"m4.xlarge", "t3.small"}));

  EXPECT_EQ(count_in("InService"), 3);
  EXPECT_EQ(count_of("m4.xlarge"), 2);
  EXPECT_EQ(count_of("t3.small"), 1);
  for (const auto& instance : instances()) {
    EXPECT_EQ(instance.InstanceType == "t3.small", instance.AvailabilityZone == "eu-central-1a");
  }
}

TEST_F(MixedInstances, GiveWayToALaunchTemplateAndTakeItsPlace) {
  make_group(wanted(1));
  must_do(autoscaling.update_auto_scaling_group(
      {.AutoScalingGroupName = "web", .MixedInstancesPolicy = policy_of({"t3.small"})}));
  EXPECT_FALSE(group().LaunchTemplate.has_value());
  must_do(autoscaling.set_desired_capacity({.AutoScalingGroupName = "web", .DesiredCapacity = 2}));
  cloud.advance(minutes(3));
  EXPECT_EQ(count_of("t3.small"), 1);

  must_do(autoscaling.update_auto_scaling_group(
      {.AutoScalingGroupName = "web", .LaunchTemplate = {{.LaunchTemplateId = template_id}}}));
  EXPECT_FALSE(group().MixedInstancesPolicy.has_value());
  EXPECT_TRUE(group().LaunchTemplate.has_value());
}

TEST_F(MixedInstances, CountInUnitsOfCapacityWithWeights) {
  make_group(weighted(4, {{"m4.xlarge", "2"}, {"t3.small", "1"}}));

  EXPECT_EQ(count_of("m4.xlarge"), 2);
  EXPECT_EQ(count_of("t3.small"), 0);
  EXPECT_EQ(instances().front().WeightedCapacity, "2");
  const auto details = must(autoscaling.describe_auto_scaling_instances({})).AutoScalingInstances;
  EXPECT_EQ(details->front().WeightedCapacity, "2");
}

TEST_F(MixedInstances, ExceedTheDesiredCapacityRatherThanMissIt) {
  make_group(weighted(5, {{"m4.xlarge", "2"}}));

  EXPECT_EQ(count_in("InService"), 3);
  cloud.advance(minutes(30));
  EXPECT_EQ(count_in("InService"), 3);
}

TEST_F(MixedInstances, KeepAnInstanceThatStandsForMoreThanTheSurplus) {
  make_group(weighted(6, {{"m4.xlarge", "3"}}));
  const auto change = [&](std::int32_t desired) {
    must_do(autoscaling.set_desired_capacity(
        {.AutoScalingGroupName = "web", .DesiredCapacity = desired}));
    cloud.advance(minutes(5));
  };

  change(4);
  EXPECT_EQ(count_in("InService"), 2);
  change(3);
  EXPECT_EQ(count_in("InService"), 1);
}

TEST_F(MixedInstances, ReplaceWhatIsUnhealthyUnitForUnit) {
  make_group(weighted(6, {{"m4.xlarge", "2"}}));
  const std::string id = *instances().front().InstanceId;
  must_do(autoscaling.set_instance_health({.InstanceId = id, .HealthStatus = "Unhealthy"}));
  cloud.advance(minutes(10));

  EXPECT_EQ(count_in("InService"), 3);
  for (const auto& instance : instances()) EXPECT_NE(instance.InstanceId, id);
}

TEST_F(MixedInstances, TakeTheWeightOffTheDesiredCapacityWhenOneIsTerminated) {
  make_group(weighted(6, {{"m4.xlarge", "2"}}));
  must_do(autoscaling.terminate_instance_in_auto_scaling_group(
      {.InstanceId = *instances().front().InstanceId, .ShouldDecrementDesiredCapacity = true}));

  EXPECT_EQ(group().DesiredCapacity, 4);
}

TEST_F(MixedInstances, RefuseWeightsThatAreNoNumbersOrNotForAll) {
  EXPECT_THAT(autoscaling.create_auto_scaling_group(weighted(1, {{"t3.small", "0"}})),
              FailsSaying("WeightedCapacity '0' is not valid. It must be a whole number between 1 "
                          "and 999."));
  auto partly = weighted(1, {{"t3.small", "1"}, {"m4.xlarge", "2"}});
  partly.MixedInstancesPolicy->LaunchTemplate->Overrides->front().WeightedCapacity.reset();
  EXPECT_THAT(autoscaling.create_auto_scaling_group(partly), FailsWith("ValidationError", 400));
}

TEST_F(MixedInstances, RefuseATypeThatIsNamedTwice) {
  EXPECT_THAT(autoscaling.create_auto_scaling_group(mixed(1, {"t3.small", "t3.small"})),
              FailsSaying("Duplicate instance type: t3.small"));
}

TEST_F(MixedInstances, LaunchTheCheapestTypeWhenTheyAreAsked) {
  auto request = mixed(2, {"m4.xlarge", "t3.small"});
  request.MixedInstancesPolicy->InstancesDistribution = {
      {.OnDemandAllocationStrategy = "lowest-price"}};
  make_group(request);

  EXPECT_EQ(count_of("t3.small"), 2);
}

TEST_F(MixedInstances, LaunchFromTheTemplateOfTheOverride) {
  const std::string other = make_launch_template("other");
  auto request = mixed(1, {"t3.small"});
  request.MixedInstancesPolicy->LaunchTemplate->Overrides->front().LaunchTemplateSpecification = {
      {.LaunchTemplateId = other}};
  make_group(request);

  EXPECT_EQ(instances().front().LaunchTemplate->LaunchTemplateId, other);
  EXPECT_EQ(instances().front().LaunchTemplate->Version, "1");
}

class InstancesByRequirements : public MixedInstances {
 protected:
  api::autoscaling::CreateAutoScalingGroupType by_requirements(
      const api::autoscaling::InstanceRequirements& requirements) {
    auto request = mixed(2, {});
    request.MixedInstancesPolicy->LaunchTemplate->Overrides = {
        {{.InstanceRequirements = requirements}}};
    return request;
  }
  static api::autoscaling::InstanceRequirements small() {
    return {.VCpuCount = {{.Min = 2, .Max = 2}},
            .MemoryMiB = {{.Min = 8192, .Max = 8192}},
            .InstanceGenerations = {{"current"}}};
  }
};

TEST_F(InstancesByRequirements, LaunchTheCheapestTypeThatMeetsThem) {
  make_group(by_requirements(small()));

  EXPECT_EQ(count_of("m5.large") + count_of("m6i.large"), 2);
  const auto policy = *group().MixedInstancesPolicy;
  EXPECT_EQ(policy.InstancesDistribution->OnDemandAllocationStrategy, "lowest-price");
  EXPECT_EQ(policy.LaunchTemplate->Overrides->front().InstanceRequirements, small());
}

TEST_F(InstancesByRequirements, TakeAnotherTypeWhereTheCheapestHasNoCapacity) {
  must_do_fault("full-5", {.kind = "insufficient-capacity", .instance_type = "m5.large"});
  make_group(by_requirements(small()));

  EXPECT_EQ(count_of("m6i.large"), 2);
}

TEST_F(InstancesByRequirements, RefuseWhatDoesNotGoWithThem) {
  auto request = by_requirements(small());
  auto& policy = *request.MixedInstancesPolicy;
  auto& one = policy.LaunchTemplate->Overrides->front();
  one.InstanceType = "m4.xlarge";
  EXPECT_THAT(autoscaling.create_auto_scaling_group(request), FailsWith("ValidationError", 400));
  one.InstanceType.reset();
  one.WeightedCapacity = "2";
  EXPECT_THAT(autoscaling.create_auto_scaling_group(request), FailsWith("NotImplemented", 501));
  one.WeightedCapacity.reset();
  one.InstanceRequirements->VCpuCount->Max = 1;
  EXPECT_THAT(autoscaling.create_auto_scaling_group(request), FailsWith("ValidationError", 400));
  one.InstanceRequirements = small();
  one.InstanceRequirements->AcceleratorNames = {{"a100"}};
  EXPECT_THAT(autoscaling.create_auto_scaling_group(request), FailsWith("NotImplemented", 501));
  one.InstanceRequirements = small();
  policy.InstancesDistribution = {{.OnDemandAllocationStrategy = "prioritized"}};
  EXPECT_THAT(autoscaling.create_auto_scaling_group(request), FailsWith("ValidationError", 400));
  policy.InstancesDistribution.reset();
  policy.LaunchTemplate->Overrides->push_back({.InstanceType = "m4.xlarge"});
  EXPECT_THAT(autoscaling.create_auto_scaling_group(request), FailsWith("ValidationError", 400));
}

class MixedInstanceRefresh : public MixedInstances {
 protected:
  void refresh(const MixedInstancesPolicy& policy,
               api::autoscaling::RefreshPreferences preferences = {}) {
    preferences.MinHealthyPercentage = 50;
    must_do(autoscaling.start_instance_refresh(
        {.AutoScalingGroupName = "web",
         .DesiredConfiguration = {{.MixedInstancesPolicy = policy}},
         .Preferences = preferences}));
  }
  std::string status() {
    return *must(autoscaling.describe_instance_refreshes({.AutoScalingGroupName = "web"}))
                .InstanceRefreshes->at(0)
                .Status;
  }
  std::optional<std::string> type_of_policy() {
    return group().MixedInstancesPolicy->LaunchTemplate->Overrides->at(0).InstanceType;
  }
};

TEST_F(MixedInstanceRefresh, ReplacesTheInstancesAndThenThePolicy) {
  make_group(mixed(2, {"m4.xlarge"}));
  refresh(policy_of({"t3.small"}));
  EXPECT_EQ(type_of_policy(), "m4.xlarge");
  cloud.advance(std::chrono::hours(1));
  EXPECT_EQ(status(), "Successful");
  EXPECT_EQ(count_of("t3.small"), 2);
  EXPECT_EQ(type_of_policy(), "t3.small");
}

TEST_F(MixedInstanceRefresh, MovesAGroupOnFromItsTemplate) {
  make_group(wanted(2));
  refresh(policy_of({"t3.small"}));
  cloud.advance(std::chrono::hours(1));
  EXPECT_EQ(count_of("t3.small"), 2);
  EXPECT_EQ(type_of_policy(), "t3.small");
  EXPECT_FALSE(group().LaunchTemplate);
}

TEST_F(MixedInstanceRefresh, MovesAMixedGroupOnToATemplateAlone) {
  make_group(mixed(2, {"m4.xlarge"}));
  must_do(autoscaling.start_instance_refresh(
      {.AutoScalingGroupName = "web",
       .DesiredConfiguration = {{.LaunchTemplate = {{.LaunchTemplateId = template_id}}}},
       .Preferences = {{.MinHealthyPercentage = 50}}}));
  EXPECT_TRUE(group().MixedInstancesPolicy) << "until all is replaced";
  cloud.advance(std::chrono::hours(1));

  EXPECT_EQ(status(), "Successful");
  EXPECT_EQ(count_of("m4.xlarge"), 0);
  EXPECT_EQ(instances().size(), 2U);
  EXPECT_FALSE(group().MixedInstancesPolicy);
  EXPECT_EQ(group().LaunchTemplate->LaunchTemplateId, template_id);
}

TEST_F(MixedInstanceRefresh, IsRolledBackToThePolicyBefore) {
  auto before = mixed(2, {"m4.xlarge"});
  before.MixedInstancesPolicy->LaunchTemplate->LaunchTemplateSpecification->Version = "1";
  make_group(before);
  refresh(policy_of({"t3.small"}), {.InstanceWarmup = 300});
  cloud.advance(minutes(4));
  EXPECT_EQ(count_of("t3.small"), 1);
  must_do(autoscaling.rollback_instance_refresh({.AutoScalingGroupName = "web"}));
  cloud.advance(std::chrono::hours(1));
  EXPECT_EQ(status(), "RollbackSuccessful");
  EXPECT_EQ(count_of("m4.xlarge"), 2);
  EXPECT_EQ(type_of_policy(), "m4.xlarge");
}

TEST_F(MixedInstanceRefresh, SkipsInstancesOfATypeThatIsWanted) {
  make_group(mixed(2, {"m4.xlarge"}));
  const std::string kept = *instances().at(0).InstanceId;
  refresh(policy_of({"t3.small", "m4.xlarge"}), {.SkipMatching = true});
  cloud.advance(std::chrono::hours(1));
  EXPECT_EQ(count_of("m4.xlarge"), 2);
  EXPECT_EQ(*instances().at(0).InstanceId, kept);
  refresh(policy_of({"t3.small"}), {.SkipMatching = true});
  cloud.advance(std::chrono::hours(1));
  EXPECT_EQ(count_of("t3.small"), 2);
}

TEST_F(MixedInstanceRefresh, RefusesWhatItCannotDo) {
  make_group(mixed(1, {"m4.xlarge"}));
  const auto start = [&](const api::autoscaling::DesiredConfiguration& configuration) {
    return autoscaling.start_instance_refresh(
        {.AutoScalingGroupName = "web", .DesiredConfiguration = configuration});
  };
  EXPECT_THAT(start({.LaunchTemplate = {{.LaunchTemplateId = template_id}},
                     .MixedInstancesPolicy = policy_of({"t3.small"})}),
              FailsWith("ValidationError", 400));
  EXPECT_THAT(start({.MixedInstancesPolicy = policy_of({"t3.small", "t3.small"})}),
              FailsWith("ValidationError", 400));
  EXPECT_THAT(
      start({.MixedInstancesPolicy = weighted(1, {{"t3.small", "2"}}).MixedInstancesPolicy}),
      FailsWith("NotImplemented", 501));
}

}  // namespace
}  // namespace fallstreak
