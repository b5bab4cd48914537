#include "services/elbv2/target_check.h"

#include <charconv>

#include "services/elbv2/lookup.h"
#include "services/elbv2/paths.h"

namespace fallstreak::services::elbv2 {
namespace {

using Course = PreparedCheck::Course;

/// Of HTTP or gRPC: whatever it is that a group's matcher names.
constexpr int kLargestStatus = 999;
constexpr int kHttpOk = 200;

bool speaks_grpc(const api::elbv2::TargetGroup& group) { return group.ProtocolVersion == "GRPC"; }

std::string_view probed_protocol(const api::elbv2::TargetGroup& group) {
  const bool is_encrypted = group.HealthCheckProtocol == "HTTPS";
  if (group.ProtocolVersion == "HTTP2") return is_encrypted ? "HTTPS/HTTP2" : "HTTP/HTTP2";
  if (speaks_grpc(group)) return is_encrypted ? "HTTPS/GRPC" : "HTTP/GRPC";
  return *group.HealthCheckProtocol;
}

dispatch::Probe probe_of(const api::elbv2::TargetGroup& group, const TargetRecord& target) {
  dispatch::Probe probe{
      .ip_address = target.ip_address,
      .zone = target.zone,
      .protocol = probed_protocol(group),
      .port = *target.target.Port,
      .path = group.HealthCheckPath ? std::string_view(*group.HealthCheckPath) : ""};
  if (group.HealthCheckPort != "traffic-port") {
    const std::string& port = *group.HealthCheckPort;
    std::from_chars(port.data(), port.data() + port.size(), probe.port);
  }
  return probe;
}

/// What an answer must be. AWS: a TCP check passes when the connection is accepted.
std::optional<StatusMatcher> accepted_by(const api::elbv2::TargetGroup& group) {
  if (group.HealthCheckProtocol == "TCP") return std::nullopt;
  const auto& codes = speaks_grpc(group) ? group.Matcher->GrpcCode : group.Matcher->HttpCode;
  return StatusMatcher::parse(*codes, 0, kLargestStatus);
}

/// Who is asked in gRPC answers with its status, or with HTTP's when it came no further. Chosen: a
/// workload that answers 200 and knows nothing of gRPC means that it is well.
bool is_accepted(const PreparedCheck& check, int status) {
  return !check.accepted || check.accepted->matches(status) ||
         (status == kHttpOk && speaks_grpc(check.group->target_group));
}

/// How a check of a target goes that is not stopped on its way.
Course course_of(const Context& context, PreparedCheck& check, const Surroundings& around) {
  const TargetRecord& target = *check.target;
  const auto& type = check.group->target_group.TargetType;
  if (type == "instance") {
    if (check.host == nullptr || check.host->state == "terminated") return Course::gone;
    // A zone that has lost its power cannot say that it stopped: all that is seen is silence.
    if (!faults::zone_has_power(around.faults, target.zone)) return Course::silent;
    if (check.host->state != "running") return Course::not_running;
    check.probe.instance_id = *target.target.Id;
    check.probe.launch_time = check.host->launch_time;
    return Course::asked;
  }
  if (type == "alb") {
    const std::string& arn = *target.target.Id;
    const LoadBalancerRecord* checked = context.state.load_balancers.find(arn);
    // What is gone, or does not listen there any more, accepts no connection.
    const bool listens = checked != nullptr && checked->load_balancer.State->Code == "active" &&
                         find_listener_at(context, arn, check.probe.port) != nullptr;
    if (!listens) return Course::refused;
    check.probe.host = *checked->load_balancer.DNSName;
    return Course::asked;
  }
  return faults::zone_has_power(around.faults, target.zone) ? Course::asked : Course::silent;
}

}  // namespace

Surroundings surroundings(Context& context) {
  const std::string_view scope = context.caller().scope(dispatch::Scope::regional);
  return {context.faults(), stopped_paths(context),
          dispatch::hosts(context.world(), scope).instances};
}

CheckRound::Changes changes_behind_checks(const Context& context, const Surroundings& around) {
  const ElbV2State& state = context.state;
  return {state.checks.changes(),         state.targets.changes(),   state.target_groups.changes(),
          state.load_balancers.changes(), state.listeners.changes(), around.faults.active.changes(),
          around.stopped.changes(),       around.hosts.changes()};
}

PreparedCheck prepare_check(const Context& context, std::string_view key,
                            const TargetGroupRecord& group, const TargetRecord& target,
                            const dispatch::Host* host, const Surroundings& around) {
  PreparedCheck check{.key = key,
                      .group = &group,
                      .target = &target,
                      .host = host,
                      .probe = probe_of(group.target_group, target),
                      .accepted = accepted_by(group.target_group)};
  check.course = course_of(context, check, around);
  // What a group, a network ACL or a route stops is dropped: nobody says no.
  const bool is_sent = check.course == Course::asked;
  if (is_sent && is_check_stopped(around.stopped, key, target)) check.course = Course::silent;
  return check;
}

Sight see(const Context& context, const PreparedCheck& check) {
  switch (check.course) {
    case Course::silent:
      return {Sight::Kind::timed_out, {}};
    case Course::refused:
      return {Sight::Kind::failed, refused_check()};
    case Course::not_running:
      return {Sight::Kind::not_running, {}};
    case Course::gone:
      return {Sight::Kind::gone, {}};
    case Course::asked:
      break;
  }
  dispatch::Probe probe = check.probe;
  probe.account_id = context.account_id();
  probe.region = context.region();
  const dispatch::ProbeAnswer answer = context.probe(probe);
  switch (answer.kind) {
    case dispatch::ProbeAnswer::Kind::timed_out:
      return {Sight::Kind::timed_out, {}};
    case dispatch::ProbeAnswer::Kind::unknown:
      return {Sight::Kind::unknown, {}};
    case dispatch::ProbeAnswer::Kind::refused:
      return {Sight::Kind::failed, refused_check()};
    case dispatch::ProbeAnswer::Kind::answered:
      break;
  }
  if (is_accepted(check, answer.http_status)) return {Sight::Kind::passed, passed_check()};
  return {Sight::Kind::failed, mismatched_check(answer.http_status)};
}

}  // namespace fallstreak::services::elbv2
