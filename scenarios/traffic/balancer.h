#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "dataplane/alb/anomalies.h"
#include "scenarios/traffic/random.h"
#include "scenarios/traffic/simulator.h"

namespace fallstreak::scenarios::traffic {

inline constexpr std::uint32_t kNone = 0xffff'ffff;

/// A span of one value, for a queue entry whose owner may have gone: stale when the generation has
/// moved on.
struct Ticket {
  std::uint32_t index = kNone;
  std::uint32_t generation = 0;
};

/// A target with the state of its workers. It stays, gone or not, as long as the simulator.
struct Target {
  TargetView view;
  bool is_registered = false;
  TargetTotals totals;

  // Recurrence lane: when each worker is free. A sorted-enough heap once there are many.
  std::vector<Instant> free_at;
  // Event lane: who works and who waits.
  std::uint32_t busy = 0;
  std::vector<Ticket> waiting;  // first in, first out, from `waiting_head` on
  std::size_t waiting_head = 0;
  std::uint32_t waiting_live = 0;
  // Ends of requests in progress as a min-heap, kept for least outstanding requests only.
  std::vector<Instant> outstanding_ends;

  void reset(Instant now);
  /// Gives the earliest free worker a request: returns when that worker would begin, `now` at the
  /// earliest.
  [[nodiscard]] Instant earliest_start(Instant now) const {
    return free_at[earliest_] > now ? free_at[earliest_] : now;
  }
  /// Occupies that worker until `end`.
  void occupy(Instant end);
  void add_outstanding(Instant end);
  [[nodiscard]] std::uint64_t outstanding(Instant now);

 private:
  /// Of a part of the workers, the one that is free first.
  [[nodiscard]] std::size_t soonest(std::size_t begin, std::size_t end) const;

  std::size_t earliest_ = 0;
};

inline std::size_t Target::soonest(std::size_t begin, std::size_t end) const {
  std::size_t best = begin;
  Instant at = free_at[begin];
  for (std::size_t worker = begin; worker < end; ++worker) {
    const bool is_sooner = free_at[worker] < at;
    best = is_sooner ? worker : best;
    at = is_sooner ? free_at[worker] : at;
  }
  return best;
}

inline void Target::occupy(Instant end) {
  constexpr std::size_t kScanned = 16;
  free_at[earliest_] = end;
  if (free_at.size() <= kScanned) {
    // Two halves, so that the processor searches both at once. Of equals the first.
    const std::size_t half = free_at.size() / 2;
    const std::size_t low = soonest(0, half);
    const std::size_t high = soonest(half, free_at.size());
    earliest_ = free_at[high] < free_at[low] ? high : low;
    return;
  }
  // Many workers: a binary min-heap whose root is the earliest.
  std::size_t hole = 0;
  while (true) {
    std::size_t child = 2 * hole + 1;
    if (child >= free_at.size()) break;
    if (child + 1 < free_at.size() && free_at[child + 1] < free_at[child]) ++child;
    if (free_at[child] >= end) break;
    free_at[hole] = free_at[child];
    hole = child;
  }
  free_at[hole] = end;
}

/// Where a node sends the requests of one target group.
struct Route {
  std::uint64_t turn = 0;
  std::vector<std::uint32_t> routable;  // into Balancer::targets
  std::uint32_t tally = 0;              // into Balancer::tallies
};

struct BalancerNode {
  NodeView view;
  std::uint32_t tally = 0;    // into Balancer::tallies, of what no target group has
  std::vector<Route> routes;  // by target group
};

/// A load balancer: its nodes, its targets, and what clients have cached of its DNS name.
class Balancer {
 public:
  /// What became of the targets and nodes that are in use.
  void set_view(LoadBalancerView view, Instant now, Instant dns_ttl);

  /// The node that a client connects to, or kNone when its name has no address. `where` and `age`
  /// are random bits.
  [[nodiscard]] std::uint32_t pick_node(std::uint64_t where, std::uint64_t age_key,
                                        std::uint64_t age_number, Instant now) const {
    if (now < dns_settled_) [[unlikely]]
      return pick_cached_node(where, draw(age_key, age_number), now);
    return pick_node_now(where);
  }
  /// The node that another load balancer's connection gets to, or kNone when there is none: those
  /// know the addresses without a cache.
  [[nodiscard]] std::uint32_t pick_node_now(std::uint64_t where) const {
    if (addresses_.empty()) return kNone;
    return addresses_[static_cast<std::size_t>(((where & 0xffff'ffff) * addresses_.size()) >> 32)];
  }
  /// The target that a node forwards to, or kNone when it must answer 503. Draw `number` of stream
  /// `key` decides what is left to chance.
  [[nodiscard]] std::uint32_t pick_target(std::uint32_t node, std::uint64_t key,
                                          std::uint64_t number, Instant now) {
    if (!is_plain_) [[unlikely]]
      return pick_target_by_chance(node, draw(key, number), now);
    Route& route = nodes[node].routes.front();
    if (route.routable.empty()) return kNone;
    return route.routable[dataplane::alb::round_robin(route.turn, route.routable.size())];
  }

  /// What becomes of a connection from a node to a target.
  [[nodiscard]] Answer answer_to(std::uint32_t node, std::uint32_t target) const {
    const TargetView& view = targets[target].view;
    const bool is_stopped = (view.stopped_zones >> nodes[node].view.zone & 1U) != 0;
    return is_stopped ? Answer::silent : view.answer;
  }
  /// Whether the target that pick_target chose last could be reached.
  void note(std::uint32_t target, dataplane::alb::RequestOutcome outcome) {
    if (has_watches_ && watches_[chosen_group_].mitigates) {
      watches_[chosen_group_].watch.note(target, outcome);
    }
  }

  /// Where what becomes of a request is counted whose target pick_target chose last.
  [[nodiscard]] std::uint32_t chosen_tally(std::uint32_t node) const {
    return nodes[node].routes[chosen_group_].tally;
  }

  std::vector<BalancerNode> nodes;
  std::vector<Target> targets;
  std::vector<Tally> tallies;
  /// Of each tally.
  struct TallyPlace {
    std::uint32_t node = 0;
    std::uint64_t group = kNoGroup;
    bool fails_open = false;
    auto operator<=>(const TallyPlace&) const = default;
  };
  std::vector<TallyPlace> tally_places;
  /// Some group goes by least outstanding requests, so these are counted. Chosen: what was in
  /// progress when a group changed to it is not seen.
  bool counts_outstanding = false;
  Instant idle_timeout = 60'000'000'000;
  Instant connect_timeout = 10'000'000'000;
  bool is_trusted = true;
  bool is_network = false;
  std::uint32_t passes_to = kNone;

 private:
  void set_targets(const std::vector<TargetGroupView>& groups, Instant now);
  void set_nodes(const std::vector<NodeView>& views);
  void route(const LoadBalancerView& view);
  [[nodiscard]] std::uint32_t tally_of(const TallyPlace& place);
  [[nodiscard]] std::uint32_t pick_target_by_chance(std::uint32_t node, std::uint64_t bits,
                                                    Instant now);
  [[nodiscard]] std::uint32_t pick_cached_node(std::uint64_t where, std::uint64_t age,
                                               Instant now) const;

  /// The addresses that the name had from a moment on.
  struct DnsAnswer {
    Instant from = 0;
    std::vector<std::uint32_t> addresses;
  };
  bool is_plain_ = true;                // one target group, round robin
  std::vector<std::uint32_t> weights_;  // by target group
  std::vector<dataplane::alb::Algorithm> algorithms_;
  /// Of a target group that mitigates anomalies.
  struct Watch {
    bool mitigates = false;
    dataplane::alb::AnomalyWatch<std::uint32_t> watch;
    std::vector<std::uint32_t> healthy;
  };
  std::vector<Watch> watches_;  // by target group
  bool has_watches_ = false;
  std::size_t chosen_group_ = 0;  // stays 0 while there is one
  std::map<std::uint64_t, std::uint32_t> target_of_id_;
  std::map<std::uint32_t, std::uint32_t> node_of_zone_;
  std::map<TallyPlace, std::uint32_t> tally_of_place_;
  std::vector<std::uint32_t> addresses_;
  std::vector<DnsAnswer> dns_history_;
  Instant dns_settled_ = 0;  // from then on every client knows `addresses_`
  Instant dns_ttl_ = 0;
};

}  // namespace fallstreak::scenarios::traffic
