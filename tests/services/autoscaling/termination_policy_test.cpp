#include "services/autoscaling/termination_policy.h"

#include <gtest/gtest.h>

namespace fallstreak::services::autoscaling {
namespace {

using std::chrono::minutes;

constexpr Time kNow = Time(std::chrono::hours(500'000));

Candidate aged(std::string id, std::string zone, minutes age, std::int64_t version = 1) {
  return {.instance_id = std::move(id),
          .zone = std::move(zone),
          .launch_time = kNow - age,
          .template_version = version};
}

std::vector<ZoneCount> counted(const std::vector<Candidate>& candidates) {
  std::vector<ZoneCount> zones = {{.zone = "a"}, {.zone = "b"}};
  for (const auto& candidate : candidates) ++zones[candidate.zone == "a" ? 0 : 1].instances;
  return zones;
}

std::string chosen(const std::vector<Candidate>& candidates, std::vector<std::string> policies,
                   std::uint64_t tie_break = 0) {
  return instance_to_terminate(candidates, counted(candidates), policies, kNow, tie_break)
      .value_or("none");
}

TEST(TerminationPolicy, TakesFromTheFullestZoneFirst) {
  EXPECT_EQ(chosen({aged("old", "b", minutes(500)), aged("x", "a", minutes(10)),
                    aged("y", "a", minutes(20))},
                   {"OldestInstance"}),
            "y");
}

TEST(TerminationPolicy, FollowsEachPolicy) {
  // Of an hour that began at launch, 70 minutes leaves 50 to the next, 119 leaves 1, 30 leaves 30.
  const std::vector<Candidate> candidates = {aged("middle", "a", minutes(70), 3),
                                             aged("oldest", "a", minutes(119), 2),
                                             aged("newest", "a", minutes(30), 1)};
  EXPECT_EQ(chosen(candidates, {"OldestInstance"}), "oldest");
  EXPECT_EQ(chosen(candidates, {"NewestInstance"}), "newest");
  EXPECT_EQ(chosen(candidates, {"OldestLaunchTemplate"}), "newest");
  EXPECT_EQ(chosen(candidates, {"ClosestToNextInstanceHour"}), "oldest");
  EXPECT_EQ(chosen(candidates, {"Default"}), "newest");
}

TEST(TerminationPolicy, DefaultsToTheBillingHourAmongEqualTemplates) {
  EXPECT_EQ(chosen({aged("x", "a", minutes(70)), aged("y", "a", minutes(119))}, {"Default"}), "y");
}

TEST(TerminationPolicy, PrefersInstancesOfAnotherTemplate) {
  auto other = aged("other", "a", minutes(5), 9);
  other.has_current_template = false;
  EXPECT_EQ(chosen({aged("x", "a", minutes(70), 1), other}, {"Default"}), "other");
}

TEST(TerminationPolicy, AppliesPoliciesInOrder) {
  const std::vector<Candidate> candidates = {aged("x", "a", minutes(10), 1),
                                             aged("y", "a", minutes(20), 1),
                                             aged("z", "a", minutes(30), 2)};
  EXPECT_EQ(chosen(candidates, {"OldestLaunchTemplate", "OldestInstance"}), "y");
}

TEST(TerminationPolicy, BreaksTiesByTheDraw) {
  const std::vector<Candidate> candidates = {aged("x", "a", minutes(10)),
                                             aged("y", "a", minutes(10))};
  EXPECT_EQ(chosen(candidates, {"Default"}, 0), "x");
  EXPECT_EQ(chosen(candidates, {"Default"}, 1), "y");
}

TEST(TerminationPolicy, SkipsProtectedInstancesAndZonesThatHaveNoOther) {
  auto first = aged("p1", "a", minutes(10));
  auto second = aged("p2", "a", minutes(10));
  first.is_protected = second.is_protected = true;
  EXPECT_EQ(chosen({first, second, aged("free", "b", minutes(1))}, {"Default"}), "free");
  EXPECT_EQ(chosen({first, second}, {"Default"}), "none");
}

TEST(TerminationPolicy, KnowsWhatAwsKnows) {
  EXPECT_EQ(termination_policy_support("Default"), PolicySupport::implemented);
  EXPECT_EQ(termination_policy_support("AllocationStrategy"), PolicySupport::implemented);
  EXPECT_EQ(termination_policy_support("arn:aws:lambda:eu-central-1:123456789012:function:f"),
            PolicySupport::known);
  EXPECT_EQ(termination_policy_support("Oldest"), PolicySupport::unknown);
}

TEST(TerminationPolicy, TakesTheOldestLaunchConfiguration) {
  auto old = aged("old", "a", minutes(10));
  old.configuration_created = kNow - minutes(100);
  auto young = aged("young", "a", minutes(20));
  young.configuration_created = kNow - minutes(50);
  const std::vector<Candidate> candidates = {aged("template", "a", minutes(30)), young, old};
  EXPECT_EQ(chosen(candidates, {"OldestLaunchConfiguration"}), "old");
  EXPECT_EQ(chosen(candidates, {"Default"}), "old");
  EXPECT_EQ(chosen({aged("x", "a", minutes(30)), young}, {"Default"}), "young");
}

}  // namespace
}  // namespace fallstreak::services::autoscaling
