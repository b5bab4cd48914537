#include "services/elbv2/health_state.h"

#include <gtest/gtest.h>

namespace fallstreak::services::elbv2 {
namespace {

/// A run of checks, one letter each: `.` passes, `t` times out, `5` answers 503. The expected
/// statuses after each: `i` initial, `h` healthy, `u` unhealthy.
struct Case {
  std::string_view name;
  HealthStatus before;
  Thresholds thresholds;
  std::string_view checks;
  std::string_view statuses;
};

char letter(HealthStatus status) {
  switch (status) {
    case HealthStatus::initial:
      return 'i';
    case HealthStatus::healthy:
      return 'h';
    case HealthStatus::unhealthy:
      return 'u';
    case HealthStatus::invalid:
      return 'x';
    case HealthStatus::registering:
      return 'r';
    case HealthStatus::unchecked:
      return '-';
  }
  return '?';
}

CheckResult check_of(char c) {
  if (c == '.') return passed_check();
  return c == 't' ? timed_out_check() : mismatched_check(503);
}

TEST(HealthState, FollowsTheThresholds) {
  using enum HealthStatus;
  const Case cases[] = {
      {"a new target needs one pass", initial, {5, 2}, ".", "h"},
      {"a new target stays initial below the threshold", initial, {5, 3}, "tt.", "iih"},
      {"a new target fails at the threshold", initial, {5, 2}, "5t", "iu"},
      {"a healthy target outlives one failure", healthy, {5, 2}, "t.t.", "hhhh"},
      {"a healthy target fails at the threshold", healthy, {5, 2}, "tt", "hu"},
      {"a pass in between starts the count again", healthy, {5, 3}, "tt.tt.ttt", "hhhhhhhhu"},
      {"an unhealthy target needs the healthy threshold", unhealthy, {3, 2}, "...", "uuh"},
      {"a failure in between starts that count again", unhealthy, {3, 2}, "..t...", "uuuuuh"},
      {"one that failed while new needs the threshold too", initial, {2, 2}, "tt..", "iuuh"},
      {"an instance that runs again is like a new one", invalid, {5, 2}, "t.", "ih"},
  };
  for (const auto& example : cases) {
    SCOPED_TRACE(example.name);
    HealthRecord health{.status = example.before};
    std::string statuses;
    for (const char c : example.checks) {
      health = after_check(health, check_of(c), example.thresholds);
      statuses += letter(health.status);
    }
    EXPECT_EQ(statuses, example.statuses);
  }
}

TEST(HealthState, SaysWhyTheLastCheckFailed) {
  HealthRecord health{.status = HealthStatus::healthy};
  health = after_check(health, mismatched_check(503), {5, 2});
  EXPECT_EQ(health.reason, "");
  health = after_check(health, mismatched_check(503), {5, 2});
  EXPECT_EQ(health.reason, "Target.ResponseCodeMismatch");
  EXPECT_EQ(health.description, "Health checks failed with these codes: [503]");
  health = after_check(health, timed_out_check(), {5, 2});
  EXPECT_EQ(health.reason, "Target.Timeout");
  EXPECT_EQ(health.description, "Request timed out");
}

TEST(HealthState, DoesNotChangeWhileChecksConfirmIt) {
  const HealthRecord healthy{.status = HealthStatus::healthy};
  EXPECT_EQ(after_check(healthy, passed_check(), {5, 2}), healthy);
  HealthRecord unhealthy =
      after_check({.status = HealthStatus::unhealthy}, timed_out_check(), {5, 2});
  EXPECT_EQ(after_check(unhealthy, timed_out_check(), {5, 2}), unhealthy);
}

TEST(StatusMatcher, ReadsCodesListsAndRanges) {
  struct Row {
    std::string_view text;
    int status;
    bool matches;
  };
  const Row rows[] = {{"200", 200, true},         {"200", 201, false},
                      {"200,202", 202, true},     {"200,202", 201, false},
                      {"200-299", 250, true},     {"200-299", 300, false},
                      {"200,300-310", 305, true}, {"200,300-310", 299, false}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    const auto matcher = StatusMatcher::parse(row.text, 200, 499);
    ASSERT_TRUE(matcher.has_value());
    EXPECT_EQ(matcher->matches(row.status), row.matches);
  }
}

TEST(StatusMatcher, RefusesWhatIsNotThat) {
  for (const std::string_view text :
       {"", "abc", "200-", "-299", "299-200", "200,", "199", "500", "2 00"}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(StatusMatcher::parse(text, 200, 499).has_value());
  }
}

TEST(HealthCheckPort, IsAPortOrTheTrafficPort) {
  for (const std::string_view text : {"traffic-port", "1", "8080", "65535"}) {
    EXPECT_TRUE(is_health_check_port(text)) << text;
  }
  for (const std::string_view text : {"", "0", "65536", "http", "80x"}) {
    EXPECT_FALSE(is_health_check_port(text)) << text;
  }
}

}  // namespace
}  // namespace fallstreak::services::elbv2
