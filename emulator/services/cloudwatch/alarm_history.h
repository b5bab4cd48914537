#pragma once

#include <string>
#include <string_view>

#include "services/cloudwatch/state.h"

/// What happened to alarms; it outlives them.
namespace fallstreak::services::cloudwatch {

enum class HistoryType {
  configuration_update,
  state_update,
  action,
  contributor_state_update,
  contributor_action,
};
enum class AlarmType { metric, composite };

void record_history(Context& context, const std::string& alarm_name, AlarmType alarm_type,
                    HistoryType type, std::string summary, std::string data,
                    const api::cloudwatch::AlarmContributor* contributor = nullptr);

/// `Alarm "cpu" created`; `what` is `create`, `update` or `delete`, `document` the alarm in JSON.
void record_alarm_change(Context& context, const std::string& alarm_name, AlarmType type,
                         std::string_view what, const std::string& document);

struct RecordedState {
  std::string value, reason, reason_data;
};
/// `Alarm updated from OK to ALARM`
void record_transition(Context& context, const std::string& alarm_name, AlarmType type,
                       const RecordedState& before, const RecordedState& after,
                       const api::cloudwatch::AlarmContributor* contributor = nullptr);

/// `Alarm "cpu" created`, with the alarm as it is then; `what` is `create`, `update` or `delete`.
void record_configuration(Context& context, const api::cloudwatch::MetricAlarm& alarm,
                          std::string_view what);

}  // namespace fallstreak::services::cloudwatch
