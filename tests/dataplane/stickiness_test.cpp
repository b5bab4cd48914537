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

const Time kNow = from_epoch_seconds(1'700'000'000);
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
  const auto cookies = cookies_to_set(kDuration, kTargets[1], kNow, kNone);
  ASSERT_THAT(cookies, ElementsAre(StartsWith("AWSALB="), StartsWith("AWSALBCORS=")));
  EXPECT_THAT(cookies[0], HasSubstr("; Expires=Tue, 21 Nov 2023 22:13:20 GMT; Path=/"));
  EXPECT_THAT(cookies[1], HasSubstr("; SameSite=None"));

  for (const auto& cookie : cookies) {
    const auto header = "theme=dark; " + sent_back(cookie);
    EXPECT_EQ(bound_target(kDuration, header, kNow, kTargets, kAll), 1U);
  }
}

TEST(DurationCookie, IsStaleAfterTheDuration) {
  const auto header = sent_back(cookies_to_set(kDuration, kTargets[1], kNow, kNone).front());

  const auto after = [&](int seconds) {
    return bound_target(kDuration, header, kNow + std::chrono::seconds(seconds), kTargets, kAll);
  };
  EXPECT_EQ(after(59), 1U);
  EXPECT_FALSE(after(60).has_value());
}

TEST(DurationCookie, YieldsWhenTheTargetTakesNoRequests) {
  const auto header = sent_back(cookies_to_set(kDuration, kTargets[1], kNow, kNone).front());
  const std::vector<TargetFacts> targets{
      {0, TargetState::healthy}, {0, TargetState::draining}, {0, TargetState::healthy}};
  const auto routable = routable_targets(targets, 0, CrossZone::on);

  EXPECT_FALSE(bound_target(kDuration, header, kNow, kTargets, routable).has_value());
}

TEST(DurationCookie, YieldsWhenItSaysNothing) {
  for (const char* header : {"", "AWSALB=", "AWSALB=???", "AWSALB=aGVsbG8=", "AWSALB", ";;=;",
                             "awsalb=x", "AWSALB=OTk5OTk5OTk5OTk5OTk5OTk5OTk5IHg="}) {
    EXPECT_FALSE(bound_target(kDuration, header, kNow, kTargets, kAll).has_value()) << header;
  }
}

TEST(DurationCookie, SaysNothingToAGroupWithoutStickiness) {
  const auto header = sent_back(cookies_to_set(kDuration, kTargets[1], kNow, kNone).front());

  EXPECT_FALSE(bound_target(Stickiness(), header, kNow, kTargets, kAll).has_value());
  EXPECT_THAT(cookies_to_set(Stickiness(), kTargets[1], kNow, kNone), IsEmpty());
}

TEST(ApplicationCookie, BeginsWithTheTargetsOwn) {
  const std::vector<std::string> own{"theme=dark", "session=abc; HttpOnly"};

  EXPECT_THAT(cookies_to_set(kApplication, kTargets[2], kNow, kNone), IsEmpty());
  EXPECT_THAT(cookies_to_set(kApplication, kTargets[2], kNow, own),
              ElementsAre(StartsWith("AWSALBAPP-0=")));
}

TEST(ApplicationCookie, NeedsBothCookies) {
  const std::vector<std::string> own{"session=abc"};
  const auto ours = sent_back(cookies_to_set(kApplication, kTargets[2], kNow, own).front());

  EXPECT_EQ(bound_target(kApplication, "session=abc; " + ours, kNow, kTargets, kAll), 2U);
  EXPECT_FALSE(bound_target(kApplication, ours, kNow, kTargets, kAll).has_value());
  EXPECT_FALSE(bound_target(kApplication, "session=abc", kNow, kTargets, kAll).has_value());
}

}  // namespace
}  // namespace fallstreak::dataplane::alb
