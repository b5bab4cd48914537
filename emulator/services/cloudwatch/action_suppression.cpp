#include "services/cloudwatch/action_suppression.h"

#include <array>
#include <utility>

#include "base/json_text.h"
#include "services/cloudwatch/alarm_actions.h"
#include "services/cloudwatch/alarm_history.h"
#include "services/cloudwatch/alarm_notification.h"
#include "services/cloudwatch/composite_alarms.h"
#include "services/cloudwatch/errors.h"
#include "services/cloudwatch/handlers.h"
#include "services/cloudwatch/metric_identity.h"
#include "services/cloudwatch/text.h"

namespace fallstreak::services::cloudwatch {
namespace {

using api::cloudwatch::CompositeAlarm;
using api::cloudwatch::PutCompositeAlarmInput;

constexpr std::string_view kPeriodEvent = "suppression-period";
constexpr std::array<std::pair<std::string_view, Suppression>, 3> kNames = {
    {{"WaitPeriod", Suppression::wait_period},
     {"Alarm", Suppression::alarm},
     {"ExtensionPeriod", Suppression::extension_period}}};

std::string suppressed_prefix(const std::string& suppressor) {
  std::string key;
  append_part(key, suppressor);
  return key;
}

const CompositeAlarm& composite(const Context& context, const std::string& name) {
  return context.state.composites.find(name)->alarm;
}

bool is_suppressor_on(const Context& context, const CompositeAlarm& alarm) {
  const std::string suppressor = name_in_rule(*alarm.ActionsSuppressor);
  return state_of_alarm(context.state, suppressor) == AlarmState::alarm;
}

void act(Context& context, const std::string& name) {
  const CompositeRecord record = *context.state.composites.find(name);
  const CompositeAlarm& alarm = record.alarm;
  if (!*alarm.ActionsEnabled) return;
  const AlarmState state = *parse_alarm_state(*alarm.StateValue);
  ActingAlarm acting{.name = name,
                     .arn = *alarm.AlarmArn,
                     .actions = actions_of(alarm, state),
                     .state = state,
                     .previous_state = *parse_alarm_state(record.previous_state),
                     .instance_id = {},
                     .metric_value = {},
                     .message = {}};
  acting.type = AlarmType::composite;
  CompositeAlarm before = alarm;
  before.StateValue = record.previous_state;
  if (!acting.actions.empty()) acting.message = notification_of(context, before, alarm);
  take_actions(context, acting, Occasion::transition);
}

std::chrono::seconds length_of(const CompositeAlarm& alarm, Suppression suppression) {
  switch (suppression) {
    case Suppression::wait_period:
      return std::chrono::seconds(*alarm.ActionsSuppressorWaitPeriod);
    case Suppression::extension_period:
      return std::chrono::seconds(*alarm.ActionsSuppressorExtensionPeriod);
    case Suppression::none:
    case Suppression::alarm:
      break;
  }
  return std::chrono::seconds::zero();
}

void record_suppression(Context& context, const CompositeAlarm& alarm, std::string_view by,
                        const std::string& reason) {
  JsonObject data;
  data.add("actionState", "Suppressed");
  data.add("stateUpdateTimestamp", to_nanoseconds(context.now()) / 1'000'000);
  data.add("actionsSuppressedBy", by);
  data.add("actionsSuppressedReason", reason);
  data.add("actionsSuppressor", *alarm.ActionsSuppressor);
  // Chosen: the kind of the item; AWS shows no history of a suppression.
  record_history(context, *alarm.AlarmName, AlarmType::composite, HistoryType::action, reason,
                 data.text());
}

/// Observed: a change of the suppression is an update of the state, whose value stays.
void hold_back(Context& context, const std::string& name, Suppression suppression) {
  const std::uint64_t number = context.state.next("suppression");
  const std::string by(name_of(suppression));
  // Observed: `Actions suppressed by WaitPeriod`.
  const std::string reason = "Actions suppressed by " + by;
  context.state.composites.update(name, [&](CompositeRecord& record) {
    record.suppression = number;
    record.alarm.ActionsSuppressedBy = by;
    record.alarm.ActionsSuppressedReason = reason;
    record.alarm.StateUpdatedTimestamp = context.now();
  });
  const CompositeAlarm alarm = composite(context, name);
  record_suppression(context, alarm, by, reason);
  if (suppression == Suppression::alarm) return;
  // Whoever sets a period wants it to last, under instant timing too.
  context.schedule_periodic(length_of(alarm, suppression), kPeriodEvent, name,
                            std::to_string(number));
}

void let_go(Context& context, const std::string& name) {
  if (!composite(context, name).ActionsSuppressedBy) return;
  context.state.composites.update(name, [&](CompositeRecord& record) {
    record.suppression = 0;
    record.alarm.ActionsSuppressedBy.reset();
    record.alarm.ActionsSuppressedReason.reset();
    record.alarm.StateUpdatedTimestamp = context.now();
  });
}

void apply(Context& context, const std::string& name, SuppressionCause cause) {
  const CompositeAlarm alarm = composite(context, name);
  if (!alarm.ActionsSuppressor) {
    let_go(context, name);
    act(context, name);
    return;
  }
  auto step = step_suppression(parse_suppression(alarm.ActionsSuppressedBy), cause,
                               is_suppressor_on(context, alarm));
  if (!step) return;
  const bool has_period =
      step->next == Suppression::wait_period || step->next == Suppression::extension_period;
  // A period of no length is over when it begins.
  if (has_period && length_of(alarm, step->next) == std::chrono::seconds::zero()) {
    step = SuppressionStep{.next = Suppression::none, .takes_actions = true};
  }
  // Without actions there is nothing to hold back.
  if (step->next == Suppression::none || !*alarm.ActionsEnabled) {
    let_go(context, name);
  } else {
    hold_back(context, name, step->next);
  }
  if (step->takes_actions) act(context, name);
}

}  // namespace

std::string_view name_of(Suppression suppression) {
  for (const auto& [name, value] : kNames) {
    if (value == suppression) return name;
  }
  return {};
}

Suppression parse_suppression(const std::optional<std::string>& name) {
  for (const auto& [known, value] : kNames) {
    if (name == known) return value;
  }
  return Suppression::none;
}

std::optional<SuppressionStep> step_suppression(Suppression now, SuppressionCause cause,
                                                bool is_suppressor_on) {
  switch (cause) {
    case SuppressionCause::composite_changed:
      // AWS: whatever period ran is discarded, and the suppressor is waited for anew.
      return SuppressionStep{.next =
                                 is_suppressor_on ? Suppression::alarm : Suppression::wait_period};
    case SuppressionCause::suppressor_on:
      // AWS: what was not held back has been done.
      if (now == Suppression::none || now == Suppression::alarm) return {};
      return SuppressionStep{.next = Suppression::alarm};
    case SuppressionCause::suppressor_off:
      if (now != Suppression::alarm) return {};
      return SuppressionStep{.next = Suppression::extension_period};
    case SuppressionCause::period_over:
      return SuppressionStep{.next = Suppression::none, .takes_actions = true};
  }
  return {};
}

void check_suppressor(const Context& context, const PutCompositeAlarmInput& request) {
  const auto& wait = request.ActionsSuppressorWaitPeriod;
  const auto& extension = request.ActionsSuppressorExtensionPeriod;
  if (!request.ActionsSuppressor) {
    if (!wait && !extension) return;
    throw validation_error(
        "ActionsSuppressorWaitPeriod and ActionsSuppressorExtensionPeriod can only be specified "
        "with ActionsSuppressor.");
  }
  if (!wait) throw null_member("actionsSuppressorWaitPeriod");
  if (!extension) throw null_member("actionsSuppressorExtensionPeriod");
  if (*wait < 0) throw validation_error("ActionsSuppressorWaitPeriod must not be negative.");
  if (*extension < 0) {
    throw validation_error("ActionsSuppressorExtensionPeriod must not be negative.");
  }
  const std::string suppressor = name_in_rule(*request.ActionsSuppressor);
  if (suppressor == *request.AlarmName) {
    throw validation_error("ActionsSuppressor must be another alarm.");
  }
  if (!state_of_alarm(context.state, suppressor)) {
    throw validation_error("Could not save the composite alarm as the actions suppressor alarm " +
                           *request.ActionsSuppressor + " does not exist");
  }
}

void set_suppressor(Context& context, const PutCompositeAlarmInput& request) {
  const std::string& name = *request.AlarmName;
  const CompositeAlarm before = composite(context, name);
  const bool is_same =
      before.ActionsSuppressor == request.ActionsSuppressor &&
      before.ActionsSuppressorWaitPeriod == request.ActionsSuppressorWaitPeriod &&
      before.ActionsSuppressorExtensionPeriod == request.ActionsSuppressorExtensionPeriod;
  if (is_same) return;
  forget_suppressor(context, before);
  context.state.composites.update(name, [&](CompositeRecord& record) {
    record.alarm.ActionsSuppressor = request.ActionsSuppressor;
    record.alarm.ActionsSuppressorWaitPeriod = request.ActionsSuppressorWaitPeriod;
    record.alarm.ActionsSuppressorExtensionPeriod = request.ActionsSuppressorExtensionPeriod;
  });
  if (request.ActionsSuppressor) {
    const std::string suppressor = name_in_rule(*request.ActionsSuppressor);
    context.state.suppressed.put(suppressed_prefix(suppressor) + name, name);
  }
  // AWS: "If you replace the action suppressor alarm, any active WaitPeriod or ExtensionPeriod is
  // discarded." Chosen: the actions that it held back wait for the new one.
  if (before.ActionsSuppressedBy) apply(context, name, SuppressionCause::composite_changed);
}

void forget_suppressor(Context& context, const CompositeAlarm& alarm) {
  if (!alarm.ActionsSuppressor) return;
  context.state.suppressed.erase(suppressed_prefix(name_in_rule(*alarm.ActionsSuppressor)) +
                                 *alarm.AlarmName);
}

std::vector<std::string> suppressed_by(const Context& context, const std::string& alarm_name) {
  std::vector<std::string> names;
  for (const auto& row : context.state.suppressed.range(suppressed_prefix(alarm_name))) {
    names.push_back(row.second);
  }
  return names;
}

void act_on_transition(Context& context, const std::string& composite_name) {
  apply(context, composite_name, SuppressionCause::composite_changed);
}

void act_unless_suppressed(Context& context, const std::string& composite_name) {
  if (!composite(context, composite_name).ActionsSuppressedBy) act(context, composite_name);
}

void follow_suppressor(Context& context, const std::string& alarm_name) {
  for (const auto& name : suppressed_by(context, alarm_name)) {
    const bool is_on = state_of_alarm(context.state, alarm_name) == AlarmState::alarm;
    apply(context, name,
          is_on ? SuppressionCause::suppressor_on : SuppressionCause::suppressor_off);
  }
}

void on_suppression_period(Context& context, const world::Event& event) {
  const CompositeRecord* record = context.state.composites.find(event.entity);
  // A period that was discarded has another number than the one that runs, if one does.
  if (record == nullptr || std::to_string(record->suppression) != event.payload) return;
  apply(context, event.entity, SuppressionCause::period_over);
}

}  // namespace fallstreak::services::cloudwatch
