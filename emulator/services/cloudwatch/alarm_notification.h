#pragma once

#include <string>

#include "services/cloudwatch/state.h"

namespace fallstreak::services::cloudwatch {

/// The JSON that a topic gets when an alarm changes from the state in `before` to that in `after`.
std::string notification_of(const Context& context, const api::cloudwatch::MetricAlarm& before,
                            const api::cloudwatch::MetricAlarm& after);

std::string notification_of(const Context& context, const api::cloudwatch::CompositeAlarm& before,
                            const api::cloudwatch::CompositeAlarm& after);

}  // namespace fallstreak::services::cloudwatch
