#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "scenarios/recording/latency_buckets.h"
#include "scenarios/recording/recording.h"
#include "scenarios/traffic/simulator.h"

namespace fallstreak::scenarios::traffic {

/// Collects completions into seconds.
///
/// A completion may lie in the future of the arrival that causes it, by at most the longest
/// time-out; so a ring of seconds is open at once, and a second is written to the series when
/// nothing can fall into it any more.
class SeriesBuilder {
 public:
  static constexpr Instant kSecond = 1'000'000'000;

  explicit SeriesBuilder(std::string name) { series_.name = std::move(name); }

  /// Makes room for completions up to that long after the oldest open second.
  void reserve(Instant reach);

  void answered(Instant end, Instant latency, std::uint64_t hash) {
    OpenSecond& second = at(end);
    second.summary.hash += hash;
    second.summary.requests += 1;
    second.summary.latency_sum += latency;
    if (latency > second.summary.latency_max) second.summary.latency_max = latency;
    second.counts[LatencyBuckets::index_of(latency)] += 1;
  }
  void failed(Instant end, RequestError error, std::uint64_t hash) {
    OpenSecond& second = at(end);
    second.summary.hash += hash;
    second.summary.requests += 1;
    second.summary.errors[static_cast<std::size_t>(error)] += 1;
  }

  /// Nothing will end before `time` any more.
  void close_before(Instant time) {
    if (time >= first_end_) close_slow(time);
  }

  /// The series with the seconds that are closed.
  [[nodiscard]] const SourceSeries& series() const { return series_; }
  /// Gives it away at the end: nothing may be asked or told afterwards.
  [[nodiscard]] SourceSeries take() { return std::move(series_); }
  /// Of all completions so far, in open seconds too.
  [[nodiscard]] std::uint64_t hash() const;

 private:
  struct OpenSecond {
    SecondSummary summary;
    std::array<std::uint32_t, LatencyBuckets::kCount> counts{};
  };

  OpenSecond& at(Instant end) {
    return ring_[static_cast<std::size_t>(static_cast<std::uint64_t>(end) / kSecond) & mask_];
  }
  void close_slow(Instant time);
  void close_one(OpenSecond& second);

  SourceSeries series_;
  std::vector<OpenSecond> ring_{4};
  std::size_t mask_ = 3;
  Instant first_end_ = kSecond;  // the end of the oldest open second
};

}  // namespace fallstreak::scenarios::traffic
