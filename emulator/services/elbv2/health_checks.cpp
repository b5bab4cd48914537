#include "services/elbv2/health_checks.h"

#include <charconv>
#include <chrono>

#include "dispatch/hosts.h"
#include "dispatch/target_paths.h"
#include "dispatch/unhealthy_targets.h"
#include "services/elbv2/attributes.h"
#include "services/elbv2/dns_names.h"
#include "services/elbv2/lookup.h"
#include "services/elbv2/metrics.h"
#include "services/elbv2/paths.h"
#include "services/elbv2/shifts.h"
#include "services/elbv2/timing.h"

namespace fallstreak::services::elbv2 {
namespace {

using std::chrono::seconds;

/// What checks look at besides the target: found once for all of a moment.
struct Surroundings {
  const faults::FaultState& faults;
  const world::Table<dispatch::StoppedPath>& stopped;
};
Surroundings surroundings(Context& context) { return {context.faults(), stopped_paths(context)}; }

std::string_view group_arn_of(std::string_view target_key) {
  return target_key.substr(0, target_key.find('|'));
}

/// A target that an event concerns, if the event is not of an earlier life of it.
struct Subject {
  const TargetGroupRecord& group;
  const TargetRecord& target;
};

const world::Table<dispatch::Host>& instances(Context& context) {
  return dispatch::hosts(context.world(), context.caller().scope(dispatch::Scope::regional))
      .instances;
}

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

/// As `==` does it, but without a call where the sizes differ: every check asks several times.
bool is(const std::optional<std::string>& text, std::string_view wanted) {
  return text && std::string_view(*text) == wanted;
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

/// What a look at a target found: a check's outcome, or that its instance does not run.
struct Sight {
  enum class Kind { check, timed_out, not_running, gone, unknown } kind = Kind::check;
  CheckResult check;
  std::string instance_state;
};

std::string_view probed_protocol(const api::elbv2::TargetGroup& group) {
  const bool is_encrypted = is(group.HealthCheckProtocol, "HTTPS");
  if (is(group.ProtocolVersion, "HTTP2")) return is_encrypted ? "HTTPS/HTTP2" : "HTTP/HTTP2";
  if (is(group.ProtocolVersion, "GRPC")) return is_encrypted ? "HTTPS/GRPC" : "HTTP/GRPC";
  return *group.HealthCheckProtocol;
}

dispatch::Probe probe_of(const Context& context, const api::elbv2::TargetGroup& group,
                         const TargetRecord& target) {
  dispatch::Probe probe{
      .account_id = context.account_id(),
      .region = context.region(),
      .ip_address = target.ip_address,
      .zone = target.zone,
      .protocol = probed_protocol(group),
      .port = *target.target.Port,
      .path = group.HealthCheckPath ? std::string_view(*group.HealthCheckPath) : ""};
  if (!is(group.HealthCheckPort, "traffic-port")) {
    const std::string& port = *group.HealthCheckPort;
    std::from_chars(port.data(), port.data() + port.size(), probe.port);
  }
  return probe;
}

/// Who is asked in gRPC answers with its status, or with HTTP's when it came no further. Chosen: a
/// workload that answers 200 and knows nothing of gRPC means that it is well.
CheckResult grpc_check(const api::elbv2::TargetGroup& group, const dispatch::ProbeAnswer& answer) {
  constexpr int kHttpOk = 200;
  if (answer.http_status == kHttpOk) return passed_check();
  return answered_check(answer.http_status, *group.Matcher->GrpcCode);
}

Sight ask(Context& context, const api::elbv2::TargetGroup& group, const dispatch::Probe& probe) {
  const bool is_tcp = probe.protocol == "TCP";
  const dispatch::ProbeAnswer answer = context.probe(probe);
  switch (answer.kind) {
    case dispatch::ProbeAnswer::Kind::timed_out:
      return {Sight::Kind::timed_out, {}, {}};
    case dispatch::ProbeAnswer::Kind::unknown:
      return {Sight::Kind::unknown, {}, {}};
    case dispatch::ProbeAnswer::Kind::refused:
      return {Sight::Kind::check, refused_check(), {}};
    case dispatch::ProbeAnswer::Kind::answered:
      break;
  }
  // AWS: a TCP check passes when the connection is accepted.
  if (is_tcp) return {Sight::Kind::check, passed_check(), {}};
  if (is(group.ProtocolVersion, "GRPC")) return {Sight::Kind::check, grpc_check(group, answer), {}};
  return {Sight::Kind::check, answered_check(answer.http_status, *group.Matcher->HttpCode), {}};
}

/// `host` is the target's instance; null when it has none.
Sight look_at(Context& context, std::string_view key, const Subject& subject,
              const dispatch::Host* host, const Surroundings& around) {
  const auto& [record, target] = subject;
  const auto& group = record.target_group;
  dispatch::Probe probe = probe_of(context, group, target);
  if (is(group.TargetType, "instance")) {
    const std::string_view state = host == nullptr ? "terminated" : std::string_view(host->state);
    if (state == "terminated") return {Sight::Kind::gone, {}, {}};
    // A zone that has lost its power cannot say that it stopped: all that is seen is silence.
    if (!faults::zone_has_power(around.faults, target.zone)) {
      return {Sight::Kind::timed_out, {}, {}};
    }
    if (state != "running") return {Sight::Kind::not_running, {}, host->state};
    probe.instance_id = *target.target.Id;
    probe.launch_time = host->launch_time;
  } else if (is(group.TargetType, "alb")) {
    const std::string& arn = *target.target.Id;
    const LoadBalancerRecord* checked = context.state.load_balancers.find(arn);
    // What is gone, or does not listen there any more, accepts no connection.
    const bool listens = checked != nullptr && checked->load_balancer.State->Code == "active" &&
                         find_listener_at(context, arn, probe.port) != nullptr;
    if (!listens) return {Sight::Kind::check, refused_check(), {}};
    probe.host = *checked->load_balancer.DNSName;
  } else if (!faults::zone_has_power(around.faults, target.zone)) {
    return {Sight::Kind::timed_out, {}, {}};
  }
  // What a group, a network ACL or a route stops is dropped: nobody says no.
  if (is_check_stopped(around.stopped, key, target)) return {Sight::Kind::timed_out, {}, {}};
  return ask(context, group, probe);
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
  const auto range = context.state.checks.range(slot);
  return range.begin() != range.end();
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

void check(Context& context, std::string_view key, const Subject& subject,
           const dispatch::Host* host, const Surroundings& around) {
  const auto& [group, target] = subject;
  const Sight sight = look_at(context, key, subject, host, around);
  switch (sight.kind) {
    case Sight::Kind::check:
      // Nearly always so.
      if (sight.check.has_passed && target.health.status == HealthStatus::healthy &&
          target.health.failures == 0) {
        return;
      }
      set_health(context, key, target,
                 after_check(target.health, sight.check, thresholds_of(group.target_group)));
      break;
    case Sight::Kind::timed_out:
      context.schedule_periodic(seconds(*group.target_group.HealthCheckTimeoutSeconds),
                                "target-check-timed-out", std::string(key),
                                std::to_string(target.generation));
      break;
    case Sight::Kind::not_running:
      set_health(context, key, target, with_instance_in_state(sight.instance_state));
      break;
    case Sight::Kind::gone:
      // AWS: a terminated instance is deregistered.
      deregister(context, group, std::string(key));
      break;
    case Sight::Kind::unknown:
      break;
  }
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
    check(context, event.entity, *subject_of(context, event),
          instances(context).find(id_of(event.entity)), surroundings(context));
  }
}

void on_checks(Context& context, const world::Event& event) {
  const std::string& slot = event.entity;
  // Copied, because a check may change the list; what is erased lives until the event is over.
  std::vector<std::string_view> keys;
  std::vector<std::string_view> ids;
  std::vector<std::string_view> group_arns;
  for (const auto& row : context.state.checks.range(slot)) {
    keys.push_back(row.first.substr(slot.size()));
    ids.push_back(id_of(keys.back()));
    group_arns.push_back(group_arn_of(keys.back()));
  }
  const auto targets = context.state.targets.find_all(keys);
  const auto hosts = instances(context).find_all(ids);
  const auto groups = context.state.target_groups.find_all(group_arns);
  const Duration interval = interval_of_slot(slot);
  const Surroundings around = surroundings(context);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const std::string_view key = keys[i];
    const TargetRecord* target = targets[i];
    if (target == nullptr || target->check_slot != slot) {
      context.state.checks.erase(slot + std::string(key));
      continue;
    }
    const TargetGroupRecord& group = *groups[i];
    const Duration wanted = interval_of(group);
    check(context, key, {group, *target}, hosts[i], around);
    if (wanted == interval) continue;
    // A new interval holds from the next check on; a target that has just gone has none.
    const TargetRecord* after = context.state.targets.find(key);
    if (after == nullptr || after->check_slot != slot) continue;
    context.state.checks.erase(slot + std::string(key));
    enter_slot(context, std::string(key), wanted, context.now().time_since_epoch());
  }
  // AWS: the interval does not depend on how long an answer takes.
  if (has_targets(context, slot)) context.schedule_periodic(interval, "target-checks", slot);
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
