#include "front/pacer.h"

#include <gtest/gtest.h>

#include <chrono>

#include "cloud.h"

namespace fallstreak::front {
namespace {

using namespace std::chrono_literals;

constexpr double kFast = 1'000'000;

TEST(Pacer, LeavesAFrozenClockAlone) {
  Cloud cloud;
  Pacer pacer(cloud, {.is_frozen = true});
  const Time start = cloud.now();
  EXPECT_EQ(pacer.catch_up(), start);
  EXPECT_EQ(pacer.status().now, start);
}

TEST(Pacer, FollowsRealTimeTimesItsFactor) {
  Cloud cloud;
  const Time start = cloud.now();
  Pacer pacer(cloud, {.speed = kFast});
  const auto begun = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - begun < 2ms) {
  }
  pacer.catch_up();
  EXPECT_GE(cloud.now() - start, 2000s);
}

TEST(Pacer, GoesOnWhereItWasFrozen) {
  Cloud cloud;
  Pacer pacer(cloud, {.speed = kFast});
  pacer.freeze();
  const Time frozen = cloud.now();
  EXPECT_EQ(pacer.catch_up(), frozen);
  pacer.resume();
  const auto begun = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - begun < 1ms) {
  }
  pacer.catch_up();
  EXPECT_GT(cloud.now(), frozen);
}

TEST(Pacer, JumpsAndGoesOnFromThere) {
  Cloud cloud;
  Pacer pacer(cloud, {.is_frozen = true});
  const Time start = cloud.now();
  pacer.advance(24h);
  EXPECT_EQ(pacer.catch_up(), start + 24h);
}

TEST(Pacer, GoesOnFromAMomentThatWasPutBack) {
  Cloud cloud;
  Pacer pacer(cloud, {});
  const auto before = cloud.snapshot();
  pacer.advance(1000h);
  pacer.re_time([&] { cloud.restore(before); });
  EXPECT_LT(pacer.catch_up(), before.now + 100h);
}

TEST(Pacer, LetsEventsHappenWhenNobodyAsks) {
  Cloud cloud;
  Pacer pacer(cloud, {.speed = 1000});
  pacer.start();
  ASSERT_TRUE(cloud.begin_fault("dark", {.kind = "az-power", .zone = "us-east-1a"}, 10s));
  pacer.touch();
  const auto begun = std::chrono::steady_clock::now();
  while (cloud.next_due() && std::chrono::steady_clock::now() - begun < 10s) {
  }
  EXPECT_EQ(cloud.next_due(), std::nullopt);
  pacer.stop();
}

}  // namespace
}  // namespace fallstreak::front
