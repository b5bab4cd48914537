#pragma once

#include <string>

#include "services/cloudwatch/alarm_state.h"
#include "services/cloudwatch/state.h"

namespace fallstreak::services::cloudwatch {

/// A state and why: from an evaluation, or from whoever called SetAlarmState.
struct StateChange {
  AlarmState state;
  std::string reason;
  /// JSON, or empty.
  std::string reason_data;
  /// The newest datapoint that decided, if there was one.
  std::optional<double> metric_value = {};
};

/// Puts an alarm into a state: the history tells of it, and the actions of the state are taken if
/// it is another than before.
void change_state(Context& context, const std::string& alarm_name, const StateChange& change);

/// Takes the actions of the state that the alarm is in, which were muted when it came into it.
void act_again(Context& context, const std::string& alarm_name, const std::string& previous_state);

/// An evaluation found the alarm in the state it is in already. AWS: for scaling policies this is
/// said every minute.
void stay_in_state(Context& context, const api::cloudwatch::MetricAlarm& alarm,
                   const StateChange& state);

}  // namespace fallstreak::services::cloudwatch
