#include "services/autoscaling/lifecycle_hooks.h"

#include <algorithm>

#include "base/arn.h"
#include "services/autoscaling/activities.h"
#include "services/autoscaling/errors.h"
#include "services/autoscaling/handlers.h"
#include "services/autoscaling/hook_waits.h"
#include "services/autoscaling/lifecycle.h"
#include "services/autoscaling/lookup.h"
#include "services/autoscaling/notifications.h"
#include "services/autoscaling/warm_pool.h"

namespace fallstreak::services::autoscaling {
namespace {

using api::autoscaling::LifecycleHook;
using api::autoscaling::PutLifecycleHookType;

/// AWS: 30 to 7200 seconds, 3600 by default; an action ends for good after 48 hours or a hundred
/// heartbeats, whichever is less.
constexpr std::int32_t kDefaultHeartbeat = 3600;
constexpr std::int32_t kLongestWait = 172'800;
constexpr std::ptrdiff_t kMostHooks = 50;

void check_result(const std::string& result, std::string_view parameter) {
  if (result != kContinue && result != kAbandon) {
    throw validation_error(std::string(parameter) + " must be one of [CONTINUE, ABANDON]");
  }
}

void check_hook(const PutLifecycleHookType& request) {
  if (request.LifecycleTransition && request.LifecycleTransition != kLaunching &&
      request.LifecycleTransition != kLeaving) {
    throw validation_error("Invalid lifecycle transition: '" + *request.LifecycleTransition +
                           "'. Valid transitions are: [" + std::string(kLaunching) + ", " +
                           std::string(kLeaving) + "]");
  }
  const auto heartbeat = request.HeartbeatTimeout.value_or(kDefaultHeartbeat);
  if (heartbeat < 30 || heartbeat > 7200) {
    throw validation_error("HeartbeatTimeout must be between 30 and 7200 seconds");
  }
  if (request.DefaultResult) check_result(*request.DefaultResult, "DefaultResult");
  // AWS: a topic or a queue; an empty text takes the target away.
  const std::string target = request.NotificationTargetARN.value_or("");
  const auto arn = Arn::parse(target);
  if (!target.empty() && (!arn || (arn->service != "sns" && arn->service != "sqs"))) {
    throw validation_error("Unable to publish test message to notification target " + target +
                           ". Please check your target and role configuration and try to put "
                           "lifecycle hook again.");
  }
}

/// What an instance waits for, found as CompleteLifecycleAction names it.
struct Action {
  std::string instance_id;
  HookWaitRecord wait;
};
/// The members of a group and the instances of its warm pool.
std::vector<std::string> instances_of(const Context& context, const std::string& group_name) {
  std::vector<std::string> ids;
  const std::string prefix = group_prefix(group_name);
  for (const auto& row : context.state.members.range(prefix)) ids.push_back(row.second);
  for (const auto& row : context.state.warm_members.range(prefix)) ids.push_back(row.second);
  return ids;
}

Action find_action(const Context& context, const std::string& group_name,
                   const std::string& hook_name, const std::optional<std::string>& token,
                   const std::optional<std::string>& instance_id) {
  find_group(context, group_name);
  if (!token && !instance_id) {
    throw validation_error("Either LifecycleActionToken or InstanceId must be specified");
  }
  for (const auto& id : instances_of(context, group_name)) {
    if (instance_id && id != *instance_id) continue;
    for (const auto& wait : context.state.instances.find(id)->waits) {
      if (wait.hook_name == hook_name && (!token || wait.token == *token)) return {id, wait};
    }
  }
  throw lifecycle_action_not_found(token ? "token " + *token : "instance ID " + *instance_id);
}

/// AWS: actions that are going on are completed first: abandoned for instances that launch,
/// continued for those that terminate.
void end_actions_of(Context& context, const std::string& group_name, const std::string& hook_name) {
  std::vector<std::string> waiting;
  for (const auto& id : instances_of(context, group_name)) {
    const auto& waits = context.state.instances.find(id)->waits;
    const bool waits_for_it =
        std::ranges::find(waits, hook_name, &HookWaitRecord::hook_name) != waits.end();
    if (waits_for_it) waiting.push_back(id);
  }
  for (const auto& id : waiting) {
    const bool launches =
        is_pending(without_warmed(*context.state.instances.find(id)->instance.LifecycleState));
    end_wait(context, id, hook_name, launches ? kAbandon : kContinue, "Lifecycle Hook deleted");
  }
}

}  // namespace

void forget_hooks(Context& context, const std::string& group_name) {
  context.state.hooks.erase_prefix(group_prefix(group_name));
}

void put_hook(Context& context, const PutLifecycleHookType& request) {
  check_hook(request);
  const std::string prefix = group_prefix(*request.AutoScalingGroupName);
  const std::string key = prefix + *request.LifecycleHookName;
  LifecycleHook hook;
  if (const auto* known = context.state.hooks.find(key)) {
    hook = *known;
  } else {
    if (!request.LifecycleTransition) {
      throw validation_error("LifecycleTransition must be specified for a new lifecycle hook");
    }
    const auto hooks = context.state.hooks.range(prefix);
    if (std::distance(hooks.begin(), hooks.end()) >= kMostHooks) {
      throw limit_exceeded("You have reached the limit of 50 lifecycle hooks per group.");
    }
    hook.HeartbeatTimeout = kDefaultHeartbeat;
    hook.DefaultResult = std::string(kAbandon);
  }
  const auto take = [](auto& member, const auto& wanted) {
    if (wanted) member = wanted;
  };
  hook.AutoScalingGroupName = request.AutoScalingGroupName;
  hook.LifecycleHookName = request.LifecycleHookName;
  take(hook.LifecycleTransition, request.LifecycleTransition);
  take(hook.HeartbeatTimeout, request.HeartbeatTimeout);
  take(hook.DefaultResult, request.DefaultResult);
  take(hook.NotificationTargetARN, request.NotificationTargetARN);
  take(hook.RoleARN, request.RoleARN);
  take(hook.NotificationMetadata, request.NotificationMetadata);
  hook.GlobalTimeout = std::min(kLongestWait, 100 * *hook.HeartbeatTimeout);
  context.state.hooks.put(key, hook);
  if (!request.NotificationTargetARN.value_or("").empty()) {
    send_test_notification(context, *request.AutoScalingGroupName, *request.NotificationTargetARN);
  }
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html
api::autoscaling::PutLifecycleHookAnswer put_lifecycle_hook(Context& context,
                                                            const PutLifecycleHookType& request) {
  find_changeable_group(context, *request.AutoScalingGroupName);
  put_hook(context, request);
  return {};
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeLifecycleHooks.html
api::autoscaling::DescribeLifecycleHooksAnswer describe_lifecycle_hooks(
    Context& context, const api::autoscaling::DescribeLifecycleHooksType& request) {
  find_group(context, *request.AutoScalingGroupName);
  const auto names = api::each(request.LifecycleHookNames);
  api::autoscaling::DescribeLifecycleHooksAnswer response;
  auto& list = response.LifecycleHooks.emplace();
  for (const auto& row : context.state.hooks.range(group_prefix(*request.AutoScalingGroupName))) {
    const bool is_wanted =
        names.empty() || std::ranges::find(names, *row.second.LifecycleHookName) != names.end();
    if (is_wanted) list.push_back(row.second);
  }
  return response;
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeLifecycleHookTypes.html
api::autoscaling::DescribeLifecycleHookTypesAnswer describe_lifecycle_hook_types(
    Context&, const api::autoscaling::DescribeLifecycleHookTypes::Request&) {
  return {.LifecycleHookTypes = {{std::string(kLaunching), std::string(kLeaving)}}};
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CompleteLifecycleAction.html
api::autoscaling::CompleteLifecycleActionAnswer complete_lifecycle_action(
    Context& context, const api::autoscaling::CompleteLifecycleActionType& request) {
  check_result(*request.LifecycleActionResult, "LifecycleActionResult");
  const Action action =
      find_action(context, *request.AutoScalingGroupName, *request.LifecycleHookName,
                  request.LifecycleActionToken, request.InstanceId);
  end_wait(context, action.instance_id, action.wait.hook_name, *request.LifecycleActionResult,
           "Lifecycle Action Completed with ABANDON Result");
  return {};
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RecordLifecycleActionHeartbeat.html
api::autoscaling::RecordLifecycleActionHeartbeatAnswer record_lifecycle_action_heartbeat(
    Context& context, const api::autoscaling::RecordLifecycleActionHeartbeatType& request) {
  const std::string& group_name = *request.AutoScalingGroupName;
  const Action action = find_action(context, group_name, *request.LifecycleHookName,
                                    request.LifecycleActionToken, request.InstanceId);
  const auto* hook = context.state.hooks.find(hook_key(group_name, action.wait.hook_name));
  const std::chrono::seconds heartbeat(hook == nullptr ? kDefaultHeartbeat
                                                       : *hook->HeartbeatTimeout);
  const Time expires = std::min(context.now() + heartbeat, action.wait.deadline);
  context.state.instances.update(action.instance_id, [&](InstanceRecord& record) {
    std::ranges::find(record.waits, action.wait.token, &HookWaitRecord::token)->expires = expires;
  });
  return {};
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteLifecycleHook.html
api::autoscaling::DeleteLifecycleHookAnswer delete_lifecycle_hook(
    Context& context, const api::autoscaling::DeleteLifecycleHookType& request) {
  const std::string& group_name = *request.AutoScalingGroupName;
  find_group(context, group_name);
  const std::string key = hook_key(group_name, *request.LifecycleHookName);
  if (!context.state.hooks.contains(key)) throw hook_not_found(*request.LifecycleHookName);
  end_actions_of(context, group_name, *request.LifecycleHookName);
  context.state.hooks.erase(key);
  return {};
}

}  // namespace fallstreak::services::autoscaling
