// Clients follow a name to another load balancer as their answers expire.
#include <gtest/gtest.h>

#include "scenarios/traffic_fixture.h"

namespace fallstreak::scenarios::traffic {
namespace {

constexpr Instant kTtl = 60 * kOneSecond;

/// Two load balancers with a target each, 1 and 2, and a source whose name answers the first.
struct TwoBalancers {
  explicit TwoBalancers(Lane lane = Lane::recurrence)
      : simulator({.sources = {steady_source("shoppers", 1000)},
                   .load_balancers = 2,
                   .lane = lane,
                   .dns_ttl = kTtl},
                  nullptr) {
    simulator.record_completions(&completions);
    for (std::uint32_t balancer = 0; balancer < 2; ++balancer) {
      auto view = balanced_view(1, 1, 64, exponential_service(5));
      view.groups.front().targets.front().id = balancer + 1;
      simulator.set_view(balancer, std::move(view));
    }
  }
  /// How many requests each target gets until then.
  std::pair<std::uint64_t, std::uint64_t> advance_to(Instant until) {
    const auto first = simulator.totals(1).requests;
    const auto second = simulator.totals(2).requests;
    simulator.advance_to(until);
    return {simulator.totals(1).requests - first, simulator.totals(2).requests - second};
  }
  std::vector<Simulator::Completion> completions;
  Simulator simulator;
};

TEST(NameAnswer, SendsClientsOnAsTheirAnswersExpire) {
  TwoBalancers world;
  EXPECT_EQ(world.advance_to(30 * kOneSecond).second, 0u);

  world.simulator.set_answer(0, 1);
  const auto early = world.advance_to(45 * kOneSecond);  // a quarter of the time to live
  const auto later = world.advance_to(90 * kOneSecond);

  const auto share = [](const auto& of) {
    return static_cast<double>(of.second) / static_cast<double>(of.first + of.second);
  };
  EXPECT_NEAR(share(early), 0.125, 0.01);
  EXPECT_NEAR(share(later), 0.625, 0.01);
  EXPECT_EQ(world.advance_to(120 * kOneSecond).first, 0u);
}

TEST(NameAnswer, RemembersSeveralAnswersWithinATimeToLive) {
  TwoBalancers world;
  world.advance_to(30 * kOneSecond);
  world.simulator.set_answer(0, 1);
  world.advance_to(40 * kOneSecond);
  world.simulator.set_answer(0, 0);

  const auto [first, second] = world.advance_to(50 * kOneSecond);

  // Ages from 0 to 60 s: of each moment's clients a sixth asked in the ten seconds between, at 40 s
  // as well as at 50 s.
  EXPECT_NEAR(static_cast<double>(second) / static_cast<double>(first + second), 1.0 / 6, 0.01);
  EXPECT_GT(world.advance_to(105 * kOneSecond).second, 0u);
  EXPECT_EQ(world.advance_to(130 * kOneSecond).second, 0u);
}

TEST(NameAnswer, IsHeededAlikeByBothLanes) {
  const auto story = [](Lane lane) {
    TwoBalancers world(lane);
    world.simulator.advance_to(20 * kOneSecond);
    world.simulator.set_answer(0, 1);
    world.simulator.advance_to(40 * kOneSecond);
    auto lost = balanced_view(1, 1, 64, exponential_service(5));
    lost.groups.front().targets.front().id = 1;
    lost.groups.front().targets.front().answer = Answer::silent;
    world.simulator.set_view(0, lost);
    world.simulator.advance_to(200 * kOneSecond);
    std::ranges::sort(world.completions);
    return std::pair(world.completions, world.simulator.hash());
  };

  EXPECT_EQ(story(Lane::recurrence), story(Lane::event));
}

}  // namespace
}  // namespace fallstreak::scenarios::traffic
