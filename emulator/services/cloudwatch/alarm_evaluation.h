#pragma once

#include <string>

#include "services/cloudwatch/alarm_state.h"
#include "services/cloudwatch/state.h"

namespace fallstreak::services::cloudwatch {

/// Begins to evaluate an alarm that was put; whatever was scheduled for an earlier life of it finds
/// another generation and ends.
void start_evaluations(Context& context, const std::string& alarm_name);

/// What an alarm says about the datapoints that it watches.
AlarmRule rule_of(const api::cloudwatch::MetricAlarm& alarm);

/// The data of a state's reason, in JSON; `start` is told when there are no datapoints.
std::string reason_data(const Context& context, const AlarmRecord& record, Time start,
                        const Evaluation& evaluation);

}  // namespace fallstreak::services::cloudwatch
