#include "services/autoscaling/health.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <set>

#include "api/ec2/instances.h"
#include "api/elbv2/targets.h"
#include "dispatch/hosts.h"
#include "dispatch/unhealthy_targets.h"
#include "services/autoscaling/activities.h"
#include "services/autoscaling/capacity.h"
#include "services/autoscaling/lifecycle.h"
#include "services/autoscaling/processes.h"

namespace fallstreak::services::autoscaling {
namespace {

using Ids = std::set<std::string, std::less<>>;

/// A healthy instance that is in service.
struct Member {
  std::string_view id;
  const InstanceRecord* record = nullptr;
  /// False also for one that EC2 has forgotten.
  bool runs = true;
};

std::vector<Member> members_in_service(Context& context, const std::string& group_name) {
  std::vector<std::string_view> ids;
  for (const auto& row : context.state.members.range(group_prefix(group_name))) {
    ids.push_back(row.second);
  }
  const auto records = context.state.instances.find_all(ids);
  const auto hosts =
      dispatch::hosts(context.world(), context.caller().scope(dispatch::Scope::regional))
          .instances.find_all(ids);
  std::vector<Member> members;
  members.reserve(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto& instance = records[i]->instance;
    // Views compare their sizes first: this is asked of every instance every few minutes.
    if (std::string_view(*instance.LifecycleState) != kInService) continue;
    if (std::string_view(*instance.HealthStatus) != "Healthy") continue;
    const bool runs = hosts[i] != nullptr && std::string_view(hosts[i]->state) == "running";
    members.push_back({ids[i], records[i], runs});
  }
  return members;
}

/// Without such a fault all status checks pass, and asking would cost every group two calls a
/// minute.
bool may_status_checks_fail(Context& context) {
  return std::ranges::any_of(context.faults().active,
                             [](const auto& row) { return row.second.kind == "status-check"; });
}

/// Of these instances, those that run with a status check that fails.
Ids impaired(Context& context, const std::vector<Member>& members) {
  Ids found;
  if (members.empty()) return found;
  std::vector<std::string> ids;
  for (const auto& member : members) ids.emplace_back(member.id);
  for (const char* check : {"instance-status.status", "system-status.status"}) {
    const auto described = context.try_call<api::ec2::DescribeInstanceStatus>(
        {.InstanceIds = ids, .Filters = {{{.Name = check, .Values = {{"impaired"}}}}}});
    // One that EC2 has forgotten spoils the answer; the next look is without it.
    if (!described) continue;
    for (const auto& status : api::each(described->InstanceStatuses)) {
      found.insert(*status.InstanceId);
    }
  }
  return found;
}

/// The instances that fail the health checks of one of the group's target groups.
Ids unhealthy_targets(Context& context, const GroupRecord& group) {
  const auto& told = dispatch::unhealthy_targets(context.world(),
                                                 context.caller().scope(dispatch::Scope::regional));
  Ids found;
  if (told.targets.empty()) return found;
  for (const auto& arn : api::each(group.group.TargetGroupARNs)) {
    for (const auto& row : told.targets.range(arn + "|")) {
      const std::string_view target = row.first.substr(arn.size() + 1);
      found.emplace(target.substr(0, target.rfind(':')));
    }
  }
  return found;
}

bool is_in_grace(const Context& context, const GroupRecord& group, const InstanceRecord& instance) {
  const std::chrono::seconds grace(*group.group.HealthCheckGracePeriod);
  return context.now() < *instance.in_service_since + grace;
}

}  // namespace

std::set<std::string> targets_not_healthy(Context& context, const GroupRecord& group) {
  std::set<std::string> found;
  for (const auto& arn : api::each(group.group.TargetGroupARNs)) {
    const auto health = context.try_call<api::elbv2::DescribeTargetHealth>({.TargetGroupArn = arn});
    if (!health) continue;
    for (const auto& description : api::each(health->TargetHealthDescriptions)) {
      if (*description.TargetHealth->State != "healthy") found.insert(*description.Target->Id);
    }
  }
  return found;
}

bool heeds_load_balancers(const GroupRecord& group) {
  return group.group.HealthCheckType->find("ELB") != std::string::npos;
}

std::int64_t version_number(const std::string& version) {
  std::int64_t number = 0;
  std::from_chars(version.data(), version.data() + version.size(), number);
  return number;
}

bool check_health(Context& context, const std::string& group_name) {
  const GroupRecord& group = *context.state.groups.find(group_name);
  if (is_suspended(group, Process::health_check)) return true;
  const auto members = members_in_service(context, group_name);
  const bool may_fail = may_status_checks_fail(context);
  const Ids failing = may_fail ? impaired(context, members) : Ids();
  const Ids unhealthy = heeds_load_balancers(group) ? unhealthy_targets(context, group) : Ids();
  for (const auto& [id, record, runs] : members) {
    std::string reason;
    if (!runs) {
      // AWS: what does not run is unhealthy at once, also in its grace period.
      reason = "EC2 health check indicating it has been terminated or stopped.";
    } else if (is_in_grace(context, group, *record)) {
      // AWS: status checks and load balancers are not heeded while the grace period lasts.
      continue;
    } else if (failing.contains(id)) {
      reason = "EC2 instance status checks failure.";
    } else if (unhealthy.contains(id)) {
      reason = "ELB system health check failure.";
    } else {
      continue;
    }
    context.state.instances.update(id, [&, is_gone = !runs](InstanceRecord& changed) {
      changed.instance.HealthStatus = "Unhealthy";
      changed.unhealthy_cause = "At " + cause_time(context) +
                                " an instance was taken out of service in response to an " + reason;
      changed.is_gone = is_gone;
    });
  }
  return !may_fail && unhealthy.empty() &&
         std::ranges::all_of(members, [](const auto& member) { return member.runs; });
}

}  // namespace fallstreak::services::autoscaling
