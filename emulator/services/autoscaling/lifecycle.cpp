#include "services/autoscaling/lifecycle.h"

#include <algorithm>

#include "api/ec2/instances.h"
#include "dispatch/held_metric.h"
#include "services/autoscaling/activities.h"
#include "services/autoscaling/capacity.h"
#include "services/autoscaling/hook_waits.h"
#include "services/autoscaling/launch_configurations.h"
#include "services/autoscaling/launching.h"
#include "services/autoscaling/mixed_instances.h"
#include "services/autoscaling/processes.h"
#include "services/autoscaling/refresh.h"
#include "services/autoscaling/timing.h"
#include "services/autoscaling/traffic.h"
#include "services/autoscaling/warm_pool.h"
#include "services/autoscaling/warmup.h"

namespace fallstreak::services::autoscaling {
namespace {

constexpr std::string_view kLaunchCheck = "launch";
constexpr std::string_view kTerminationCheck = "termination";
constexpr std::string_view kLeavingCheck = "leaving";

void back_off(Context& context, const std::string& group_name, const std::string& zone) {
  Duration wait = kShortestBackoff;
  context.state.groups.update(group_name, [&](GroupRecord& group) {
    BackoffRecord& backoff = group.backoffs[zone];
    for (std::int32_t i = 0; i < backoff.failures && wait < kLongestBackoff; ++i) wait *= 2;
    wait = std::min(wait, kLongestBackoff);
    ++backoff.failures;
    backoff.until = context.now() + wait;
  });
  reconcile_later(context, group_name, wait);
}

void record_launch_failure(Context& context, const std::string& group_name,
                           const PlacementRecord& placement, const std::string& activity,
                           const ApiError& error) {
  // AWS: the reason stands in the description and in the status message.
  const std::string message = error.message + " Launching EC2 instance failed.";
  set_activity_description(context, activity,
                           "Launching a new EC2 instance.  Status Reason: " + message);
  finish_activity(context, activity, "Failed", message);
  // Chosen: a launch that fails for another reason than capacity waits too, so that a wrong
  // template does not fill the history.
  back_off(context, group_name, placement.zone);
}

std::string check_payload(std::string_view phase) { return std::string(phase); }

/// AWS: the cooldown of a simple policy begins when its activity is over.
void restart_cooldown(Context& context, const std::string& group_name) {
  const auto& cooldown = context.state.groups.find(group_name)->simple_cooldown;
  if (!cooldown) return;
  const Time until = context.now() + std::chrono::seconds(*cooldown);
  context.state.groups.update(group_name,
                              [&](GroupRecord& record) { record.cooldown_until = until; });
}

void enter_service(Context& context, const std::string& instance_id) {
  const InstanceRecord instance = *context.state.instances.find(instance_id);
  context.state.instances.update(instance_id, [&](InstanceRecord& record) {
    record.instance.LifecycleState = std::string(kInService);
    record.in_service_since = context.now();
    record.is_rebalancing = false;
    record.skips_hooks = false;
  });
  finish_activity(context, instance.launch_activity, "Successful");
  const GroupRecord group = *context.state.groups.find(instance.group_name);
  dispatch::count_in_group(context, instance_id, instance.group_name, warm_from(context, group));
  if (!is_suspended(group, Process::add_to_load_balancer)) {
    register_targets(context, group, instance_id);
  }
  restart_cooldown(context, instance.group_name);
  reconcile_later(context, instance.group_name, kReaction);
}

void check_launch(Context& context, const std::string& instance_id) {
  const std::string instance_state_name = instance_state(context, instance_id);
  if (instance_state_name == "running") {
    const InstanceRecord& record = *context.state.instances.find(instance_id);
    const bool is_new = record.instance.LifecycleState == kPending && !record.skips_hooks;
    if (is_new && begin_waits(context, instance_id, kLaunching)) return;
    enter_service(context, instance_id);
  } else if (instance_state_name == "pending" || instance_state_name.empty()) {
    context.schedule_periodic(kInstancePoll, "instance-check", instance_id,
                              check_payload(kLaunchCheck));
  } else {
    // AWS: an instance that does not come up is given up, and another is launched.
    const std::string activity = context.state.instances.find(instance_id)->launch_activity;
    finish_activity(context, activity, "Cancelled",
                    "Instance became unhealthy while waiting for instance to be in InService "
                    "state. Termination Reason: the instance is " +
                        instance_state_name);
    begin_termination(context, instance_id,
                      "At " + cause_time(context) +
                          " an instance was taken out of service in response to an EC2 health "
                          "check indicating it has been terminated or stopped.");
  }
}

/// AWS: an instance that has left the load balancers waits for the hooks of its termination. A
/// group that is deleted by force waits for nothing.
bool wait_for_hooks(Context& context, const InstanceRecord& instance, const GroupRecord& group) {
  const bool is_over = instance.instance.LifecycleState != kTerminating || instance.skips_hooks;
  return !is_over && !group.is_deleting &&
         begin_waits(context, *instance.instance.InstanceId, kLeaving);
}

void check_termination(Context& context, const std::string& instance_id) {
  const InstanceRecord instance = *context.state.instances.find(instance_id);
  const auto& group = *context.state.groups.find(instance.group_name);
  const std::string state_name = instance_state(context, instance_id);
  if (instance.is_termination_requested && state_name == "terminated") {
    finish_activity(context, instance.termination_activity, "Successful");
    forget_instance(context, instance_id);
    return;
  }
  if (!instance.is_termination_requested) {
    // Observed: the group waits as long as the target shows `draining`. What does not run has
    // nothing to drain.
    const bool waits = state_name == "running" && is_draining(context, group, instance_id);
    if (waits) {
      const auto activity = find_activity(context, instance.termination_activity);
      if (activity.StatusCode == "InProgress") {
        set_activity_status(context, instance.termination_activity,
                            "WaitingForELBConnectionDraining", 50);
      }
    } else if (wait_for_hooks(context, instance, group)) {
      return;
    } else if (instance.returns_to_pool && state_name == "running" &&
               has_room_in_warm_pool(context, instance.group_name)) {
      return return_to_warm_pool(context, instance_id);
    } else {
      const bool is_asked =
          state_name == "terminated" ||
          context.try_call<api::ec2::TerminateInstances>({.InstanceIds = {{instance_id}}})
              .has_value();
      context.state.instances.update(
          instance_id, [&](InstanceRecord& record) { record.is_termination_requested = is_asked; });
    }
  }
  context.schedule_periodic(kInstancePoll, "instance-check", instance_id,
                            check_payload(kTerminationCheck));
}

}  // namespace

api::autoscaling::Instance wire_instance(const GroupRecord& group,
                                         const api::ec2::Instance& launched) {
  api::autoscaling::Instance instance{
      .InstanceId = launched.InstanceId,
      .InstanceType = launched.InstanceType,
      .AvailabilityZone = launched.Placement->AvailabilityZone,
      .AvailabilityZoneId = launched.Placement->AvailabilityZoneId,
      .LifecycleState = std::string(kPending),
      .HealthStatus = "Healthy",
      .ImageId = launched.ImageId,
      .ProtectedFromScaleIn = group.group.NewInstancesProtectedFromScaleIn};
  if (has_weights(group)) {
    instance.WeightedCapacity = std::to_string(weight_of(group, *launched.InstanceType));
  }
  if (launches_from_configuration(group)) {
    instance.LaunchConfigurationName = group.group.LaunchConfigurationName;
    return instance;
  }
  instance.LaunchTemplate = launch_template_of(group);
  for (const auto& tag : api::each(launched.Tags)) {
    const bool is_other = tag.Key == "aws:ec2launchtemplate:id" &&
                          tag.Value != instance.LaunchTemplate->LaunchTemplateId;
    // Of an override with a template of its own.
    if (is_other) instance.LaunchTemplate = {{.LaunchTemplateId = tag.Value}};
  }
  // AWS: the version that was launched, by number, also when the group says $Latest.
  for (const auto& tag : api::each(launched.Tags)) {
    if (tag.Key == "aws:ec2launchtemplate:version") instance.LaunchTemplate->Version = tag.Value;
  }
  return instance;
}

std::string instance_state(Context& context, const std::string& instance_id) {
  const auto described =
      context.try_call<api::ec2::DescribeInstances>({.InstanceIds = {{instance_id}}});
  if (described) {
    return *described->Reservations->front().Instances->front().State->Name;
  }
  return described.error().code == "InvalidInstanceID.NotFound" ? "terminated" : "";
}

void forget_instance(Context& context, const std::string& instance_id) {
  const std::string group_name = context.state.instances.find(instance_id)->group_name;
  restart_cooldown(context, group_name);
  context.state.instances.erase(instance_id);
  context.state.members.erase(group_prefix(group_name) + instance_id);
  reconcile_later(context, group_name, kReaction);
}

std::int32_t launch_instance(Context& context, const std::string& group_name,
                             const std::string& zone, const std::string& cause,
                             LaunchPurpose purpose) {
  const auto warm = find_warm_instance(context, group_name, zone);
  // What is to make the zones even must be in that zone.
  const bool is_of_use =
      warm && (purpose == LaunchPurpose::capacity ||
               context.state.instances.find(*warm)->instance.AvailabilityZone == zone);
  if (is_of_use) return take_from_warm_pool(context, *warm, cause);
  const GroupRecord group = *context.state.groups.find(group_name);
  const PlacementRecord& placement = placement_in(context, group, zone);
  const std::string activity = start_activity(context, group,
                                              {.description = "Launching a new EC2 instance",
                                               .cause = cause,
                                               .zone = zone,
                                               .subnet_id = placement.subnet_id});
  const auto launched = launch_one(context, group, placement);
  if (!launched) {
    record_launch_failure(context, group_name, placement, activity, launched.error());
    return 0;
  }
  const auto& instance = *launched;
  const std::string id = *instance.InstanceId;
  set_activity_description(context, activity, "Launching a new EC2 instance: " + id);
  set_activity_status(context, activity, "PreInService", 30);
  const std::int32_t weight = weight_of(group, *instance.InstanceType);
  context.state.instances.insert(id, {.group_name = group_name,
                                      .instance = wire_instance(group, instance),
                                      .launch_time = context.now(),
                                      .in_service_since = {},
                                      .weight = weight,
                                      .is_rebalancing = purpose == LaunchPurpose::rebalancing,
                                      .unhealthy_cause = {},
                                      .launch_activity = activity,
                                      .termination_activity = {},
                                      .is_spot = instance.InstanceLifecycle == "spot"});
  context.state.members.insert(group_prefix(group_name) + id, id);
  if (group.backoffs.contains(zone)) {
    context.state.groups.update(group_name,
                                [&](GroupRecord& record) { record.backoffs.erase(zone); });
  }
  context.schedule(kInstancePoll, "instance-check", id, check_payload(kLaunchCheck));
  return weight;
}

std::string begin_termination(Context& context, const std::string& instance_id,
                              const std::string& cause) {
  const InstanceRecord instance = *context.state.instances.find(instance_id);
  const GroupRecord group = *context.state.groups.find(instance.group_name);
  const std::string activity =
      start_activity(context, group,
                     {.description = "Terminating EC2 instance: " + instance_id,
                      .cause = cause,
                      .zone = *instance.instance.AvailabilityZone,
                      .subnet_id = {}});
  if (is_pending(*instance.instance.LifecycleState) &&
      !find_activity(context, instance.launch_activity).EndTime) {
    finish_activity(context, instance.launch_activity, "Cancelled");
  }
  context.state.instances.update(instance_id, [&](InstanceRecord& record) {
    record.instance.LifecycleState = std::string(kTerminating);
    record.is_rebalancing = false;
    record.waits.clear();
    record.termination_activity = activity;
  });
  dispatch::count_in_group(context, instance_id, {}, context.now());
  deregister_targets(context, group, instance_id);
  context.schedule(Duration::zero(), "instance-check", instance_id,
                   check_payload(kTerminationCheck));
  return activity;
}

void on_instance_check(Context& context, const world::Event& event) {
  const auto* instance = context.state.instances.find(event.entity);
  if (instance == nullptr) return;
  const std::string lifecycle = *instance->instance.LifecycleState;
  // A check that was on its way when the instance took another turn has nothing to do any more.
  if (lifecycle.ends_with(":Wait")) return;
  if (is_warmed(lifecycle)) return check_warm_instance(context, event.entity);
  if (event.payload == kLaunchCheck && is_pending(lifecycle)) check_launch(context, event.entity);
  if (event.payload == kTerminationCheck && is_terminating(lifecycle)) {
    check_termination(context, event.entity);
  }
  const bool is_leaving = lifecycle == kEnteringStandby || lifecycle == kDetaching;
  if (event.payload == kLeavingCheck && is_leaving) finish_leaving(context, event.entity);
}

}  // namespace fallstreak::services::autoscaling
