#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "services/cloudwatch/alarm_state.h"

/// The rule language of composite alarms, as a pure function of other alarms' states.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
namespace fallstreak::services::cloudwatch {

struct RuleTerm {
  enum class Kind { constant, state, negation, conjunction, disjunction };
  Kind kind = Kind::constant;
  bool constant = false;
  /// An alarm, by name or ARN, and the state that it is asked about.
  std::string alarm;
  AlarmState state = AlarmState::ok;
  std::vector<RuleTerm> operands;
};

/// Empty when the text is no rule.
std::optional<RuleTerm> parse_rule(std::string_view text);

/// The alarms that a rule names, as it names them.
std::set<std::string> alarms_in(const RuleTerm& rule);

/// Whether the rule holds; `state_of(alarm)` gives the state of a named alarm.
bool holds(const RuleTerm& rule, const std::function<AlarmState(const std::string&)>& state_of);

}  // namespace fallstreak::services::cloudwatch
