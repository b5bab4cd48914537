#pragma once

#include <string>

#include "services/cloudwatch/alarm_actions.h"
#include "services/cloudwatch/state.h"

/// What alarm mute rules do to the actions of alarms.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-mute-rules-behaviour.html
namespace fallstreak::services::cloudwatch {

/// Whether a rule that is active has the alarm among its targets.
bool is_muted(const Context& context, const std::string& alarm_name);

/// Keeps in mind, and in the history, that the actions of a transition were muted.
void mute_actions(Context& context, const ActingAlarm& alarm);

}  // namespace fallstreak::services::cloudwatch
