#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dispatch/context.h"

/// How an alarm reaches the policy that it is to start: an event of the service that the action's
/// ARN names, because AWS has no public operation for it.
namespace fallstreak::dispatch {

struct AlarmAction {
  std::string action_arn;
  std::string alarm_name;
  std::string alarm_arn;
  /// `ALARM`, `OK` or `INSUFFICIENT_DATA`.
  std::string state;
  /// The newest datapoint that decided, when there is one.
  std::optional<double> metric_value;
  double threshold = 0;
};
template <class Visitor>
void visit_fields(AlarmAction& action, Visitor&& visit) {
  visit("action_arn", action.action_arn);
  visit("alarm_name", action.alarm_name);
  visit("alarm_arn", action.alarm_arn);
  visit("state", action.state);
  visit("metric_value", action.metric_value);
  visit("threshold", action.threshold);
}

/// False when no service takes alarm actions on such a resource.
bool send_alarm_action(ContextBase& context, const AlarmAction& action);
AlarmAction alarm_action_of(const world::Event& event);

}  // namespace fallstreak::dispatch
