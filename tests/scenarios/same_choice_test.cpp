#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "dataplane/alb/node.h"
#include "dataplane/alb/rules.h"
#include "scenarios/traffic/balancer.h"
#include "scenarios/traffic/random.h"

namespace fallstreak::scenarios::traffic {
namespace {

namespace alb = dataplane::alb;
using alb::Algorithm;
using alb::CrossZone;
using alb::TargetState;

/// A load balancer in two zones, as the simulator and as the live proxy know it.
struct Both {
  LoadBalancerView simulated;
  std::vector<alb::TargetGroupView> live;
  std::vector<api::elbv2::Rule> rules;
};

constexpr std::uint64_t kRequests = 2000;

std::string group_arn(std::size_t index) { return "group-" + std::to_string(index); }

/// Anomalies are mitigated, and so looked for, or not.
enum class Mitigation { off, on };

Both make(std::uint64_t key, Algorithm algorithm, Mitigation mitigation) {
  Both both;
  both.simulated.nodes = {{.zone = 0}, {.zone = 1}};
  api::elbv2::ForwardActionConfig config;
  auto& tuples = config.TargetGroups.emplace();
  std::uint64_t number = 0;
  for (std::size_t group = 0; group < 3; ++group) {
    const auto weight = static_cast<std::uint32_t>(draw(key, number++) % 5);
    const auto cross_zone = draw(key, number++) % 2 == 0 ? CrossZone::on : CrossZone::off;
    const bool mitigates = mitigation == Mitigation::on;
    TargetGroupView simulated{.weight = weight,
                              .cross_zone = cross_zone,
                              .algorithm = algorithm,
                              .mitigates_anomalies = mitigates};
    alb::TargetGroupView live{.arn = group_arn(group),
                              .algorithm = algorithm,
                              .mitigates_anomalies = mitigates,
                              .cross_zone = cross_zone};
    // Anomalies show among many healthy targets alone.
    const std::size_t targets = mitigates ? 6 : draw(key, number++) % 6;
    for (std::size_t target = 0; target < targets; ++target) {
      const std::uint64_t id = group * 100 + target;
      const auto zone = static_cast<std::uint32_t>(draw(key, number++) % 2);
      const auto drawn = static_cast<TargetState>(draw(key, number++) % 4);
      const auto state = mitigates ? TargetState::healthy : drawn;
      simulated.targets.push_back({.id = id, .zone = zone, .state = state});
      live.targets.push_back(
          {.id = std::to_string(id), .zone = std::to_string(zone), .state = state});
      live.target_names.push_back(std::to_string(id));
    }
    both.simulated.groups.push_back(std::move(simulated));
    both.live.push_back(std::move(live));
    tuples.push_back(
        {.TargetGroupArn = group_arn(group), .Weight = static_cast<std::int32_t>(weight)});
  }
  both.rules.push_back({.RuleArn = "default",
                        .Priority = "default",
                        .Actions = {{{.Type = "forward", .ForwardConfig = std::move(config)}}},
                        .IsDefault = true});
  return both;
}

/// The first target of each group fails in the first half of the requests.
alb::RequestOutcome outcome_of(const std::string& target, std::uint64_t number) {
  const bool fails =
      (target == "0" || target == "100" || target == "200") && number < kRequests / 2;
  return fails ? alb::RequestOutcome::failed : alb::RequestOutcome::answered;
}

/// Sends the same requests through both and compares where each goes. Every other request is still
/// in progress when the next ones come. Returns how many each target got.
std::map<std::string, int> compare(std::uint64_t key, Algorithm algorithm,
                                   Mitigation mitigation = Mitigation::off) {
  const Both both = make(key, algorithm, mitigation);
  Balancer balancer;
  balancer.set_view(both.simulated, 0, 0);
  const alb::RuleSet rules(both.rules);
  alb::Nodes nodes;
  std::map<std::string, int> counts;
  for (std::uint64_t number = 0; number < kRequests; ++number) {
    const auto node = static_cast<std::uint32_t>(number % 2);
    // Without mitigation time has no part in the choice.
    const Duration at =
        mitigation == Mitigation::on ? std::chrono::milliseconds(50 * number) : Duration::zero();
    const std::uint32_t simulated = balancer.pick_target(node, key, number, at.count());

    const auto decision = alb::decide(rules, {}, draw(key, number));
    const auto* to = std::get_if<alb::ForwardTo>(&decision.outcome);
    std::string chosen;
    if (to != nullptr) {
      const auto& group = both.live[static_cast<std::size_t>(to->target_group_arn.back() - '0')];
      const auto* target =
          nodes.choose(group, std::to_string(node), {}, Time(at), draw(key, number)).target;
      if (target != nullptr) chosen = target->id;
      if (target != nullptr) nodes.note(group.arn, chosen, outcome_of(chosen, number));
      if (target != nullptr && number % 2 == 0) nodes.begin(group.arn, target->id);
    }

    const std::string expected =
        simulated == kNone ? "" : std::to_string(balancer.targets[simulated].view.id);
    EXPECT_EQ(chosen, expected) << "request " << number << " of key " << key;
    if (chosen != expected) break;
    if (number >= kRequests / 4 && number < kRequests / 2) ++counts[chosen];
    if (simulated != kNone) balancer.note(simulated, outcome_of(expected, number));
    // Those of least outstanding requests never end.
    if (simulated != kNone && number % 2 == 0) {
      balancer.targets[simulated].add_outstanding(kNever);
    }
  }
  return counts;
}

TEST(LiveAndSimulatedTraffic, ChoosesTheSameTargetForTheSameKey) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const std::uint64_t key = stream_key(seed, "requests", "choice");
    compare(key, Algorithm::round_robin);
    compare(key, Algorithm::weighted_random);
    compare(key, Algorithm::least_outstanding_requests);
  }
}

TEST(LiveAndSimulatedTraffic, GivesTheSameAnomalousTargetsLess) {
  int anomalous = 0, all = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const std::uint64_t key = stream_key(seed, "requests", "choice");
    for (const auto& [target, count] : compare(key, Algorithm::weighted_random, Mitigation::on)) {
      all += count;
      if (target == "0" || target == "100" || target == "200") anomalous += count;
    }
  }
  // One in six targets, and a sixteenth of its share after a while.
  EXPECT_GT(anomalous, 0);
  EXPECT_LT(anomalous, all / 12);
}

}  // namespace
}  // namespace fallstreak::scenarios::traffic
