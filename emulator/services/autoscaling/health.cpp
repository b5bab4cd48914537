#include "services/autoscaling/health.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <set>

#include "api/ec2/instances.h"
#include "api/elbv2/targets.h"
#include "services/autoscaling/activities.h"
#include "services/autoscaling/capacity.h"
#include "services/autoscaling/lifecycle.h"
#include "services/autoscaling/processes.h"

namespace fallstreak::services::autoscaling {
namespace {

using Ids = std::set<std::string>;

void add_not_running(const api::ec2::DescribeInstanceStatusResult& described, Ids& found) {
  for (const auto& status : api::each(described.InstanceStatuses)) found.insert(*status.InstanceId);
}

/// Asks for those alone that do not run, because nearly always there is none.
api::ec2::DescribeInstanceStatusRequest not_running_among(const std::vector<std::string>& ids) {
  api::ec2::DescribeInstanceStatusRequest request;
  request.InstanceIds = ids;
  request.Filters = {
      {{.Name = "instance-state-name",
        .Values = {{"pending", "shutting-down", "terminated", "stopping", "stopped"}}}}};
  request.IncludeAllInstances = true;
  return request;
}

/// Of these instances, those that EC2 does not run.
Ids not_running(Context& context, const std::vector<std::string>& ids) {
  Ids found;
  if (ids.empty()) return found;
  const auto described = context.try_call<api::ec2::DescribeInstanceStatus>(not_running_among(ids));
  if (described) {
    add_not_running(*described, found);
    return found;
  }
  // One that EC2 has forgotten spoils the answer for all.
  if (described.error().code != "InvalidInstanceID.NotFound") return found;
  for (const auto& id : ids) {
    const auto one = context.try_call<api::ec2::DescribeInstanceStatus>(not_running_among({id}));
    if (one) {
      add_not_running(*one, found);
    } else if (one.error().code == "InvalidInstanceID.NotFound") {
      found.insert(id);
    }
  }
  return found;
}

/// Of these instances, those that run with a status check that fails.
Ids impaired(Context& context, const std::vector<std::string>& ids) {
  Ids found;
  if (ids.empty()) return found;
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

/// The instances whose state in one of the group's target groups is such.
template <class IsMeant>
Ids targets_in_state(Context& context, const GroupRecord& group, const IsMeant& is_meant) {
  Ids found;
  for (const auto& arn : api::each(group.group.TargetGroupARNs)) {
    const auto health = context.try_call<api::elbv2::DescribeTargetHealth>({.TargetGroupArn = arn});
    if (!health) continue;
    for (const auto& description : api::each(health->TargetHealthDescriptions)) {
      if (is_meant(*description.TargetHealth->State)) found.insert(*description.Target->Id);
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
  return targets_in_state(context, group,
                          [](std::string_view state) { return state != "healthy"; });
}

bool heeds_load_balancers(const GroupRecord& group) {
  return group.group.HealthCheckType->find("ELB") != std::string::npos;
}

std::int64_t version_number(const std::string& version) {
  std::int64_t number = 0;
  std::from_chars(version.data(), version.data() + version.size(), number);
  return number;
}

void check_health(Context& context, const std::string& group_name) {
  const GroupRecord& group = *context.state.groups.find(group_name);
  if (is_suspended(group, Process::health_check)) return;
  std::vector<std::string> in_service;
  for (const auto& row : context.state.members.range(group_prefix(group_name))) {
    const auto& instance = context.state.instances.find(row.second)->instance;
    if (instance.LifecycleState == kInService && instance.HealthStatus == "Healthy") {
      in_service.push_back(row.second);
    }
  }
  const Ids stopped = not_running(context, in_service);
  const Ids failing = impaired(context, in_service);
  Ids unhealthy;
  if (heeds_load_balancers(group)) {
    unhealthy = targets_in_state(context, group,
                                 [](std::string_view state) { return state == "unhealthy"; });
  }
  const std::string taken_out =
      "At " + cause_time(context) + " an instance was taken out of service in response to an ";
  for (const auto& id : in_service) {
    std::string cause;
    const bool is_spared = is_in_grace(context, group, *context.state.instances.find(id));
    if (stopped.contains(id)) {
      // AWS: what does not run is unhealthy at once, also in its grace period.
      cause = taken_out + "EC2 health check indicating it has been terminated or stopped.";
    } else if (failing.contains(id) && !is_spared) {
      // AWS: status checks and load balancers are not heeded while the grace period lasts.
      cause = taken_out + "EC2 instance status checks failure.";
    } else if (unhealthy.contains(id) && !is_spared) {
      cause = taken_out + "ELB system health check failure.";
    } else {
      continue;
    }
    context.state.instances.update(id, [&](InstanceRecord& record) {
      record.instance.HealthStatus = "Unhealthy";
      record.unhealthy_cause = cause;
      record.is_gone = stopped.contains(id);
    });
  }
}

}  // namespace fallstreak::services::autoscaling
