#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/traffic/random.h"
#include "scenarios/traffic/simulator.h"

namespace fallstreak::scenarios::traffic {

inline constexpr Instant kMillisecond = 1'000'000;
inline constexpr Instant kOneSecond = 1'000'000'000;

inline ServiceTime exponential_service(double milliseconds) {
  return {ServiceTime::Kind::exponential, milliseconds * 1e6, 0};
}

inline SourceSpec steady_source(std::string name, double per_second) {
  return {.name = std::move(name),
          .load_balancer = 0,
          .rate = {{0, per_second}},
          .classes = {{.name = "get"}}};
}

/// `count` targets of one group spread over `zones` zones, all healthy, with one node in each zone.
inline LoadBalancerView balanced_view(std::uint32_t zones, std::uint32_t count,
                                      std::uint32_t workers, ServiceTime service) {
  LoadBalancerView view;
  for (std::uint32_t zone = 0; zone < zones; ++zone) view.nodes.push_back({.zone = zone});
  auto& targets = view.groups.emplace_back().targets;
  for (std::uint32_t index = 0; index < count; ++index) {
    targets.push_back(
        {.id = index + 1, .zone = index % zones, .workers = workers, .service = service});
  }
  return view;
}

/// Stores every write, except those that its rule throttles.
class RecordingSink : public WriteSink {
 public:
  void put(std::span<const Write> batch, std::span<WriteResult> results) override {
    for (std::size_t index = 0; index < batch.size(); ++index) {
      const bool is_throttled = throttle_every != 0 &&
                                mix(batch[index].request) % throttle_every == 0 &&
                                batch[index].attempt == 0;
      results[index] = is_throttled ? WriteResult::throttled : WriteResult::stored;
      writes.push_back(batch[index]);
    }
  }
  std::uint64_t throttle_every = 0;
  std::vector<Write> writes;
};

/// Mean and standard error over independent replications.
class Replications {
 public:
  void add(double value) { values_.push_back(value); }
  [[nodiscard]] double mean() const {
    double sum = 0;
    for (const double value : values_) sum += value;
    return sum / static_cast<double>(values_.size());
  }
  /// How many standard errors the mean is away from the theory.
  [[nodiscard]] double z_score(double theory) const {
    double squares = 0;
    for (const double value : values_) squares += (value - mean()) * (value - mean());
    const auto count = static_cast<double>(values_.size());
    return (mean() - theory) / std::sqrt(squares / (count - 1) / count);
  }

 private:
  std::vector<double> values_;
};

}  // namespace fallstreak::scenarios::traffic
