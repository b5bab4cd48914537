#pragma once

#include <string>
#include <string_view>

#include "services/cloudwatch/state.h"

/// What happened to alarms; it outlives them.
namespace fallstreak::services::cloudwatch {

enum class HistoryType { configuration_update, state_update, action };

void record_history(Context& context, const std::string& alarm_name, HistoryType type,
                    std::string summary, std::string data);

/// `Alarm "cpu" created`, with the alarm as it is then; `what` is `create`, `update` or `delete`.
void record_configuration(Context& context, const api::cloudwatch::MetricAlarm& alarm,
                          std::string_view what);

}  // namespace fallstreak::services::cloudwatch
