#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/healthy_minimum.h"
#include "base/time.h"

namespace fallstreak::dataplane::alb {

// How an Application Load Balancer node picks a target: pure functions that the live proxy and the
// traffic simulator both call, so that a simulated result says something about the proxy.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html

enum class TargetState : std::uint8_t { initial, healthy, unhealthy, draining };
enum class Algorithm : std::uint8_t { round_robin, least_outstanding_requests, weighted_random };
enum class CrossZone : std::uint8_t { on, off };

/// Whether traffic is shifted away from a target's zone, as DescribeTargetHealth says of targets
/// that every node reaches.
enum class Override : std::uint8_t { none, zonal_shift };

/// How the choice looks at a target.
/// AWS: during a zonal shift targets of the zone get nothing new; "when a load balancer is in a
/// fail open state zonal shift will have no effect", so these are like unhealthy ones.
constexpr TargetState state_for_choice(TargetState state, Override override_state) {
  const bool is_shifted = override_state == Override::zonal_shift && state == TargetState::healthy;
  return is_shifted ? TargetState::unhealthy : state;
}

/// What the choice needs to know of a target.
struct TargetFacts {
  std::uint32_t zone = 0;
  TargetState state = TargetState::initial;
};

/// What a node routes to.
struct Routable {
  /// Indices, in registration order; empty when it must answer 503.
  std::vector<std::uint32_t> targets;
  bool fails_open = false;  // these are all, because too few are healthy
};

/// The targets that a node in `zone` routes to.
inline Routable routable_targets(std::span<const TargetFacts> targets, std::uint32_t zone,
                                 CrossZone cross_zone, const HealthyMinimum& minimum = {}) {
  std::vector<std::uint32_t> healthy;
  std::vector<std::uint32_t> registered;
  for (std::uint32_t index = 0; index < targets.size(); ++index) {
    const TargetFacts& target = targets[index];
    if (cross_zone == CrossZone::off && target.zone != zone) continue;
    // AWS: a draining target gets no new requests, not even when no other is left.
    if (target.state == TargetState::draining) continue;
    registered.push_back(index);
    if (target.state == TargetState::healthy) healthy.push_back(index);
  }
  // AWS: "If a target group contains only unhealthy registered targets, the load balancer routes
  // requests to all those targets, regardless of their health status." Initial targets count as not
  // healthy. With thresholds of its own the group does so sooner.
  const bool is_met = minimum.is_met(healthy.size(), registered.size());
  if (is_met) return {.targets = std::move(healthy)};
  return {.targets = std::move(registered), .fails_open = true};
}

/// The target group that a forward action gives a request to, by weight; `bits` are random. None
/// when no group has any weight: the answer is 503.
/// AWS: a group whose targets are all unhealthy, or that has none, keeps its share: "the load
/// balancer doesn't automatically fail over" to another group.
inline std::optional<std::size_t> weighted_group(std::span<const std::uint32_t> weights,
                                                 std::uint64_t bits) {
  std::uint64_t total = 0;
  for (const std::uint32_t weight : weights) total += weight;
  if (total == 0) return std::nullopt;
  // Weights are at most 999 (AWS), groups at most five: the product fits.
  std::uint64_t point = ((bits >> 32) * total) >> 32;
  std::size_t group = 0;
  while (point >= weights[group]) point -= weights[group++];
  return group;
}

/// One of `count` routable targets at random; `bits` are random.
/// AWS: weighted random spreads requests evenly over the healthy targets, in a random order; their
/// weights differ with anomaly mitigation only.
inline std::size_t evenly_random(std::size_t count, std::uint64_t bits) {
  return static_cast<std::size_t>(((bits & 0xffff'ffff) * count) >> 32);
}

/// The next of `count` routable targets in turn. `turn` belongs to the node and outlives changes of
/// the target list.
inline std::size_t round_robin(std::uint64_t& turn, std::size_t count) {
  if (turn >= count) turn = 0;
  return static_cast<std::size_t>(turn++);
}

/// How much of its share a target gets that has been healthy for so long; kFullShare is all of it.
/// AWS: in slow start it "gradually" and linearly grows until the period is over.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#slow-start-mode
inline constexpr std::uint32_t kFullShare = 1U << 16;
inline std::uint32_t slow_start_share(Duration healthy_for, Duration period) {
  if (period <= Duration::zero() || healthy_for >= period) return kFullShare;
  if (healthy_for <= Duration::zero()) return 0;
  // Periods are at most 15 minutes (AWS): the product fits.
  return static_cast<std::uint32_t>(healthy_for.count() / 1'000'000 * kFullShare /
                                    (period.count() / 1'000'000));
}

/// The next in turn; one that is still in slow start lets its turn go by as often as its share
/// says. `bits` are random.
/// AWS: a target is in slow start only beside a healthy one that is not, so one is always found.
template <class Share>
requires requires(const Share& share) { std::uint32_t{share(std::uint32_t{})}; }
std::size_t round_robin_warming(std::uint64_t& turn, std::span<const std::uint32_t> routable,
                                std::uint64_t bits, const Share& share) {
  bool is_any_warm = false;
  for (const std::uint32_t target : routable) is_any_warm |= share(target) == kFullShare;
  for (std::size_t step = 0; is_any_warm && step < routable.size(); ++step) {
    const std::size_t position = round_robin(turn, routable.size());
    if ((bits & (kFullShare - 1)) < share(routable[position])) return position;
    // Each look has bits of its own.
    bits = bits * 0x9e3779b97f4a7c15ULL;
    bits ^= bits >> 29;
  }
  return round_robin(turn, routable.size());
}

/// The routable target with the fewest requests in progress.
/// Chosen: AWS does not say who wins a tie; going round from the last choice spreads an idle group
/// evenly.
template <class Outstanding>
requires requires(const Outstanding& outstanding) { std::uint64_t{outstanding(std::uint32_t{})}; }
std::size_t least_outstanding(std::uint64_t& turn, std::span<const std::uint32_t> routable,
                              const Outstanding& outstanding) {
  const std::size_t first = round_robin(turn, routable.size());
  std::size_t best = first;
  std::uint64_t fewest = outstanding(routable[first]);
  for (std::size_t step = 1; step < routable.size() && fewest > 0; ++step) {
    const std::size_t position = (first + step) % routable.size();
    const std::uint64_t count = outstanding(routable[position]);
    if (count < fewest) {
      best = position;
      fewest = count;
    }
  }
  return best;
}

/// The position in `routable`, which is not empty, of the target that the algorithm chooses;
/// `bits` are random.
template <class Outstanding>
std::size_t choose_routable(Algorithm algorithm, std::uint64_t& turn,
                            std::span<const std::uint32_t> routable, std::uint64_t bits,
                            const Outstanding& outstanding) {
  switch (algorithm) {
    case Algorithm::round_robin:
      break;
    case Algorithm::weighted_random:
      return evenly_random(routable.size(), bits);
    case Algorithm::least_outstanding_requests:
      return least_outstanding(turn, routable, outstanding);
  }
  return round_robin(turn, routable.size());
}

}  // namespace fallstreak::dataplane::alb
