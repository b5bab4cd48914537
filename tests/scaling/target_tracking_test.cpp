#include "scaling/target_tracking.h"

#include <gtest/gtest.h>

namespace fallstreak::scaling {
namespace {

TEST(TargetTracking, AddsUpAndRemovesDown) {
  EXPECT_EQ(capacity_for_target(4, 75, 50), 6);
  EXPECT_EQ(capacity_for_target(4, 51, 50), 5);
  // AWS: "1.5 instances to remove" removes one.
  EXPECT_EQ(capacity_for_target(4, 31.25, 50), 3);
  EXPECT_EQ(capacity_for_target(10, 50, 50), 10);
  EXPECT_EQ(capacity_for_target(3, 0, 50), 0);
}

TEST(TargetTracking, IsNotMovedByRoundingErrors) {
  EXPECT_EQ(capacity_for_target(3, 0.1 + 0.2, 0.3), 3);
}

TEST(TargetTracking, CountsWhatWarmsUpAsAddedAlready) {
  // Four measured at 100 of 50 want eight; four more are already warming up.
  EXPECT_EQ(scaled_out(8, 4, 100, 50), 8);
  EXPECT_EQ(scaled_out(8, 4, 150, 50), 12);
  EXPECT_EQ(scaled_out(8, 4, 60, 50), 8);
}

TEST(TargetTracking, TakesNothingAwayWhileAnythingWarmsUp) {
  EXPECT_EQ(scaled_in(8, 6, 2, 10, 50), 8);
  EXPECT_EQ(scaled_in(8, 8, 0, 10, 50), 2);
  EXPECT_EQ(scaled_in(2, 8, 0, 40, 50), 2);
}

TEST(TargetTracking, ShrinksOnlyWhenAllPoliciesAgreeAndToTheLargestCapacity) {
  const std::optional<std::int64_t> all[] = {2, 5, 3};
  const std::optional<std::int64_t> some[] = {2, std::nullopt};
  EXPECT_EQ(agreed_scale_in(all), 5);
  EXPECT_EQ(agreed_scale_in(some), std::nullopt);
  EXPECT_EQ(agreed_scale_in({}), std::nullopt);
}

}  // namespace
}  // namespace fallstreak::scaling
