// Whole runs: what the file or the timeline says reaches the cloud through its API, and what the
// API says of a load balancer decides what its clients see.
#include <gtest/gtest.h>

#include "scenarios/run/runner.h"

namespace fallstreak::scenarios {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// Six minutes of `rate` through one load balancer, `edge`, with what happens in the third.
RunResult run_shop(const std::string& cloud, const std::string& rate, const std::string& action) {
  std::string text = R"(scenario: Shop
why: To see what a setting does.
start: 2025-11-03 12:00
run: 6m
cloud:
  region: eu-central-1
  azs: [a, b, c]
)" + cloud + R"(
load:
  shoppers: {to: edge, rate: )" +
                     rate + R"(}
expect:
  - cost() < $100
)";
  if (!action.empty()) text += "timeline:\n  - {at: \"12:03\", do: \"" + action + "\"}\n";
  const ParsedScenario parsed = parse_scenario(text, "shop.yaml");
  for (const ParseError& error : parsed.errors) ADD_FAILURE() << error.to_string();
  if (!parsed.scenario) return {};
  auto result = run(*parsed.scenario, {.seed = 1, .on_event = {}});
  if (!result) {
    ADD_FAILURE() << result.error().code << ": " << result.error().message;
    return {};
  }
  return std::move(*result);
}

/// Requests that ended in a span of minutes, and those of them that failed in one way.
struct Share {
  double requests = 0, failed = 0;
  [[nodiscard]] double share() const { return failed / requests; }
};
Share share_of(const RunResult& result, RequestError error, int from_minute, int to_minute) {
  const auto& series = result.recording.sources.at("shoppers").seconds;
  Share share;
  for (std::size_t second = 60UL * unsigned(from_minute); second < 60UL * unsigned(to_minute);
       ++second) {
    share.requests += series.at(second).requests;
    share.failed += series.at(second).errors[static_cast<std::size_t>(error)];
  }
  return share;
}

std::int64_t percentile(const RunResult& result, double quantile, int from_minute, int to_minute) {
  const auto& series = result.recording.sources.at("shoppers");
  return series.percentile(quantile, 60UL * unsigned(from_minute), 60UL * unsigned(to_minute))
      .value_or(-1);
}

std::int64_t in_nanoseconds(Duration duration) { return duration.count(); }

const std::string kBlueAndGreen = R"(
  asg:
    blue: {type: m4.large, size: 3, boot: fixed 10s, serve: {workers: 8, cpu: fixed 20ms}}
    green: {type: m4.large, size: 3, boot: fixed 10s, serve: {workers: 8, cpu: fixed 200ms}}
)";

TEST(ForwardWeights, SplitTheTraffic) {
  const auto result =
      run_shop(kBlueAndGreen + "  alb: {edge: {to: {blue: 75, green: 25}}}", "40/s", "");
  // One in four takes ten times as long.
  EXPECT_LT(percentile(result, 0.70, 0, 6), in_nanoseconds(milliseconds(30)));
  EXPECT_GT(percentile(result, 0.80, 0, 6), in_nanoseconds(milliseconds(190)));
}

TEST(ForwardWeights, SwitchTheTrafficWhenTheListenerIsModifiedAndLoseNoRequest) {
  const auto result = run_shop(kBlueAndGreen + "  alb: {edge: {to: {blue: 1, green: 0}}}", "40/s",
                               "forward edge to blue 0, green 1");
  EXPECT_LT(percentile(result, 0.999, 0, 3), in_nanoseconds(milliseconds(30)));
  EXPECT_GT(percentile(result, 0.01, 4, 6), in_nanoseconds(milliseconds(190)));
  EXPECT_EQ(result.recording.sources.at("shoppers").failed(), 0U);
}

TEST(ForwardWeights, AnswerServiceUnavailableWhenNoGroupHasAny) {
  const auto result = run_shop(kBlueAndGreen + "  alb: {edge: {to: {blue: 1, green: 0}}}", "40/s",
                               "forward edge to blue 0, green 0");
  EXPECT_EQ(share_of(result, RequestError::service_unavailable, 0, 3).failed, 0);
  EXPECT_EQ(share_of(result, RequestError::service_unavailable, 4, 6).share(), 1);
}

const std::string kOneZone = R"(
  asg:
    web: {type: m4.large, size: 3, azs: [a], boot: fixed 10s, serve: {workers: 8, cpu: fixed 20ms}}
)";

TEST(CrossZone, LeavesTheNodesOfZonesWithoutTargetsEmptyHandedUntilClientsHaveForgottenThem) {
  const auto result =
      run_shop(kOneZone + "  alb: {edge: {to: web}}", "40/s", "set cross_zone of edge to off");
  EXPECT_EQ(share_of(result, RequestError::service_unavailable, 0, 3).failed, 0);
  // Caches are of any age when the zones leave DNS, and at most a minute old.
  EXPECT_NEAR(share_of(result, RequestError::service_unavailable, 3, 4).share(), 1.0 / 3, 0.05);
  EXPECT_EQ(share_of(result, RequestError::service_unavailable, 4, 6).failed, 0);
}

TEST(CrossZone, IsSetFromTheFile) {
  // One of three targets has a zone of its own, and half of all requests.
  const std::string uneven = R"(
  asg:
    web: {type: m4.large, size: 3, azs: [a, b], boot: fixed 10s, serve: {workers: 1, cpu: fixed 20ms}}
)";
  const auto result = run_shop(uneven + "  alb: {edge: {to: web, cross_zone: off}}", "80/s",
                               "set cross_zone of edge to on");
  EXPECT_GT(percentile(result, 0.9, 0, 3), in_nanoseconds(milliseconds(60)));
  EXPECT_LT(percentile(result, 0.9, 4, 6), in_nanoseconds(milliseconds(60)));
}

const std::string kSlow = R"(
  asg:
    web: {type: m4.large, size: 3, boot: fixed 10s, serve: {workers: 64, cpu: fixed 8s}}
)";

TEST(IdleTimeout, EndsRequestsThatTakeLongerWithGatewayTimeout) {
  const auto result = run_shop(kSlow + "  alb: {edge: {to: web, idle_timeout: 10s}}", "5/s",
                               "set idle_timeout of edge to 7s");
  EXPECT_EQ(share_of(result, RequestError::gateway_timeout, 0, 3).failed, 0);
  EXPECT_EQ(share_of(result, RequestError::gateway_timeout, 4, 6).share(), 1);
}

const std::string kBusy = R"(
  asg:
    web: {type: m4.large, size: 6, boot: fixed 10s, serve: {workers: 1, cpu: exp 20ms}}
)";

TEST(Algorithm, OfLeastOutstandingRequestsAvoidsQueues) {
  const auto result = run_shop(kBusy + "  alb: {edge: {to: web}}", "220/s",
                               "set algorithm of edge to least_outstanding_requests");
  EXPECT_LT(3 * percentile(result, 0.99, 4, 6), 2 * percentile(result, 0.99, 1, 3));
}

TEST(Algorithm, OfWeightedRandomIsWorseThanTurns) {
  const auto result = run_shop(kBusy + "  alb: {edge: {to: web}}", "220/s",
                               "set algorithm of edge to weighted_random");
  EXPECT_GT(percentile(result, 0.9, 4, 6), percentile(result, 0.9, 1, 3));
}

TEST(Reservations, TakeWhatTheyCoverOffTheBill) {
  const std::string cloud = R"(
  asg: {blue: {type: m4.large, size: 4, boot: fixed 10s}}
  alb: {edge: {to: blue}}
)";
  const auto cost_of = [&](const std::string& reserved) {
    const auto result = run_shop(cloud + reserved, "1/s", "");
    return result.recording.gauges.at({"cost", ""}).back();
  };
  // The load balancer's first hour, and of the reservations: all four instances are half an xlarge.
  EXPECT_NEAR(cost_of("  reserved: [{type: m4.xlarge, count: 2}]\n"), 0.027 + 2 * 0.24 * 0.63,
              1e-3);
  // One of another family covers nothing.
  const double none = cost_of("");
  const double useless = cost_of("  reserved: [{type: c5.large, count: 1}]\n");
  EXPECT_NEAR(useless - none, 0.085 * 0.63, 1e-3);
}

TEST(BreakAzPower, HappensInTheRegionThatItNames) {
  const std::string cloud = R"(
  asg:
    here: {type: m4.large, size: 3, boot: fixed 10s}
    there: {type: m4.large, size: 3, boot: fixed 10s, region: eu-west-1}
  alb:
    edge: {to: here}
    other: {to: there, region: eu-west-1}
  dynamodb: {orders: {region: eu-west-1}}
)";
  const std::string text = R"(scenario: Shop
why: To see where a zone is lost.
start: 2025-11-03 12:00
run: 8m
cloud:
  region: eu-central-1
)" + cloud + R"(
load:
  near: {to: edge, rate: 20/s}
  far: {to: other, rate: 20/s, writes: orders}
timeline:
  - {at: +2m, break: az-power, az: a, region: eu-west-1, for: 5m}
expect:
  - error_rate(near) == 0%
  - error_rate(far) > 1%
  - rpo(orders) == 0
)";
  const ParsedScenario parsed = parse_scenario(text, "two-regions.yaml");
  for (const ParseError& error : parsed.errors) ADD_FAILURE() << error.to_string();
  ASSERT_TRUE(parsed.scenario);
  const auto result = run(*parsed.scenario, {.seed = 1, .on_event = {}});
  ASSERT_TRUE(result) << result.error().message;
  for (const auto& one : result->expectations) {
    EXPECT_EQ(one.verdict.held, Held::yes) << one.text << ": " << one.verdict.observed;
  }
}

const std::string kBehind = R"(
  asg:
    web: {type: m4.large, size: 3, boot: fixed 10s, health: elb, serve: {workers: 8, cpu: fixed 20ms}}
  alb: {web-alb: {to: web}}
  nlb: {edge: {to: web-alb, health_check: {interval: 10s}}}
)";

TEST(NetworkLoadBalancer, PassesConnectionsToTheApplicationLoadBalancer) {
  const auto result = run_shop(kBehind, "40/s", "");
  EXPECT_EQ(result.recording.sources.at("shoppers").failed(), 0U);
  EXPECT_EQ(percentile(result, 0.5, 0, 6) / 1'000'000, 20);
}

TEST(NetworkLoadBalancer, MeetsTheSettingsOfTheOneBehind) {
  const auto result = run_shop(R"(
  asg:
    web: {type: m4.large, size: 3, boot: fixed 10s, serve: {workers: 64, cpu: fixed 8s}}
  alb: {web-alb: {to: web, idle_timeout: 10s}}
  nlb: {edge: {to: web-alb}}
)",
                               "5/s", "set idle_timeout of web-alb to 7s");
  EXPECT_EQ(share_of(result, RequestError::gateway_timeout, 0, 3).failed, 0);
  EXPECT_EQ(share_of(result, RequestError::gateway_timeout, 4, 6).share(), 1);
}

TEST(NetworkLoadBalancer, TellsWhenTheOneBehindFailsItsChecksAndSendsAllTheSame) {
  const auto result = run_shop(kBehind, "40/s", "terminate 3 of web");
  const auto says = [&](const std::string& text) {
    return std::ranges::any_of(result.events, [&](const RunEvent& event) {
      return event.text.find(text) != std::string::npos;
    });
  };
  EXPECT_TRUE(says("edge: web-alb is unhealthy"));
  EXPECT_TRUE(says("edge: web-alb is healthy"));
  EXPECT_GT(share_of(result, RequestError::service_unavailable, 3, 6).failed, 0);
}

TEST(NetworkLoadBalancer, LeavesRequestsToBeCountedByTheOneBehind) {
  const auto result = run_shop(R"(
  asg:
    web: {type: m4.large, size: {min: 1, max: 6, desired: 1}, boot: fixed 10s, cooldown: 1m, scaling: [track: requests at 60], serve: {workers: 8, cpu: fixed 20ms}}
  alb: {web-alb: {to: web}}
  nlb: {edge: {to: web-alb}}
)",
                               "5/s", "");
  EXPECT_GT(result.recording.gauges.at({"size", "web"}).back(), 1);
}

TEST(Run, IsTheSameForTheSameSeed) {
  const std::string cloud = kBlueAndGreen + "  alb: {edge: {to: {blue: 75, green: 25}}}";
  const std::string action = "terminate 2 of blue in a";
  EXPECT_EQ(run_shop(cloud, "40/s", action).hash, run_shop(cloud, "40/s", action).hash);
}

}  // namespace
}  // namespace fallstreak::scenarios
