#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/run_fixture.h"

namespace fallstreak::scenarios {
namespace {

const std::vector<std::string> kSteady{"error_rate(shoppers) < 0.1% over 1m"};

Verdict judge_one(const std::string& text, const Recording& recording,
                  const std::vector<std::string>& steady = kSteady) {
  const Scenario scenario = small_scenario(steady, {text});
  if (scenario.expect.empty()) return {};
  return evaluate(scenario.expect[0], scenario, recording);
}

TEST(ErrorRate, IsOverTheWholeRunUnlessAWindowIsGiven) {
  const auto recording =
      recording_of([](std::size_t second) { return failing_between(second, 120, 180); });
  EXPECT_EQ(judge_one("error_rate(shoppers) <= 10%", recording).observed, "10.0%");
  EXPECT_EQ(judge_one("error_rate(shoppers) <= 10%", recording).held, Held::yes);
  EXPECT_EQ(judge_one("error_rate(shoppers) < 10%", recording).held, Held::no);
  EXPECT_EQ(judge_one("error_rate(shoppers) <= 50% between 12:02 and 12:04", recording).held,
            Held::yes);
  EXPECT_EQ(judge_one("error_rate(shoppers) < 40% between 12:02 and 12:04", recording).observed,
            "50.0%");

  const Verdict sliding = judge_one("error_rate(shoppers) < 50% over 1m", recording);
  EXPECT_EQ(sliding.held, Held::no);
  EXPECT_EQ(sliding.observed, "100.0% at worst");
  EXPECT_EQ(sliding.at, seconds(150));  // half of the last minute has failed
  EXPECT_EQ(judge_one("error_rate(shoppers) == 0% over 1m at end", recording).held, Held::yes);
}

TEST(Percentiles, AreOfAnsweredRequestsAndExactToTheirBuckets) {
  const auto recording = recording_of([](std::size_t second) {
    return second % 100 == 0 ? Traffic{.latency = seconds(1)} : Traffic{};
  });
  EXPECT_EQ(judge_one("p99(shoppers) < 25ms", recording).held, Held::yes);
  EXPECT_EQ(judge_one("p99.9(shoppers) < 900ms", recording).held, Held::no);
  const auto series = recording.sources.at("shoppers");
  EXPECT_NEAR(static_cast<double>(*series.percentile(0.5, 0, 600)), 20e6, 20e6 * 0.016);
  EXPECT_NEAR(static_cast<double>(*series.percentile(0.999, 0, 600)), 1e9, 1e9 * 0.016);
  EXPECT_EQ(judge_one("slow(shoppers, 500ms) <= 1%", recording).observed, "1.00%");
}

TEST(LatencyBuckets, CoverEveryLatencyWithinTheirError) {
  for (std::int64_t latency = 1; latency < 200'000'000'000; latency = latency * 9 / 8 + 1) {
    const std::uint32_t bucket = LatencyBuckets::index_of(latency);
    ASSERT_LE(LatencyBuckets::lower_bound(bucket), latency);
    ASSERT_GT(LatencyBuckets::lower_bound(bucket + 1), latency);
    const double error = static_cast<double>(std::abs(LatencyBuckets::middle(bucket) - latency));
    ASSERT_LE(error, std::max(1024.0, 0.016 * static_cast<double>(latency)));
  }
  EXPECT_EQ(LatencyBuckets::index_of(std::int64_t{1} << 62), LatencyBuckets::kCount - 1);
}

TEST(NoData, IsUnknownAndNeverAPass) {
  const auto silent = recording_of([](std::size_t) { return Traffic{.answered = 0}; });
  EXPECT_EQ(judge_one("error_rate(shoppers) < 1%", silent).held, Held::unknown);
  EXPECT_EQ(judge_one("p99(shoppers) < 1s over 1m", silent).held, Held::unknown);
  EXPECT_EQ(judge_one("healthy(web) >= 4", silent).held, Held::unknown);
  EXPECT_EQ(judge_one("always: healthy(web) >= 4", silent).held, Held::unknown);
  EXPECT_EQ(judge_one("never: healthy(web) < 4", silent).held, Held::unknown);
  EXPECT_EQ(judge_one("sometimes: size(web) > 4", silent).held, Held::unknown);
  EXPECT_EQ(judge_one("cost() < $12", silent).held, Held::unknown);
  EXPECT_EQ(judge_one("throttles(orders) == 0", silent).held, Held::unknown);
  EXPECT_EQ(judge_one("rpo(orders) == 0", silent).held, Held::unknown);
  EXPECT_EQ(judge_one("rto(shoppers) <= 1m", silent).held, Held::unknown);
}

TEST(Gauges, AreJudgedAtTheEndOrThroughout) {
  auto recording = recording_of(calm);
  fill_gauge(recording, {"healthy", "web"},
             [](std::size_t second) { return second >= 200 && second < 260 ? 3.0 : 4.0; });
  EXPECT_EQ(judge_one("healthy(web) >= 4", recording).held, Held::yes);
  EXPECT_EQ(judge_one("healthy(web) >= 4 at end", recording).held, Held::yes);
  const Verdict always = judge_one("always: healthy(web) >= 4", recording);
  EXPECT_EQ(always.held, Held::no);
  EXPECT_EQ(always.at, seconds(201));
  EXPECT_EQ(always.observed, "3 at worst");
  EXPECT_EQ(judge_one("always: healthy(web) >= 3", recording).held, Held::yes);
  EXPECT_EQ(judge_one("never: healthy(web) < 3", recording).held, Held::yes);
  EXPECT_EQ(judge_one("never: healthy(web) < 4", recording).held, Held::no);
  EXPECT_EQ(judge_one("sometimes: healthy(web) < 4", recording).at, seconds(201));
  EXPECT_EQ(judge_one("sometimes: healthy(web) > 4", recording).held, Held::no);
  EXPECT_EQ(judge_one("healthy(web) >= 4 between 12:00 and 12:03", recording).held, Held::yes);
  EXPECT_EQ(judge_one("healthy(web) >= 4 between 12:03 and 12:04", recording).held, Held::no);
}

TEST(Gauges, WithAGapAreUnknownNotHeld) {
  auto recording = recording_of(calm);
  fill_gauge(recording, {"healthy", "web"},
             [](std::size_t second) { return second == 300 ? kNoSample : 4.0; });
  EXPECT_EQ(judge_one("always: healthy(web) >= 4", recording).held, Held::unknown);
  EXPECT_EQ(judge_one("always: healthy(web) >= 5", recording).held, Held::no);
}

TEST(Eventually, LooksOnlyWithinItsDeadline) {
  auto recording = recording_of(calm);
  fill_gauge(recording, {"spread", "web"},
             [](std::size_t second) { return second < 400 ? 2.0 : 0.0; });
  EXPECT_EQ(judge_one("eventually: spread(web) <= 1 within 2m of 12:05", recording).at,
            seconds(401));
  const Verdict late = judge_one("eventually: spread(web) <= 1 within 1m of 12:05", recording);
  EXPECT_EQ(late.held, Held::no);
  EXPECT_EQ(late.observed, "never; 2 at best");
}

TEST(AStoppedRun, LeavesLaterTimesUnknown) {
  auto recording = recording_of(calm, 200);
  fill_gauge(recording, {"spread", "web"}, [](std::size_t) { return 2.0; });
  EXPECT_EQ(judge_one("eventually: spread(web) <= 1 within 2m of 12:02", recording).held,
            Held::unknown);
  EXPECT_EQ(judge_one("error_rate(shoppers) < 1% between 12:03 and 12:05", recording).held,
            Held::unknown);
}

TEST(Rto, LastsFromTheFirstBrokenInstantUntilSteadyForAMinute) {
  // Requests fail for 70 s. The minute's window is clean 60 s after the last failure.
  const auto recording =
      recording_of([](std::size_t second) { return failing_between(second, 125, 195); });
  const Verdict verdict = judge_one("rto(shoppers) <= 2m", recording);
  EXPECT_EQ(verdict.observed, "2m9s");
  EXPECT_EQ(verdict.held, Held::no);
  EXPECT_EQ(verdict.at, seconds(126));
  EXPECT_EQ(judge_one("rto(shoppers) <= 130s", recording).held, Held::yes);
}

TEST(Rto, GoesOnWhenTheRecoveryDoesNotLastAMinute) {
  // A second failure half a minute after the window was clean.
  const auto recording = recording_of([](std::size_t second) {
    return second == 125 || second == 215 ? Traffic{.answered = 5, .failed = 5} : Traffic{};
  });
  EXPECT_EQ(judge_one("rto(shoppers) <= 1m", recording).observed, "2m30s");
}

TEST(Rto, IsNothingWhenNothingBroke) {
  EXPECT_EQ(judge_one("rto(shoppers) == 0s", recording_of(calm)).held, Held::yes);
}

TEST(Rto, IgnoresWhatWasBrokenBeforeTheBreak) {
  const auto recording =
      recording_of([](std::size_t second) { return failing_between(second, 0, 30); });
  EXPECT_EQ(judge_one("rto(shoppers) == 0s", recording).held, Held::yes);
}

TEST(Rto, OfARunThatEndsTooSoonIsUnknownUnlessItIsOverAlready) {
  const auto recording =
      recording_of([](std::size_t second) { return failing_between(second, 500, 600); });
  EXPECT_EQ(judge_one("rto(shoppers) <= 2m", recording).held, Held::unknown);
  const Verdict over = judge_one("rto(shoppers) <= 1m", recording);
  EXPECT_EQ(over.held, Held::no);
  EXPECT_EQ(over.observed, "not recovered after 1m40s");
}

TEST(Rpo, IsTheAgeOfTheOldestLostWriteAtTheFault) {
  auto recording = recording_of(calm);
  recording.ledger.acknowledged["orders"] = 200;
  EXPECT_EQ(judge_one("rpo(orders) == 0", recording).held, Held::unknown);  // not read back
  recording.ledger.is_verified = true;
  EXPECT_EQ(judge_one("rpo(orders) == 0", recording).held, Held::yes);
  recording.ledger.missing = {{"orders", "id-100", seconds(100)},
                              {"orders", "id-115", seconds(115)}};
  const Verdict verdict = judge_one("rpo(orders) <= 10s", recording);
  EXPECT_EQ(verdict.held, Held::no);
  EXPECT_EQ(verdict.observed, "20s, 2 of 200 acknowledged writes missing");
  EXPECT_EQ(judge_one("rpo(orders) <= 20s", recording).held, Held::yes);
}

TEST(Rpo, IsNeverZeroWhileAWriteIsMissing) {
  auto recording = recording_of(calm);
  recording.ledger.is_verified = true;
  recording.ledger.acknowledged["orders"] = 1;
  recording.ledger.missing = {{"orders", "id", seconds(120)}};  // at the instant of the break
  EXPECT_EQ(judge_one("rpo(orders) == 0", recording).held, Held::no);
}

TEST(Throttles, AreCountedFromTheTablesOwnAnswers) {
  auto recording = recording_of(calm);
  for (int second = 0; second < 600; ++second) {
    add_second(recording.writes["orders"],
               {.failed = second == 300 ? 3u : 0u, .error = RequestError::write_throttled});
  }
  EXPECT_EQ(judge_one("throttles(orders) == 3", recording).held, Held::yes);
  EXPECT_EQ(judge_one("throttles(orders) == 0", recording).observed, "3");
  EXPECT_EQ(judge_one("error_rate(orders) < 1%", recording).held, Held::yes);
}

TEST(AMoment, IsJudgedOverItsTrailingWindow) {
  const auto recording =
      recording_of([](std::size_t second) { return failing_between(second, 120, 180); });
  Scenario scenario = small_scenario(kSteady, {"rto(shoppers) <= 5m"});
  const Assertion& steady = scenario.steady.at(0);
  EXPECT_EQ(evaluate_at(steady, scenario, recording, 30).held, Held::unknown);
  EXPECT_EQ(evaluate_at(steady, scenario, recording, 119).held, Held::yes);
  EXPECT_EQ(evaluate_at(steady, scenario, recording, 120).held, Held::no);
  EXPECT_EQ(evaluate_at(steady, scenario, recording, 239).held, Held::yes);
  Assertion lasting = steady;
  lasting.comparison = Comparison::greater;
  lasting.lasting = seconds(30);
  EXPECT_EQ(evaluate_at(lasting, scenario, recording, 148).held, Held::no);
  EXPECT_EQ(evaluate_at(lasting, scenario, recording, 151).held, Held::yes);
}

}  // namespace
}  // namespace fallstreak::scenarios
