#include <algorithm>

#include "services/autoscaling/activities.h"
#include "services/autoscaling/capacity.h"
#include "services/autoscaling/errors.h"
#include "services/autoscaling/handlers.h"
#include "services/autoscaling/lifecycle.h"
#include "services/autoscaling/lookup.h"
#include "services/autoscaling/pages.h"
#include "services/autoscaling/timing.h"
#include "services/autoscaling/warm_pool.h"

namespace fallstreak::services::autoscaling {
namespace {

const InstanceRecord& find_instance(const Context& context, const std::string& instance_id) {
  const auto* found = context.state.instances.find(instance_id);
  if (found == nullptr) throw instance_not_found(instance_id);
  return *found;
}

api::autoscaling::AutoScalingInstanceDetails details(const InstanceRecord& record) {
  const auto& instance = record.instance;
  return {.InstanceId = instance.InstanceId,
          .InstanceType = instance.InstanceType,
          .AutoScalingGroupName = record.group_name,
          .AvailabilityZone = instance.AvailabilityZone,
          .AvailabilityZoneId = instance.AvailabilityZoneId,
          .LifecycleState = instance.LifecycleState,
          // AWS: in capitals here, unlike in DescribeAutoScalingGroups.
          .HealthStatus = instance.HealthStatus == "Healthy" ? "HEALTHY" : "UNHEALTHY",
          .LaunchConfigurationName = instance.LaunchConfigurationName,
          .LaunchTemplate = instance.LaunchTemplate,
          .ImageId = instance.ImageId,
          .ProtectedFromScaleIn = instance.ProtectedFromScaleIn,
          .WeightedCapacity = instance.WeightedCapacity};
}

}  // namespace

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingInstances.html
api::autoscaling::AutoScalingInstancesType describe_auto_scaling_instances(
    Context& context, const api::autoscaling::DescribeAutoScalingInstancesType& request) {
  api::autoscaling::AutoScalingInstancesType response;
  auto& list = response.AutoScalingInstances.emplace();
  if (!api::each(request.InstanceIds).empty()) {
    // AWS: an instance that belongs to no group is left out.
    for (const auto& id : api::each(request.InstanceIds)) {
      if (const auto* found = context.state.instances.find(id)) list.push_back(details(*found));
    }
    return response;
  }
  response.NextToken = read_page(
      context.state.instances, {request.NextToken, request.MaxRecords, 50, 50},
      [](const auto&) { return true; },
      [&](const auto& row) { list.push_back(details(row.second)); });
  return response;
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetInstanceHealth.html
api::autoscaling::SetInstanceHealthResponse set_instance_health(
    Context& context, const api::autoscaling::SetInstanceHealthQuery& request) {
  const std::string& id = *request.InstanceId;
  const InstanceRecord& record = find_instance(context, id);
  const std::string& status = *request.HealthStatus;
  if (status != "Healthy" && status != "Unhealthy") throw health_status_unknown();
  const GroupRecord& group = *context.state.groups.find(record.group_name);
  const std::chrono::seconds grace(*group.group.HealthCheckGracePeriod);
  const bool is_in_grace =
      !record.in_service_since || context.now() < *record.in_service_since + grace;
  // AWS: by default the grace period is respected: the call has no effect while it lasts.
  if (status == "Unhealthy" && request.ShouldRespectGracePeriod.value_or(true) && is_in_grace) {
    return {};
  }
  const std::string group_name = record.group_name;
  context.state.instances.update(id, [&](InstanceRecord& changed) {
    changed.instance.HealthStatus = status;
    changed.unhealthy_cause = "At " + cause_time(context) +
                              " an instance was taken out of service in response to a user "
                              "health-check.";
  });
  if (status == "Unhealthy") reconcile_later(context, group_name, kReaction);
  return {};
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_TerminateInstanceInAutoScalingGroup.html
api::autoscaling::ActivityType terminate_instance_in_auto_scaling_group(
    Context& context, const api::autoscaling::TerminateInstanceInAutoScalingGroupType& request) {
  const std::string id = request.InstanceId.value_or("");
  const InstanceRecord record = find_instance(context, id);
  if (is_terminating(without_warmed(*record.instance.LifecycleState))) {
    return {.Activity = find_activity(context, record.termination_activity)};
  }
  const std::string& name = record.group_name;
  if (is_warmed(*record.instance.LifecycleState)) {
    const std::string activity = begin_warm_termination(
        context, id,
        "At " + cause_time(context) + " instance " + id +
            " was taken out of the warm pool in response to a user request.");
    return {.Activity = find_activity(context, activity)};
  }
  const GroupRecord& group = *context.state.groups.find(name);
  const std::int32_t desired = *group.group.DesiredCapacity;
  std::string cause = "At " + cause_time(context) + " instance " + id +
                      " was taken out of service in response to a user request";
  if (*request.ShouldDecrementDesiredCapacity) {
    const std::int32_t left = desired - record.weight;
    if (left < *group.group.MinSize) throw decrement_below_min(*group.group.MinSize);
    cause +=
        ", shrinking the capacity from " + std::to_string(desired) + " to " + std::to_string(left);
    context.state.groups.update(
        name, [&](GroupRecord& changed) { changed.group.DesiredCapacity = left; });
  }
  const std::string activity = begin_termination(context, id, cause + ".");
  reconcile_later(context, name, kReaction);
  return {.Activity = find_activity(context, activity)};
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetInstanceProtection.html
api::autoscaling::SetInstanceProtectionAnswer set_instance_protection(
    Context& context, const api::autoscaling::SetInstanceProtectionQuery& request) {
  const std::string& name = *request.AutoScalingGroupName;
  find_changeable_group(context, name);
  for (const auto& id : *request.InstanceIds) {
    const auto* record = context.state.instances.find(id);
    if (record == nullptr || record->group_name != name) throw not_in_group(id, name);
    if (record->instance.LifecycleState != kInService) {
      throw not_in_state(id, *record->instance.LifecycleState, kInService);
    }
  }
  for (const auto& id : *request.InstanceIds) {
    context.state.instances.update(id, [&](InstanceRecord& record) {
      record.instance.ProtectedFromScaleIn = request.ProtectedFromScaleIn;
    });
  }
  // What could not be terminated before may be now.
  reconcile_later(context, name, kReaction);
  return {};
}

}  // namespace fallstreak::services::autoscaling
