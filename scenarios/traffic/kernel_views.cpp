// What a control event does to the requests in flight.
#include <algorithm>
#include <utility>

#include "base/check.h"
#include "scenarios/traffic/kernel.h"

namespace fallstreak::scenarios::traffic {
namespace {

std::uint64_t hash_of(const LoadBalancerView& view) {
  std::uint64_t hash = mix(static_cast<std::uint64_t>(view.idle_timeout));
  for (const NodeView& node : view.nodes) {
    hash = mix(hash + node.zone * kGolden + static_cast<std::uint64_t>(node.answer) * 2 +
               (node.is_in_dns ? 1 : 0));
  }
  if (!view.is_trusted) hash = mix(hash + kGolden);
  if (view.is_network) hash = mix(hash + view.passes_to.value_or(kNone) * kGolden);
  for (const TargetGroupView& group : view.groups) {
    hash = mix(hash + group.weight * kGolden + static_cast<std::uint64_t>(group.algorithm) * 2 +
               static_cast<std::uint64_t>(group.cross_zone));
    if (group.mitigates_anomalies) hash = mix(hash + kGolden);
    if (group.routing_minimum != HealthyMinimum()) {
      hash = mix(hash + group.routing_minimum.count * kGolden + group.routing_minimum.percentage);
    }
    for (const TargetView& target : group.targets) {
      hash = mix(hash + target.id * kGolden + static_cast<std::uint64_t>(target.state) * 8 +
                 static_cast<std::uint64_t>(target.answer));
      if (target.stopped_zones != 0) hash = mix(hash + target.stopped_zones * kGolden);
    }
  }
  return hash;
}

}  // namespace

void Simulator::Kernel::set_view(std::uint32_t load_balancer, LoadBalancerView view) {
  Balancer& balancer = balancers[load_balancer];
  control_hash =
      mix(control_hash ^ mix(static_cast<std::uint64_t>(now) + load_balancer) ^ hash_of(view));

  std::vector<Loss> targets(balancer.targets.size());
  std::vector<Loss> nodes(balancer.nodes.size());
  for (std::size_t index = 0; index < targets.size(); ++index)
    targets[index].answer = balancer.targets[index].view.answer;
  for (std::size_t index = 0; index < nodes.size(); ++index)
    nodes[index].answer = balancer.nodes[index].view.answer;

  balancer.set_view(std::move(view), now, setup.dns_ttl);
  reserve_reach();

  bool has_loss = false;
  const auto note = [&](Loss& loss, Answer after) {
    loss.is_lost = loss.answer == Answer::answers && after != Answer::answers;
    loss.answer = after;
    has_loss = has_loss || loss.is_lost;
  };
  for (std::size_t index = 0; index < targets.size(); ++index)
    note(targets[index], balancer.targets[index].view.answer);
  for (std::size_t index = 0; index < nodes.size(); ++index)
    note(nodes[index], balancer.nodes[index].view.answer);
  if (!has_loss) return;
  retract({load_balancer, targets, nodes});
  for (std::size_t index = 0; index < targets.size(); ++index) {
    if (targets[index].is_lost) balancer.targets[index].reset(now);
  }
}

void Simulator::Kernel::set_answer(std::uint32_t source_index, std::uint32_t load_balancer) {
  CHECK(load_balancer < balancers.size()) << "no such load balancer";
  PreparedSource& source = sources[source_index];
  if (source.balancer == load_balancer) return;
  control_hash = mix(control_hash ^ mix(static_cast<std::uint64_t>(now) + source_index) ^
                     mix(kGolden + load_balancer));
  // An answer that every client had dropped when the next one came is of no use any more.
  auto& answers = source.answers;
  while (answers.size() > 1 && answers[1].first <= now - setup.dns_ttl) {
    answers.erase(answers.begin());
  }
  answers.emplace_back(now, load_balancer);
  source.balancer = load_balancer;
  source.answer_settled = now + setup.dns_ttl;
}

std::uint32_t Simulator::Kernel::balancer_of(const PreparedSource& source,
                                             std::uint64_t draw_number, Instant at) const {
  // The same age as that of the addresses behind the name: both came in one answer.
  const auto age = static_cast<Instant>(to_unit(draw(source.age_key, draw_number)) *
                                        static_cast<double>(setup.dns_ttl));
  std::uint32_t found = source.answers.front().second;
  for (const auto& [from, balancer] : source.answers) {
    if (from <= at - age) found = balancer;
  }
  return found;
}

Simulator::Kernel::Failure Simulator::Kernel::target_lost(Answer answer, Instant started,
                                                          Instant timeout,
                                                          Instant idle_timeout) const {
  // An RST reaches the load balancer at once: 502. From a host without power comes nothing, and the
  // idle timeout ends the wait: 504.
  Failure failure{.end = now, .error = RequestError::bad_gateway};
  if (answer == Answer::silent) {
    failure = {.end = std::max(now, started + idle_timeout),
               .error = RequestError::gateway_timeout};
  }
  if (failure.end - started > timeout)
    failure = {.end = started + timeout, .error = RequestError::client_timeout};
  return failure;
}

Simulator::Kernel::Failure Simulator::Kernel::node_lost(Answer answer, Instant started,
                                                        Instant timeout) const {
  if (answer == Answer::refuses) return {.end = now, .error = RequestError::connection_refused};
  const Instant patience = std::min(timeout, kClientReadTimeout);
  return {.end = std::max(now, started + patience), .error = RequestError::client_timeout};
}

template <class Record>
const Simulator::Kernel::Loss* Simulator::Kernel::Losses::of_node(const Record& record) const {
  const Loss* loss = nullptr;
  if (record.entry.node != kNone && record.entry.balancer == balancer) {
    loss = &nodes[record.entry.node];
  } else if (record.node != kNone && record.balancer == balancer) {
    loss = &nodes[record.node];
  }
  return loss != nullptr && loss->is_lost ? loss : nullptr;
}

template <class Record>
const Simulator::Kernel::Loss* Simulator::Kernel::Losses::of_target(const Record& record) const {
  if (record.balancer != balancer || record.target == kNone) return nullptr;
  return targets[record.target].is_lost ? &targets[record.target] : nullptr;
}

void Simulator::Kernel::retract(const Losses& lost) {
  const auto is_concerned = [&](const auto& record) {
    return record.balancer == lost.balancer ||
           (record.entry.node != kNone && record.entry.balancer == lost.balancer);
  };
  for (PlainInFlight& record : in_flight_) {
    if (is_concerned(record)) retract_plain(record, lost);
  }
  // Attempts that the loop itself makes are failing already and need no second look.
  const auto count = static_cast<std::uint32_t>(attempts_.size());
  std::vector<std::uint32_t> concerned;
  for (std::uint32_t index = 0; index < count; ++index) {
    const Attempt& attempt = attempts_[index];
    if (attempt.phase == Attempt::Phase::none || attempt.phase == Attempt::Phase::backing_off)
      continue;
    if (is_concerned(attempt)) concerned.push_back(index);
  }
  for (const std::uint32_t index : concerned) retract_attempt(index, lost);
}

void Simulator::Kernel::retract_plain(PlainInFlight& record, const Losses& lost) {
  const Instant timeout = sources[record.source].classes[record.request_class].spec.timeout;
  if (const Loss* node = lost.of_node(record)) {
    const Failure failure = node_lost(node->answer, record.started, timeout);
    record.end = failure.end;
    record.error = static_cast<std::int8_t>(failure.error);
    record.node = record.target = record.tally = kNone;
    record.entry = {};
  } else if (const Loss* target = lost.of_target(record);
             target != nullptr && record.server_end > now) {
    const Failure failure =
        target_lost(target->answer, record.started, timeout, record.idle_timeout);
    record.end = failure.end;
    record.error = static_cast<std::int8_t>(failure.error);
    record.target = kNone;
  }
}

void Simulator::Kernel::retract_attempt(std::uint32_t index, const Losses& lost) {
  const auto fail = [&](std::uint32_t failing, Failure failure) {
    Attempt& attempt = attempts_[failing];
    ++attempt.generation;
    attempt.phase = Attempt::Phase::failing;
    attempt.error = static_cast<std::int8_t>(failure.error);
    push(failure.end, EventKind::failed, failing);
  };
  const Instant started = attempts_[index].started;
  const Instant timeout = class_of(attempts_[index]).spec.timeout;
  const Loss* const lost_node = lost.of_node(attempts_[index]);
  const Loss* const lost_target = lost.of_target(attempts_[index]);
  const bool is_at_server = attempts_[index].phase == Attempt::Phase::waiting ||
                            attempts_[index].phase == Attempt::Phase::serving;
  const bool loses_target = is_at_server && lost_target != nullptr;

  if (attempts_[index].client_waits && lost_node != nullptr) {
    // The client's side goes its own way as a failing attempt; the target's side lives on while the
    // target does.
    const Failure failure = node_lost(lost_node->answer, started, timeout);
    std::uint32_t failing = index;
    if (is_at_server && !loses_target) {
      failing = new_attempt();
      const std::uint32_t generation = attempts_[failing].generation;
      attempts_[failing] = attempts_[index];
      attempts_[failing].generation = generation;
      release_client(index);
    }
    attempts_[failing].node = attempts_[failing].target = attempts_[failing].tally = kNone;
    attempts_[failing].entry = {};
    fail(failing, failure);
    return;
  }
  if (!loses_target) return;
  if (!attempts_[index].client_waits) {
    free_attempt(index);
    return;
  }
  attempts_[index].target = kNone;
  fail(index, target_lost(lost_target->answer, started, timeout, attempts_[index].idle_timeout));
}

std::vector<NodeTotals> Simulator::Kernel::node_totals(std::uint32_t load_balancer) const {
  const Balancer& balancer = balancers[load_balancer];
  std::vector<NodeTotals> totals;
  for (std::size_t index = 0; index < balancer.tallies.size(); ++index) {
    const auto& [node, group, fails_open] = balancer.tally_places[index];
    totals.push_back({balancer.nodes[node].view.zone, group, fails_open, balancer.tallies[index]});
  }
  const auto add_open = [&](const auto& record) {
    if (record.entry.node != kNone && record.entry.balancer == load_balancer) {
      NodeTotals& flow = totals[balancer.nodes[record.entry.node].tally];
      flow.open_to_clients += 1;
      flow.open_to_targets += 1;
    }
    if (record.tally == kNone || record.balancer != load_balancer) return;
    totals[record.tally].open_to_clients += 1;
    if (record.target != kNone) totals[record.tally].open_to_targets += 1;
  };
  for (const PlainInFlight& record : in_flight_) {
    if (record.end > now) add_open(record);
  }
  for (const Attempt& attempt : attempts_) {
    using enum Attempt::Phase;
    const bool is_open = attempt.phase != none && attempt.phase != backing_off;
    if (is_open && attempt.client_waits) add_open(attempt);
  }
  return totals;
}

const Target* Simulator::Kernel::find_target(std::uint64_t id) const {
  for (const Balancer& balancer : balancers) {
    const auto found = std::ranges::find(balancer.targets, id,
                                         [](const Target& target) { return target.view.id; });
    if (found != balancer.targets.end()) return &*found;
  }
  return nullptr;
}

}  // namespace fallstreak::scenarios::traffic
