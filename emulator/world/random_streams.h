#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"
#include "world/table.h"

namespace fallstreak::world {

/// Number `n` of a random stream: a pure function, so streams do not disturb each other and need no
/// state but `n`.
std::uint64_t draw(std::uint64_t seed, std::string_view stream, std::uint64_t n);

/// How long something takes: half of all cases at most `p50`, 99 of 100 at most `p99`.
struct Quantiles {
  Duration p50;
  Duration p99;
};

/// The randomness of a world. Each stream is named after its entity and purpose ("ec2.vpc-id",
/// "i-0123/boot-time") and has its own counter, in a table, so that rewinding a world rewinds its
/// dice. Drawing is a change: it needs a transaction. No std::*_distribution: their results differ
/// between libraries.
class RandomStreams {
 public:
  RandomStreams(const std::string& prefix, std::uint64_t seed)
      : seed_(seed), counters_(prefix + "random") {}
  template <class Visitor>
  void visit_tables(Visitor&& visit) {
    visit(counters_);
  }
  [[nodiscard]] std::uint64_t seed() const { return seed_; }

  /// 64 independent bits.
  std::uint64_t next(std::string_view stream);
  /// An integer from `low` to `high`, both included, each equally likely.
  std::int64_t uniform(std::string_view stream, std::int64_t low, std::int64_t high);
  /// From 0 up to but not 1, in steps of 2^-53.
  double unit(std::string_view stream);
  /// True in `probability` of all cases.
  bool chance(std::string_view stream, double probability);
  /// The time to the next of events that happen independently, one in `mean` on average.
  Duration exponential(std::string_view stream, Duration mean);
  /// A log-normal duration with these quantiles: what most latencies look like.
  Duration quantiles(std::string_view stream, const Quantiles& quantiles);
  Duration quantiles(std::string_view stream, Duration p50, Duration p99) {
    return quantiles(stream, Quantiles{p50, p99});
  }
  /// Lower-case hexadecimal digits, as in the ids of EC2.
  std::string hex(std::string_view stream, std::size_t digits);

 private:
  friend class World;

  std::uint64_t seed_;
  /// How many numbers each stream has given.
  Table<std::uint64_t> counters_;
};

}  // namespace fallstreak::world
