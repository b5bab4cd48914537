#include "services/autoscaling/warm_pool.h"

#include <algorithm>
#include <map>
#include <vector>

#include "api/ec2/instances.h"
#include "services/autoscaling/activities.h"
#include "services/autoscaling/capacity.h"
#include "services/autoscaling/hook_waits.h"
#include "services/autoscaling/launching.h"
#include "services/autoscaling/lifecycle.h"
#include "services/autoscaling/processes.h"
#include "services/autoscaling/timing.h"

namespace fallstreak::services::autoscaling {
namespace {

constexpr std::string_view kWarmPending = "Warmed:Pending";
constexpr std::string_view kWarmProceeds = "Warmed:Pending:Proceed";
constexpr std::string_view kWarmTerminating = "Warmed:Terminating";
constexpr std::string_view kWarmCheck = "warm";

bool is_ready(const InstanceRecord& record) {
  const std::string& lifecycle = *record.instance.LifecycleState;
  return lifecycle == "Warmed:Stopped" || lifecycle == "Warmed:Running";
}

bool is_leaving(const InstanceRecord& record) {
  return is_terminating(without_warmed(*record.instance.LifecycleState));
}

/// The instances of a pool that it keeps.
std::vector<std::string> kept(const Context& context, const std::string& group_name) {
  std::vector<std::string> ids;
  for (const auto& row : context.state.warm_members.range(group_prefix(group_name))) {
    if (!is_leaving(*context.state.instances.find(row.second))) ids.push_back(row.second);
  }
  return ids;
}

/// How many instances of the group are on their way back to its pool.
std::int32_t returning(const Context& context, const std::string& group_name) {
  std::int32_t count = 0;
  for (const auto& row : context.state.members.range(group_prefix(group_name))) {
    const InstanceRecord& record = *context.state.instances.find(row.second);
    if (record.returns_to_pool && is_leaving(record)) ++count;
  }
  return count;
}

void set_lifecycle(Context& context, const std::string& instance_id, std::string_view lifecycle) {
  context.state.instances.update(instance_id, [&](InstanceRecord& record) {
    record.instance.LifecycleState = std::string(lifecycle);
  });
}

void look_later(Context& context, const std::string& instance_id) {
  context.schedule_periodic(kInstancePoll, "instance-check", instance_id, std::string(kWarmCheck));
}

void forget_warm(Context& context, const std::string& instance_id) {
  const std::string group_name = context.state.instances.find(instance_id)->group_name;
  context.state.instances.erase(instance_id);
  context.state.warm_members.erase(group_prefix(group_name) + instance_id);
  if (context.state.groups.contains(group_name)) reconcile_later(context, group_name, kReaction);
}

/// The enabled zone in which the pool has fewest.
std::string zone_to_fill(const Context& context, const GroupRecord& group) {
  std::map<std::string, std::int32_t> counts;
  for (const auto& zone : *group.group.AvailabilityZones) counts[zone] = 0;
  for (const auto& id : kept(context, *group.group.AutoScalingGroupName)) {
    const auto found = counts.find(*context.state.instances.find(id)->instance.AvailabilityZone);
    if (found != counts.end()) ++found->second;
  }
  return std::ranges::min_element(counts, {}, [](const auto& row) { return row.second; })->first;
}

/// False when EC2 refused, so that the pool waits for the next look.
bool launch_into_pool(Context& context, const std::string& group_name, std::int32_t has,
                      std::int32_t wanted) {
  const GroupRecord group = *context.state.groups.find(group_name);
  const PlacementRecord placement = placement_in(context, group, zone_to_fill(context, group));
  const std::string activity = start_activity(
      context, group,
      {.description = "Launching a new EC2 instance into warm pool",
       .cause = "At " + cause_time(context) +
                " an instance was started in response to a difference between desired and actual "
                "warm pool capacity, increasing the warm pool capacity from " +
                std::to_string(has) + " to " + std::to_string(wanted) + ".",
       .zone = placement.zone,
       .subnet_id = placement.subnet_id});
  const auto launched = launch_one(context, group, placement);
  if (!launched) {
    const std::string message = launched.error().message + " Launching EC2 instance failed.";
    set_activity_description(
        context, activity,
        "Launching a new EC2 instance into warm pool.  Status Reason: " + message);
    finish_activity(context, activity, "Failed", message);
    return false;
  }
  const std::string id = *launched->InstanceId;
  set_activity_description(context, activity, "Launching a new EC2 instance into warm pool: " + id);
  set_activity_status(context, activity, "PreInService", 30);
  InstanceRecord record{.group_name = group_name,
                        .instance = wire_instance(group, *launched),
                        .launch_time = context.now(),
                        .in_service_since = {},
                        .unhealthy_cause = {},
                        .launch_activity = activity,
                        .termination_activity = {}};
  record.instance.LifecycleState = std::string(kWarmPending);
  context.state.instances.insert(id, std::move(record));
  context.state.warm_members.insert(group_prefix(group_name) + id, id);
  look_later(context, id);
  return true;
}

/// What left the pool without being asked is forgotten, and made again.
void drop_what_is_gone(Context& context, const std::string& group_name) {
  std::vector<std::string> gone;
  for (const auto& id : kept(context, group_name)) {
    if (!is_ready(*context.state.instances.find(id))) continue;
    const std::string state = instance_state(context, id);
    if (state == "terminated" || state == "shutting-down") gone.push_back(id);
  }
  for (const auto& id : gone) forget_warm(context, id);
}

void end_pool(Context& context, const std::string& group_name) {
  context.state.groups.update(group_name, [](GroupRecord& record) {
    record.group.WarmPoolConfiguration.reset();
    record.group.WarmPoolSize.reset();
  });
}

/// An instance whose hooks are done takes the pool's state: it is stopped, or stays as it is.
void settle(Context& context, const std::string& instance_id, const std::string& ec2_state) {
  const InstanceRecord record = *context.state.instances.find(instance_id);
  const auto& pool = context.state.groups.find(record.group_name)->group.WarmPoolConfiguration;
  const bool stops = pool && pool->PoolState != "Running";
  if (stops && ec2_state == "running") {
    // A refusal is asked again at the next look.
    static_cast<void>(context.try_call<api::ec2::StopInstances>({.InstanceIds = {{instance_id}}}));
  }
  const bool is_there = stops ? ec2_state == "stopped" : ec2_state == "running";
  if (!is_there) return look_later(context, instance_id);
  set_lifecycle(context, instance_id, stops ? "Warmed:Stopped" : "Warmed:Running");
  finish_activity(context, record.launch_activity, "Successful");
}

void check_preparing(Context& context, const std::string& instance_id) {
  const std::string ec2_state = instance_state(context, instance_id);
  if (ec2_state == "terminated" || ec2_state == "shutting-down") {
    finish_activity(context, context.state.instances.find(instance_id)->launch_activity,
                    "Cancelled");
    return forget_warm(context, instance_id);
  }
  const bool is_new =
      context.state.instances.find(instance_id)->instance.LifecycleState == kWarmPending;
  if (!is_new) return settle(context, instance_id, ec2_state);
  if (ec2_state != "running") return look_later(context, instance_id);
  if (begin_waits(context, instance_id, kLaunching)) return;
  set_lifecycle(context, instance_id, kWarmProceeds);
  settle(context, instance_id, ec2_state);
}

void check_leaving(Context& context, const std::string& instance_id) {
  const InstanceRecord record = *context.state.instances.find(instance_id);
  const bool is_new =
      record.instance.LifecycleState == kWarmTerminating && !record.is_termination_requested;
  if (is_new && begin_waits(context, instance_id, kLeaving)) return;
  const std::string ec2_state = instance_state(context, instance_id);
  if (ec2_state == "terminated") {
    finish_activity(context, record.termination_activity, "Successful");
    return forget_warm(context, instance_id);
  }
  if (!record.is_termination_requested) {
    const bool is_asked =
        context.try_call<api::ec2::TerminateInstances>({.InstanceIds = {{instance_id}}})
            .has_value();
    context.state.instances.update(
        instance_id, [&](InstanceRecord& changed) { changed.is_termination_requested = is_asked; });
  }
  look_later(context, instance_id);
}

}  // namespace

bool has_warm_pool(const GroupRecord& group) {
  return group.group.WarmPoolConfiguration.has_value();
}

std::int32_t warm_pool_target(const GroupRecord& group) {
  if (!has_warm_pool(group) || group.is_deleting) return 0;
  const auto& pool = *group.group.WarmPoolConfiguration;
  if (pool.Status == "PendingDelete") return 0;
  // AWS: "the difference between the Auto Scaling group's maximum capacity and its desired
  // capacity", or the given maximum, and the minimum at least.
  const std::int32_t most = pool.MaxGroupPreparedCapacity.value_or(*group.group.MaxSize);
  return std::max({0, pool.MinSize.value_or(0), most - *group.group.DesiredCapacity});
}

void reconcile_warm_pool(Context& context, const std::string& group_name) {
  if (!has_warm_pool(*context.state.groups.find(group_name))) return;
  drop_what_is_gone(context, group_name);
  const GroupRecord group = *context.state.groups.find(group_name);
  const auto ids = kept(context, group_name);
  const auto has = std::int32_t(ids.size());
  const std::int32_t wanted = warm_pool_target(group);
  if (!is_suspended(group, Process::launch)) {
    for (std::int32_t i = has + returning(context, group_name); i < wanted; ++i) {
      if (!launch_into_pool(context, group_name, has, wanted)) break;
    }
  }
  for (std::int32_t i = wanted; i < has; ++i) {
    if (context.state.instances.find(ids[std::size_t(i)])
            ->instance.LifecycleState->ends_with(":Wait")) {
      continue;
    }
    begin_warm_termination(context, ids[std::size_t(i)],
                           "At " + cause_time(context) +
                               " an instance was taken out of the warm pool in response to a "
                               "difference between desired and actual warm pool capacity.");
  }
  const auto left = context.state.warm_members.range(group_prefix(group_name));
  const auto count = std::int32_t(std::distance(left.begin(), left.end()));
  const bool is_ending = group.group.WarmPoolConfiguration->Status == "PendingDelete";
  if (is_ending && count == 0) return end_pool(context, group_name);
  if (group.group.WarmPoolSize == count) return;
  context.state.groups.update(group_name,
                              [&](GroupRecord& record) { record.group.WarmPoolSize = count; });
}

std::optional<std::string> find_warm_instance(const Context& context, const std::string& group_name,
                                              const std::string& zone) {
  std::optional<std::string> elsewhere;
  for (const auto& id : kept(context, group_name)) {
    const InstanceRecord& record = *context.state.instances.find(id);
    if (!is_ready(record)) continue;
    if (record.instance.AvailabilityZone == zone) return id;
    if (!elsewhere) elsewhere = id;
  }
  return elsewhere;
}

std::int32_t take_from_warm_pool(Context& context, const std::string& instance_id,
                                 const std::string& cause) {
  const InstanceRecord record = *context.state.instances.find(instance_id);
  const std::string& group_name = record.group_name;
  const std::string activity =
      start_activity(context, *context.state.groups.find(group_name),
                     {.description = "Launching a new EC2 instance from warm pool: " + instance_id,
                      .cause = cause,
                      .zone = *record.instance.AvailabilityZone,
                      .subnet_id = {}});
  set_activity_status(context, activity, "PreInService", 30);
  if (record.instance.LifecycleState == "Warmed:Stopped") {
    const auto started =
        context.try_call<api::ec2::StartInstances>({.InstanceIds = {{instance_id}}});
    if (!started) {
      finish_activity(context, activity, "Failed", started.error().message);
      return 0;
    }
  }
  context.state.warm_members.erase(group_prefix(group_name) + instance_id);
  context.state.members.insert(group_prefix(group_name) + instance_id, instance_id);
  context.state.instances.update(instance_id, [&](InstanceRecord& changed) {
    changed.instance.LifecycleState = std::string(kPending);
    changed.instance.HealthStatus = "Healthy";
    changed.in_service_since.reset();
    changed.launch_activity = activity;
    changed.skips_hooks = false;
  });
  context.schedule(kInstancePoll, "instance-check", instance_id, "launch");
  return record.weight;
}

bool has_room_in_warm_pool(const Context& context, const std::string& group_name) {
  const GroupRecord& group = *context.state.groups.find(group_name);
  return has_warm_pool(group) &&
         std::int32_t(kept(context, group_name).size()) < warm_pool_target(group);
}

bool takes_back(const Context& context, const std::string& group_name) {
  const GroupRecord& group = *context.state.groups.find(group_name);
  if (!has_warm_pool(group)) return false;
  const auto& reuse = group.group.WarmPoolConfiguration->InstanceReusePolicy;
  const auto has = std::int32_t(kept(context, group_name).size()) + returning(context, group_name);
  return reuse && reuse->ReuseOnScaleIn.value_or(false) && has < warm_pool_target(group);
}

void return_to_warm_pool(Context& context, const std::string& instance_id) {
  const InstanceRecord record = *context.state.instances.find(instance_id);
  finish_activity(context, record.termination_activity, "Successful");
  const std::string key = group_prefix(record.group_name) + instance_id;
  context.state.members.erase(key);
  context.state.warm_members.insert(key, instance_id);
  const std::string activity =
      start_activity(context, *context.state.groups.find(record.group_name),
                     {.description = "Returning EC2 instance to warm pool: " + instance_id,
                      .cause = "At " + cause_time(context) +
                               " an instance was returned to the warm pool in response to the "
                               "instance reuse policy.",
                      .zone = *record.instance.AvailabilityZone,
                      .subnet_id = {}});
  context.state.instances.update(instance_id, [&](InstanceRecord& changed) {
    changed.instance.LifecycleState = std::string(kWarmPending);
    changed.in_service_since.reset();
    changed.returns_to_pool = false;
    changed.skips_hooks = false;
    changed.launch_activity = activity;
    changed.termination_activity.clear();
  });
  look_later(context, instance_id);
  reconcile_later(context, record.group_name, kReaction);
}

void check_warm_instance(Context& context, const std::string& instance_id) {
  const InstanceRecord& record = *context.state.instances.find(instance_id);
  if (is_leaving(record)) return check_leaving(context, instance_id);
  if (!is_ready(record)) check_preparing(context, instance_id);
}

std::string begin_warm_termination(Context& context, const std::string& instance_id,
                                   const std::string& cause) {
  const InstanceRecord record = *context.state.instances.find(instance_id);
  if (!is_ready(record) && !is_leaving(record)) {
    finish_activity(context, record.launch_activity, "Cancelled");
  }
  const std::string activity =
      start_activity(context, *context.state.groups.find(record.group_name),
                     {.description = "Terminating EC2 instance from warm pool: " + instance_id,
                      .cause = cause,
                      .zone = *record.instance.AvailabilityZone,
                      .subnet_id = {}});
  context.state.instances.update(instance_id, [&](InstanceRecord& changed) {
    changed.instance.LifecycleState = std::string(kWarmTerminating);
    changed.waits.clear();
    changed.termination_activity = activity;
  });
  context.schedule(Duration::zero(), "instance-check", instance_id, std::string(kWarmCheck));
  return activity;
}

void delete_warm_pool_by_force(Context& context, const std::string& group_name) {
  std::vector<std::string> ids;
  for (const auto& row : context.state.warm_members.range(group_prefix(group_name))) {
    ids.push_back(row.second);
  }
  for (const auto& id : ids) {
    // AWS: without waiting for anything.
    static_cast<void>(context.try_call<api::ec2::TerminateInstances>({.InstanceIds = {{id}}}));
    context.state.instances.erase(id);
    context.state.warm_members.erase(group_prefix(group_name) + id);
  }
  end_pool(context, group_name);
}

}  // namespace fallstreak::services::autoscaling
