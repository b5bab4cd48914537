#include <algorithm>

#include "services/application-autoscaling/activities.h"
#include "services/application-autoscaling/handlers.h"
#include "services/application-autoscaling/lookup.h"
#include "services/application-autoscaling/pages.h"
#include "services/application-autoscaling/resource.h"
#include "services/application-autoscaling/schedule.h"

namespace fallstreak::services::application_autoscaling {
namespace {

using wire::ScheduledAction;

/// AWS: the default quota of scheduled actions per target.
constexpr std::ptrdiff_t kMostActions = 200;

TimeZone zone_of(const std::optional<std::string>& name) {
  auto zone = TimeZone::load(name.value_or("UTC"));
  if (!zone) throw validation_exception("Timezone is not valid: " + *name);
  return std::move(*zone);
}

std::optional<Time> next_after(const ScheduledAction& action, Time now) {
  // Chosen: a rate without a start counts from the action's creation.
  const Time start = action.StartTime.value_or(*action.CreationTime);
  const auto next =
      next_time(parse_schedule(*action.Schedule), zone_of(action.Timezone), start, now);
  if (next && action.EndTime && *next > *action.EndTime) return std::nullopt;
  return next;
}

void schedule_next(Context& context, const std::string& key) {
  const ScheduledAction action = context.state.scheduled_actions.find(key)->action;
  const auto next = next_after(action, context.now());
  context.state.scheduled_actions.update(
      key, [&](ScheduledActionRecord& record) { record.next = next; });
  if (next) context.schedule_periodic(*next - context.now(), kScheduledActionDue, key);
}

void check_action(const Context& context, const ScheduledAction& action) {
  const auto& bounds = action.ScalableTargetAction;
  if (!bounds || (!bounds->MinCapacity && !bounds->MaxCapacity)) {
    throw validation_exception(
        "ScalableTargetAction with MinCapacity, MaxCapacity or both must be specified");
  }
  check_bounds(bounds->MinCapacity, bounds->MaxCapacity);
  if (!action.Schedule) throw validation_exception("Schedule must be specified");
  static_cast<void>(parse_schedule(*action.Schedule));
  static_cast<void>(zone_of(action.Timezone));
  if (action.EndTime && *action.EndTime <= action.StartTime.value_or(context.now()))
    throw validation_exception("EndTime must be after StartTime and the present");
}

ScheduledAction new_action(Context& context, const wire::PutScheduledActionRequest& request) {
  const auto rows = context.state.scheduled_actions.range(prefix_of_target(target_key(request)));
  if (std::distance(rows.begin(), rows.end()) >= kMostActions)
    throw limit_exceeded("You have reached the limit of scheduled actions for a scalable target.");
  return {
      .ScheduledActionName = request.ScheduledActionName,
      .ScheduledActionARN = context.arn(
          "autoscaling", "scheduledAction:" + context.new_uuid("scheduled-action-id") +
                             ":resource/" + *request.ServiceNamespace + "/" + *request.ResourceId +
                             ":scheduledActionName/" + *request.ScheduledActionName),
      .ServiceNamespace = request.ServiceNamespace,
      .ResourceId = request.ResourceId,
      .ScalableDimension = request.ScalableDimension,
      .CreationTime = context.now()};
}

}  // namespace

// https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html
wire::PutScheduledActionResponse put_scheduled_action(
    Context& context, const wire::PutScheduledActionRequest& request) {
  check_namespace(*request.ServiceNamespace);
  static_cast<void>(resource_of(*request.ResourceId, *request.ScalableDimension));
  find_target(context, request);
  const std::string key = prefix_of_target(target_key(request)) + *request.ScheduledActionName;
  const ScheduledActionRecord* known = context.state.scheduled_actions.find(key);
  ScheduledAction action = known != nullptr ? known->action : new_action(context, request);
  if (request.Schedule) action.Schedule = request.Schedule;
  if (request.Timezone) action.Timezone = request.Timezone;
  if (request.ScalableTargetAction) action.ScalableTargetAction = request.ScalableTargetAction;
  // AWS: times that an update does not name are taken away.
  action.StartTime = request.StartTime;
  action.EndTime = request.EndTime;
  check_action(context, action);
  context.state.scheduled_actions.put(key, {.action = std::move(action), .next = {}});
  schedule_next(context, key);
  return {};
}

// https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScheduledActions.html
wire::DescribeScheduledActionsResponse describe_scheduled_actions(
    Context& context, const wire::DescribeScheduledActionsRequest& request) {
  const auto names = api::each(request.ScheduledActionNames);
  wire::DescribeScheduledActionsResponse response;
  auto& list = response.ScheduledActions.emplace();
  const auto is_wanted = [&](const auto& row) {
    return names.empty() ||
           std::ranges::find(names, *row.second.action.ScheduledActionName) != names.end();
  };
  response.NextToken =
      read_page(context.state.scheduled_actions, prefix_of_list(request), request, is_wanted,
                [&](const auto& row) { list.push_back(row.second.action); });
  return response;
}

// https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeleteScheduledAction.html
wire::DeleteScheduledActionResponse delete_scheduled_action(
    Context& context, const wire::DeleteScheduledActionRequest& request) {
  const std::string key = prefix_of_target(target_key(request)) + *request.ScheduledActionName;
  if (!context.state.scheduled_actions.erase(key)) {
    throw no_scheduled_action(*request.ServiceNamespace, *request.ResourceId,
                              *request.ScalableDimension);
  }
  return {};
}

void on_scheduled_action(Context& context, const world::Event& event) {
  const ScheduledActionRecord* record = context.state.scheduled_actions.find(event.entity);
  // It may have been deleted or changed since.
  if (record == nullptr || record->next != context.now()) return;
  const ScheduledAction action = record->action;
  schedule_next(context, event.entity);
  const std::string target = target_key(action);
  const TargetRecord* found = context.state.targets.find(target);
  if (found == nullptr || *found->target.SuspendedState->ScheduledScalingSuspended) return;
  context.state.targets.update(target, [&](TargetRecord& changed) {
    auto& bounds = changed.target;
    if (action.ScalableTargetAction->MinCapacity)
      bounds.MinCapacity = action.ScalableTargetAction->MinCapacity;
    if (action.ScalableTargetAction->MaxCapacity)
      bounds.MaxCapacity = action.ScalableTargetAction->MaxCapacity;
    // Chosen: a bound that is set alone moves the other one along.
    if (*bounds.MaxCapacity < *bounds.MinCapacity) {
      (action.ScalableTargetAction->MaxCapacity ? bounds.MinCapacity : bounds.MaxCapacity) =
          action.ScalableTargetAction->MaxCapacity ? *bounds.MaxCapacity : *bounds.MinCapacity;
    }
  });
  keep_bounds(context, target);
}

}  // namespace fallstreak::services::application_autoscaling
