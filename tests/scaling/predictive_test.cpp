#include "scaling/predictive.h"

#include <gtest/gtest.h>

namespace fallstreak::scaling {
namespace {

/// So many hours up to hour 10,000, each `value(hour)`.
template <class Value>
HourlyValues history_of(std::int64_t length, Value&& value) {
  HourlyValues history;
  for (std::int64_t hour = 10'000 - length; hour < 10'000; ++hour) history[hour] = value(hour);
  return history;
}

TEST(Forecast, NeedsADay) {
  const auto flat = [](std::int64_t) { return 5.0; };
  EXPECT_FALSE(forecast({}, 10'000));
  EXPECT_FALSE(forecast(history_of(23, flat), 10'000));
  EXPECT_TRUE(forecast(history_of(24, flat), 10'000));
}

TEST(Forecast, IsForTwoDays) {
  const auto expected = *forecast(history_of(24, [](std::int64_t) { return 5.0; }), 10'000);
  EXPECT_EQ(expected.size(), 48U);
  EXPECT_EQ(expected.begin()->first, 10'000);
  for (const auto& [hour, value] : expected) EXPECT_EQ(value, 5) << hour;
}

TEST(Forecast, RepeatsTheDay) {
  const auto day = [](std::int64_t hour) { return double(hour % 24); };
  const auto expected = *forecast(history_of(24, day), 10'000);
  for (const auto& [hour, value] : expected) {
    EXPECT_EQ(value, double(hour % 24));
  }
  // Of several days the mean.
  const auto growing = history_of(48, [](std::int64_t hour) { return hour < 9'976 ? 10.0 : 20.0; });
  EXPECT_EQ(forecast(growing, 10'000)->at(10'030), 15);
}

TEST(Forecast, RepeatsTheWeekOnceItIsKnown) {
  const auto week = [](std::int64_t hour) { return hour / 24 % 7 == 3 ? 100.0 : 10.0; };
  const auto expected = *forecast(history_of(kHistoryHours, week), 10'000);
  for (const auto& [hour, value] : expected) {
    EXPECT_EQ(value, week(hour)) << hour;
  }
}

TEST(Forecast, TakesWhatIsKnownOfOtherHours) {
  HourlyValues known;
  // 24 values, two days of the same twelve hours.
  for (std::int64_t hour = 0; hour < 12; ++hour) known[hour] = known[24 + hour] = 7;
  EXPECT_EQ(forecast(known, 48)->at(48 + 20), 7);
}

TEST(DemandPerLoad, IsTheProportionOfBoth) {
  EXPECT_DOUBLE_EQ(demand_per_load({{1, 60}, {2, 120}, {3, 30}}, {{1, 1}, {2, 2}}), 1.0 / 60);
  EXPECT_EQ(demand_per_load({{1, 60}}, {{2, 1}}), 0);
  EXPECT_EQ(demand_per_load({{1, 0}}, {{1, 5}}), 0);
}

TEST(CapacityForDemand, RoundsUp) {
  EXPECT_EQ(capacity_for_demand(0, 50), 0);
  EXPECT_EQ(capacity_for_demand(1, 50), 1);
  EXPECT_EQ(capacity_for_demand(100, 50), 2);
  EXPECT_EQ(capacity_for_demand(100.1, 50), 3);
  EXPECT_EQ(capacity_for_demand(0.3, 0.1), 3);
  EXPECT_EQ(capacity_for_demand(1e300, 1e-300), 1'000'000'000);
}

}  // namespace
}  // namespace fallstreak::scaling
