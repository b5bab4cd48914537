#include "services/autoscaling/scheduled_actions.h"

#include <algorithm>

#include "base/time_zone.h"
#include "scaling/cron.h"
#include "services/autoscaling/activities.h"
#include "services/autoscaling/capacity.h"
#include "services/autoscaling/errors.h"
#include "services/autoscaling/handlers.h"
#include "services/autoscaling/lookup.h"
#include "services/autoscaling/pages.h"
#include "services/autoscaling/processes.h"
#include "services/autoscaling/timing.h"

namespace fallstreak::services::autoscaling {
namespace {

using api::autoscaling::FailedScheduledUpdateGroupActionRequest;
using api::autoscaling::PutScheduledUpdateGroupActionType;
using api::autoscaling::ScheduledUpdateGroupAction;

/// AWS: the quota of scheduled actions per group.
constexpr std::ptrdiff_t kMostActions = 125;

TimeZone zone_of(const std::optional<std::string>& name) {
  auto zone = TimeZone::load(name.value_or("UTC"));
  if (!zone) throw validation_error("Given timezone: " + *name + " is invalid");
  return std::move(*zone);
}

scaling::Cron cron_of(const std::string& recurrence) {
  const auto cron = scaling::parse_cron(recurrence);
  if (!cron) throw validation_error("Given recurrence string: " + recurrence + " is invalid");
  return *cron;
}

/// When an action happens next, after a moment; empty when it does not any more.
std::optional<Time> next_after(const ScheduledUpdateGroupAction& action, Time now) {
  if (!action.Recurrence) {
    return action.StartTime && *action.StartTime > now ? action.StartTime : std::nullopt;
  }
  // AWS: a recurring action happens first at its start time, then as its recurrence says.
  if (action.StartTime && *action.StartTime > now) return action.StartTime;
  const auto next = scaling::next_time(cron_of(*action.Recurrence), zone_of(action.TimeZone), now);
  if (next && action.EndTime && *next > *action.EndTime) return {};
  return next;
}

void check_action(const Context& context, const ScheduledUpdateGroupAction& action) {
  if (!action.MinSize && !action.MaxSize && !action.DesiredCapacity) {
    throw validation_error(
        "At least one of desired capacity, min size, or max size must be specified.");
  }
  if (action.MinSize && action.MaxSize && *action.MaxSize < *action.MinSize) {
    throw max_below_min(*action.MinSize, *action.MaxSize);
  }
  if (action.DesiredCapacity && (*action.DesiredCapacity < action.MinSize.value_or(0) ||
                                 *action.DesiredCapacity > action.MaxSize.value_or(INT32_MAX))) {
    throw desired_out_of_bounds(*action.DesiredCapacity, action.MinSize.value_or(0),
                                action.MaxSize.value_or(INT32_MAX));
  }
  if (action.Recurrence) cron_of(*action.Recurrence);
  if (action.TimeZone) zone_of(action.TimeZone);
  if (!action.StartTime && !action.Recurrence) {
    throw validation_error("Either StartTime or Recurrence must be specified");
  }
  if (action.StartTime && *action.StartTime <= context.now()) {
    throw validation_error("Given start time is in the past");
  }
  if (action.EndTime && *action.EndTime <= action.StartTime.value_or(context.now())) {
    throw validation_error("Given end time is before or the same as the start time");
  }
}

void schedule_next(Context& context, const std::string& key) {
  const ScheduledActionRecord& record = *context.state.scheduled_actions.find(key);
  const auto next = next_after(record.action, context.now());
  if (!next) {
    // AWS: what has happened for the last time is deleted.
    context.state.scheduled_actions.erase(key);
    return;
  }
  context.state.scheduled_actions.update(key, [&](ScheduledActionRecord& changed) {
    changed.next = *next;
    // AWS shows the next time as the start time.
    changed.action.StartTime = next;
    changed.action.Time = next;
  });
  context.schedule_periodic(*next - context.now(), "scheduled-action",
                            *context.state.scheduled_actions.find(key)->action.ScheduledActionARN,
                            key);
}

void put_action(Context& context, ScheduledUpdateGroupAction action) {
  const std::string& group_name = *action.AutoScalingGroupName;
  check_action(context, action);
  const std::string prefix = group_prefix(group_name);
  const std::string key = prefix + *action.ScheduledActionName;
  const auto* known = context.state.scheduled_actions.find(key);
  if (known == nullptr) {
    const auto actions = context.state.scheduled_actions.range(prefix);
    if (std::distance(actions.begin(), actions.end()) >= kMostActions) {
      throw limit_exceeded("You have reached the limit of 125 scheduled actions per group.");
    }
    action.ScheduledActionARN = context.arn(
        "autoscaling", "scheduledUpdateGroupAction:" + context.new_uuid("scheduled-action-id") +
                           ":autoScalingGroupName/" + group_name + ":scheduledActionName/" +
                           *action.ScheduledActionName);
  } else {
    action.ScheduledActionARN = known->action.ScheduledActionARN;
  }
  context.state.scheduled_actions.put(key, {.action = std::move(action), .next = {}});
  schedule_next(context, key);
}

void update_group(Context& context, const std::string& name,
                  const ScheduledUpdateGroupAction& action) {
  std::int32_t before = 0;
  std::int32_t after = 0;
  std::string bounds;
  context.state.groups.update(name, [&](GroupRecord& record) {
    auto& group = record.group;
    before = *group.DesiredCapacity;
    if (action.MinSize) group.MinSize = action.MinSize;
    if (action.MaxSize) group.MaxSize = action.MaxSize;
    // AWS: a bound that is set alone moves the other one along.
    if (*group.MaxSize < *group.MinSize) {
      (action.MaxSize ? group.MinSize : group.MaxSize) =
          action.MaxSize ? *group.MaxSize : *group.MinSize;
    }
    after = std::clamp(action.DesiredCapacity.value_or(before), *group.MinSize, *group.MaxSize);
    bounds = " min: " + std::to_string(*group.MinSize) +
             ", max: " + std::to_string(*group.MaxSize) + ", desired: " + std::to_string(after);
  });
  if (after != before) {
    change_desired_capacity(context, name, after,
                            "At " + cause_time(context) +
                                " a scheduled action update of AutoScalingGroup constraints to" +
                                bounds + changing_text(before, after));
  }
  reconcile_later(context, name, kReaction);
}

template <class Request>
ScheduledUpdateGroupAction action_of(const std::string& group_name, const Request& request) {
  ScheduledUpdateGroupAction action{.AutoScalingGroupName = group_name,
                                    .ScheduledActionName = request.ScheduledActionName,
                                    .StartTime = request.StartTime,
                                    .EndTime = request.EndTime,
                                    .Recurrence = request.Recurrence,
                                    .MinSize = request.MinSize,
                                    .MaxSize = request.MaxSize,
                                    .DesiredCapacity = request.DesiredCapacity,
                                    .TimeZone = request.TimeZone};
  return action;
}

void delete_action(Context& context, const std::string& group_name, const std::string& name) {
  if (!context.state.scheduled_actions.erase(group_prefix(group_name) + name)) {
    throw validation_error("Scheduled action name not found - Scheduled action '" + name +
                           "' not found");
  }
}

/// What a batch says about an action that it refuses.
template <class Act>
void collect_failure(std::vector<FailedScheduledUpdateGroupActionRequest>& failures,
                     const std::string& name, Act&& act) {
  try {
    act();
  } catch (const ApiError& error) {
    failures.push_back(
        {.ScheduledActionName = name, .ErrorCode = error.code, .ErrorMessage = error.message});
  }
}

}  // namespace

void forget_scheduled_actions(Context& context, const std::string& group_name) {
  context.state.scheduled_actions.erase_prefix(group_prefix(group_name));
}

void on_scheduled_action(Context& context, const world::Event& event) {
  const auto* record = context.state.scheduled_actions.find(event.payload);
  const bool is_it = record != nullptr && record->action.ScheduledActionARN == event.entity &&
                     record->next == context.now();
  if (!is_it) return;
  const ScheduledUpdateGroupAction action = record->action;
  const std::string& name = *action.AutoScalingGroupName;
  schedule_next(context, event.payload);
  const GroupRecord& group = *context.state.groups.find(name);
  if (is_suspended(group, Process::scheduled_actions) || group.is_deleting) return;
  update_group(context, name, action);
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutScheduledUpdateGroupAction.html
api::autoscaling::PutScheduledUpdateGroupActionResponse put_scheduled_update_group_action(
    Context& context, const PutScheduledUpdateGroupActionType& request) {
  find_changeable_group(context, *request.AutoScalingGroupName);
  auto action = action_of(*request.AutoScalingGroupName, request);
  // AWS: Time is what StartTime was called before.
  if (!action.StartTime) action.StartTime = request.Time;
  put_action(context, std::move(action));
  return {};
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_BatchPutScheduledUpdateGroupAction.html
api::autoscaling::BatchPutScheduledUpdateGroupActionAnswer batch_put_scheduled_update_group_action(
    Context& context, const api::autoscaling::BatchPutScheduledUpdateGroupActionType& request) {
  const std::string& group_name = *request.AutoScalingGroupName;
  find_changeable_group(context, group_name);
  api::autoscaling::BatchPutScheduledUpdateGroupActionAnswer answer;
  auto& failures = answer.FailedScheduledUpdateGroupActions.emplace();
  for (const auto& one : api::each(request.ScheduledUpdateGroupActions)) {
    collect_failure(failures, *one.ScheduledActionName,
                    [&] { put_action(context, action_of(group_name, one)); });
  }
  return answer;
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScheduledActions.html
api::autoscaling::ScheduledActionsType describe_scheduled_actions(
    Context& context, const api::autoscaling::DescribeScheduledActionsType& request) {
  const auto names = api::each(request.ScheduledActionNames);
  api::autoscaling::ScheduledActionsType response;
  auto& list = response.ScheduledUpdateGroupActions.emplace();
  const auto is_wanted = [&](const auto& row) {
    const auto& action = row.second.action;
    // AWS: the times are not looked at when names are given.
    if (!names.empty()) {
      return std::ranges::find(names, *action.ScheduledActionName) != names.end();
    }
    return (!request.StartTime || row.second.next >= *request.StartTime) &&
           (!request.EndTime || row.second.next <= *request.EndTime);
  };
  const auto add = [&](const auto& row) { list.push_back(row.second.action); };
  const Page page{request.NextToken, request.MaxRecords, 50, 100};
  if (request.AutoScalingGroupName) {
    find_group(context, *request.AutoScalingGroupName);
    const std::string prefix = group_prefix(*request.AutoScalingGroupName);
    response.NextToken =
        read_page(context.state.scheduled_actions.range(prefix), page, is_wanted, add);
  } else {
    response.NextToken = read_page(context.state.scheduled_actions, page, is_wanted, add);
  }
  return response;
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteScheduledAction.html
api::autoscaling::DeleteScheduledActionResponse delete_scheduled_action(
    Context& context, const api::autoscaling::DeleteScheduledActionType& request) {
  find_group(context, *request.AutoScalingGroupName);
  delete_action(context, *request.AutoScalingGroupName, *request.ScheduledActionName);
  return {};
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_BatchDeleteScheduledAction.html
api::autoscaling::BatchDeleteScheduledActionAnswer batch_delete_scheduled_action(
    Context& context, const api::autoscaling::BatchDeleteScheduledActionType& request) {
  const std::string& group_name = *request.AutoScalingGroupName;
  find_group(context, group_name);
  api::autoscaling::BatchDeleteScheduledActionAnswer answer;
  auto& failures = answer.FailedScheduledActions.emplace();
  for (const auto& name : *request.ScheduledActionNames) {
    collect_failure(failures, name, [&] { delete_action(context, group_name, name); });
  }
  return answer;
}

}  // namespace fallstreak::services::autoscaling
