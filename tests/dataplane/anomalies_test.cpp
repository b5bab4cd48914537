#include "dataplane/alb/anomalies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace fallstreak::dataplane::alb {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;

struct AnomalyCase {
  std::string name;
  std::vector<TargetWindow> windows;
  std::vector<bool> anomalous;
};

class JudgeTargets : public ::testing::TestWithParam<AnomalyCase> {};

TEST_P(JudgeTargets, FindsThoseThatFailOutOfProportion) {
  const std::vector<TargetAnomaly> before(GetParam().windows.size());
  std::vector<bool> anomalous;
  for (const auto& one : judge_targets(GetParam().windows, before)) {
    anomalous.push_back(one.is_anomalous);
    EXPECT_EQ(one.share, one.is_anomalous ? kFullShare / 2 : kFullShare);
  }
  EXPECT_EQ(anomalous, GetParam().anomalous);
}

INSTANTIATE_TEST_SUITE_P(
    Windows, JudgeTargets,
    ::testing::Values(
        AnomalyCase{"all_well", {{100, 0}, {100, 0}, {100, 0}}, {false, false, false}},
        AnomalyCase{"one_fails", {{100, 50}, {100, 0}, {100, 0}}, {true, false, false}},
        AnomalyCase{"a_little_is_usual", {{100, 5}, {100, 0}, {100, 0}}, {false, false, false}},
        AnomalyCase{"more_is_not", {{100, 6}, {100, 0}, {100, 0}}, {true, false, false}},
        AnomalyCase{"all_fail_alike", {{100, 50}, {100, 50}, {100, 50}}, {false, false, false}},
        AnomalyCase{"thrice_the_others", {{100, 60}, {100, 20}, {100, 20}}, {true, false, false}},
        AnomalyCase{"not_thrice", {{100, 59}, {100, 20}, {100, 20}}, {false, false, false}},
        AnomalyCase{"too_few_targets", {{100, 100}, {100, 0}}, {false, false}},
        AnomalyCase{"too_few_requests", {{9, 9}, {100, 0}, {100, 0}}, {false, false, false}},
        AnomalyCase{"two_of_six",
                    {{10, 10}, {10, 10}, {10, 0}, {10, 0}, {10, 0}, {10, 0}},
                    {true, true, false, false, false, false}}),
    [](const auto& one) { return one.param.name; });

TEST(AnomalyWatch, TakesAShareAwayInHalvesAndGivesItBackInDoubles) {
  AnomalyWatch<int> watch;
  const std::vector<int> healthy{1, 2, 3};
  std::vector<std::uint32_t> shares;
  for (int window = 1; window <= 12; ++window) {
    const auto outcome = window <= 6 ? RequestOutcome::failed : RequestOutcome::answered;
    for (int request = 0; request < 20; ++request) {
      watch.note(1, outcome);
      watch.note(2, RequestOutcome::answered);
      watch.note(3, RequestOutcome::answered);
    }
    ASSERT_TRUE(watch.is_due(seconds(10 * window)));
    watch.judge(seconds(10 * window), healthy);
    shares.push_back(kFullShare / watch.of(1).share);
  }
  EXPECT_THAT(shares, ElementsAre(2, 4, 8, 16, 16, 16, 8, 4, 2, 1, 1, 1));
  EXPECT_FALSE(watch.of(1).is_anomalous);
  EXPECT_EQ(watch.of(2), TargetAnomaly());
}

TEST(AnomalyWatch, WaitsForEnoughRequestsOfATargetThatGetsFew) {
  AnomalyWatch<int> watch;
  const std::vector<int> healthy{1, 2, 3};
  for (int window = 1; window <= 2; ++window) {
    for (int request = 0; request < 5; ++request) {
      for (const int target : healthy) {
        watch.note(target, target == 1 ? RequestOutcome::failed : RequestOutcome::answered);
      }
    }
    watch.judge(seconds(10 * window), healthy);
    EXPECT_EQ(watch.of(1).is_anomalous, window == 2);
  }
}

TEST(AnomalyWatch, ForgetsATargetThatIsNotHealthyAnyMore) {
  AnomalyWatch<int> watch;
  for (int request = 0; request < 20; ++request) {
    for (const int target : {1, 2, 3, 4}) {
      watch.note(target, target == 1 ? RequestOutcome::failed : RequestOutcome::answered);
    }
  }
  const std::vector<int> all{1, 2, 3, 4};
  EXPECT_TRUE(watch.judge(seconds(10), all));
  EXPECT_TRUE(watch.of(1).is_mitigated());

  const std::vector<int> rest{2, 3, 4};
  EXPECT_TRUE(watch.judge(seconds(20), rest));
  EXPECT_FALSE(watch.of(1).is_mitigated());
  EXPECT_TRUE(watch.anomalies().empty());
}

TEST(RandomByShare, IsEvenlyRandomWithFullShares) {
  const std::vector<std::uint32_t> routable{4, 7, 9};
  for (std::uint64_t bits = 0; bits < 0xffff'ffff; bits += 0x0123'4567) {
    EXPECT_EQ(random_by_share(routable, bits, [](std::uint32_t) { return kFullShare; }),
              evenly_random(routable.size(), bits));
  }
}

TEST(RandomByShare, GivesEachItsPart) {
  const std::vector<std::uint32_t> routable{0, 1};
  int first = 0;
  const int count = 1 << 12;
  for (int i = 0; i < count; ++i) {
    const auto bits = static_cast<std::uint64_t>(i) << 20;
    const auto share = [](std::uint32_t target) {
      return target == 0 ? kFullShare / 4 : kFullShare;
    };
    first += random_by_share(routable, bits, share) == 0 ? 1 : 0;
  }
  EXPECT_NEAR(first, count / 5, 2);
}

}  // namespace
}  // namespace fallstreak::dataplane::alb
