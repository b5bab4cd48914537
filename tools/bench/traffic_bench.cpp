// The simulated traffic of scenarios: plain requests by recurrence, and everything by events.
#include <benchmark/benchmark.h>

#include "scenarios/traffic/simulator.h"

namespace {

using namespace fallstreak::scenarios::traffic;

constexpr Instant kOneSecond = 1'000'000'000;

class AcceptingSink : public WriteSink {
 public:
  void put(std::span<const Write>, std::span<WriteResult> results) override {
    for (WriteResult& result : results) result = WriteResult::stored;
  }
};

LoadBalancerView three_zones(std::uint32_t targets, std::uint32_t workers) {
  LoadBalancerView view;
  for (std::uint32_t zone = 0; zone < 3; ++zone) view.nodes.push_back({.zone = zone});
  auto& group = view.groups.emplace_back();
  for (std::uint32_t index = 0; index < targets; ++index) {
    group.targets.push_back({.id = index + 1,
                             .zone = index % 3,
                             .workers = workers,
                             .service = {ServiceTime::Kind::exponential, 20e6, 0}});
  }
  return view;
}

/// Simulates in epochs of a second, as control events cut them, at three quarters of the capacity.
void simulate(benchmark::State& state, Lane lane, std::vector<RequestClass> classes) {
  const auto targets = static_cast<std::uint32_t>(state.range(0));
  const auto workers = static_cast<std::uint32_t>(state.range(1));
  const double rate = 0.75 * targets * workers * 50;
  AcceptingSink sink;
  Simulator simulator({.sources = {{.name = "shoppers", .rate = {{0, rate}}, .classes = classes}},
                       .tables = {"orders"},
                       .lane = lane},
                      &sink);
  simulator.set_view(0, three_zones(targets, workers));
  Instant now = 0;
  std::uint64_t arrivals = 0;
  for (auto _ : state) {
    now += kOneSecond;
    simulator.advance_to(now);
  }
  arrivals = simulator.arrivals();
  state.counters["requests"] =
      benchmark::Counter(static_cast<double>(arrivals), benchmark::Counter::kIsRate);
  // In the event lane a plain request is an arrival and a completion.
  state.counters["events"] =
      benchmark::Counter(2 * static_cast<double>(arrivals), benchmark::Counter::kIsRate);
}

void plain_path(benchmark::State& state) {
  simulate(state, Lane::recurrence, {{.name = "browse"}});
}
void event_lane(benchmark::State& state) { simulate(state, Lane::event, {{.name = "browse"}}); }
void shop_mix(benchmark::State& state) {
  simulate(state, Lane::recurrence,
           {{.name = "browse", .share = 0.9},
            {.name = "checkout",
             .share = 0.1,
             .table = 0,
             .timeout = 3 * kOneSecond,
             .retries = 2,
             .backoff_low = kOneSecond / 10,
             .backoff_high = 2 * kOneSecond}});
}

BENCHMARK(plain_path)->Args({6, 4})->Args({30, 4})->Args({100, 4})->Args({30, 16});
BENCHMARK(event_lane)->Args({6, 4})->Args({30, 4})->Args({30, 16});
BENCHMARK(shop_mix)->Args({6, 4})->Args({30, 4});

}  // namespace
