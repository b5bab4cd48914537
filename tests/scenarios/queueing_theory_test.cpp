// The simulator against closed forms of queueing theory, by z-scores over independent seeds.
#include <gtest/gtest.h>

#include "tests/scenarios/traffic_fixture.h"

namespace fallstreak::scenarios::traffic {
namespace {

constexpr int kSeeds = 20;

/// Erlang's C: the probability that an arrival waits, for offered load `load` (erlangs) on
/// `servers`.
double erlang_c(int servers, double load) {
  double blocking = 1;
  for (int server = 1; server <= servers; ++server)
    blocking = load * blocking / (server + load * blocking);
  const double utilisation = load / servers;
  return blocking / (1 - utilisation * (1 - blocking));
}

struct Means {
  Replications sojourn;         // seconds
  Replications waiting_chance;  // only of a fixed service time, where it shows in the latency
  Replications in_system;
  Replications throughput;
};

/// One target with `workers`, a Poisson stream, and the means of the completions after a tenth is
/// dropped.
Means simulate(std::uint32_t workers, double rate, ServiceTime service, Instant length, Lane lane) {
  Means means;
  for (int seed = 1; seed <= kSeeds; ++seed) {
    Simulator simulator({.seed = static_cast<std::uint64_t>(seed),
                         .sources = {steady_source("source", rate)},
                         .lane = lane},
                        nullptr);
    LoadBalancerView view = balanced_view(1, 1, workers, service);
    view.idle_timeout = 4000 * kOneSecond;
    simulator.set_view(0, view);
    std::vector<Simulator::Completion> completions;
    simulator.record_completions(&completions);
    simulator.advance_to(length);
    double sum = 0;
    double overlap = 0;
    double count = 0;
    const Instant from = length / 10;
    for (const auto& completion : completions) {
      overlap += static_cast<double>(
          std::max<Instant>(0, completion.end - std::max(completion.intended, from)));
      if (completion.intended < from) continue;
      sum += static_cast<double>(completion.end - completion.intended);
      count += 1;
    }
    means.sojourn.add(sum / count * 1e-9);
    means.in_system.add(overlap / static_cast<double>(length - from));
    means.throughput.add(count / (static_cast<double>(length - from) * 1e-9));
  }
  return means;
}

TEST(Arrivals, AreAsManyAsTheRateSays) {
  const Means means =
      simulate(1, 500, {ServiceTime::Kind::fixed, 1e5, 0}, 60 * kOneSecond, Lane::recurrence);
  EXPECT_LT(std::abs(means.throughput.z_score(500)), 4);
}

TEST(Arrivals, FollowStraightLinesBetweenPoints) {
  Replications during_ramp;
  Replications after;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SourceSpec source = steady_source("source", 0);
    source.rate = {{10 * kOneSecond, 100}, {30 * kOneSecond, 500}, {40 * kOneSecond, 0}};
    Simulator simulator({.seed = seed, .sources = {source}}, nullptr);
    simulator.set_view(0, balanced_view(1, 1, 64, {ServiceTime::Kind::fixed, 1e3, 0}));
    simulator.advance_to(10 * kOneSecond);
    const auto before = simulator.arrivals();
    simulator.advance_to(30 * kOneSecond);
    during_ramp.add(static_cast<double>(simulator.arrivals() - before));
    const auto ramped = simulator.arrivals();
    simulator.advance_to(100 * kOneSecond);
    after.add(static_cast<double>(simulator.arrivals() - ramped));
  }
  EXPECT_LT(std::abs(during_ramp.z_score(20 * 300)), 4);
  EXPECT_LT(std::abs(after.z_score(10 * 250)), 4);
}

TEST(OneWorker, WaitsAsTheMM1FormulaSays) {
  // W = 1 / (mu - lambda).
  const Means means = simulate(1, 800, exponential_service(1), 200 * kOneSecond, Lane::recurrence);
  EXPECT_LT(std::abs(means.sojourn.z_score(1.0 / (1000 - 800))), 4);
}

TEST(OneWorker, WaitsAsPollaczekAndKhinchineSayForFixedService) {
  // W = s + rho s / (2 (1 - rho)).
  const double service = 0.001;
  const double utilisation = 0.8;
  const Means means =
      simulate(1, 800, {ServiceTime::Kind::fixed, 1e6, 0}, 200 * kOneSecond, Lane::recurrence);
  EXPECT_LT(
      std::abs(means.sojourn.z_score(service + utilisation * service / (2 * (1 - utilisation)))),
      4);
}

TEST(OneWorker, WaitsAsPollaczekAndKhinchineSayForLognormalService) {
  // W = s + lambda E[S^2] / (2 (1 - rho)), with the lognormal's own moments.
  const double sigma = 0.5;
  const double median = 0.0006;
  const double mean = median * std::exp(sigma * sigma / 2);
  const double second_moment = median * median * std::exp(2 * sigma * sigma);
  const double rate = 1000;
  const Means means = simulate(1, rate, {ServiceTime::Kind::lognormal, median * 1e9, sigma},
                               200 * kOneSecond, Lane::recurrence);
  const double theory = mean + rate * second_moment / (2 * (1 - rate * mean));
  EXPECT_LT(std::abs(means.sojourn.z_score(theory)), 4);
}

class ManyWorkers : public testing::TestWithParam<std::pair<int, Lane>> {};

TEST_P(ManyWorkers, WaitAsErlangsCFormulaSays) {
  const auto [workers, lane] = GetParam();
  const double load = 0.85 * workers;  // erlangs, at 10 ms each
  const Means means = simulate(static_cast<std::uint32_t>(workers), load * 100,
                               exponential_service(10), 200 * kOneSecond, lane);
  const double theory = 0.01 + erlang_c(workers, load) / (workers * 100 - load * 100);
  EXPECT_LT(std::abs(means.sojourn.z_score(theory)), 4);
}

INSTANTIATE_TEST_SUITE_P(Both, ManyWorkers,
                         testing::Values(std::pair{4, Lane::recurrence},
                                         std::pair{16, Lane::recurrence},
                                         std::pair{32, Lane::recurrence},
                                         std::pair{4, Lane::event}));

TEST(LittlesLaw, HoldsForEveryRun) {
  // L = lambda W, over the same requests; what straddles the ends is the tolerance.
  const Means means = simulate(4, 300, exponential_service(10), 100 * kOneSecond, Lane::recurrence);
  EXPECT_NEAR(means.in_system.mean(), means.throughput.mean() * means.sojourn.mean(),
              means.in_system.mean() * 1e-3);
}

TEST(Draws, AreUniformAndExponentialAndNormal) {
  const std::uint64_t key = stream_key(7, "test", "draws");
  constexpr int kCount = 200'000;
  double unit = 0, exponential_sum = 0, exponential_squares = 0, normal_sum = 0, normal_squares = 0;
  for (int n = 0; n < kCount; ++n) {
    const std::uint64_t bits = draw(key, static_cast<std::uint64_t>(n));
    unit += to_unit(bits);
    const double waiting = exponential_draw(ziggurat(), bits);
    exponential_sum += waiting;
    exponential_squares += waiting * waiting;
    const double normal = normal_draw(bits);
    normal_sum += normal;
    normal_squares += normal * normal;
  }
  const double root = std::sqrt(static_cast<double>(kCount));
  EXPECT_LT(std::abs(unit / kCount - 0.5) * root / std::sqrt(1.0 / 12), 4);
  EXPECT_LT(std::abs(exponential_sum / kCount - 1) * root, 4);
  EXPECT_LT(std::abs(exponential_squares / kCount - 2) * root / std::sqrt(20.0), 4);
  EXPECT_LT(std::abs(normal_sum / kCount) * root, 4);
  EXPECT_LT(std::abs(normal_squares / kCount - 1) * root / std::sqrt(2.0), 4);
}

TEST(Draws, HaveAnExponentialTailOfTheRightWeight) {
  const std::uint64_t key = stream_key(8, "test", "draws");
  constexpr int kCount = 2'000'000;
  int beyond_tail = 0;  // beyond the last layer of the ziggurat
  for (int n = 0; n < kCount; ++n) {
    if (exponential_draw(ziggurat(), draw(key, static_cast<std::uint64_t>(n))) > 8) ++beyond_tail;
  }
  const double expected = kCount * std::exp(-8.0);
  EXPECT_LT(std::abs(beyond_tail - expected) / std::sqrt(expected), 4);
}

}  // namespace
}  // namespace fallstreak::scenarios::traffic
