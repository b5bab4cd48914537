#pragma once

#include <array>
#include <cstdint>
#include <limits>

#include "scenarios/recording/latency_buckets.h"
#include "scenarios/recording/recording.h"

namespace fallstreak::scenarios::traffic {

/// Of what belongs to no target group.
inline constexpr std::uint64_t kNoGroup = std::numeric_limits<std::uint64_t>::max();

/// What one node counts, for one target group or for none. A try again is a request like any other
/// here: the load balancer does not know better.
struct Tally {
  std::uint64_t requests = 0;       // that a target was chosen for
  std::uint64_t answered = 0;       // by the target, and well
  std::uint64_t target_errors = 0;  // answered by the target with an error
  std::uint64_t unreachable = 0;    // the target could not be connected to
  std::uint64_t bytes = 0;          // of the requests that a target answered
  /// Of a Network Load Balancer: connections that it passed on, and those that ended with a reset.
  std::uint64_t flows = 0;
  std::uint64_t resets = 0;         // its own, without a target
  std::uint64_t target_resets = 0;  // its target's
  /// How the load balancer, or a client that it knew of, ended all others.
  std::array<std::uint64_t, kRequestErrors> errors{};
  /// How long targets took, by LatencyBuckets.
  std::array<std::uint32_t, LatencyBuckets::kCount> latencies{};

  auto operator<=>(const Tally&) const = default;
};

}  // namespace fallstreak::scenarios::traffic
