#include "services/autoscaling/zone_balance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fallstreak::services::autoscaling {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Zones = std::vector<ZoneCount>;

/// `a3 b2! c1-`: a zone and its instances; `!` has no capacity, `-` was left by the group.
Zones zones(std::string_view text) {
  Zones list;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c >= 'a' && c <= 'z') list.push_back({.zone = std::string(1, c)});
    if (c >= '0' && c <= '9') list.back().instances = list.back().instances * 10 + (c - '0');
    if (c == '!') list.back().has_capacity = false;
    if (c == '-') list.back().is_enabled = false;
  }
  return list;
}

TEST(ZoneForLaunch, IsTheZoneWithTheFewestInstances) {
  struct Row {
    std::string_view zones;
    Distribution distribution;
    std::uint64_t tie_break;
    std::string_view expected;  // empty: none
  };
  using enum Distribution;
  const Row rows[] = {
      {"a2 b1 c2", balanced_best_effort, 0, "b"},  {"a0 b0 c0", balanced_best_effort, 0, "a"},
      {"a0 b0 c0", balanced_best_effort, 1, "b"},  {"a0 b0 c0", balanced_best_effort, 5, "c"},
      {"a2 b0! c2", balanced_best_effort, 0, "a"}, {"a2 b0! c1", balanced_best_effort, 0, "c"},
      {"a0! b0!", balanced_best_effort, 0, ""},    {"a2 b0! c2", balanced_only, 0, ""},
      {"a0 b0! c2", balanced_only, 1, "a"},        {"a0- b3", balanced_best_effort, 0, "b"},
      {"", balanced_best_effort, 0, ""},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.zones);
    EXPECT_EQ(zone_for_launch(zones(row.zones), row.distribution, row.tie_break).value_or(""),
              row.expected);
  }
}

TEST(ZonesToShrink, AreTheFullestOrThoseThatWereLeft) {
  EXPECT_THAT(zones_to_shrink(zones("a3 b2 c3")), ElementsAre("a", "c"));
  EXPECT_THAT(zones_to_shrink(zones("a3 b1- c2-")), ElementsAre("b", "c"));
  EXPECT_THAT(zones_to_shrink(zones("a3 b0-")), ElementsAre("a"));
  EXPECT_THAT(zones_to_shrink(zones("a0 b0")), IsEmpty());
}

TEST(RebalancingMoves, BringZonesWithinOneInstance) {
  using Moves = std::vector<Move>;
  EXPECT_EQ(rebalancing_moves(zones("a0 b3 c3")), (Moves{{"b", "a"}, {"c", "a"}}));
  EXPECT_EQ(rebalancing_moves(zones("a0 b5 c1")), (Moves{{"b", "a"}, {"b", "a"}, {"b", "c"}}));
  EXPECT_EQ(rebalancing_moves(zones("a2 b2 c1")), Moves{});
  EXPECT_EQ(rebalancing_moves(zones("a0! b3 c3")), Moves{});
  EXPECT_EQ(rebalancing_moves(zones("a1 b1 c1-")), (Moves{{"c", "a"}}));
  EXPECT_EQ(rebalancing_moves(zones("a1-")), Moves{});
}

TEST(RebalancingHeadroom, IsATenthAndAtLeastOne) {
  EXPECT_EQ(rebalancing_headroom(1), 1);
  EXPECT_EQ(rebalancing_headroom(9), 1);
  EXPECT_EQ(rebalancing_headroom(40), 4);
}

}  // namespace
}  // namespace fallstreak::services::autoscaling
