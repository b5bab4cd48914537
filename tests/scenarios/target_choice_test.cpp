#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dataplane/alb/target_choice.h"

namespace fallstreak::dataplane::alb {
namespace {

using testing::ElementsAre;
using enum TargetState;

const std::vector<TargetFacts> kMixed{
    {0, healthy}, {0, unhealthy}, {1, healthy}, {1, draining}, {2, initial}};

TEST(RoutableTargets, AreTheHealthyOnesOfAllZones) {
  EXPECT_THAT(routable_targets(kMixed, 0, CrossZone::on).targets, ElementsAre(0, 2));
}

TEST(RoutableTargets, AreThoseOfTheNodesZoneWithoutCrossZone) {
  EXPECT_THAT(routable_targets(kMixed, 0, CrossZone::off).targets, ElementsAre(0));
  EXPECT_THAT(routable_targets(kMixed, 1, CrossZone::off).targets, ElementsAre(2));
}

TEST(RoutableTargets, AreAllThatAreRegisteredWhenNoneIsHealthy) {
  const std::vector<TargetFacts> targets{{0, unhealthy}, {1, initial}, {1, draining}};
  EXPECT_THAT(routable_targets(targets, 0, CrossZone::on).targets, ElementsAre(0, 1));
  EXPECT_THAT(routable_targets(kMixed, 2, CrossZone::off).targets, ElementsAre(4));
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health.html
TEST(RoutableTargets, AreAllWhenFewerAreHealthyThanTheGroupWants) {
  const auto of = [](const HealthyMinimum& minimum, CrossZone cross_zone = CrossZone::on) {
    return routable_targets(kMixed, 0, cross_zone, minimum);
  };
  EXPECT_FALSE(of({.count = 2}).fails_open) << "two of four are healthy";
  EXPECT_FALSE(of({.percentage = 50}).fails_open);
  EXPECT_THAT(of({.count = 3}).targets, ElementsAre(0, 1, 2, 4));
  EXPECT_TRUE(of({.count = 3}).fails_open);
  EXPECT_THAT(of({.percentage = 51}).targets, ElementsAre(0, 1, 2, 4));
  EXPECT_THAT(of({.count = 2}, CrossZone::off).targets, ElementsAre(0, 1));
  EXPECT_THAT(of({.percentage = 50}, CrossZone::off).targets, ElementsAre(0));
}

TEST(RoutableTargets, AreNoneWhenOnlyDrainingOnesAreLeft) {
  const std::vector<TargetFacts> targets{{0, draining}};
  EXPECT_TRUE(routable_targets(targets, 0, CrossZone::on).targets.empty());
  EXPECT_TRUE(routable_targets({}, 0, CrossZone::on).targets.empty());
}

TEST(RoutableTargets, LeaveOutAZoneThatTrafficIsShiftedAwayFromUnlessAllFail) {
  const auto shifted = [](TargetState state) {
    return state_for_choice(state, Override::zonal_shift);
  };
  EXPECT_THAT(routable_targets(std::vector<TargetFacts>{{0, shifted(healthy)}, {1, healthy}}, 0,
                               CrossZone::on)
                  .targets,
              ElementsAre(1));
  EXPECT_THAT(routable_targets(std::vector<TargetFacts>{{0, shifted(healthy)}, {1, unhealthy}}, 0,
                               CrossZone::on)
                  .targets,
              ElementsAre(0, 1));
  EXPECT_EQ(shifted(draining), draining);
  EXPECT_EQ(state_for_choice(healthy, Override::none), healthy);
}

TEST(RoundRobin, GoesRoundAndSurvivesAShorterList) {
  std::uint64_t turn = 0;
  EXPECT_EQ(round_robin(turn, 3), 0u);
  EXPECT_EQ(round_robin(turn, 3), 1u);
  EXPECT_EQ(round_robin(turn, 3), 2u);
  EXPECT_EQ(round_robin(turn, 2), 0u);
}

TEST(LeastOutstanding, TakesTheLeastBusyAndSpreadsAnIdleGroup) {
  const std::vector<std::uint32_t> routable{0, 1, 2};
  std::uint64_t turn = 0;
  const std::vector<std::uint64_t> busy{5, 2, 3};
  EXPECT_EQ(least_outstanding(turn, routable, [&](std::uint32_t target) { return busy[target]; }),
            1u);
  const auto idle = [](std::uint32_t) { return std::uint64_t{0}; };
  turn = 0;
  EXPECT_EQ(least_outstanding(turn, routable, idle), 0u);
  EXPECT_EQ(least_outstanding(turn, routable, idle), 1u);
  EXPECT_EQ(least_outstanding(turn, routable, idle), 2u);
}

TEST(WeightedGroup, GivesEachGroupItsShare) {
  const std::vector<std::uint32_t> weights{90, 0, 10};
  std::vector<int> chosen(3);
  for (std::uint64_t point = 0; point < 1000; ++point) {
    const auto group = weighted_group(weights, point * ((std::uint64_t{1} << 32) / 1000) << 32);
    ASSERT_TRUE(group.has_value());
    ++chosen[*group];
  }
  EXPECT_NEAR(chosen[0], 900, 1);
  EXPECT_EQ(chosen[1], 0);
  EXPECT_EQ(weighted_group(weights, 0), 0u);
  EXPECT_EQ(weighted_group(weights, ~std::uint64_t{0}), 2u);
}

TEST(WeightedGroup, IsNoneWithoutAnyWeight) {
  const std::vector<std::uint32_t> weights{0, 0};
  EXPECT_FALSE(weighted_group(weights, 1).has_value());
  EXPECT_FALSE(weighted_group({}, 1).has_value());
}

TEST(EvenlyRandom, ReachesEveryTarget) {
  EXPECT_EQ(evenly_random(3, 0), 0u);
  EXPECT_EQ(evenly_random(3, 0x8000'0000), 1u);
  EXPECT_EQ(evenly_random(3, 0xffff'ffff), 2u);
}

}  // namespace
}  // namespace fallstreak::dataplane::alb
