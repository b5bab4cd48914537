#include "services/cloudwatch/statistic.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
namespace fallstreak::services::cloudwatch {
namespace {

Aggregate one_to(int last) {
  Aggregate aggregate;
  for (int value = 1; value <= last; ++value) add_value(aggregate, value, 1);
  return aggregate;
}

double value(std::string_view name, const Aggregate& aggregate) {
  return value_of(parse_statistic(name).value(), aggregate).value();
}

TEST(Statistic, KnowsTheFiveSimpleOnes) {
  const auto aggregate = one_to(4);
  EXPECT_EQ(value("SampleCount", aggregate), 4);
  EXPECT_EQ(value("Sum", aggregate), 10);
  EXPECT_EQ(value("Average", aggregate), 2.5);
  EXPECT_EQ(value("Minimum", aggregate), 1);
  EXPECT_EQ(value("Maximum", aggregate), 4);
}

TEST(Statistic, GivesThePercentilesOfExactValues) {
  const auto aggregate = one_to(100);
  EXPECT_EQ(value("p0", aggregate), 1);
  EXPECT_EQ(value("p50", aggregate), 50);
  EXPECT_EQ(value("p95", aggregate), 95);
  EXPECT_EQ(value("p99.9", aggregate), 100);
  EXPECT_EQ(value("p100", aggregate), 100);
}

TEST(Statistic, KeepsPercentilesWithinOnePercentOfManyValues) {
  const auto aggregate = one_to(20'000);
  EXPECT_TRUE(aggregate.is_rounded);
  EXPECT_LT(samples_of(aggregate).size(), 1000U);
  EXPECT_NEAR(value("p50", aggregate), 10'000, 150);
  EXPECT_NEAR(value("p99", aggregate), 19'800, 300);
  EXPECT_EQ(value("p100", aggregate), 20'000);
  EXPECT_EQ(value("Sum", aggregate), 200'010'000);
}

TEST(Statistic, TrimsBothEnds) {
  const auto aggregate = one_to(10);
  EXPECT_DOUBLE_EQ(value("tm90", aggregate), 5);
  EXPECT_DOUBLE_EQ(value("TM(10%:90%)", aggregate), 5.5);
  EXPECT_DOUBLE_EQ(value("tc90", aggregate), 9);
  EXPECT_DOUBLE_EQ(value("ts90", aggregate), 45);
  EXPECT_DOUBLE_EQ(value("IQM", aggregate), 5.5);
  EXPECT_DOUBLE_EQ(value("wm90", aggregate), 5.4);
}

TEST(Statistic, CountsBetweenValues) {
  const auto aggregate = one_to(10);
  EXPECT_DOUBLE_EQ(value("PR(:3)", aggregate), 30);
  EXPECT_DOUBLE_EQ(value("PR(3:5)", aggregate), 20);
  EXPECT_DOUBLE_EQ(value("TC(2:4)", aggregate), 2);
}

TEST(Statistic, HasNoPercentilesOfNegativeValuesOrOfStatisticSets) {
  Aggregate negative = one_to(3);
  add_value(negative, -1, 1);
  EXPECT_EQ(value_of(*parse_statistic("p50"), negative), std::nullopt);
  EXPECT_EQ(value("Minimum", negative), -1);

  Aggregate set;
  add_statistic_set(set, 3, 6, 1, 3);
  EXPECT_EQ(value_of(*parse_statistic("p50"), set), std::nullopt);
  EXPECT_EQ(value("Average", set), 2);
}

TEST(Statistic, KnowsThePercentilesOfASetOfOneValue) {
  Aggregate set;
  add_statistic_set(set, 3, 15, 5, 5);
  EXPECT_EQ(value("p50", set), 5);
}

TEST(Statistic, DoesNotDependOnTheOrderOfMerging) {
  Aggregate left = one_to(100);
  Aggregate right;
  for (int number = 101; number <= 400; ++number) add_value(right, number, 1);
  Aggregate forward = left;
  merge(forward, right);
  Aggregate backward = right;
  merge(backward, left);

  EXPECT_EQ(forward.count, 400);
  EXPECT_EQ(value("p50", forward), value("p50", backward));
  EXPECT_EQ(forward.minimum, backward.minimum);
}

TEST(Statistic, GivesTheSamePercentilesHoweverTheValuesCameTogether) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 200; ++round) {
    const auto kinds = 1 + random() % 4;
    std::vector<double> values;
    std::vector<Aggregate> parts(1 + random() % 4);
    const auto count = 1 + random() % 12;
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto value = double(random() % kinds);
      values.push_back(value);
      auto& part = parts[random() % parts.size()];
      if (random() % 2 == 0) {
        add_value(part, value, 1);
      } else {
        add_statistic_set(part, 1, value, value, value);
      }
    }
    std::ranges::sort(values);
    Aggregate all;
    for (const auto& part : parts) merge(all, part);

    EXPECT_EQ(value("p50", all), values[(values.size() + 1) / 2 - 1]);
    EXPECT_EQ(value("p90", all), values[(values.size() * 9 + 9) / 10 - 1]);
    EXPECT_EQ(value("TC(0:9)", all), double(values.size() - std::ranges::count(values, 0.0)));
  }
}

TEST(Statistic, RefusesWhatIsNone) {
  for (const auto* text : {"", "p", "p101", "p-1", "pX", "p1e1", "average", "tm", "tm101", "TM()",
                           "TM(:)", "TM(90%:10%)", "TM(10%:90)x", "PR(10%:20%)", "pr90", "q50"}) {
    EXPECT_FALSE(parse_statistic(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace fallstreak::services::cloudwatch
