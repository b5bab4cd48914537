#include "dataplane/alb/node.h"

namespace fallstreak::dataplane::alb {
namespace {

constexpr std::uint32_t kHere = 0;
constexpr std::uint32_t kElsewhere = 1;

std::vector<TargetFacts> facts_for(const TargetGroupView& group, std::string_view zone) {
  std::vector<TargetFacts> facts;
  facts.reserve(group.targets.size());
  for (const LiveTarget& target : group.targets) {
    // AWS: an address outside the VPC is in the zone `all`, near to every node.
    const bool is_here = target.zone == zone || target.zone == "all";
    facts.push_back({.zone = is_here ? kHere : kElsewhere,
                     .state = state_for_choice(target.state, target.override_state)});
  }
  return facts;
}

}  // namespace

bool is_healthy_in_dns(const TargetGroupView& group, CrossZone cross_zone, std::string_view zone) {
  std::size_t healthy = 0;
  std::size_t registered = 0;
  for (const LiveTarget& target : group.targets) {
    const bool is_near = target.zone == zone || target.zone == "all";
    if (cross_zone == CrossZone::off && !is_near) continue;
    if (target.state == TargetState::draining) continue;
    ++registered;
    if (target.state == TargetState::healthy) ++healthy;
  }
  return group.dns_minimum.is_met(healthy, registered);
}

std::vector<std::string> zones_in_dns(const View& view, const LoadBalancerView& load_balancer) {
  std::vector<std::string> zones = load_balancer.zones;
  if (zones.size() > 1) std::erase(zones, load_balancer.shifted_zone);
  std::vector<std::string> served;
  for (const std::string& zone : zones) {
    const bool is_served =
        std::ranges::all_of(load_balancer.target_group_arns, [&](const std::string& arn) {
          const auto group = view.target_groups.find(arn);
          return group == view.target_groups.end() ||
                 is_healthy_in_dns(group->second, cross_zone_of(load_balancer, group->second),
                                   zone);
        });
    if (is_served) served.push_back(zone);
  }
  return served.empty() ? zones : served;
}

Nodes::Choice Nodes::choose(const TargetGroupView& group, const std::string& zone,
                            std::string_view cookie_header, Time now, std::uint64_t draw) {
  judge(group, now);
  const auto [routable, fails_open] =
      routable_targets(facts_for(group, zone), kHere, group.cross_zone, group.routing_minimum);
  if (routable.empty()) return {};
  const auto chosen = [&, is_open = fails_open](std::size_t position, bool is_bound = false) {
    return Choice{&group.targets[position], is_bound, is_open};
  };
  if (const auto bound =
          bound_target(group.stickiness, cookie_header, now, group.target_names, routable)) {
    return chosen(*bound, true);
  }
  const auto outstanding = [&](std::uint32_t target) {
    return in_progress(group.arn, group.targets[target].id);
  };
  if (group.mitigates_anomalies && group.algorithm == Algorithm::weighted_random) {
    const auto& watch = watches_[group.arn];
    const auto share = [&](std::uint32_t target) {
      return watch.of(group.targets[target].id).share;
    };
    return chosen(routable[random_by_share(routable, draw, share)]);
  }
  std::uint64_t& turn = turns_[{group.arn, zone}];
  // AWS: slow start is for round robin alone.
  if (group.algorithm == Algorithm::round_robin && group.slow_start > Duration::zero()) {
    const auto share = [&](std::uint32_t target) {
      return slow_start_share(now - group.targets[target].healthy_since, group.slow_start);
    };
    return chosen(routable[round_robin_warming(turn, routable, draw, share)]);
  }
  return chosen(routable[choose_routable(group.algorithm, turn, routable, draw, outstanding)]);
}

void Nodes::begin(const std::string& target_group_arn, const std::string& target_id) {
  ++in_progress_[{target_group_arn, target_id}];
}

void Nodes::end(const std::string& target_group_arn, const std::string& target_id) {
  const auto found = in_progress_.find({target_group_arn, target_id});
  if (found != in_progress_.end() && --found->second == 0) in_progress_.erase(found);
}

std::uint64_t Nodes::in_progress(const std::string& target_group_arn,
                                 const std::string& target_id) const {
  const auto found = in_progress_.find({target_group_arn, target_id});
  return found == in_progress_.end() ? 0 : found->second;
}

void Nodes::note(const std::string& target_group_arn, const std::string& target_id,
                 RequestOutcome outcome) {
  watches_[target_group_arn].note(target_id, outcome);
}

void Nodes::judge(const TargetGroupView& group, Time now) {
  auto& watch = watches_[group.arn];
  if (!watch.is_due(now.time_since_epoch())) return;
  std::vector<std::string> healthy;
  for (const LiveTarget& target : group.targets) {
    if (target.state == TargetState::healthy) healthy.push_back(target.id);
  }
  if (watch.judge(now.time_since_epoch(), healthy)) {
    auto found = watch.anomalies();
    // AWS: anomalies are detected with every algorithm, and mitigated with one.
    if (!group.mitigates_anomalies) {
      for (auto& [id, anomaly] : found) anomaly.share = kFullShare;
    }
    anomaly_news_[group.arn] = std::move(found);
  }
}

std::map<std::string, Nodes::Anomalies> Nodes::take_anomaly_news() {
  return std::exchange(anomaly_news_, {});
}

void Nodes::forget(const std::string& target_group_arn) {
  std::erase_if(turns_, [&](const auto& turn) { return turn.first.first == target_group_arn; });
  watches_.erase(target_group_arn);
}

}  // namespace fallstreak::dataplane::alb
