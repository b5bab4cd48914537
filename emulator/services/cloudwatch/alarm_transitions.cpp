#include "services/cloudwatch/alarm_transitions.h"

#include <algorithm>

#include "services/cloudwatch/alarm_actions.h"
#include "services/cloudwatch/alarm_history.h"
#include "services/cloudwatch/alarm_notification.h"
#include "services/cloudwatch/composite_alarms.h"
#include "services/cloudwatch/errors.h"
#include "services/cloudwatch/handlers.h"
#include "services/cloudwatch/text.h"

namespace fallstreak::services::cloudwatch {
namespace {

using api::cloudwatch::MetricAlarm;

std::optional<std::string> instance_of(const MetricAlarm& alarm) {
  for (const auto& dimension : api::each(alarm.Dimensions)) {
    if (dimension.Name == "InstanceId") return dimension.Value;
  }
  return {};
}

ActingAlarm acting(const Context& context, const MetricAlarm& alarm, const StateChange& change) {
  ActingAlarm acting{.name = *alarm.AlarmName,
                     .arn = *alarm.AlarmArn,
                     .actions = actions_of(alarm, change.state),
                     .state = change.state,
                     .instance_id = instance_of(alarm),
                     .metric_value = change.metric_value,
                     .threshold = alarm.Threshold.value_or(0),
                     .message = {}};
  const AlarmRecord* record = context.state.alarms.find(*alarm.AlarmName);
  if (record->has_contributors) acting.level = ActionLevel::whole_alarm;
  return acting;
}

/// Takes the actions of the state that an alarm has come into.
void act(Context& context, const MetricAlarm& before, const StateChange& change) {
  if (!*before.ActionsEnabled) return;
  const MetricAlarm& after = context.state.alarms.find(*before.AlarmName)->alarm;
  ActingAlarm alarm = acting(context, after, change);
  if (alarm.actions.empty()) return;
  alarm.previous_state = *parse_alarm_state(*before.StateValue);
  alarm.message = notification_of(context, before, after);
  take_actions(context, alarm, Occasion::transition);
}

}  // namespace

void change_state(Context& context, const std::string& alarm_name, const StateChange& change) {
  // What is replaced lives until the event or the call is over.
  const MetricAlarm& before = context.state.alarms.find(alarm_name)->alarm;
  const std::string value(name_of(change.state));
  const bool is_transition = before.StateValue != value;
  context.state.alarms.update(alarm_name, [&](AlarmRecord& record) {
    MetricAlarm& alarm = record.alarm;
    alarm.StateValue = value;
    alarm.StateReason = change.reason;
    alarm.StateReasonData.reset();
    if (!change.reason_data.empty()) alarm.StateReasonData = change.reason_data;
    alarm.StateUpdatedTimestamp = context.now();
    if (is_transition) alarm.StateTransitionedTimestamp = context.now();
  });
  if (!is_transition) return;
  record_transition(context, alarm_name, AlarmType::metric,
                    {*before.StateValue, *before.StateReason, before.StateReasonData.value_or("")},
                    {value, change.reason, change.reason_data});
  act(context, before, change);
  evaluate_parents(context, alarm_name);
}

void act_again(Context& context, const std::string& alarm_name, const std::string& previous_state) {
  MetricAlarm before = context.state.alarms.find(alarm_name)->alarm;
  const AlarmState state = *parse_alarm_state(*before.StateValue);
  const std::string reason = *before.StateReason;
  before.StateValue = previous_state;
  act(context, before, {.state = state, .reason = reason, .reason_data = {}});
}

void stay_in_state(Context& context, const MetricAlarm& alarm, const StateChange& state) {
  const auto actions = actions_of(alarm, state.state);
  if (!*alarm.ActionsEnabled || std::ranges::none_of(actions, is_scaling_action)) return;
  take_actions(context, acting(context, alarm, state), Occasion::repetition);
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html
api::cloudwatch::SetAlarmStateResponse set_alarm_state(
    Context& context, const api::cloudwatch::SetAlarmStateInput& request) {
  const bool is_composite = context.state.composites.contains(*request.AlarmName);
  if (!is_composite && !context.state.alarms.contains(*request.AlarmName)) {
    throw alarm_not_found(*request.AlarmName);
  }
  const std::string reason_data = request.StateReasonData.value_or("");
  if (!reason_data.empty() && !is_json(reason_data)) throw state_reason_data_invalid();
  // AWS: the alarm returns to its real state when it is next evaluated.
  const StateChange change{*parse_alarm_state(*request.StateValue), *request.StateReason,
                           reason_data};
  if (is_composite) {
    change_composite_state(context, *request.AlarmName, change);
  } else {
    change_state(context, *request.AlarmName, change);
  }
  return {};
}

}  // namespace fallstreak::services::cloudwatch
