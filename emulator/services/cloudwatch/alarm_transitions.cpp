#include "services/cloudwatch/alarm_transitions.h"

#include "services/cloudwatch/alarm_history.h"
#include "services/cloudwatch/errors.h"
#include "services/cloudwatch/handlers.h"
#include "services/cloudwatch/text.h"

namespace fallstreak::services::cloudwatch {
namespace {

using api::cloudwatch::MetricAlarm;

std::string state_document(const std::string& value, const std::string& reason,
                           const std::string& reason_data) {
  JsonObject state;
  state.add("stateValue", value);
  state.add("stateReason", reason);
  if (!reason_data.empty()) state.add_raw("stateReasonData", reason_data);
  return state.text();
}

std::span<const std::string> actions_of(const MetricAlarm& alarm, AlarmState state) {
  switch (state) {
    case AlarmState::ok:
      return api::each(alarm.OKActions);
    case AlarmState::alarm:
      return api::each(alarm.AlarmActions);
    case AlarmState::insufficient_data:
      return api::each(alarm.InsufficientDataActions);
  }
  return {};
}

/// Chosen: nothing receives actions in this version, so each one fails, and says so where AWS tells
/// of actions that failed.
void take_actions(Context& context, const MetricAlarm& alarm, AlarmState state) {
  if (!*alarm.ActionsEnabled) return;
  for (const auto& arn : actions_of(alarm, state)) {
    JsonObject data;
    data.add("actionState", "Failed");
    data.add("stateUpdateTimestamp", to_nanoseconds(context.now()) / 1'000'000);
    data.add("notificationResource", arn);
    data.add("error", "Alarm actions are not implemented by this version of Fallstreak.");
    record_history(context, *alarm.AlarmName, HistoryType::action,
                   "Failed to execute action " + arn, data.text());
  }
}

}  // namespace

void change_state(Context& context, const std::string& alarm_name, const StateChange& change) {
  const MetricAlarm before = context.state.alarms.find(alarm_name)->alarm;
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
  JsonObject data;
  data.add("version", "1.0");
  data.add_raw("oldState", state_document(*before.StateValue, *before.StateReason,
                                          before.StateReasonData.value_or("")));
  data.add_raw("newState", state_document(value, change.reason, change.reason_data));
  record_history(context, alarm_name, HistoryType::state_update,
                 "Alarm updated from " + *before.StateValue + " to " + value, data.text());
  take_actions(context, before, change.state);
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html
api::cloudwatch::SetAlarmStateResponse set_alarm_state(
    Context& context, const api::cloudwatch::SetAlarmStateInput& request) {
  if (!context.state.alarms.contains(*request.AlarmName)) {
    throw alarm_not_found(*request.AlarmName);
  }
  const std::string reason_data = request.StateReasonData.value_or("");
  if (!reason_data.empty() && !is_json(reason_data)) throw state_reason_data_invalid();
  // AWS: the alarm returns to its real state when it is next evaluated.
  change_state(context, *request.AlarmName,
               {*parse_alarm_state(*request.StateValue), *request.StateReason, reason_data});
  return {};
}

}  // namespace fallstreak::services::cloudwatch
