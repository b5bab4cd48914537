#include "scaling/adjustment.h"

#include <gtest/gtest.h>

namespace fallstreak::scaling {
namespace {

using enum AdjustmentType;

TEST(Adjustment, ChangesSetsOrScalesTheCapacity) {
  EXPECT_EQ(adjusted(change_in_capacity, 5, 0, 10), 15);
  EXPECT_EQ(adjusted(change_in_capacity, -3, 0, 10), 7);
  EXPECT_EQ(adjusted(exact_capacity, 5, 0, 10), 5);
  EXPECT_EQ(adjusted(percent_change_in_capacity, 10, 0, 10), 11);
  EXPECT_EQ(adjusted(percent_change_in_capacity, -10, 0, 10), 9);
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html
TEST(Adjustment, RoundsPercentagesAsAwsDoes) {
  // 12.7 becomes 12, 0.67 becomes 1, -0.58 becomes -1, -6.67 becomes -6.
  EXPECT_EQ(adjusted(percent_change_in_capacity, 127, 0, 10), 22);
  EXPECT_EQ(adjusted(percent_change_in_capacity, 67, 0, 1), 2);
  EXPECT_EQ(adjusted(percent_change_in_capacity, -58, 0, 1), 0);
  EXPECT_EQ(adjusted(percent_change_in_capacity, -667, 0, 1), -5);
}

TEST(Adjustment, MovesByAtLeastTheMinimumMagnitude) {
  // AWS's example: 25 percent of 4 is one instance, but the minimum of 2 adds two.
  EXPECT_EQ(adjusted(percent_change_in_capacity, 25, 2, 4), 6);
  EXPECT_EQ(adjusted(percent_change_in_capacity, -25, 2, 4), 2);
  EXPECT_EQ(adjusted(percent_change_in_capacity, 25, 2, 40), 50);
}

// AWS's example: threshold 50, +10 % from 60, +30 % from 70, -10 % to 40, -30 % to 30.
const Step kAwsExample[] = {{.lower = 0, .upper = 10, .adjustment = 0},
                            {.lower = 10, .upper = 20, .adjustment = 10},
                            {.lower = 20, .upper = {}, .adjustment = 30},
                            {.lower = -10, .upper = 0, .adjustment = 0},
                            {.lower = -20, .upper = -10, .adjustment = -10},
                            {.lower = {}, .upper = -20, .adjustment = -30}};

TEST(StepAdjustments, AreChosenByTheBreach) {
  EXPECT_EQ(problem(kAwsExample), "");
  const auto adjustment = [](double metric) {
    return step_for(kAwsExample, metric - 50)->adjustment;
  };
  EXPECT_EQ(adjustment(59), 0);
  EXPECT_EQ(adjustment(60), 10);
  EXPECT_EQ(adjustment(69.9), 10);
  EXPECT_EQ(adjustment(70), 30);
  EXPECT_EQ(adjustment(41), 0);
  EXPECT_EQ(adjustment(40), -10);
  EXPECT_EQ(adjustment(30), -30);
}

TEST(StepAdjustments, GiveNothingOutsideTheirIntervals) {
  const Step above[] = {{.lower = 10, .upper = {}, .adjustment = 1}};
  EXPECT_EQ(step_for(above, 5), nullptr);
}

TEST(StepAdjustments, AreRefusedWithGapsOverlapsAndClosedEnds) {
  const Step gap[] = {{.lower = 0, .upper = 10, .adjustment = 1},
                      {.lower = 20, .upper = {}, .adjustment = 2}};
  const Step overlap[] = {{.lower = 0, .upper = 20, .adjustment = 1},
                          {.lower = 10, .upper = {}, .adjustment = 2}};
  const Step closed_above[] = {{.lower = 0, .upper = 20, .adjustment = 1}};
  const Step closed_below[] = {{.lower = -20, .upper = 0, .adjustment = -1}};
  const Step open[] = {{.lower = {}, .upper = {}, .adjustment = 1}};
  const Step upside_down[] = {{.lower = 10, .upper = 5, .adjustment = 1}};
  const Step twice_open[] = {{.lower = 0, .upper = {}, .adjustment = 1},
                             {.lower = 10, .upper = {}, .adjustment = 1}};
  EXPECT_NE(problem(gap).find("gaps"), std::string::npos);
  EXPECT_NE(problem(overlap).find("overlap"), std::string::npos);
  EXPECT_NE(problem(closed_above).find("unspecified upper bound"), std::string::npos);
  EXPECT_NE(problem(closed_below).find("unspecified lower bound"), std::string::npos);
  EXPECT_NE(problem(open).find("At least one"), std::string::npos);
  EXPECT_NE(problem(upside_down).find("less than"), std::string::npos);
  EXPECT_NE(problem(twice_open).find("At most one"), std::string::npos);
}

// AWS's example goes on: 10 instances; at 60 one is added; while it warms up the metric reaches 70:
// 30 % of the 10 are 3, of which one is there already.
TEST(StepScaling, DoesNotCountWarmingInstancesAsCapacityToStartFrom) {
  EXPECT_EQ(capacity_for_step(percent_change_in_capacity, 10, 0, 10, 0), 11);
  EXPECT_EQ(capacity_for_step(percent_change_in_capacity, 10, 0, 11, 1), 11);
  EXPECT_EQ(capacity_for_step(percent_change_in_capacity, 30, 0, 11, 1), 13);
}

TEST(StepScaling, TakesNothingAwayWhileInstancesWarmUp) {
  EXPECT_EQ(capacity_for_step(change_in_capacity, -1, 0, 4, 1), 4);
  EXPECT_EQ(capacity_for_step(change_in_capacity, -1, 0, 4, 0), 3);
  EXPECT_EQ(capacity_for_step(exact_capacity, 2, 0, 4, 1), 4);
  EXPECT_EQ(capacity_for_step(exact_capacity, 2, 0, 4, 0), 2);
}

}  // namespace
}  // namespace fallstreak::scaling
