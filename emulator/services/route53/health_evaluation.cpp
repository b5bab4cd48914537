#include "services/route53/health_evaluation.h"

#include <algorithm>
#include <charconv>

#include "api/cloudwatch/alarms.h"
#include "dispatch/held_metric.h"
#include "dispatch/name_servers.h"
#include "services/route53/health_check_rules.h"
#include "services/route53/health_endpoints.h"
#include "services/route53/timing.h"

namespace fallstreak::services::route53 {
namespace {

using std::chrono::seconds;

struct CheckerRegion {
  std::string_view name;
  std::string_view addresses[2];
};
// AWS: the regions that checkers are in, each with addresses of its published ranges
// (ip-ranges.json, ROUTE53_HEALTHCHECKS). Chosen: two checkers in each.
constexpr CheckerRegion kCheckerRegions[] = {
    {"us-east-1", {"15.177.2.12", "54.243.31.212"}},
    {"us-west-1", {"15.177.10.12", "54.183.255.130"}},
    {"us-west-2", {"15.177.14.12", "54.244.52.205"}},
    {"eu-west-1", {"15.177.18.12", "54.228.16.12"}},
    {"ap-southeast-1", {"15.177.26.12", "54.251.31.140"}},
    {"ap-southeast-2", {"15.177.34.12", "54.252.79.141"}},
    {"ap-northeast-1", {"15.177.46.12", "54.248.220.21"}},
    {"sa-east-1", {"15.177.54.12", "54.232.40.81"}},
};

/// An event of the check as it is configured now: `<generation> <number>`.
struct Turn {
  std::uint64_t generation = 0;
  std::size_t number = 0;
};
std::string to_text(const Turn& turn) {
  return std::to_string(turn.generation) + " " + std::to_string(turn.number);
}
Turn to_turn(std::string_view text) {
  Turn turn;
  const auto space = text.find(' ');
  std::from_chars(text.data(), text.data() + space, turn.generation);
  std::from_chars(text.data() + space + 1, text.data() + text.size(), turn.number);
  return turn;
}

Duration step_of(const HealthCheckRecord& record) {
  const Duration interval = seconds(*record.check.HealthCheckConfig->RequestInterval);
  return interval / Duration::rep(record.checkers.size());
}

/// The metrics of health checks are in us-east-1, whatever their checkers' regions.
void publish(Context& context, const std::string& id, std::optional<double> healthy,
             std::optional<double> percentage) {
  const dispatch::Caller caller(context.account_id(), "us-east-1");
  dispatch::ContextBase there(context.world(), context.environment(), caller, "route53",
                              caller.scope(dispatch::Scope::account));
  const auto hold = [&](const char* name, const char* unit, std::optional<double> value) {
    dispatch::hold_metric(there, id,
                          {.metric_namespace = "AWS/Route53",
                           .name = name,
                           .dimensions = {{"HealthCheckId", id}},
                           .unit = unit,
                           .value = value});
  };
  hold("HealthCheckStatus", "None", healthy);
  if (percentage || !healthy) hold("HealthCheckPercentageHealthy", "Percent", percentage);
}

std::size_t healthy_checkers(const HealthCheckRecord& record) {
  return std::size_t(std::ranges::count(record.checkers, true, &CheckerRecord::is_healthy));
}

void judge_parents(Context& context, const std::string& child);

/// Takes a verdict over: AWS inverts it when asked, and a disabled check always passes before that.
void conclude(Context& context, const std::string& id, bool is_passing) {
  const auto& record = *context.state.health_checks.find(id);
  const auto& config = *record.check.HealthCheckConfig;
  const bool passes = is_passing || *config.Disabled;
  const bool is_healthy = passes != *config.Inverted;
  const auto& served = dispatch::name_servers(context.world()).health;
  const auto* known = served.find(id);
  const bool is_news = known == nullptr || known->is_healthy != is_healthy;
  if (record.is_passing != is_passing || record.is_healthy != is_healthy) {
    context.state.health_checks.update(id, [&](HealthCheckRecord& changed) {
      changed.is_passing = is_passing;
      changed.is_healthy = is_healthy;
    });
  }
  if (!is_news) return;
  dispatch::name_servers(context.world()).health.put(id, {.is_healthy = is_healthy});
  judge_parents(context, id);
}

void publish_state(Context& context, const std::string& id) {
  const auto& record = *context.state.health_checks.find(id);
  std::optional<double> percentage;
  if (!record.checkers.empty()) {
    percentage = 100.0 * double(healthy_checkers(record)) / double(record.checkers.size());
  }
  publish(context, id, record.is_healthy ? 1.0 : 0.0, percentage);
}

void judge_endpoint(Context& context, const std::string& id) {
  const auto& record = *context.state.health_checks.find(id);
  // AWS: "If more than 18% of health checkers report that an endpoint is healthy, Route 53
  // considers it healthy."
  conclude(context, id, healthy_checkers(record) * 100 > record.checkers.size() * 18);
  publish_state(context, id);
}

void judge_calculated(Context& context, const std::string& id) {
  const auto& config = *context.state.health_checks.find(id)->check.HealthCheckConfig;
  std::int32_t healthy = 0;
  for (const auto& child : api::each(config.ChildHealthChecks)) {
    const auto* found = context.state.health_checks.find(child);
    if (found != nullptr && found->is_healthy) ++healthy;
  }
  // AWS: with a threshold of 0 it is always healthy, with one above the number of children never.
  conclude(context, id, healthy >= *config.HealthThreshold);
  publish_state(context, id);
}

void judge_parents(Context& context, const std::string& child) {
  std::vector<std::string> parents;
  for (const auto& row : context.state.child_checks.range(child + " ")) {
    parents.push_back(row.second);
  }
  for (const auto& parent : parents) judge_calculated(context, parent);
}

void judge_alarm(Context& context, const std::string& id) {
  const auto& record = *context.state.health_checks.find(id);
  const auto config = *record.check.HealthCheckConfig;
  const auto described = context.try_call_in<api::cloudwatch::DescribeAlarms>(
      *config.AlarmIdentifier->Region, {.AlarmNames = {{*config.AlarmIdentifier->Name}}});
  const bool is_there = described && !api::each(described->MetricAlarms).empty();
  // Chosen: an alarm that is gone has no data.
  const std::string state =
      is_there ? *described->MetricAlarms->front().StateValue : "INSUFFICIENT_DATA";
  const std::string& otherwise = *config.InsufficientDataHealthStatus;
  bool is_passing = record.is_passing;
  if (state == "OK") is_passing = true;
  if (state == "ALARM") is_passing = false;
  if (state == "INSUFFICIENT_DATA" && otherwise != "LastKnownStatus") {
    is_passing = otherwise == "Healthy";
  }
  const bool was_healthy = record.is_healthy;
  conclude(context, id, is_passing);
  if (context.state.health_checks.find(id)->is_healthy != was_healthy) publish_state(context, id);
}

/// A checker's new sight; true when its opinion, and so perhaps the verdict, changed.
bool note(Context& context, const std::string& id, std::size_t number, const Look& look) {
  const auto& record = *context.state.health_checks.find(id);
  CheckerRecord checker = record.checkers[number];
  const bool passed = look.kind == Look::Kind::passed;
  const bool was_healthy = checker.is_healthy;
  // AWS: FailureThreshold is for both directions: "to change the current status of the endpoint
  // from healthy to unhealthy or vice versa".
  checker.contrary = passed == checker.is_healthy ? 0 : checker.contrary + 1;
  if (checker.contrary >= *record.check.HealthCheckConfig->FailureThreshold) {
    checker.is_healthy = passed;
    checker.contrary = 0;
  }
  checker.status = look.status;
  if (!passed) {
    checker.last_failure = look.status;
    checker.failed = context.now();
  }
  if (checker == record.checkers[number]) return false;
  const bool has_changed = checker.is_healthy != was_healthy;
  context.state.health_checks.update(
      id, [&](HealthCheckRecord& changed) { changed.checkers[number] = std::move(checker); });
  return has_changed;
}

/// The check that an event is about, if it is configured as it was.
const HealthCheckRecord* subject_of(Context& context, const world::Event& event,
                                    std::uint64_t generation) {
  const auto* record = context.state.health_checks.find(event.entity);
  return record != nullptr && record->generation == generation ? record : nullptr;
}

}  // namespace

std::vector<Checker> checkers_of(const api::route53::HealthCheckConfig& config) {
  std::vector<Checker> checkers;
  // One of each region after the other, so that their looks are spread over the interval.
  for (std::size_t turn = 0; turn < 2; ++turn) {
    for (const auto& region : kCheckerRegions) {
      const auto wanted = api::each(config.Regions);
      if (!wanted.empty() && std::ranges::find(wanted, region.name) == wanted.end()) continue;
      checkers.push_back({std::string(region.name), std::string(region.addresses[turn])});
    }
  }
  return checkers;
}

std::optional<Time> last_look(const HealthCheckRecord& record, std::size_t checker, Time now) {
  const Time first = record.started + step_of(record) * Duration::rep(checker);
  if (now < first || *record.check.HealthCheckConfig->Disabled) return std::nullopt;
  const Duration interval = step_of(record) * Duration::rep(record.checkers.size());
  return now - (now - first) % interval;
}

void start_checks(Context& context, const std::string& id) {
  std::size_t checkers = 0;
  context.state.health_checks.update(id, [&](HealthCheckRecord& record) {
    const auto& config = *record.check.HealthCheckConfig;
    ++record.generation;
    record.started = context.now();
    record.instance_id.clear();
    if (is_endpoint(config)) checkers = checkers_of(config).size();
    // What checkers know of an endpoint outlives a change of the settings.
    record.checkers.resize(checkers);
    for (auto& checker : record.checkers) checker.contrary = 0;
  });
  const auto record = *context.state.health_checks.find(id);
  const auto& config = *record.check.HealthCheckConfig;
  for (const auto& child : api::each(config.ChildHealthChecks)) {
    context.state.child_checks.put(child + " " + id, id);
  }
  if (is_calculated(config)) return judge_calculated(context, id);
  if (is_alarm_based(config)) {
    judge_alarm(context, id);
    publish_state(context, id);
    context.schedule_periodic(kDerivedInterval, "alarm-look-due", id,
                              to_text({record.generation, 0}));
    return;
  }
  // AWS: until there is enough data a new health check is healthy.
  judge_endpoint(context, id);
  if (*config.Disabled) return;
  context.schedule_periodic(Duration::zero(), "look-due", id, to_text({record.generation, 0}));
}

void stop_checks(Context& context, const std::string& id) {
  const auto config = *context.state.health_checks.find(id)->check.HealthCheckConfig;
  for (const auto& child : api::each(config.ChildHealthChecks)) {
    context.state.child_checks.erase(child + " " + id);
  }
  publish(context, id, std::nullopt, std::nullopt);
  dispatch::name_servers(context.world()).health.erase(id);
}

void on_look_due(Context& context, const world::Event& event) {
  const Turn turn = to_turn(event.payload);
  const auto* record = subject_of(context, event, turn.generation);
  if (record == nullptr) return;
  const std::size_t next = (turn.number + 1) % record->checkers.size();
  context.schedule_periodic(step_of(*record), "look-due", event.entity,
                            to_text({turn.generation, next}));
  const auto checkers = checkers_of(*record->check.HealthCheckConfig);
  const Look look = look_at_endpoint(context, event.entity, checkers[turn.number].region);
  if (look.kind == Look::Kind::timed_out) {
    context.schedule_periodic(kConnectTimeout, "look-timed-out", event.entity, event.payload);
    return;
  }
  if (note(context, event.entity, turn.number, look)) judge_endpoint(context, event.entity);
}

void on_look_timed_out(Context& context, const world::Event& event) {
  const Turn turn = to_turn(event.payload);
  if (subject_of(context, event, turn.generation) == nullptr) return;
  const Look look{Look::Kind::timed_out, timed_out_status()};
  if (note(context, event.entity, turn.number, look)) judge_endpoint(context, event.entity);
}

void on_alarm_look_due(Context& context, const world::Event& event) {
  const Turn turn = to_turn(event.payload);
  if (subject_of(context, event, turn.generation) == nullptr) return;
  judge_alarm(context, event.entity);
  context.schedule_periodic(kDerivedInterval, "alarm-look-due", event.entity, event.payload);
}

}  // namespace fallstreak::services::route53
