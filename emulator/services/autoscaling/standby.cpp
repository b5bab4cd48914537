#include <algorithm>

#include "api/ec2/instances.h"
#include "dispatch/held_metric.h"
#include "services/autoscaling/activities.h"
#include "services/autoscaling/capacity.h"
#include "services/autoscaling/errors.h"
#include "services/autoscaling/handlers.h"
#include "services/autoscaling/lifecycle.h"
#include "services/autoscaling/lookup.h"
#include "services/autoscaling/mixed_instances.h"
#include "services/autoscaling/timing.h"
#include "services/autoscaling/traffic.h"

/// Instances that leave a group or its service, and that come back: standby, detach, attach.
/// https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-enter-exit-standby.html
namespace fallstreak::services::autoscaling {
namespace {

using api::autoscaling::Activity;
using Ids = std::vector<std::string>;

const InstanceRecord& find_member(const Context& context, const std::string& group_name,
                                  const std::string& instance_id) {
  const auto* record = context.state.instances.find(instance_id);
  if (record == nullptr || record->group_name != group_name) {
    throw not_in_group(instance_id, group_name);
  }
  return *record;
}

void require_state(const Context& context, const std::string& group_name, const Ids& ids,
                   std::string_view state) {
  for (const auto& id : ids) {
    const InstanceRecord& record = find_member(context, group_name, id);
    if (record.instance.LifecycleState != state) {
      throw not_in_state(id, *record.instance.LifecycleState, state);
    }
  }
}

std::string capacity_text(const char* verb, std::int64_t from, std::int64_t to) {
  return std::string(", ") + verb + " the capacity from " + std::to_string(from) + " to " +
         std::to_string(to);
}

/// Takes one instance's share off the desired capacity. Gives what to say about it.
std::string shrink(Context& context, const std::string& group_name, std::int32_t by) {
  const GroupRecord& group = *context.state.groups.find(group_name);
  const std::int32_t from = *group.group.DesiredCapacity;
  if (from - by < *group.group.MinSize) throw below_min_size(group_name);
  context.state.groups.update(
      group_name, [&](GroupRecord& record) { record.group.DesiredCapacity = from - by; });
  return capacity_text("shrinking", from, from - by);
}

/// Puts an instance on its way out of service; what becomes of it is in the state's name.
Activity begin_leaving(Context& context, const std::string& instance_id, std::string_view state,
                       const std::string& description, const std::string& cause) {
  const InstanceRecord instance = *context.state.instances.find(instance_id);
  const GroupRecord group = *context.state.groups.find(instance.group_name);
  const std::string activity = start_activity(context, group,
                                              {.description = description,
                                               .cause = cause,
                                               .zone = *instance.instance.AvailabilityZone,
                                               .subnet_id = {}});
  set_activity_status(context, activity, "InProgress", 50);
  context.state.instances.update(instance_id, [&](InstanceRecord& record) {
    record.instance.LifecycleState = std::string(state);
    record.termination_activity = activity;
  });
  dispatch::count_in_group(context, instance_id, {}, context.now());
  deregister_targets(context, group, instance_id);
  context.schedule(kReaction, "instance-check", instance_id, "leaving");
  return find_activity(context, activity);
}

/// Puts an instance on its way into service.
Activity begin_entering(Context& context, const std::string& instance_id,
                        const std::string& description, const std::string& cause) {
  const InstanceRecord instance = *context.state.instances.find(instance_id);
  const GroupRecord group = *context.state.groups.find(instance.group_name);
  const std::string activity = start_activity(context, group,
                                              {.description = description,
                                               .cause = cause,
                                               .zone = *instance.instance.AvailabilityZone,
                                               .subnet_id = {}});
  set_activity_status(context, activity, "PreInService", 30);
  context.state.instances.update(instance_id, [&](InstanceRecord& record) {
    record.instance.LifecycleState = std::string(kPending);
    record.launch_activity = activity;
    // Chosen: launch hooks are for launches; what comes back or is attached was launched before.
    record.skips_hooks = true;
  });
  context.schedule(kReaction, "instance-check", instance_id, "launch");
  return find_activity(context, activity);
}

std::string at(const Context& context) { return "At " + cause_time(context) + " "; }

/// An instance that runs and is no group's, as the group will know it.
InstanceRecord attachable(Context& context, const GroupRecord& group, const std::string& id) {
  if (const auto* other = context.state.instances.find(id)) {
    throw already_in_group(id, other->group_name);
  }
  const auto described = context.try_call<api::ec2::DescribeInstances>({.InstanceIds = {{id}}});
  if (!described) throw validation_error("Invalid Instance ID(s): [" + id + "]");
  const auto& instance = described->Reservations->front().Instances->front();
  if (instance.State->Name != "running") {
    throw validation_error("Instance " + id + " is not in correct state. Must be running");
  }
  const std::string& zone = *instance.Placement->AvailabilityZone;
  const auto zones = api::each(group.group.AvailabilityZones);
  if (std::ranges::find(zones, zone) == zones.end()) {
    throw validation_error("Instance " + id + " is not in a zone of the group: " + zone);
  }
  return {.group_name = *group.group.AutoScalingGroupName,
          .instance = {.InstanceId = id,
                       .InstanceType = instance.InstanceType,
                       .AvailabilityZone = zone,
                       .AvailabilityZoneId = instance.Placement->AvailabilityZoneId,
                       .LifecycleState = std::string(kPending),
                       .HealthStatus = "Healthy",
                       .ImageId = instance.ImageId,
                       .ProtectedFromScaleIn = group.group.NewInstancesProtectedFromScaleIn},
          .launch_time = context.now(),
          .in_service_since = {},
          .weight = weight_of(group, *instance.InstanceType),
          .unhealthy_cause = {},
          .launch_activity = {},
          .termination_activity = {},
          .is_spot = instance.InstanceLifecycle == "spot"};
}

}  // namespace

void finish_leaving(Context& context, const std::string& instance_id) {
  const InstanceRecord instance = *context.state.instances.find(instance_id);
  const GroupRecord& group = *context.state.groups.find(instance.group_name);
  if (is_draining(context, group, instance_id)) {
    context.schedule_periodic(kInstancePoll, "instance-check", instance_id, "leaving");
    return;
  }
  finish_activity(context, instance.termination_activity, "Successful");
  if (instance.instance.LifecycleState == "EnteringStandby") {
    context.state.instances.update(instance_id, [](InstanceRecord& record) {
      record.instance.LifecycleState = std::string(kStandby);
    });
    reconcile_later(context, instance.group_name, kReaction);
  } else {
    forget_instance(context, instance_id);
  }
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_EnterStandby.html
api::autoscaling::EnterStandbyAnswer enter_standby(
    Context& context, const api::autoscaling::EnterStandbyQuery& request) {
  const std::string& name = *request.AutoScalingGroupName;
  find_changeable_group(context, name);
  const Ids ids = request.InstanceIds.value_or(Ids());
  require_state(context, name, ids, kInService);
  api::autoscaling::EnterStandbyAnswer answer;
  auto& activities = answer.Activities.emplace();
  for (const auto& id : ids) {
    std::string cause =
        at(context) + "instance " + id + " was moved to standby in response to a user request";
    if (*request.ShouldDecrementDesiredCapacity) {
      cause += shrink(context, name, context.state.instances.find(id)->weight);
    }
    activities.push_back(begin_leaving(context, id, kEnteringStandby,
                                       "Moving EC2 instance to Standby: " + id, cause + "."));
  }
  reconcile_later(context, name, kReaction);
  return answer;
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_ExitStandby.html
api::autoscaling::ExitStandbyAnswer exit_standby(
    Context& context, const api::autoscaling::ExitStandbyQuery& request) {
  const std::string& name = *request.AutoScalingGroupName;
  find_changeable_group(context, name);
  const Ids ids = request.InstanceIds.value_or(Ids());
  require_state(context, name, ids, kStandby);
  api::autoscaling::ExitStandbyAnswer answer;
  auto& activities = answer.Activities.emplace();
  for (const auto& id : ids) {
    const auto& group = context.state.groups.find(name)->group;
    const std::int32_t from = *group.DesiredCapacity;
    const std::int32_t to = from + context.state.instances.find(id)->weight;
    if (to > *group.MaxSize) throw above_max_size(name);
    context.state.groups.update(name,
                                [&](GroupRecord& record) { record.group.DesiredCapacity = to; });
    activities.push_back(begin_entering(
        context, id, "Moving EC2 instance out of Standby: " + id,
        at(context) + "instance " + id + " was moved out of standby in response to a user request" +
            capacity_text("increasing", from, to) + "."));
  }
  return answer;
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DetachInstances.html
api::autoscaling::DetachInstancesAnswer detach_instances(
    Context& context, const api::autoscaling::DetachInstancesQuery& request) {
  const std::string& name = *request.AutoScalingGroupName;
  find_changeable_group(context, name);
  const Ids ids = request.InstanceIds.value_or(Ids());
  for (const auto& id : ids) {
    const auto& state = *find_member(context, name, id).instance.LifecycleState;
    if (state != kInService && state != kStandby) throw not_in_state(id, state, kInService);
  }
  api::autoscaling::DetachInstancesAnswer answer;
  auto& activities = answer.Activities.emplace();
  for (const auto& id : ids) {
    const InstanceRecord& record = *context.state.instances.find(id);
    // AWS: an instance in standby is no part of the desired capacity.
    const bool counts = record.instance.LifecycleState == kInService;
    std::string cause =
        at(context) + "instance " + id + " was detached in response to a user request";
    if (*request.ShouldDecrementDesiredCapacity && counts) {
      cause += shrink(context, name, record.weight);
    }
    activities.push_back(
        begin_leaving(context, id, kDetaching, "Detaching EC2 instance: " + id, cause + "."));
  }
  reconcile_later(context, name, kReaction);
  return answer;
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AttachInstances.html
api::autoscaling::AttachInstancesResponse attach_instances(
    Context& context, const api::autoscaling::AttachInstancesQuery& request) {
  const std::string& name = *request.AutoScalingGroupName;
  const GroupRecord group = find_changeable_group(context, name);
  const Ids ids = request.InstanceIds.value_or(Ids());
  std::int32_t desired = *group.group.DesiredCapacity;
  for (const auto& id : ids) {
    InstanceRecord record = attachable(context, group, id);
    const std::int32_t grown = desired + record.weight;
    if (grown > *group.group.MaxSize) throw above_max_size(name);
    context.state.instances.insert(id, std::move(record));
    context.state.members.insert(group_prefix(name) + id, id);
    context.state.groups.update(
        name, [&](GroupRecord& changed) { changed.group.DesiredCapacity = grown; });
    begin_entering(context, id, "Attaching an existing EC2 instance: " + id,
                   at(context) + "an instance was attached in response to a user request" +
                       capacity_text("increasing", desired, grown) + ".");
    desired = grown;
  }
  return {};
}

}  // namespace fallstreak::services::autoscaling
