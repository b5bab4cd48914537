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

std::vector<std::string> zones_in_dns(const LoadBalancerView& load_balancer) {
  std::vector<std::string> zones = load_balancer.zones;
  if (zones.size() > 1) std::erase(zones, load_balancer.shifted_zone);
  return zones;
}

Nodes::Choice Nodes::choose(const TargetGroupView& group, const std::string& zone,
                            std::string_view cookie_header, Time now, std::uint64_t draw) {
  judge(group, now);
  const auto routable = routable_targets(facts_for(group, zone), kHere, group.cross_zone);
  if (routable.empty()) return {};
  if (const auto bound =
          bound_target(group.stickiness, cookie_header, now, group.target_names, routable)) {
    return {.target = &group.targets[*bound], .is_bound = true};
  }
  const auto outstanding = [&](std::uint32_t target) {
    return in_progress(group.arn, group.targets[target].id);
  };
  if (group.mitigates_anomalies && group.algorithm == Algorithm::weighted_random) {
    const auto& watch = watches_[group.arn];
    const auto share = [&](std::uint32_t target) {
      return watch.of(group.targets[target].id).share;
    };
    return {.target = &group.targets[routable[random_by_share(routable, draw, share)]]};
  }
  std::uint64_t& turn = turns_[{group.arn, zone}];
  // AWS: slow start is for round robin alone.
  if (group.algorithm == Algorithm::round_robin && group.slow_start > Duration::zero()) {
    const auto share = [&](std::uint32_t target) {
      return slow_start_share(now - group.targets[target].healthy_since, group.slow_start);
    };
    return {.target = &group.targets[routable[round_robin_warming(turn, routable, draw, share)]]};
  }
  const auto chosen = choose_routable(group.algorithm, turn, routable, draw, outstanding);
  return {.target = &group.targets[routable[chosen]]};
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
