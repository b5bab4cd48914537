#pragma once

#include "services/cloudwatch/state.h"

namespace fallstreak::services::cloudwatch {

/// Checks a PutMetricAlarm as AWS does, and gives the period that the alarm's datapoints have.
std::int32_t check_alarm(Context& context, const api::cloudwatch::PutMetricAlarmInput& request);

}  // namespace fallstreak::services::cloudwatch
