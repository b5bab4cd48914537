#include "services/autoscaling/hook_waits.h"

#include <algorithm>

#include "services/autoscaling/activities.h"
#include "services/autoscaling/lifecycle.h"
#include "services/autoscaling/notifications.h"
#include "services/autoscaling/timing.h"
#include "services/autoscaling/warm_pool.h"

namespace fallstreak::services::autoscaling {
namespace {

using std::chrono::seconds;

bool is_launch(const InstanceRecord& record) {
  return is_pending(without_warmed(*record.instance.LifecycleState));
}

/// The state of an instance that waits, or proceeds, in the group or in its warm pool.
std::string phase(const InstanceRecord& record, std::string_view name) {
  return std::string(is_warmed(*record.instance.LifecycleState) ? kWarmed : "") + std::string(name);
}

void abandon_launch(Context& context, const std::string& instance_id, const std::string& token,
                    std::string_view why) {
  const InstanceRecord record = *context.state.instances.find(instance_id);
  finish_activity(
      context, record.launch_activity, "Cancelled",
      "Instance failed to complete user's Lifecycle Action: Lifecycle Action with token " + token +
          " was abandoned: " + std::string(why));
  // Chosen: AWS shows no cause of its own for this.
  const std::string cause = "At " + cause_time(context) +
                            " an instance was taken out of service because its lifecycle action "
                            "was abandoned.";
  if (is_warmed(*record.instance.LifecycleState)) {
    begin_warm_termination(context, instance_id, cause);
  } else {
    begin_termination(context, instance_id, cause);
  }
}

}  // namespace

std::string hook_key(std::string_view group_name, std::string_view hook_name) {
  return group_prefix(group_name) + std::string(hook_name);
}

void stop_waiting(Context& context, const std::string& instance_id) {
  bool launches = false;
  context.state.instances.update(instance_id, [&](InstanceRecord& record) {
    launches = is_launch(record);
    record.waits.clear();
    record.instance.LifecycleState =
        phase(record, launches ? "Pending:Proceed" : "Terminating:Proceed");
  });
  context.schedule(kReaction, "instance-check", instance_id, launches ? "launch" : "termination");
}

bool begin_waits(Context& context, const std::string& instance_id, std::string_view transition) {
  const InstanceRecord before = *context.state.instances.find(instance_id);
  std::vector<HookWaitRecord> waits;
  for (const auto& [key, hook] : context.state.hooks.range(group_prefix(before.group_name))) {
    if (hook.LifecycleTransition != transition) continue;
    const seconds heartbeat(*hook.HeartbeatTimeout);
    waits.push_back({.hook_name = *hook.LifecycleHookName,
                     .token = context.new_uuid("lifecycle-action-token"),
                     .expires = context.now() + heartbeat,
                     .deadline = context.now() + seconds(*hook.GlobalTimeout)});
  }
  if (waits.empty()) return false;
  const bool launches = transition == kLaunching;
  context.state.instances.update(instance_id, [&](InstanceRecord& record) {
    record.waits = waits;
    record.instance.LifecycleState = phase(record, launches ? "Pending:Wait" : "Terminating:Wait");
  });
  set_activity_status(context, launches ? before.launch_activity : before.termination_activity,
                      "MidLifecycleAction", launches ? 50 : 75);
  for (const auto& wait : waits) {
    const auto hook = *context.state.hooks.find(hook_key(before.group_name, wait.hook_name));
    notify_of_wait(context, hook, instance_id, wait.token);
    context.schedule_periodic(wait.expires - context.now(), "hook-timeout", instance_id,
                              wait.token);
  }
  return true;
}

void end_wait(Context& context, const std::string& instance_id, const std::string& hook_name,
              std::string_view result, std::string_view why) {
  const InstanceRecord before = *context.state.instances.find(instance_id);
  const auto wait = std::ranges::find(before.waits, hook_name, &HookWaitRecord::hook_name);
  if (wait == before.waits.end()) return;
  if (result == kAbandon) {
    // AWS: an abandoned action stops the others. A launch is given up; a termination goes on.
    if (is_launch(before)) return abandon_launch(context, instance_id, wait->token, why);
    return stop_waiting(context, instance_id);
  }
  context.state.instances.update(instance_id, [&](InstanceRecord& record) {
    std::erase_if(record.waits,
                  [&](const HookWaitRecord& one) { return one.hook_name == hook_name; });
  });
  if (before.waits.size() == 1) stop_waiting(context, instance_id);
}

void on_hook_timeout(Context& context, const world::Event& event) {
  const auto* record = context.state.instances.find(event.entity);
  if (record == nullptr) return;
  const auto wait = std::ranges::find(record->waits, event.payload, &HookWaitRecord::token);
  if (wait == record->waits.end()) return;
  if (wait->expires > context.now()) {
    // A heartbeat came meanwhile.
    context.schedule_periodic(wait->expires - context.now(), "hook-timeout", event.entity,
                              event.payload);
    return;
  }
  const std::string hook_name = wait->hook_name;
  const auto* hook = context.state.hooks.find(hook_key(record->group_name, hook_name));
  const std::string result = hook == nullptr ? std::string(kAbandon) : *hook->DefaultResult;
  end_wait(context, event.entity, hook_name, result, "Heartbeat Timeout");
}

}  // namespace fallstreak::services::autoscaling
