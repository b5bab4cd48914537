#include "scenarios/traffic/balancer.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "base/check.h"

namespace fallstreak::scenarios::traffic {

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
  algorithm = view.algorithm;
  idle_timeout = view.idle_timeout;
  connect_timeout = view.connect_timeout;
  set_targets(view.targets, now);
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

void Balancer::set_targets(const std::vector<TargetView>& views, Instant now) {
  std::vector<bool> is_listed(targets.size());
  for (const TargetView& view : views) {
    CHECK(view.workers > 0) << "a target needs a worker";
    const auto [place, is_new] =
        target_of_id_.try_emplace(view.id, static_cast<std::uint32_t>(targets.size()));
    if (is_new) {
      targets.emplace_back();
      is_listed.push_back(false);
    }
    Target& target = targets[place->second];
    CHECK(!is_listed[place->second]) << "a target id is listed twice";
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
  std::vector<TargetFacts> facts;
  std::vector<std::uint32_t> index_of;
  facts.reserve(view.targets.size());
  for (const TargetView& target : view.targets) {
    facts.push_back({.zone = target.zone, .state = target.state});
    index_of.push_back(target_of_id_.at(target.id));
  }
  for (BalancerNode& node : nodes) {
    node.routable = dataplane::alb::routable_targets(facts, node.view.zone, view.cross_zone);
    for (std::uint32_t& index : node.routable) index = index_of[index];
  }
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
