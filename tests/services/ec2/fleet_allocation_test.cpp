#include "services/ec2/fleet_allocation.h"

#include <gmock/gmock.h>

namespace fallstreak::services::ec2 {
namespace {

using ::testing::ElementsAre;

/// Cheap and shallow, dear and deep, and between; the last is at risk.
const std::vector<PoolOffer> kOffers = {{.usd_per_hour = 1, .depth = 2, .priority = 3},
                                        {.usd_per_hour = 9, .depth = 9, .priority = 2},
                                        {.usd_per_hour = 5, .depth = 8, .priority = 1},
                                        {.usd_per_hour = 2, .depth = 0, .priority = 0}};

std::vector<std::size_t> order(FleetStrategy strategy) { return pools_in_order(strategy, kOffers); }

TEST(FleetAllocation, TakesTheCheapestPoolForTheLowestPrice) {
  EXPECT_THAT(order(FleetStrategy::lowest_price), ElementsAre(0, 3, 2, 1));
}

TEST(FleetAllocation, TakesTheFirstPriority) {
  EXPECT_THAT(order(FleetStrategy::prioritized), ElementsAre(3, 2, 1, 0));
}

TEST(FleetAllocation, TakesTheDeepestPoolForCapacity) {
  EXPECT_THAT(order(FleetStrategy::capacity_optimized), ElementsAre(1, 2, 0, 3));
}

TEST(FleetAllocation, TakesTheCheapestOfTheDeepPoolsForPriceAndCapacity) {
  EXPECT_THAT(order(FleetStrategy::price_capacity_optimized), ElementsAre(2, 1, 0, 3));
}

TEST(FleetAllocation, HeedsPrioritiesAmongDeepPools) {
  EXPECT_THAT(order(FleetStrategy::capacity_optimized_prioritized), ElementsAre(2, 1, 0, 3));
}

TEST(FleetAllocation, KeepsTheOrderOfPoolsThatAreEqual) {
  EXPECT_THAT(order(FleetStrategy::diversified), ElementsAre(0, 1, 2, 3));
}

TEST(FleetAllocation, KnowsAwssNames) {
  EXPECT_EQ(fleet_strategy("price-capacity-optimized"), FleetStrategy::price_capacity_optimized);
  EXPECT_FALSE(fleet_strategy("cheapest").has_value());
}

}  // namespace
}  // namespace fallstreak::services::ec2
