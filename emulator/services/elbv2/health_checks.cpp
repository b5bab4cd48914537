#include "services/elbv2/health_checks.h"

#include <charconv>
#include <chrono>

#include "dispatch/target_paths.h"
#include "dispatch/unhealthy_targets.h"
#include "services/elbv2/attributes.h"
#include "services/elbv2/dns_names.h"
#include "services/elbv2/lookup.h"
#include "services/elbv2/metrics.h"
#include "services/elbv2/paths.h"
#include "services/elbv2/shifts.h"
#include "services/elbv2/target_check.h"
#include "services/elbv2/timing.h"

namespace fallstreak::services::elbv2 {
namespace {

using std::chrono::seconds;

std::string_view group_arn_of(std::string_view target_key) {
  return target_key.substr(0, target_key.find('|'));
}

/// A target that an event concerns, if the event is not of an earlier life of it.
struct Subject {
  const TargetGroupRecord& group;
  const TargetRecord& target;
};

/// The id in `<target group ARN>|<id>:<port>`.
std::string_view id_of(std::string_view target_key) {
  const std::size_t begin = target_key.find('|') + 1;
  return target_key.substr(begin, target_key.rfind(':') - begin);
}
std::optional<Subject> subject_of(const Context& context, const world::Event& event) {
  const TargetRecord* target = context.state.targets.find(event.entity);
  if (target == nullptr || std::to_string(target->generation) != event.payload) return {};
  const auto* group = context.state.target_groups.find(group_arn_of(event.entity));
  if (group == nullptr) return {};
  return Subject{*group, *target};
}

Thresholds thresholds_of(const api::elbv2::TargetGroup& group) {
  return {*group.HealthyThresholdCount, *group.UnhealthyThresholdCount};
}

std::uint64_t next_generation(Context& context, std::string_view target_key) {
  const std::string group_arn(group_arn_of(target_key));
  const std::uint64_t* last = context.state.generations.find(group_arn);
  const std::uint64_t next = (last == nullptr ? 0 : *last) + 1;
  context.state.generations.put(group_arn, next);
  return next;
}

/// What Auto Scaling hears of a target.
void tell_health(Context& context, std::string_view key, HealthStatus status) {
  auto& told = dispatch::unhealthy_targets(context.world(),
                                           context.caller().scope(dispatch::Scope::regional));
  if (status == HealthStatus::unhealthy) {
    told.targets.put(key, {});
  } else {
    told.targets.erase(key);
  }
}

void set_health(Context& context, std::string_view key, const TargetRecord& target,
                const HealthRecord& health) {
  // Most checks change nothing, and then must cost no write.
  if (target.health == health) return;
  const HealthStatus before = target.health.status;
  const std::string zone = target.zone;
  context.state.targets.update(key, [&](TargetRecord& record) { record.health = health; });
  if (before == health.status) return;
  tell_health(context, key, health.status);
  count_hosts(context, std::string(group_arn_of(key)), zone);
}

Duration interval_of(const TargetGroupRecord& group) {
  return seconds(*group.target_group.HealthCheckIntervalSeconds);
}

/// Chosen: checks are made at whole tenths of a second. All that come at one moment of an interval
/// are a slot, with one event for all of them: a world of 10,000 targets has ten events a second.
constexpr Duration kGrain = std::chrono::milliseconds(100);

/// `30/0173/`: the interval in seconds, and where in it the checks come.
std::string slot_name(Duration interval, Duration phase) {
  return std::to_string(interval / seconds(1)) + "/" + std::to_string(phase / kGrain) + "/";
}
Duration interval_of_slot(std::string_view slot) {
  int count = 0;
  std::from_chars(slot.data(), slot.data() + slot.size(), count);
  return seconds(count);
}

bool has_targets(const Context& context, std::string_view slot) {
  const auto first = context.state.checks.lower_bound(slot);
  return first != context.state.checks.end() && first->first.starts_with(slot);
}

/// Has the target checked every interval from now on, at a place in it that `phase` decides.
void enter_slot(Context& context, const std::string& target_key, Duration interval,
                Duration phase) {
  phase = phase % interval / kGrain * kGrain;
  const std::string slot = slot_name(interval, phase);
  // Who left a slot stays in its list until it comes round, so a list that is not empty has an
  // event.
  if (!has_targets(context, slot)) {
    const Duration since = (context.now().time_since_epoch() - phase) % interval;
    context.schedule_periodic(interval - since, "target-checks", slot);
  }
  context.state.checks.put(slot + target_key, {});
  context.state.targets.update(target_key, [&](TargetRecord& record) { record.check_slot = slot; });
}

void make_check(Context& context, const PreparedCheck& check) {
  const TargetRecord& target = *check.target;
  const Sight sight = see(context, check);
  switch (sight.kind) {
    case Sight::Kind::passed:
      // Nearly always so.
      if (target.health.status == HealthStatus::healthy && target.health.failures == 0) return;
      [[fallthrough]];
    case Sight::Kind::failed:
      set_health(
          context, check.key, target,
          after_check(target.health, sight.result, thresholds_of(check.group->target_group)));
      break;
    case Sight::Kind::timed_out:
      context.schedule_periodic(seconds(*check.group->target_group.HealthCheckTimeoutSeconds),
                                "target-check-timed-out", check.key,
                                std::to_string(target.generation));
      break;
    case Sight::Kind::not_running:
      set_health(context, check.key, target, with_instance_in_state(check.host->state));
      break;
    case Sight::Kind::gone:
      // AWS: a terminated instance is deregistered.
      deregister(context, *check.group, std::string(check.key));
      break;
    case Sight::Kind::unknown:
      break;
  }
}

/// The checks of a slot, prepared anew when something that they follow from has changed.
const CheckRound& round_of(Context& context, const std::string& slot) {
  CheckRound& round = context.state.check_rounds[slot];
  const Surroundings around = surroundings(context);
  if (round.changes == changes_behind_checks(context, around)) return round;
  round.checks.clear();
  // Copied, because the list may change here; what is erased lives until the event is over.
  std::vector<std::string_view> keys;
  std::vector<std::string_view> ids;
  std::vector<std::string_view> group_arns;
  for (const auto& row : context.state.checks.range(slot)) {
    keys.push_back(row.first.substr(slot.size()));
    ids.push_back(id_of(keys.back()));
    group_arns.push_back(group_arn_of(keys.back()));
  }
  const auto targets = context.state.targets.find_all(keys);
  const auto hosts = around.hosts.find_all(ids);
  const auto groups = context.state.target_groups.find_all(group_arns);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (targets[i] == nullptr || targets[i]->check_slot != slot) {
      context.state.checks.erase(slot + std::string(keys[i]));
    } else {
      round.checks.push_back(
          prepare_check(context, keys[i], *groups[i], *targets[i], hosts[i], around));
    }
  }
  round.changes = changes_behind_checks(context, around);
  return round;
}

}  // namespace

void start_checks(Context& context, const TargetGroupRecord& group, const std::string& key) {
  const LoadBalancerRecord* load_balancer = active_load_balancer(context, group);
  const std::uint64_t generation = next_generation(context, key);
  bool is_checked = false;
  context.state.targets.update(key, [&](TargetRecord& target) {
    is_checked = load_balancer != nullptr && is_zone_enabled(*load_balancer, target.zone);
    target.generation = generation;
    target.check_slot.clear();
    target.health = {.status = is_checked ? HealthStatus::registering : HealthStatus::unchecked};
  });
  tell_health(context, key, context.state.targets.find(key)->health.status);
  count_hosts(context, std::string(group_arn_of(key)), context.state.targets.find(key)->zone);
  if (!is_checked) return dispatch::forget_path(context, key);
  ask_target_path(context, group, key);
  context.schedule(kRegistration, "target-registered", key, std::to_string(generation));
}

void restart_checks(Context& context, const std::string& target_group_arn) {
  const TargetGroupRecord* group = context.state.target_groups.find(target_group_arn);
  std::vector<std::string> keys;
  for (const auto& [key, target] : context.state.targets.range(targets_prefix(target_group_arn))) {
    if (!target.draining_until) keys.push_back(key);
  }
  for (const auto& key : keys) start_checks(context, *group, key);
}

void deregister(Context& context, const TargetGroupRecord& group, const std::string& key) {
  const TargetRecord* target = context.state.targets.find(key);
  if (target == nullptr || target->draining_until) return;
  const auto rules = attribute_rules_of(group.target_group);
  const seconds delay(
      std::stol(attribute(rules, group.attributes, "deregistration_delay.timeout_seconds")));
  // AWS: a target that got no requests leaves at once; one that did shows `draining` until the
  // delay is over, also when its last request has ended before.
  const bool is_used = target->health.status != HealthStatus::unchecked;
  const std::string group_arn(group_arn_of(key));
  const std::string zone = target->zone;
  // Whoever leaves is nobody's to replace.
  tell_health(context, key, HealthStatus::unchecked);
  if (!is_used || delay == seconds::zero()) {
    dispatch::forget_path(context, key);
    context.state.targets.erase(key);
    count_hosts(context, group_arn, zone);
    return;
  }
  const std::uint64_t generation = next_generation(context, key);
  context.state.targets.update(key, [&](TargetRecord& record) {
    record.generation = generation;
    record.check_slot.clear();
    record.draining_until = context.now() + delay;
  });
  count_hosts(context, group_arn, zone);
  context.schedule(delay, "target-drained", key, std::to_string(generation));
}

void on_load_balancer_active(Context& context, const world::Event& event) {
  if (!context.state.load_balancers.contains(event.entity)) return;
  context.state.load_balancers.update(event.entity, [](LoadBalancerRecord& record) {
    record.load_balancer.State->Code = "active";
  });
  publish_nodes(context, *context.state.load_balancers.find(event.entity));
  tell_path_nodes(context, *context.state.load_balancers.find(event.entity));
  register_for_shifts(context, *context.state.load_balancers.find(event.entity));
  std::vector<std::string> groups;
  for (const auto& [arn, group] : context.state.target_groups) {
    if (group.load_balancer_arn == event.entity) groups.push_back(arn);
  }
  for (const auto& arn : groups) {
    restart_checks(context, arn);
    count_hosts(context, arn);
  }
  start_traffic_metrics(context);
}

void on_target_registered(Context& context, const world::Event& event) {
  const auto subject = subject_of(context, event);
  if (!subject) return;
  const Duration interval = interval_of(subject->group);
  set_health(context, event.entity, subject->target, {.status = HealthStatus::initial});
  // Chosen: AWS says only that checks come every interval; when in the interval differs per target.
  const Duration phase(context.world().random().uniform(event.entity + "/health-check-phase", 0,
                                                        interval.count() - 1));
  enter_slot(context, event.entity, interval, phase);
  if (context.environment().timing == dispatch::Timing::instant) {
    const auto entered = subject_of(context, event);
    const Surroundings around = surroundings(context);
    make_check(context, prepare_check(context, event.entity, entered->group, entered->target,
                                      around.hosts.find(id_of(event.entity)), around));
  }
}

void on_checks(Context& context, const world::Event& event) {
  const std::string& slot = event.entity;
  const Duration interval = interval_of_slot(slot);
  for (const PreparedCheck& check : round_of(context, slot).checks) {
    const Duration wanted = interval_of(*check.group);
    make_check(context, check);
    if (wanted == interval) continue;
    // A new interval holds from the next check on; a target that has just gone has none.
    const std::string key(check.key);
    const TargetRecord* after = context.state.targets.find(key);
    if (after == nullptr || after->check_slot != slot) continue;
    context.state.checks.erase(slot + key);
    enter_slot(context, key, wanted, context.now().time_since_epoch());
  }
  // AWS: the interval does not depend on how long an answer takes.
  if (has_targets(context, slot)) {
    context.schedule_periodic(interval, "target-checks", slot);
  } else {
    context.state.check_rounds.erase(slot);
  }
}

void on_target_check_timed_out(Context& context, const world::Event& event) {
  const auto subject = subject_of(context, event);
  if (!subject) return;
  set_health(context, event.entity, subject->target,
             after_check(subject->target.health, timed_out_check(),
                         thresholds_of(subject->group.target_group)));
}

void on_target_drained(Context& context, const world::Event& event) {
  if (!subject_of(context, event)) return;
  dispatch::forget_path(context, event.entity);
  context.state.targets.erase(event.entity);
}

}  // namespace fallstreak::services::elbv2
