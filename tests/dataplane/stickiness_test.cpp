#include "dataplane/alb/stickiness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dataplane/alb/target_choice.h"

namespace fallstreak::dataplane::alb {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

const Time kChosenAt = from_epoch_seconds(1'700'000'000);
const std::vector<std::string> kTargets{"web|i-1:80", "web|i-2:80", "web|i-3:80"};
const std::vector<std::uint32_t> kAll{0, 1, 2};
const Stickiness kDuration{.kind = Stickiness::Kind::lb_cookie,
                           .duration = std::chrono::seconds(60)};
const Stickiness kApplication{.kind = Stickiness::Kind::app_cookie,
                              .duration = std::chrono::seconds(60),
                              .app_cookie_name = "session"};
const std::vector<std::string> kNone;

/// What a browser sends back.
std::string sent_back(const std::string& set_cookie) {
  return set_cookie.substr(0, set_cookie.find(';'));
}

TEST(DurationCookie, KeepsAClientWithItsTarget) {
  const auto cookies = cookies_to_set(kDuration, kTargets[1], kChosenAt, kNone);
  ASSERT_THAT(cookies, ElementsAre(StartsWith("AWSALB="), StartsWith("AWSALBCORS=")));
  EXPECT_THAT(cookies[0], HasSubstr("; Expires=Tue, 21 Nov 2023 22:13:20 GMT; Path=/"));
  EXPECT_THAT(cookies[1], HasSubstr("; SameSite=None"));

  for (const auto& cookie : cookies) {
    const auto header = "theme=dark; " + sent_back(cookie);
    EXPECT_EQ(bound_target(kDuration, header, kChosenAt, kTargets, kAll), 1U);
  }
}

TEST(DurationCookie, IsStaleAfterTheDuration) {
  const auto header = sent_back(cookies_to_set(kDuration, kTargets[1], kChosenAt, kNone).front());

  const auto after = [&](int seconds) {
    return bound_target(kDuration, header, kChosenAt + std::chrono::seconds(seconds), kTargets,
                        kAll);
  };
  EXPECT_EQ(after(59), 1U);
  EXPECT_FALSE(after(60).has_value());
}

TEST(DurationCookie, YieldsWhenTheTargetTakesNoRequests) {
  const auto header = sent_back(cookies_to_set(kDuration, kTargets[1], kChosenAt, kNone).front());
  const std::vector<TargetFacts> targets{
      {0, TargetState::healthy}, {0, TargetState::draining}, {0, TargetState::healthy}};
  const auto routable = routable_targets(targets, 0, CrossZone::on).targets;

  EXPECT_FALSE(bound_target(kDuration, header, kChosenAt, kTargets, routable).has_value());
}

TEST(DurationCookie, YieldsWhenItSaysNothing) {
  for (const char* header : {"", "AWSALB=", "AWSALB=???", "AWSALB=aGVsbG8=", "AWSALB", ";;=;",
                             "awsalb=x", "AWSALB=OTk5OTk5OTk5OTk5OTk5OTk5OTk5IHg="}) {
    EXPECT_FALSE(bound_target(kDuration, header, kChosenAt, kTargets, kAll).has_value()) << header;
  }
}

TEST(DurationCookie, SaysNothingToAGroupWithoutStickiness) {
  const auto header = sent_back(cookies_to_set(kDuration, kTargets[1], kChosenAt, kNone).front());

  EXPECT_FALSE(bound_target(Stickiness(), header, kChosenAt, kTargets, kAll).has_value());
  EXPECT_THAT(cookies_to_set(Stickiness(), kTargets[1], kChosenAt, kNone), IsEmpty());
}

TEST(ApplicationCookie, BeginsWithTheTargetsOwn) {
  const std::vector<std::string> own{"theme=dark", "session=abc; HttpOnly"};

  EXPECT_THAT(cookies_to_set(kApplication, kTargets[2], kChosenAt, kNone), IsEmpty());
  EXPECT_THAT(cookies_to_set(kApplication, kTargets[2], kChosenAt, own),
              ElementsAre(StartsWith("AWSALBAPP-0=")));
}

TEST(ApplicationCookie, NeedsBothCookies) {
  const std::vector<std::string> own{"session=abc"};
  const auto ours = sent_back(cookies_to_set(kApplication, kTargets[2], kChosenAt, own).front());

  EXPECT_EQ(bound_target(kApplication, "session=abc; " + ours, kChosenAt, kTargets, kAll), 2U);
  EXPECT_FALSE(bound_target(kApplication, ours, kChosenAt, kTargets, kAll).has_value());
  EXPECT_FALSE(bound_target(kApplication, "session=abc", kChosenAt, kTargets, kAll).has_value());
}

TEST(GroupCookie, KeepsAClientWithATargetGroupUntilItsTimeIsOver) {
  const std::vector<std::string> groups{"blue", "green"};
  const auto set = group_cookies_to_set("green", std::chrono::seconds(60), kChosenAt);
  ASSERT_THAT(set, ElementsAre(StartsWith("AWSALBTG="), StartsWith("AWSALBTGCORS=")));
  EXPECT_THAT(set[1], HasSubstr("; SameSite=None"));

  for (const auto& cookie : set) {
    const auto header = sent_back(cookie);
    EXPECT_EQ(bound_group(header, kChosenAt + std::chrono::seconds(59), groups), 1U);
    EXPECT_FALSE(bound_group(header, kChosenAt + std::chrono::seconds(60), groups).has_value());
    EXPECT_FALSE(bound_group(header, kChosenAt, std::vector<std::string>{"blue"}).has_value());
  }
  EXPECT_FALSE(bound_group("AWSALBTG=???", kChosenAt, groups).has_value());
}

TEST(SlowStart, GrowsLinearly) {
  using std::chrono::seconds;
  EXPECT_EQ(slow_start_share(seconds(0), seconds(100)), 0U);
  EXPECT_EQ(slow_start_share(seconds(25), seconds(100)), kFullShare / 4);
  EXPECT_EQ(slow_start_share(seconds(100), seconds(100)), kFullShare);
  EXPECT_EQ(slow_start_share(seconds(1), seconds(0)), kFullShare) << "off";
  EXPECT_EQ(slow_start_share(seconds(899), seconds(900)), kFullShare / 900 * 899 + 735);
}

/// How many of 30,000 requests each of three targets gets, of which the last is warming up.
std::vector<int> spread(std::uint32_t share_of_last) {
  std::vector<int> counts(3);
  std::uint64_t turn = 0;
  std::uint64_t bits = 1;
  for (int i = 0; i < 30'000; ++i) {
    bits = bits * 6364136223846793005ULL + 1442695040888963407ULL;
    const auto share = [&](std::uint32_t target) {
      return target == 2 ? share_of_last : kFullShare;
    };
    ++counts[kAll[round_robin_warming(turn, kAll, bits >> 20, share)]];
  }
  return counts;
}

TEST(SlowStart, GivesATargetItsShareAndTheRestToTheOthers) {
  EXPECT_EQ(spread(kFullShare), (std::vector<int>{10'000, 10'000, 10'000}));
  EXPECT_EQ(spread(0)[2], 0);
  const auto half = spread(kFullShare / 2);
  // Two turns in three are others', and half of the third: a fifth of what is given out.
  EXPECT_NEAR(half[2], 6'000, 200);
  EXPECT_NEAR(half[0], 12'000, 200);
}

TEST(SlowStart, IsNotForTargetsThatAreAlone) {
  std::uint64_t turn = 0;
  const auto cold = [](std::uint32_t) { return std::uint32_t{0}; };
  std::vector<std::size_t> order;
  for (int i = 0; i < 4; ++i) order.push_back(round_robin_warming(turn, kAll, 7, cold));

  EXPECT_THAT(order, ElementsAre(0, 1, 2, 0));
}

}  // namespace
}  // namespace fallstreak::dataplane::alb
