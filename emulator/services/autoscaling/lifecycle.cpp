#include "services/autoscaling/lifecycle.h"

#include <algorithm>

#include "api/ec2/instances.h"
#include "api/elbv2/targets.h"
#include "services/autoscaling/activities.h"
#include "services/autoscaling/capacity.h"
#include "services/autoscaling/timing.h"

namespace fallstreak::services::autoscaling {
namespace {

constexpr std::string_view kLaunchCheck = "launch";
constexpr std::string_view kTerminationCheck = "termination";

const PlacementRecord& placement_in(Context& context, const GroupRecord& group,
                                    const std::string& zone) {
  std::vector<const PlacementRecord*> placements;
  for (const auto& placement : group.placements) {
    if (placement.zone == zone) placements.push_back(&placement);
  }
  if (placements.size() == 1) return *placements.front();
  // Chosen: AWS does not say which of several subnets in a zone is used.
  const auto choice = context.world().random().uniform(context.stream("subnet"), 0,
                                                       std::int64_t(placements.size()) - 1);
  return *placements[std::size_t(choice)];
}

std::vector<api::ec2::Tag> instance_tags(const GroupRecord& group) {
  std::vector<api::ec2::Tag> tags;
  for (const auto& tag : api::each(group.group.Tags)) {
    if (tag.PropagateAtLaunch == true) tags.push_back({.Key = tag.Key, .Value = tag.Value});
  }
  tags.push_back({.Key = "aws:autoscaling:groupName", .Value = group.group.AutoScalingGroupName});
  return tags;
}

api::ec2::RunInstancesRequest launch_request(const GroupRecord& group,
                                             const PlacementRecord& placement) {
  const auto& launch_template = *group.group.LaunchTemplate;
  api::ec2::RunInstancesRequest request{
      .MaxCount = 1,
      .MinCount = 1,
      .TagSpecifications = {{{.ResourceType = "instance", .Tags = instance_tags(group)}}},
      .LaunchTemplate = {{.LaunchTemplateId = launch_template.LaunchTemplateId,
                          .Version = launch_template.Version}}};
  if (placement.subnet_id.empty()) {
    request.Placement.emplace().AvailabilityZone = placement.zone;
  } else {
    request.SubnetId = placement.subnet_id;
  }
  return request;
}

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

api::autoscaling::Instance wire_instance(const GroupRecord& group,
                                         const api::ec2::Instance& launched) {
  api::autoscaling::Instance instance{
      .InstanceId = launched.InstanceId,
      .InstanceType = launched.InstanceType,
      .AvailabilityZone = launched.Placement->AvailabilityZone,
      .AvailabilityZoneId = launched.Placement->AvailabilityZoneId,
      .LifecycleState = std::string(kPending),
      .HealthStatus = "Healthy",
      .LaunchTemplate = group.group.LaunchTemplate,
      .ImageId = launched.ImageId,
      .ProtectedFromScaleIn = group.group.NewInstancesProtectedFromScaleIn};
  // AWS: the version that was launched, by number, also when the group says $Latest.
  for (const auto& tag : api::each(launched.Tags)) {
    if (tag.Key == "aws:ec2launchtemplate:version") instance.LaunchTemplate->Version = tag.Value;
  }
  return instance;
}

std::string check_payload(std::string_view phase) { return std::string(phase); }

void register_targets(Context& context, const GroupRecord& group, const std::string& instance_id) {
  for (const auto& arn : api::each(group.group.TargetGroupARNs)) {
    // A target group that was deleted since is no reason to fail the launch.
    static_cast<void>(context.try_call<api::elbv2::RegisterTargets>(
        {.TargetGroupArn = arn, .Targets = {{{.Id = instance_id}}}}));
  }
}

void deregister_targets(Context& context, const GroupRecord& group,
                        const std::string& instance_id) {
  for (const auto& arn : api::each(group.group.TargetGroupARNs)) {
    static_cast<void>(context.try_call<api::elbv2::DeregisterTargets>(
        {.TargetGroupArn = arn, .Targets = {{{.Id = instance_id}}}}));
  }
}

bool is_draining(Context& context, const GroupRecord& group, const std::string& instance_id) {
  return std::ranges::any_of(api::each(group.group.TargetGroupARNs), [&](const auto& arn) {
    const auto health = context.try_call<api::elbv2::DescribeTargetHealth>(
        {.TargetGroupArn = arn, .Targets = {{{.Id = instance_id}}}});
    return health && std::ranges::any_of(api::each(health->TargetHealthDescriptions),
                                         [](const auto& description) {
                                           return description.TargetHealth->State == "draining";
                                         });
  });
}

/// The instance's state in EC2; `terminated` when EC2 does not know it any more, empty when it did
/// not answer.
std::string instance_state(Context& context, const std::string& instance_id) {
  const auto described =
      context.try_call<api::ec2::DescribeInstances>({.InstanceIds = {{instance_id}}});
  if (described) {
    return *described->Reservations->front().Instances->front().State->Name;
  }
  return described.error().code == "InvalidInstanceID.NotFound" ? "terminated" : "";
}

void enter_service(Context& context, const std::string& instance_id) {
  const InstanceRecord instance = *context.state.instances.find(instance_id);
  context.state.instances.update(instance_id, [&](InstanceRecord& record) {
    record.instance.LifecycleState = std::string(kInService);
    record.in_service_since = context.now();
    record.is_rebalancing = false;
  });
  finish_activity(context, instance.launch_activity, "Successful");
  const auto& group = *context.state.groups.find(instance.group_name);
  register_targets(context, group, instance_id);
  reconcile_later(context, instance.group_name, kReaction);
}

void forget(Context& context, const std::string& instance_id) {
  const std::string group_name = context.state.instances.find(instance_id)->group_name;
  context.state.instances.erase(instance_id);
  context.state.members.erase(group_prefix(group_name) + instance_id);
  reconcile_later(context, group_name, kReaction);
}

void check_launch(Context& context, const std::string& instance_id) {
  const std::string instance_state_name = instance_state(context, instance_id);
  if (instance_state_name == "running") {
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

void check_termination(Context& context, const std::string& instance_id) {
  const InstanceRecord instance = *context.state.instances.find(instance_id);
  const auto& group = *context.state.groups.find(instance.group_name);
  const std::string state_name = instance_state(context, instance_id);
  if (instance.is_termination_requested && state_name == "terminated") {
    finish_activity(context, instance.termination_activity, "Successful");
    forget(context, instance_id);
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

bool launch_instance(Context& context, const std::string& group_name, const std::string& zone,
                     const std::string& cause, LaunchPurpose purpose) {
  const GroupRecord group = *context.state.groups.find(group_name);
  const PlacementRecord& placement = placement_in(context, group, zone);
  const std::string activity = start_activity(context, group,
                                              {.description = "Launching a new EC2 instance",
                                               .cause = cause,
                                               .zone = zone,
                                               .subnet_id = placement.subnet_id});
  const auto launched = context.try_call<api::ec2::RunInstances>(launch_request(group, placement));
  if (!launched) {
    record_launch_failure(context, group_name, placement, activity, launched.error());
    return false;
  }
  const auto& instance = launched->Instances->front();
  const std::string id = *instance.InstanceId;
  set_activity_description(context, activity, "Launching a new EC2 instance: " + id);
  set_activity_status(context, activity, "PreInService", 30);
  context.state.instances.insert(id, {.group_name = group_name,
                                      .instance = wire_instance(group, instance),
                                      .launch_time = context.now(),
                                      .in_service_since = {},
                                      .is_rebalancing = purpose == LaunchPurpose::rebalancing,
                                      .unhealthy_cause = {},
                                      .launch_activity = activity,
                                      .termination_activity = {}});
  context.state.members.insert(group_prefix(group_name) + id, id);
  if (group.backoffs.contains(zone)) {
    context.state.groups.update(group_name,
                                [&](GroupRecord& record) { record.backoffs.erase(zone); });
  }
  context.schedule(kInstancePoll, "instance-check", id, check_payload(kLaunchCheck));
  return true;
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
  if (instance.instance.LifecycleState == kPending &&
      !find_activity(context, instance.launch_activity).EndTime) {
    finish_activity(context, instance.launch_activity, "Cancelled");
  }
  context.state.instances.update(instance_id, [&](InstanceRecord& record) {
    record.instance.LifecycleState = std::string(kTerminating);
    record.is_rebalancing = false;
    record.termination_activity = activity;
  });
  deregister_targets(context, group, instance_id);
  context.schedule(Duration::zero(), "instance-check", instance_id,
                   check_payload(kTerminationCheck));
  return activity;
}

void on_instance_check(Context& context, const world::Event& event) {
  const auto* instance = context.state.instances.find(event.entity);
  if (instance == nullptr) return;
  const std::string lifecycle = *instance->instance.LifecycleState;
  // A launch check that was pending when the termination began has nothing to do any more.
  if (event.payload == kLaunchCheck && lifecycle == kPending) check_launch(context, event.entity);
  if (event.payload == kTerminationCheck && lifecycle == kTerminating) {
    check_termination(context, event.entity);
  }
}

}  // namespace fallstreak::services::autoscaling
