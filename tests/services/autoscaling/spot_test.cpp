#include <algorithm>

#include "tests/services/autoscaling/group_fixture.h"

namespace fallstreak {
namespace {

using api::autoscaling::InstancesDistribution;
using std::chrono::minutes;
using testing::FailsSaying;
using testing::FailsWith;

/// Spot Instances in mixed instances groups.
class SpotGroup : public testing::GroupTest {
 protected:
  api::autoscaling::CreateAutoScalingGroupType spot_group(std::int32_t desired,
                                                          InstancesDistribution distribution) {
    auto request = wanted(desired, 20);
    request.LaunchTemplate.reset();
    auto& policy = request.MixedInstancesPolicy.emplace();
    auto& launch_template = policy.LaunchTemplate.emplace();
    launch_template.LaunchTemplateSpecification = {{.LaunchTemplateId = template_id}};
    launch_template.Overrides = {{{.InstanceType = "m4.xlarge"}, {.InstanceType = "c5.large"}}};
    policy.InstancesDistribution = std::move(distribution);
    return request;
  }
  static InstancesDistribution all_spot(const std::string& strategy = "lowest-price") {
    return {.OnDemandPercentageAboveBaseCapacity = 0, .SpotAllocationStrategy = strategy};
  }
  std::vector<std::string> spot_ids() {
    std::vector<std::string> ids;
    for (const auto& instance : instances()) {
      const auto described =
          must(ec2.describe_instances({.InstanceIds = {{*instance.InstanceId}}}));
      const auto& one = described.Reservations->front().Instances->front();
      if (one.InstanceLifecycle == "spot") ids.push_back(*instance.InstanceId);
    }
    return ids;
  }
  void set_desired(std::int32_t desired) {
    must_do(autoscaling.set_desired_capacity(
        {.AutoScalingGroupName = "web", .DesiredCapacity = desired}));
    cloud.advance(minutes(6));
  }
};

TEST_F(SpotGroup, HasItsBaseAndItsShareOnDemand) {
  make_group(
      spot_group(10, {.OnDemandBaseCapacity = 2, .OnDemandPercentageAboveBaseCapacity = 25}));

  EXPECT_EQ(count_in("InService"), 10);
  EXPECT_EQ(spot_ids().size(), 6);
}

TEST_F(SpotGroup, KeepsItsShareWhenItShrinks) {
  make_group(spot_group(8, {.OnDemandBaseCapacity = 2, .OnDemandPercentageAboveBaseCapacity = 50}));
  ASSERT_EQ(spot_ids().size(), 3);
  set_desired(4);

  EXPECT_EQ(count_in("InService"), 4);
  EXPECT_EQ(spot_ids().size(), 1);
}

TEST_F(SpotGroup, DoesNotTakeOnDemandInstancesWhereThereIsNoSpotCapacity) {
  must_do_fault("wave", {.kind = "spot-interruption"});
  make_group(spot_group(4, {.OnDemandBaseCapacity = 1, .OnDemandPercentageAboveBaseCapacity = 0}));

  EXPECT_EQ(count_in("InService"), 1);
  EXPECT_THAT(
      *activity("Launching a new EC2 instance.  Status Reason: Could not launch Spot")
           .StatusMessage,
      ::testing::HasSubstr("Could not launch Spot Instances. InsufficientInstanceCapacity - "
                           "There is no Spot capacity available that matches your request. "
                           "Launching EC2 instance failed."));
}

TEST_F(SpotGroup, TakesAnotherPoolWhereTheFirstHasNoCapacity) {
  must_do_fault("wave", {.kind = "spot-interruption", .instance_type = "c5.large"});
  make_group(spot_group(3, all_spot("capacity-optimized")));

  EXPECT_EQ(count_in("InService"), 3);
  for (const auto& instance : instances()) EXPECT_EQ(instance.InstanceType, "m4.xlarge");
}

TEST_F(SpotGroup, ReplacesWhatWasInterruptedAfterItIsGone) {
  make_group(spot_group(3, all_spot()));
  const std::string id = instance_in("eu-central-1a");
  must_do_fault("one", {.kind = "spot-interruption", .instance_id = id});
  cloud.advance(std::chrono::seconds(115));
  EXPECT_EQ(count_in("InService"), 3);
  EXPECT_EQ(instances().size(), 3);

  cloud.advance(minutes(8));
  EXPECT_EQ(count_in("InService"), 3);
  EXPECT_THAT(
      *activity("Terminating EC2 instance: " + id).Cause,
      ::testing::HasSubstr("EC2 health check indicating it has been terminated or stopped"));
}

TEST_F(SpotGroup, WithCapacityRebalancingReplacesBeforeTheInterruption) {
  auto request = spot_group(3, all_spot("capacity-optimized"));
  request.CapacityRebalance = true;
  make_group(request);
  EXPECT_EQ(group().CapacityRebalance, true);
  const std::string id = instance_in("eu-central-1a");
  must_do_fault("risk", {.kind = "spot-rebalance", .instance_id = id});
  std::int32_t least = 99;
  for (int i = 0; i < 10; ++i) {
    cloud.advance(std::chrono::seconds(30));
    least = std::min(least, count_in("InService"));
  }

  EXPECT_EQ(least, 3);
  EXPECT_EQ(count_in("InService"), 3);
  for (const auto& instance : instances()) EXPECT_NE(instance.InstanceId, id);
  EXPECT_THAT(*activity("Terminating EC2 instance: " + id).Cause,
              ::testing::HasSubstr("in response to an EC2 instance rebalance recommendation."));
}

TEST_F(SpotGroup, WithoutCapacityRebalancingDoesNotHeedARecommendation) {
  make_group(spot_group(3, all_spot()));
  must_do_fault("risk", {.kind = "spot-rebalance"});
  cloud.advance(minutes(20));

  EXPECT_EQ(activities().size(), 3);
}

TEST_F(SpotGroup, RebalancesOneByOneWhenItsMaximumLeavesNoRoom) {
  auto request = spot_group(4, all_spot("capacity-optimized"));
  request.MaxSize = 4;
  request.CapacityRebalance = true;
  make_group(request);
  must_do_fault("risk", {.kind = "spot-rebalance", .instance_type = "m4.xlarge"});
  must_do_fault("risk-too", {.kind = "spot-rebalance", .instance_type = "c5.large"});
  std::size_t most = 0;
  std::int32_t least = 99;
  for (int i = 0; i < 60; ++i) {
    cloud.advance(std::chrono::seconds(20));
    const std::size_t active = std::size_t(count_in("InService") + count_in("Pending"));
    most = std::max(most, active);
    least = std::min(least, count_in("InService"));
  }

  EXPECT_EQ(most, 5);
  EXPECT_EQ(least, 4);
  EXPECT_EQ(activities().size(), 4 + 4 + 4);
}

TEST_F(SpotGroup, PaysNoMoreThanItsMaximumPrice) {
  auto distribution = all_spot();
  distribution.SpotMaxPrice = "0.0001";
  make_group(spot_group(1, distribution));

  EXPECT_TRUE(instances().empty());
  EXPECT_THAT(*activity("Launching a new EC2 instance.").StatusMessage,
              ::testing::HasSubstr("SpotMaxPriceTooLow"));
}

TEST_F(SpotGroup, RefusesWhatDoesNotGoTogether) {
  auto pools = all_spot("capacity-optimized");
  pools.SpotInstancePools = 2;
  EXPECT_THAT(autoscaling.create_auto_scaling_group(spot_group(1, pools)),
              FailsSaying("SpotInstancePools option is only available with the lowest-price "
                          "allocation strategy."));
  EXPECT_THAT(autoscaling.create_auto_scaling_group(spot_group(1, all_spot("cheapest"))),
              FailsWith("ValidationError", 400));
  const auto made = must(ec2.create_launch_template(
      {.LaunchTemplateName = "spot",
       .LaunchTemplateData = {{.ImageId = std::string(kImage),
                               .InstanceType = "t3.micro",
                               .InstanceMarketOptions = {{.MarketType = "spot"}}}}}));
  template_id = *made.LaunchTemplate->LaunchTemplateId;
  EXPECT_THAT(autoscaling.create_auto_scaling_group(spot_group(1, all_spot())),
              FailsWith("ValidationError", 400));
}

TEST_F(SpotGroup, MayComeFromATemplateAlone) {
  const auto made = must(ec2.create_launch_template(
      {.LaunchTemplateName = "spot",
       .LaunchTemplateData = {{.ImageId = std::string(kImage),
                               .InstanceType = "t3.micro",
                               .InstanceMarketOptions = {{.MarketType = "spot"}}}}}));
  template_id = *made.LaunchTemplate->LaunchTemplateId;
  make_group(wanted(2));

  EXPECT_EQ(spot_ids().size(), 2);
}

}  // namespace
}  // namespace fallstreak
