#include "scenarios/traffic/balancer.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "base/check.h"

namespace fallstreak::scenarios::traffic {

using dataplane::alb::Algorithm;
using dataplane::alb::TargetFacts;

void Target::reset(Instant now) {
  free_at.assign(view.workers, now);
  earliest_ = 0;
  busy = 0;
  waiting.clear();
  waiting_head = 0;
  waiting_live = 0;
  outstanding_ends.clear();
}

void Target::add_outstanding(Instant end) {
  outstanding_ends.push_back(end);
  std::push_heap(outstanding_ends.begin(), outstanding_ends.end(), std::greater<>());
}

std::uint64_t Target::outstanding(Instant now) {
  while (!outstanding_ends.empty() && outstanding_ends.front() <= now) {
    std::pop_heap(outstanding_ends.begin(), outstanding_ends.end(), std::greater<>());
    outstanding_ends.pop_back();
  }
  return outstanding_ends.size() + busy + waiting_live;
}

void Balancer::set_view(LoadBalancerView view, Instant now, Instant dns_ttl) {
  const bool is_first = dns_history_.empty();
  dns_ttl_ = dns_ttl;
  idle_timeout = view.idle_timeout;
  connect_timeout = view.connect_timeout;
  is_trusted = view.is_trusted;
  is_network = view.is_network;
  passes_to = view.passes_to.value_or(kNone);
  set_targets(view.groups, now);
  set_nodes(view.nodes);
  route(view);

  std::vector<std::uint32_t> addresses;
  for (std::uint32_t node = 0; node < nodes.size(); ++node) {
    if (nodes[node].view.is_in_dns) addresses.push_back(node);
  }
  if (is_first || addresses != addresses_) {
    // The newest answer that every cache has dropped since then, and all before it, are of no use
    // any more.
    auto first = dns_history_.begin();
    while (first != dns_history_.end() && first + 1 != dns_history_.end() &&
           (first + 1)->from <= now - dns_ttl_) {
      ++first;
    }
    dns_history_.erase(dns_history_.begin(), first);
    dns_history_.push_back({now, addresses});
    if (!is_first) dns_settled_ = now + dns_ttl_;
    addresses_ = std::move(addresses);
  }
}

void Balancer::set_targets(const std::vector<TargetGroupView>& groups, Instant now) {
  // A target may be in several groups, and is one host all the same.
  std::map<std::uint64_t, const TargetView*> views;
  for (const TargetGroupView& group : groups) {
    for (const TargetView& view : group.targets) views.try_emplace(view.id, &view);
  }
  std::vector<bool> is_listed(targets.size());
  for (const auto& [id, listed] : views) {
    const TargetView& view = *listed;
    CHECK(view.workers > 0) << "a target needs a worker";
    const auto [place, is_new] =
        target_of_id_.try_emplace(view.id, static_cast<std::uint32_t>(targets.size()));
    if (is_new) {
      targets.emplace_back();
      is_listed.push_back(false);
    }
    Target& target = targets[place->second];
    is_listed[place->second] = true;
    const bool was_away = !target.is_registered || target.view.answer != Answer::answers;
    CHECK(is_new || target.view.workers == view.workers) << "a target keeps its number of workers";
    target.view = view;
    target.is_registered = true;
    // A host that comes back has forgotten what it was doing.
    if (is_new || (was_away && view.answer == Answer::answers)) target.reset(now);
  }
  for (std::size_t index = 0; index < targets.size(); ++index) {
    if (is_listed[index]) continue;
    targets[index].is_registered = false;
    targets[index].view.answer = Answer::refuses;
  }
}

void Balancer::set_nodes(const std::vector<NodeView>& views) {
  for (BalancerNode& node : nodes) {
    node.view.answer = Answer::refuses;
    node.view.is_in_dns = false;
  }
  for (const NodeView& view : views) {
    const auto [place, is_new] =
        node_of_zone_.try_emplace(view.zone, static_cast<std::uint32_t>(nodes.size()));
    if (is_new) nodes.emplace_back();
    nodes[place->second].view = view;
  }
}

void Balancer::route(const LoadBalancerView& view) {
  weights_.clear();
  algorithms_.clear();
  for (const TargetGroupView& group : view.groups) {
    weights_.push_back(group.weight);
    algorithms_.push_back(group.algorithm);
  }
  is_plain_ = view.groups.size() == 1 && view.groups[0].weight > 0 &&
              view.groups[0].algorithm == Algorithm::round_robin;
  counts_outstanding =
      std::ranges::find(algorithms_, Algorithm::least_outstanding_requests) != algorithms_.end();
  watches_.resize(view.groups.size());
  has_watches_ = false;
  chosen_group_ = 0;
  for (std::uint32_t index = 0; index < nodes.size(); ++index) {
    BalancerNode& node = nodes[index];
    node.tally = tally_of({index, kNoGroup});
    node.routes.resize(view.groups.size());
  }
  for (std::size_t index = 0; index < view.groups.size(); ++index) {
    const TargetGroupView& group = view.groups[index];
    std::vector<TargetFacts> facts;
    facts.reserve(group.targets.size());
    Watch& watch = watches_[index];
    watch.mitigates = group.mitigates_anomalies && group.algorithm == Algorithm::weighted_random;
    has_watches_ = has_watches_ || watch.mitigates;
    watch.healthy.clear();
    for (const TargetView& target : group.targets) {
      facts.push_back({.zone = target.zone, .state = target.state});
      if (target.state == dataplane::alb::TargetState::healthy) {
        watch.healthy.push_back(target_of_id_.at(target.id));
      }
    }
    for (std::uint32_t at = 0; at < nodes.size(); ++at) {
      Route& route = nodes[at].routes[index];
      auto found = dataplane::alb::routable_targets(facts, nodes[at].view.zone, group.cross_zone,
                                                    group.routing_minimum);
      route.routable = std::move(found.targets);
      for (std::uint32_t& place : route.routable) place = target_of_id_.at(group.targets[place].id);
      route.tally = tally_of({at, group.id, found.fails_open});
    }
  }
}

std::uint32_t Balancer::tally_of(const TallyPlace& place) {
  const auto [found, is_new] =
      tally_of_place_.try_emplace(place, static_cast<std::uint32_t>(tallies.size()));
  if (is_new) {
    tallies.emplace_back();
    tally_places.push_back(place);
  }
  return found->second;
}

std::uint32_t Balancer::pick_target_by_chance(std::uint32_t node, std::uint64_t bits, Instant now) {
  const auto group = dataplane::alb::weighted_group(weights_, bits);
  if (!group) return kNone;
  Route& route = nodes[node].routes[*group];
  if (route.routable.empty()) return kNone;
  chosen_group_ = *group;
  if (Watch& one = watches_[*group]; one.mitigates) {
    if (one.watch.is_due(Duration(now))) one.watch.judge(Duration(now), one.healthy);
    const auto share = [&](std::uint32_t target) { return one.watch.of(target).share; };
    return route.routable[dataplane::alb::random_by_share(route.routable, bits, share)];
  }
  const auto outstanding = [&](std::uint32_t target) { return targets[target].outstanding(now); };
  return route.routable[dataplane::alb::choose_routable(algorithms_[*group], route.turn,
                                                        route.routable, bits, outstanding)];
}

std::uint32_t Balancer::pick_cached_node(std::uint64_t where, std::uint64_t age,
                                         Instant now) const {
  const auto back = static_cast<Instant>(to_unit(age) * static_cast<double>(dns_ttl_));
  const DnsAnswer* answer = &dns_history_.front();
  for (const DnsAnswer& candidate : dns_history_) {
    if (candidate.from <= now - back) answer = &candidate;
  }
  if (answer->addresses.empty()) return kNone;
  return answer->addresses[static_cast<std::size_t>(
      ((where & 0xffff'ffff) * answer->addresses.size()) >> 32)];
}

}  // namespace fallstreak::scenarios::traffic
