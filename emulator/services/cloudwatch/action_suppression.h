#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "services/cloudwatch/state.h"

/// How an alarm keeps a composite alarm from taking its actions.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Composite_Alarm_Suppression.html
namespace fallstreak::services::cloudwatch {

/// What holds a composite alarm's actions back.
enum class Suppression {
  none,
  /// The suppressor is waited for: it may go into ALARM a little later.
  wait_period,
  /// The suppressor is in ALARM.
  alarm,
  /// The suppressor has left ALARM: the composite alarm may follow it a little later.
  extension_period,
};
std::string_view name_of(Suppression suppression);  // `WaitPeriod`
Suppression parse_suppression(const std::optional<std::string>& name);

/// What may change it.
enum class SuppressionCause { composite_changed, suppressor_on, suppressor_off, period_over };

struct SuppressionStep {
  Suppression next = Suppression::none;
  bool takes_actions = false;
  bool operator==(const SuppressionStep&) const = default;
};
/// What follows, as a pure function. Empty: nothing changes, and a period that runs goes on.
std::optional<SuppressionStep> step_suppression(Suppression now, SuppressionCause cause,
                                                bool is_suppressor_on);

/// The checks of PutCompositeAlarm.
void check_suppressor(const Context& context,
                      const api::cloudwatch::PutCompositeAlarmInput& request);
/// Takes the suppressor that the request names, in the place of the one before; what was held back
/// by that one is decided again.
void set_suppressor(Context& context, const api::cloudwatch::PutCompositeAlarmInput& request);
/// The alarm is gone, and nobody suppresses it.
void forget_suppressor(Context& context, const api::cloudwatch::CompositeAlarm& alarm);
/// The composite alarms whose actions an alarm suppresses.
std::vector<std::string> suppressed_by(const Context& context, const std::string& alarm_name);

/// A composite alarm has come from a state into another: its actions are taken, or held back.
void act_on_transition(Context& context, const std::string& composite_name);
/// The same actions, which were muted then; what holds them back now does so still.
void act_unless_suppressed(Context& context, const std::string& composite_name);
/// An alarm has come into another state: what it holds back may change.
void follow_suppressor(Context& context, const std::string& alarm_name);

}  // namespace fallstreak::services::cloudwatch
