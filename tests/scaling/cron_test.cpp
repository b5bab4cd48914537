#include "scaling/cron.h"

#include <gtest/gtest.h>

namespace fallstreak::scaling {
namespace {

// 2026-01-01T00:00:00Z is a Thursday.
constexpr Time kStart = from_nanoseconds(1'767'225'600'000'000'000);

std::string next(const char* text, const char* zone_name = "UTC", Time after = kStart) {
  const auto cron = parse_cron(text);
  if (!cron) return "no cron";
  const auto time = next_time(*cron, TimeZone::load(zone_name).value(), after);
  return time ? to_iso8601(*time) : "never";
}

TEST(Cron, FindsTheNextTime) {
  EXPECT_EQ(next("* * * * *"), "2026-01-01T00:01:00Z");
  EXPECT_EQ(next("0 9 * * *"), "2026-01-01T09:00:00Z");
  EXPECT_EQ(next("30 0 * * *"), "2026-01-01T00:30:00Z");
  EXPECT_EQ(next("0 0 * * *"), "2026-01-02T00:00:00Z");
  EXPECT_EQ(next("*/15 * * * *"), "2026-01-01T00:15:00Z");
  EXPECT_EQ(next("5,50 8-10/2 * * *"), "2026-01-01T08:05:00Z");
}

TEST(Cron, KnowsDaysOfWeekAndMonth) {
  EXPECT_EQ(next("0 9 * * MON"), "2026-01-05T09:00:00Z");
  EXPECT_EQ(next("0 9 * * sun"), "2026-01-04T09:00:00Z");
  EXPECT_EQ(next("0 9 * * 7"), "2026-01-04T09:00:00Z");
  EXPECT_EQ(next("0 9 * * SAT-SUN"), "no cron");
  EXPECT_EQ(next("0 0 1 1 *"), "2027-01-01T00:00:00Z");
  EXPECT_EQ(next("0 0 29 FEB *"), "2028-02-29T00:00:00Z");
  EXPECT_EQ(next("0 0 30 2 *"), "never");
  // A day that both restrict needs to be in one.
  EXPECT_EQ(next("0 9 13 * FRI"), "2026-01-02T09:00:00Z");
}

TEST(Cron, FollowsTheClocksOfAZone) {
  EXPECT_EQ(next("0 9 * * *", "Europe/Berlin"), "2026-01-01T08:00:00Z");
  const Time july = kStart + std::chrono::hours(24 * 190);
  EXPECT_EQ(next("0 9 * * *", "Europe/Berlin", july), "2026-07-10T07:00:00Z");
  // 2026-03-29 has no 02:30 in Berlin.
  const Time before = kStart + std::chrono::hours(24 * 86);
  EXPECT_EQ(next("30 2 * * *", "Europe/Berlin", before), "2026-03-28T01:30:00Z");
  EXPECT_EQ(next("30 2 * * *", "Europe/Berlin", before + std::chrono::hours(24 * 1 + 12)),
            "2026-03-30T00:30:00Z");
}

TEST(Cron, IsRefusedWhenItIsNone) {
  for (const char* text :
       {"", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *",
        "* * * * 8", "a * * * *", "1-a * * * *", "*/0 * * * *", "5-1 * * * *", "1,,2 * * * *"}) {
    EXPECT_FALSE(parse_cron(text)) << text;
  }
}

}  // namespace
}  // namespace fallstreak::scaling
