// The recurrence lane against the event lane: not alike, but equal.
#include <gtest/gtest.h>

#include <numeric>

#include "tests/scenarios/traffic_fixture.h"

namespace fallstreak::scenarios::traffic {
namespace {

using dataplane::alb::Algorithm;
using dataplane::alb::CrossZone;
using dataplane::alb::TargetState;

struct Story {
  std::vector<Simulator::Completion> completions;
  std::vector<Write> writes;
  std::vector<NodeTotals> nodes;  // at the ends of epochs
  std::uint64_t hash = 0;
  std::uint64_t attempts = 0;
};

struct Options {
  Lane lane = Lane::recurrence;
  Algorithm algorithm = Algorithm::round_robin;
  CrossZone cross_zone = CrossZone::on;
  std::uint64_t seed = 1;
  int slices = 1;  // into how many calls each epoch is cut
  double load = 1;
  Instant later_idle_timeout = 5 * kOneSecond;  // from the 80th second on
  bool is_split = false;                        // one in five requests goes to a second group
  bool has_idle_source = false;
  bool mitigates_anomalies = false;
  bool has_stopped_path = false;
  bool is_behind_network = false;  // a Network Load Balancer is before the load balancer
};

SourceSpec shoppers(double load) {
  SourceSpec source = steady_source("shoppers", 0);
  source.rate = {{0, 700 * load}, {20 * kOneSecond, 1300 * load}, {60 * kOneSecond, 900 * load}};
  source.classes = {{.name = "browse", .share = 0.6},
                    {.name = "search", .share = 0.2, .timeout = 90 * kMillisecond},
                    {.name = "checkout",
                     .share = 0.15,
                     .table = 0,
                     .timeout = 70 * kMillisecond,
                     .retries = 2,
                     .backoff_low = 100 * kMillisecond,
                     .backoff_high = 2 * kOneSecond},
                    {.name = "pay",
                     .share = 0.05,
                     .table = 0,
                     .retries = 1,
                     .backoff_low = 10 * kMillisecond,
                     .backoff_high = kOneSecond,
                     .jitter = Jitter::none}};
  return source;
}

/// Two minutes in which a zone dies and returns, a process crashes, a target drains and another is
/// taken away.
Story tell(const Options& options) {
  RecordingSink sink;
  sink.throttle_every = 50;
  Setup setup{.seed = options.seed,
              .sources = {shoppers(options.load), steady_source("crawlers", 40)},
              .tables = {"orders"},
              .lane = options.lane};
  if (options.has_idle_source)
    setup.sources.insert(setup.sources.begin() + 1, steady_source("idle", 0));
  if (options.is_behind_network) {
    setup.load_balancers = 2;
    for (SourceSpec& source : setup.sources) source.load_balancer = 1;
  }
  Simulator simulator(setup, &sink);
  Story story;
  simulator.record_completions(&story.completions);
  LoadBalancerView view = balanced_view(3, 7, 4, exponential_service(20));
  view.groups.reserve(2);
  auto& targets = view.groups.front().targets;
  view.groups.front().algorithm = options.algorithm;
  view.groups.front().cross_zone = options.cross_zone;
  view.groups.front().mitigates_anomalies = options.mitigates_anomalies;
  view.idle_timeout = 5 * kOneSecond;
  if (options.is_split) {
    // Two hosts of the first group and one of its own.
    view.groups.push_back({.weight = 1, .targets = {targets[0], targets[1]}});
    view.groups.back().targets.push_back(
        {.id = 100, .zone = 2, .workers = 4, .service = exponential_service(20)});
    view.groups.front().weight = 4;
  }
  targets[1].queue_limit = 40 * kMillisecond;
  targets[2].service = lognormal(15e6, 90e6);
  if (options.has_stopped_path) targets[3].stopped_zones = 1U << 1U;
  Instant now = 0;
  const auto advance = [&](Instant until) {
    for (int slice = 1; slice <= options.slices; ++slice) {
      simulator.advance_to(now + (until - now) * slice / options.slices);
    }
    now = until;
    for (std::uint32_t index = 0; index < setup.load_balancers; ++index) {
      for (NodeTotals& node : simulator.node_totals(index)) story.nodes.push_back(node);
    }
  };
  const auto set_zone = [&](std::uint32_t zone, Answer answer) {
    for (TargetView& target : targets) {
      if (target.zone == zone) target.answer = answer;
    }
    view.nodes[zone].answer = answer;
    simulator.set_view(0, view);
  };
  simulator.set_view(0, view);
  LoadBalancerView network;
  network.is_network = true;
  network.passes_to = 0;
  for (std::uint32_t zone = 0; zone < 3; ++zone) network.nodes.push_back({.zone = zone});
  if (options.is_behind_network) simulator.set_view(1, network);
  advance(30 * kOneSecond);
  set_zone(0, Answer::silent);
  advance(37 * kOneSecond);
  view.nodes[0].is_in_dns = false;
  simulator.set_view(0, view);
  advance(40 * kOneSecond);
  for (TargetView& target : targets) target.state = TargetState::unhealthy;
  simulator.set_view(0, view);  // all unhealthy: fails open
  advance(42 * kOneSecond);
  for (TargetView& target : targets) {
    target.state = target.zone == 0 ? TargetState::unhealthy : TargetState::healthy;
  }
  simulator.set_view(0, view);
  advance(60 * kOneSecond);
  view.nodes[0].is_in_dns = true;
  set_zone(0, Answer::answers);
  advance(70 * kOneSecond);
  targets[4].answer = Answer::refuses;
  simulator.set_view(0, view);
  advance(75 * kOneSecond);
  if (options.is_behind_network) {
    network.nodes[2].answer = Answer::silent;
    network.passes_to.reset();
    simulator.set_view(1, network);
    advance(76 * kOneSecond);
    network.nodes[2].answer = Answer::answers;
    network.passes_to = 0;
    simulator.set_view(1, network);
  }
  targets[4].state = TargetState::draining;
  targets.erase(targets.begin() + 5);
  simulator.set_view(0, view);
  advance(78 * kOneSecond);
  view.is_trusted = false;
  simulator.set_view(0, view);
  advance(79 * kOneSecond);
  view.is_trusted = true;
  simulator.set_view(0, view);
  advance(80 * kOneSecond);
  view.nodes[1].answer = Answer::refuses;
  view.idle_timeout = options.later_idle_timeout;
  simulator.set_view(0, view);
  advance(120 * kOneSecond);
  story.hash = simulator.hash();
  story.attempts = simulator.attempts();
  story.writes = sink.writes;
  std::sort(story.completions.begin(), story.completions.end());
  return story;
}

void expect_equal(const Story& left, const Story& right) {
  ASSERT_EQ(left.completions.size(), right.completions.size());
  for (std::size_t index = 0; index < left.completions.size(); ++index) {
    const auto& a = left.completions[index];
    const auto& b = right.completions[index];
    ASSERT_TRUE(a == b) << "source " << a.source << " request " << a.request << " at " << a.intended
                        << ": " << a.end << " (" << a.error << ") and " << b.source << "/"
                        << b.request << " " << b.end << " (" << b.error << ")";
  }
  EXPECT_EQ(left.hash, right.hash);
  EXPECT_EQ(left.attempts, right.attempts);
  ASSERT_EQ(left.nodes.size(), right.nodes.size());
  for (std::size_t index = 0; index < left.nodes.size(); ++index) {
    EXPECT_TRUE(left.nodes[index].tally == right.nodes[index].tally) << index;
    EXPECT_EQ(left.nodes[index].open_to_clients, right.nodes[index].open_to_clients) << index;
    EXPECT_EQ(left.nodes[index].open_to_targets, right.nodes[index].open_to_targets) << index;
  }
  ASSERT_EQ(left.writes.size(), right.writes.size());
  for (std::size_t index = 0; index < left.writes.size(); ++index) {
    ASSERT_EQ(left.writes[index].at, right.writes[index].at);
    ASSERT_EQ(left.writes[index].request, right.writes[index].request);
    ASSERT_EQ(left.writes[index].attempt, right.writes[index].attempt);
    ASSERT_EQ(left.writes[index].client_waits, right.writes[index].client_waits);
  }
}

class Lanes : public testing::TestWithParam<Options> {};

TEST_P(Lanes, CompleteEveryRequestAtTheSameNanosecond) {
  Options options = GetParam();
  const Story recurrence = tell(options);
  options.lane = Lane::event;
  const Story event = tell(options);

  EXPECT_GT(recurrence.completions.size(), 50'000u);
  expect_equal(recurrence, event);
}

TEST_P(Lanes, CountEachAttemptOnce) {
  const Story story = tell(GetParam());
  std::uint64_t seen = 0;
  for (const NodeTotals& node : story.nodes) {
    std::uint64_t ended = node.tally.answered + node.tally.target_errors;
    for (const std::uint64_t count : node.tally.errors) ended += count;
    if (node.group != kNoGroup) {
      // A node that is lost never tells how its requests ended; those of one zone are not.
      EXPECT_GE(node.tally.requests, ended + node.open_to_clients);
      const bool is_never_lost = node.zone == 2 && !GetParam().is_behind_network;
      if (is_never_lost) {
        EXPECT_EQ(node.tally.requests, ended + node.open_to_clients);
      }
    }
    const auto measured =
        std::accumulate(node.tally.latencies.begin(), node.tally.latencies.end(), std::uint64_t{0});
    EXPECT_EQ(measured, node.tally.answered + node.tally.target_errors);
    seen = std::max(seen, node.tally.answered);
  }
  EXPECT_GT(seen, 10'000U);
}

TEST_P(Lanes, GiveTheSameRunHoweverOftenTheOwnerAdvances) {
  Options options = GetParam();
  const Story whole = tell(options);
  options.slices = 97;
  expect_equal(whole, tell(options));
}

INSTANTIATE_TEST_SUITE_P(
    Stories, Lanes,
    testing::Values(Options{}, Options{.seed = 2}, Options{.cross_zone = CrossZone::off},
                    Options{.algorithm = Algorithm::least_outstanding_requests},
                    Options{.algorithm = Algorithm::least_outstanding_requests, .load = 1.5},
                    Options{.algorithm = Algorithm::weighted_random}, Options{.is_split = true},
                    Options{.has_stopped_path = true}, Options{.is_behind_network = true},
                    Options{.algorithm = Algorithm::weighted_random, .mitigates_anomalies = true},
                    Options{.load = 1.6, .later_idle_timeout = 60 * kMillisecond},
                    Options{.cross_zone = CrossZone::off, .seed = 3, .load = 1.6}));

TEST(Stories, ReachEveryKindOfError) {
  const Story story = tell({.load = 1.5});
  std::array<int, kRequestErrors + 1> counts{};
  for (const auto& completion : story.completions)
    ++counts[static_cast<std::size_t>(completion.error + 1)];
  for (const auto error : {RequestError::connection_refused, RequestError::bad_gateway,
                           RequestError::service_unavailable, RequestError::gateway_timeout,
                           RequestError::client_timeout, RequestError::certificate_expired}) {
    EXPECT_GT(counts[static_cast<std::size_t>(error) + 1], 0) << error_name(error);
  }
  EXPECT_GT(counts[0], 0);
}

TEST(StoppedPaths, AnswerGatewayTimeoutAtTheNodesThatTheyStop) {
  Simulator simulator({.sources = {steady_source("shoppers", 100)}}, nullptr);
  std::vector<Simulator::Completion> completions;
  simulator.record_completions(&completions);
  LoadBalancerView view = balanced_view(2, 2, 64, exponential_service(1));
  view.groups.front().targets[0].stopped_zones = 1U << 1U;
  simulator.set_view(0, view);
  simulator.advance_to(100 * kOneSecond);

  const auto is_timeout = [](const Simulator::Completion& one) {
    return one.error == static_cast<int>(RequestError::gateway_timeout);
  };
  const auto lost = std::ranges::count_if(completions, is_timeout);
  // One of two nodes gives one of two targets what does not arrive, and waits for ten seconds.
  EXPECT_NEAR(static_cast<double>(lost) / static_cast<double>(completions.size()), 0.25, 0.03);
  for (const auto& one : completions) {
    EXPECT_EQ(is_timeout(one), one.end - one.intended >= 10 * kOneSecond);
  }
}

/// A Network Load Balancer, the second load balancer, before one of two nodes and targets.
class PassedOn : public testing::Test {
 protected:
  PassedOn() {
    for (const std::uint32_t zone : {0U, 1U}) network.nodes.push_back({.zone = zone});
    network.is_network = true;
    network.passes_to = 0;
  }
  std::vector<Simulator::Completion> run() {
    SourceSpec source = steady_source("shoppers", 100);
    source.load_balancer = 1;
    Simulator simulator({.sources = {source}, .load_balancers = 2}, nullptr);
    std::vector<Simulator::Completion> completions;
    simulator.record_completions(&completions);
    simulator.set_view(0, view);
    simulator.set_view(1, network);
    simulator.advance_to(100 * kOneSecond);
    return completions;
  }
  static constexpr int kAnswered = -1;
  static double share(const std::vector<Simulator::Completion>& all, RequestError error) {
    return share(all, static_cast<int>(error));
  }
  static double share(const std::vector<Simulator::Completion>& all, int error) {
    const auto count = std::ranges::count(all, error, &Simulator::Completion::error);
    return static_cast<double>(count) / static_cast<double>(all.size());
  }

  LoadBalancerView view = balanced_view(2, 2, 64, exponential_service(1));
  LoadBalancerView network;
};

TEST_F(PassedOn, RequestsAreAnsweredByTheTargetsOfTheLoadBalancerBehind) {
  const auto completions = run();
  EXPECT_GT(completions.size(), 9'000U);
  EXPECT_EQ(share(completions, kAnswered), 1);
}

TEST_F(PassedOn, RequestsMeetTheErrorsOfTheLoadBalancerBehind) {
  view.groups.front().targets[0].answer = Answer::refuses;
  EXPECT_NEAR(share(run(), RequestError::bad_gateway), 0.5, 0.01);
  view.groups.front().targets.clear();
  EXPECT_EQ(share(run(), RequestError::service_unavailable), 1);
  view.is_trusted = false;
  EXPECT_EQ(share(run(), RequestError::certificate_expired), 1);
}

TEST_F(PassedOn, ConnectionsAreResetWithoutATarget) {
  network.passes_to.reset();
  EXPECT_EQ(share(run(), RequestError::connection_refused), 1);
}

TEST_F(PassedOn, ConnectionsAreLostWithANodeOfEitherLoadBalancer) {
  view.nodes[0].answer = Answer::silent;
  EXPECT_NEAR(share(run(), RequestError::connection_refused), 0.5, 0.03);
  network.nodes[1].answer = Answer::silent;
  EXPECT_NEAR(share(run(), RequestError::connection_refused), 0.75, 0.03);
}

TEST(Seeds, GiveTheSameHashTwiceAndAnotherForAnotherSeed) {
  EXPECT_EQ(tell({.seed = 5}).hash, tell({.seed = 5}).hash);
  EXPECT_NE(tell({.seed = 5}).hash, tell({.seed = 6}).hash);
}

TEST(IdleEntities, ChangeNothingForTheOthers) {
  const Story without = tell({});
  const Story with = tell({.has_idle_source = true});
  EXPECT_EQ(without.hash, with.hash);
  EXPECT_EQ(without.completions.size(), with.completions.size());
}

}  // namespace
}  // namespace fallstreak::scenarios::traffic
