#pragma once

#include <string>

#include "services/cloudwatch/datapoints.h"
#include "services/cloudwatch/state.h"

/// The time series of an alarm on a Metrics Insights query that groups: each has a state of its
/// own.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Metrics_Insights_Alarm.html
namespace fallstreak::services::cloudwatch {

/// Looks at every time series, and at the alarm as a whole: it is in ALARM while one of them is.
void evaluate_contributors(Context& context, const std::string& alarm_name, const Span& span);

/// The alarm is gone, or watches something else.
void forget_contributors(Context& context, const std::string& alarm_name);

/// The actions of a contributor's transition were muted.
void keep_contributor_unsaid(Context& context, const std::string& alarm_name,
                             const api::cloudwatch::AlarmContributor& contributor);
/// No rule mutes the alarm any more: those that are in ALARM still take their actions.
void let_contributors_speak(Context& context, const std::string& alarm_name);

}  // namespace fallstreak::services::cloudwatch
