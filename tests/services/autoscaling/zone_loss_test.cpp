#include "tests/services/autoscaling/group_fixture.h"

namespace fallstreak {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

/// A group of six, and no more, over three zones behind a load balancer; zone a loses its power for
/// half an hour. Boots, checks and choices fall differently with each seed.
class ZoneLoss : public testing::GroupTest, public ::testing::WithParamInterface<std::uint64_t> {
 protected:
  ZoneLoss() : GroupTest({.seed = GetParam()}) {
    balancer = make_load_balancer("web");
    targets = make_target_group("web");
    make_listener(balancer, targets);
    auto request = wanted(6, 6);
    request.TargetGroupARNs = {{targets}};
    request.HealthCheckType = "ELB";
    request.HealthCheckGracePeriod = 60;
    make_group(request);
    cloud.advance(minutes(2));
  }
  int healthy_targets() {
    int count = 0;
    const auto health = must(elbv2.describe_target_health({.TargetGroupArn = targets}));
    for (const auto& description : *health.TargetHealthDescriptions) {
      count += description.TargetHealth->State == "healthy";
    }
    return count;
  }
  int spread() {
    int least = 1000, most = 0;
    for (const auto& [zone, count] : in_service_by_zone()) {
      least = std::min(least, count);
      most = std::max(most, count);
    }
    return most - least;
  }
  void lose_power() {
    must_do_fault("power", {.kind = "az-power", .zone = "eu-central-1a"}, minutes(30));
  }

  std::string balancer, targets;
};

TEST_P(ZoneLoss, BeginsWithSixHealthyTargets) {
  EXPECT_EQ(healthy_targets(), 6);
  EXPECT_EQ(spread(), 0);
}

TEST_P(ZoneLoss, LeavesTheLoadBalancerWithTheOtherZonesAfterTwoFailedChecks) {
  lose_power();
  EXPECT_EQ(healthy_targets(), 6);
  cloud.advance(seconds(65));

  EXPECT_EQ(healthy_targets(), 4);
}

TEST_P(ZoneLoss, IsMadeUpForInTheOtherZones) {
  lose_power();
  cloud.advance(minutes(10));

  auto zones = in_service_by_zone();
  EXPECT_EQ(zones["eu-central-1a"], 0);
  EXPECT_EQ(zones["eu-central-1b"], 3);
  EXPECT_EQ(zones["eu-central-1c"], 3);
  EXPECT_EQ(healthy_targets(), 6);
}

TEST_P(ZoneLoss, ReplacesOneInstanceAtATime) {
  lose_power();
  for (int second = 0; second < 600; second += 5) {
    cloud.advance(seconds(5));
    EXPECT_LE(count_in("Pending"), 1);
  }
}

TEST_P(ZoneLoss, IsBalancedAgainOnceThePowerIsBack) {
  lose_power();
  cloud.advance(minutes(30));
  EXPECT_EQ(spread(), 3);
  cloud.advance(minutes(20));

  EXPECT_LE(spread(), 1);
  EXPECT_EQ(count_in("InService"), 6);
  EXPECT_EQ(healthy_targets(), 6);
}

TEST_P(ZoneLoss, ExceedsItsMaximumByOneWhenItRebalances) {
  lose_power();
  cloud.advance(minutes(30));
  for (int second = 0; second < 20 * 60; second += 5) {
    cloud.advance(seconds(5));
    EXPECT_GE(count_in("InService"), 6);
    EXPECT_LE(count_in("InService") + count_in("Pending"), 7);
  }
  EXPECT_THAT(*activity("Launching a new EC2 instance: i-").Cause,
              ::testing::HasSubstr("instances were launched to balance instances in zones "
                                   "eu-central-1a with other zones resulting in more than desired "
                                   "number of instances in the group."));
}

TEST_P(ZoneLoss, GoesTheSameWayForTheSameSeed) {
  const auto twin = cloud.fork();
  lose_power();
  cloud.advance(minutes(60));
  const auto begun =
      twin->begin_fault("power", {.kind = "az-power", .zone = "eu-central-1a"}, minutes(30));
  ASSERT_TRUE(begun.has_value());
  twin->advance(minutes(60));

  EXPECT_EQ(cloud.hash(), twin->hash());
}

INSTANTIATE_TEST_SUITE_P(Seeds, ZoneLoss, ::testing::Range<std::uint64_t>(1, 11));

}  // namespace
}  // namespace fallstreak
