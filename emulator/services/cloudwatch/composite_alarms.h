#pragma once

#include <optional>
#include <set>
#include <string>

#include "services/cloudwatch/alarm_transitions.h"
#include "services/cloudwatch/state.h"

/// Alarms on the states of other alarms.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Composite_Alarm.html
namespace fallstreak::services::cloudwatch {

/// The alarm that a rule or a request names: `child`, or `arn:aws:cloudwatch:...:alarm:child`.
std::string name_in_rule(const std::string& text);

/// The state of an alarm of either kind; empty when there is none of the name.
std::optional<AlarmState> state_of_alarm(const CloudWatchState& state, const std::string& name);

/// An alarm has another state: the composite alarms that name it are looked at again.
/// AWS: an evaluation stops where it comes to an alarm of `path` again, as in a circle of rules.
void evaluate_parents(Context& context, const std::string& alarm_name,
                      const std::set<std::string>& path = {});

/// Puts a composite alarm into a state.
void change_composite_state(Context& context, const std::string& name, const StateChange& change,
                            const std::set<std::string>& path = {});

/// DescribeAlarms of the alarms in a rule, or of those in whose rules an alarm is. Of a name that
/// no alarm has there are none.
api::cloudwatch::DescribeAlarmsOutput describe_relatives(
    Context& context, const api::cloudwatch::DescribeAlarmsInput& request);

/// AWS: an alarm that a composite alarm names cannot be deleted. Throws then; the alarms of
/// `together` go with it.
void check_no_parents(const Context& context, const std::string& alarm_name,
                      const std::set<std::string>& together);
/// False when there is no composite alarm of the name.
bool delete_composite(Context& context, const std::string& name);

}  // namespace fallstreak::services::cloudwatch
