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

TEST_F(MixedInstances, AreRefusedWhereTheyWouldNeedSpotPricesOrWeights) {
  auto spot = mixed(1, {"t3.small"});
  spot.MixedInstancesPolicy->InstancesDistribution = {{.OnDemandPercentageAboveBaseCapacity = 50}};
  EXPECT_THAT(autoscaling.create_auto_scaling_group(spot), FailsWith("NotImplemented", 501));
  auto cheap = mixed(1, {"t3.small"});
  cheap.MixedInstancesPolicy->InstancesDistribution = {
      {.OnDemandAllocationStrategy = "lowest-price"}};
  EXPECT_THAT(autoscaling.create_auto_scaling_group(cheap), FailsWith("NotImplemented", 501));
  auto weighted = mixed(1, {"t3.small"});
  weighted.MixedInstancesPolicy->LaunchTemplate->Overrides->front().WeightedCapacity = "2";
  EXPECT_THAT(autoscaling.create_auto_scaling_group(weighted), FailsWith("NotImplemented", 501));
  EXPECT_THAT(autoscaling.create_auto_scaling_group(mixed(1, {"t3.small", "t3.small"})),
              FailsSaying("Duplicate instance type: t3.small"));
}

}  // namespace
}  // namespace fallstreak
