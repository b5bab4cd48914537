#pragma once

#include <optional>
#include <span>
#include <string>

#include "services/cloudwatch/alarm_history.h"
#include "services/cloudwatch/alarm_state.h"
#include "services/cloudwatch/state.h"

/// What an alarm does when it changes its state, and while it stays in one.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
namespace fallstreak::services::cloudwatch {

/// AWS: of an alarm that watches many time series, those act on instances, the alarm as a whole
/// scales, and both notify.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Acting_Alarm_Changes.html
enum class ActionLevel { all, whole_alarm, contributor };

/// An alarm of any kind, as far as its actions are concerned.
struct ActingAlarm {
  std::string name;
  std::string arn;
  std::span<const std::string> actions;
  AlarmState state = AlarmState::ok;
  /// The one before.
  AlarmState previous_state = AlarmState::ok;
  /// The instance that EC2 actions are about.
  std::optional<std::string> instance_id;
  /// For policies: the newest datapoint that decided, and the threshold.
  std::optional<double> metric_value;
  double threshold = 0;
  /// What a topic is told.
  std::string message;
  AlarmType type = AlarmType::metric;
  /// Which of the actions are its own.
  ActionLevel level = ActionLevel::all;
  /// The time series that acts; null when the alarm as a whole does.
  const api::cloudwatch::AlarmContributor* contributor = nullptr;
};

enum class Occasion {
  transition,
  /// AWS: actions of Auto Scaling are invoked again every minute while the alarm stays in its
  /// state.
  repetition,
};
void take_actions(Context& context, const ActingAlarm& alarm, Occasion occasion);

/// True for actions that are repeated: those on scaling policies.
bool is_scaling_action(std::string_view action);

/// What a metric or composite alarm does when it comes into a state.
template <class Alarm>
std::span<const std::string> actions_of(const Alarm& alarm, AlarmState state) {
  switch (state) {
    case AlarmState::ok:
      return api::each(alarm.OKActions);
    case AlarmState::alarm:
      return api::each(alarm.AlarmActions);
    case AlarmState::insufficient_data:
      return api::each(alarm.InsufficientDataActions);
  }
  return {};
}

}  // namespace fallstreak::services::cloudwatch
