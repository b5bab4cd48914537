#include "services/autoscaling/refresh_plan.h"

#include <gmock/gmock.h>

namespace fallstreak::services::autoscaling {
namespace {

using ::testing::ElementsAre;

TEST(RefreshCheckpoints, ComeToNumbersOfInstances) {
  const std::int32_t two[] = {20, 50};
  EXPECT_THAT(checkpoint_counts(10, two), ElementsAre(2, 5));
  EXPECT_THAT(checkpoint_counts(10, {}), ElementsAre(10));
  // AWS: with two instances the first of these checkpoints is skipped.
  const std::int32_t three[] = {10, 40, 100};
  EXPECT_THAT(checkpoint_counts(2, three), ElementsAre(1, 2));
}

// AWS's example: 10 instances, checkpoints at 20 and 50 %, at least 80 % healthy. Two are replaced;
// after the first checkpoint two more, and when these are warm the last one.
TEST(RefreshStep, FollowsAwsExample) {
  RefreshState state{
      .total = 10, .remaining = 10, .desired = 10, .ready = 10, .min_healthy_percentage = 80};
  EXPECT_EQ(next_step(state, 2).terminate, 2);
  state.remaining = 8;
  state.ready = 8;
  EXPECT_EQ(replaced_count(state), 0);
  EXPECT_EQ(next_step(state, 2).terminate, 0);
  state.ready = 10;
  EXPECT_EQ(replaced_count(state), 2);
  EXPECT_EQ(next_step(state, 5).terminate, 2);
  state.remaining = 6;
  EXPECT_EQ(next_step(state, 5).terminate, 1);
  state.remaining = 5;
  EXPECT_EQ(replaced_count(state), 5);
  EXPECT_EQ(next_step(state, 5).terminate, 0);
}

TEST(RefreshStep, ReplacesOneAtATimeHoweverHighTheMinimum) {
  RefreshState state{
      .total = 4, .remaining = 4, .desired = 4, .ready = 4, .min_healthy_percentage = 100};
  EXPECT_EQ(next_step(state, 4).terminate, 1);
  state.remaining = 3;
  state.ready = 3;
  EXPECT_EQ(next_step(state, 4).terminate, 0);
}

TEST(RefreshStep, LaunchesFirstWhenMoreThanAllMayBeHealthy) {
  RefreshState state{.total = 10,
                     .remaining = 10,
                     .desired = 10,
                     .ready = 10,
                     .min_healthy_percentage = 100,
                     .max_healthy_percentage = 120};
  EXPECT_EQ(next_step(state, 10).extra, 2);
  EXPECT_EQ(next_step(state, 10).terminate, 0);
  state.ready = 12;
  EXPECT_EQ(next_step(state, 10).terminate, 2);
  EXPECT_EQ(next_step(state, 10).extra, 2);
  // Nothing more is launched when the last ones can go.
  state.remaining = 2;
  EXPECT_EQ(next_step(state, 10).extra, 0);
}

TEST(RefreshStep, WaitsWhenTooFewAreHealthy) {
  const RefreshState state{
      .total = 10, .remaining = 10, .desired = 10, .ready = 8, .min_healthy_percentage = 90};
  EXPECT_EQ(next_step(state, 10).terminate, 0);
}

}  // namespace
}  // namespace fallstreak::services::autoscaling
