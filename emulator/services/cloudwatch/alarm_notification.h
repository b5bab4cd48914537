#pragma once

#include <string>

#include "services/cloudwatch/state.h"

namespace fallstreak::services::cloudwatch {

/// The JSON that a topic gets when an alarm changes from the state in `before` to that in `after`.
std::string notification_of(const Context& context, const api::cloudwatch::MetricAlarm& before,
                            const api::cloudwatch::MetricAlarm& after);

std::string notification_of(const Context& context, const api::cloudwatch::CompositeAlarm& before,
                            const api::cloudwatch::CompositeAlarm& after);

/// The same of one of the alarm's time series.
std::string contributor_notification_of(const Context& context,
                                        const api::cloudwatch::MetricAlarm& before,
                                        const api::cloudwatch::MetricAlarm& after,
                                        const api::cloudwatch::AlarmContributor& contributor);

}  // namespace fallstreak::services::cloudwatch
