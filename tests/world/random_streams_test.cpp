#include "world/random_streams.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <set>

#include "world/hash.h"
#include "world/world_fixture.h"

namespace fallstreak::world {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kStreamSeed = 42;
constexpr int kMany = 100'000;

/// Chi-square of counts that should be equal.
double chi_square(const std::vector<int>& counts) {
  const double expected =
      std::accumulate(counts.begin(), counts.end(), 0.0) / static_cast<double>(counts.size());
  double sum = 0;
  for (const int count : counts) sum += (count - expected) * (count - expected) / expected;
  return sum;
}

TEST(RandomDraw, IsTheSameForeverBecauseIdsAreMadeOfIt) {
  EXPECT_EQ(draw(0, "", 0), 0x1fd210b1c842d9b8U);
  EXPECT_EQ(draw(42, "ec2.vpc-id", 0), 0xcf69dcbf0c2d70faU);
  EXPECT_EQ(draw(42, "ec2.vpc-id", 1), 0x935fcbc74fa2a87fU);
  EXPECT_EQ(draw(43, "123456789012/eu-central-1/i-0123456789abcdef0/boot-time", 7),
            0x48baae81910adee7U);
}

TEST(RandomDraw, EveryByteOfTheNumberIsUniform) {
  for (unsigned shift = 0; shift < 64; shift += 8) {
    std::vector<int> counts(256);
    for (int n = 0; n < kMany; ++n) {
      ++counts[(draw(kStreamSeed, "stream", static_cast<std::uint64_t>(n)) >> shift) & 255U];
    }
    // 255 degrees of freedom: beyond 350 in fewer than one of 10,000 cases.
    EXPECT_LT(chi_square(counts), 350) << shift;
    EXPECT_GT(chi_square(counts), 170) << shift;
  }
}

TEST(RandomDraw, OneBitOfAnyInputChangesHalfOfTheBits) {
  constexpr int kTrials = 2000;
  double by_number = 0;
  double by_seed = 0;
  double by_name = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    const auto n = static_cast<std::uint64_t>(trial) * 7919;
    const std::uint64_t bit = std::uint64_t{1} << (static_cast<unsigned>(trial) % 64U);
    const std::string name = "stream-" + std::to_string(trial);
    const std::uint64_t base = draw(kStreamSeed, name, n);
    by_number += std::popcount(base ^ draw(kStreamSeed, name, n ^ bit));
    by_seed += std::popcount(base ^ draw(kStreamSeed ^ bit, name, n));
    by_name += std::popcount(base ^ draw(kStreamSeed, name + "x", n));
  }
  for (const double flipped : {by_number, by_seed, by_name}) {
    EXPECT_NEAR(flipped / kTrials, 32, 0.5);
  }
}

TEST(HashBytes, TellsApartTextsThatDifferInLengthOrPlaceOfABit) {
  std::set<std::uint64_t> hashes;
  for (std::size_t length = 0; length < 70; ++length) {
    std::string text(length, '\0');
    hashes.insert(hash_bytes(text));
    for (std::size_t at = 0; at < length; ++at) {
      text[at] = 1;
      hashes.insert(hash_bytes(text));
      text[at] = 0;
    }
  }
  EXPECT_EQ(hashes.size(), 70U + 69 * 70 / 2);
}

struct Dice : testing::Test {
  World world{kStreamSeed};
  Transaction transaction{world};
  RandomStreams& random = world.random();
};

TEST_F(Dice, StreamsDoNotDisturbEachOther) {
  const std::uint64_t first = random.next("a");
  random.next("b");
  EXPECT_EQ(first, draw(kStreamSeed, "a", 0));
  EXPECT_EQ(random.next("a"), draw(kStreamSeed, "a", 1));
}

TEST_F(Dice, UniformReachesBothEndsEquallyOften) {
  std::vector<int> counts(10);
  for (int n = 0; n < kMany; ++n) {
    const std::int64_t value = random.uniform("die", -4, 5);
    ASSERT_GE(value, -4);
    ASSERT_LE(value, 5);
    ++counts[static_cast<std::size_t>(value + 4)];
  }
  EXPECT_LT(chi_square(counts), 34);  // 9 degrees of freedom, 1 in 10,000
}

TEST_F(Dice, UniformTakesTheWholeRangeOfIntegersAndASingleOne) {
  constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(static_cast<std::uint64_t>(random.uniform("all", kLeast, kMost)),
            draw(kStreamSeed, "all", 0));
  EXPECT_EQ(random.uniform("one", 3, 3), 3);
  EXPECT_EQ(random.uniform("end", kMost, kMost), kMost);
  EXPECT_THROW(random.uniform("none", 2, 1), InternalError);
}

TEST_F(Dice, UnitIsInRangeWithMeanOneHalf) {
  double sum = 0;
  for (int n = 0; n < kMany; ++n) {
    const double value = random.unit("unit");
    ASSERT_GE(value, 0);
    ASSERT_LT(value, 1);
    sum += value;
  }
  EXPECT_NEAR(sum / kMany, 0.5, 0.004);
}

TEST_F(Dice, ExponentialHasItsMean) {
  double sum = 0;
  for (int n = 0; n < kMany; ++n) {
    const Duration wait = random.exponential("arrivals", 10ms);
    ASSERT_GE(wait, 0ns);
    sum += static_cast<double>(wait.count());
  }
  EXPECT_NEAR(sum / kMany / 1e6, 10, 0.15);
}

TEST_F(Dice, QuantilesAreMet) {
  std::vector<Duration> sample;
  for (int n = 0; n < kMany; ++n) sample.push_back(random.quantiles("latency", 5ms, 80ms));
  std::ranges::sort(sample);
  const auto milliseconds = [&](std::size_t index) {
    return static_cast<double>(sample[index].count()) / 1e6;
  };
  EXPECT_NEAR(milliseconds(kMany / 2), 5, 0.15);
  EXPECT_NEAR(milliseconds(kMany / 100 * 99), 80, 4);
  EXPECT_EQ(random.quantiles("constant", 5ms, 5ms), 5ms);
}

TEST_F(Dice, QuantilesAreTheSameBitsEverywhere) {
  EXPECT_EQ(random.quantiles("golden", 5ms, 80ms).count(), 12869102);
  EXPECT_EQ(random.exponential("golden", 1s).count(), 541575337);
}

TEST_F(Dice, HexHasTheDigitsAskedFor) {
  const std::string id = random.hex("ec2.vpc-id", 17);
  EXPECT_EQ(id.size(), 17U);
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_NE(random.hex("ec2.vpc-id", 17), id);
  EXPECT_EQ(random.hex("ec2.vpc-id", 0), "");
}

}  // namespace
}  // namespace fallstreak::world
