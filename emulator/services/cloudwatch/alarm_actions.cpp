#include "services/cloudwatch/alarm_actions.h"

#include <array>

#include "api/ec2/instances.h"
#include "base/arn.h"
#include "base/json_text.h"
#include "dispatch/alarm_action.h"
#include "services/cloudwatch/alarm_history.h"
#include "services/cloudwatch/alarm_muting.h"
#include "services/cloudwatch/text.h"

namespace fallstreak::services::cloudwatch {
namespace {

/// Empty when the action was taken, else what went wrong.
using Result = std::optional<std::string>;

enum class InstanceAction { stop, terminate, reboot, recover };

/// `arn:aws:automate:eu-central-1:ec2:stop`, or the older
/// `arn:aws:swf:eu-central-1:123456789012:action/actions/AWS_EC2.InstanceId.Stop/1.0`.
std::optional<InstanceAction> instance_action_of(std::string_view action) {
  struct Name {
    std::string_view automate, workflow;
    InstanceAction action;
  };
  constexpr std::array<Name, 4> kNames = {{
      {":ec2:stop", ".InstanceId.Stop/1.0", InstanceAction::stop},
      {":ec2:terminate", ".InstanceId.Terminate/1.0", InstanceAction::terminate},
      {":ec2:reboot", ".InstanceId.Reboot/1.0", InstanceAction::reboot},
      {":ec2:recover", ".InstanceId.Recover/1.0", InstanceAction::recover},
  }};
  const bool is_automate = action.starts_with("arn:aws:automate:");
  const bool is_workflow = action.starts_with("arn:aws:swf:");
  for (const auto& name : kNames) {
    if (is_automate && action.ends_with(name.automate)) return name.action;
    if (is_workflow && action.ends_with(name.workflow)) return name.action;
  }
  return {};
}

template <class Outcome>
Result result_of(const Outcome& outcome) {
  if (outcome) return {};
  return outcome.error().message;
}

Result act_on_instance(Context& context, InstanceAction action, const std::string& instance_id) {
  switch (action) {
    case InstanceAction::stop:
      return result_of(context.try_call<api::ec2::StopInstances>({.InstanceIds = {{instance_id}}}));
    case InstanceAction::terminate:
      return result_of(
          context.try_call<api::ec2::TerminateInstances>({.InstanceIds = {{instance_id}}}));
    case InstanceAction::reboot:
    case InstanceAction::recover:
      // AWS: an instance that is recovered is moved to other hardware by a reboot.
      return result_of(
          context.try_call<api::ec2::RebootInstances>({.InstanceIds = {{instance_id}}}));
  }
  return {};
}

Result start_policy(Context& context, const ActingAlarm& alarm, const std::string& action) {
  const bool is_sent =
      dispatch::send_alarm_action(context, {.action_arn = action,
                                            .alarm_name = alarm.name,
                                            .alarm_arn = alarm.arn,
                                            .state = std::string(name_of(alarm.state)),
                                            .metric_value = alarm.metric_value,
                                            .threshold = alarm.threshold});
  if (is_sent) return {};
  return "Alarm actions on " + action + " are not implemented by this version of Fallstreak.";
}

Result take_action(Context& context, const ActingAlarm& alarm, const std::string& action) {
  if (is_scaling_action(action)) return start_policy(context, alarm, action);
  if (const auto on_instance = instance_action_of(action)) {
    // AWS: only alarms on a metric with the dimension InstanceId can act on an instance.
    if (!alarm.instance_id) return "The alarm's metric has no InstanceId dimension.";
    return act_on_instance(context, *on_instance, *alarm.instance_id);
  }
  const auto arn = Arn::parse(action);
  // Chosen: there is no SNS yet; the message is in the history, word for word.
  if (arn && arn->service == "sns") return {};
  return "Alarm actions on " + action + " are not implemented by this version of Fallstreak.";
}

bool is_of_level(ActionLevel level, std::string_view action) {
  switch (level) {
    case ActionLevel::all:
      return true;
    case ActionLevel::whole_alarm:
      return !instance_action_of(action);
    case ActionLevel::contributor:
      return !is_scaling_action(action);
  }
  return false;
}

HistoryType history_type_of(const ActingAlarm& alarm) {
  return alarm.contributor == nullptr ? HistoryType::action : HistoryType::contributor_action;
}

void record_action(Context& context, const ActingAlarm& alarm, const std::string& action,
                   const Result& failure) {
  JsonObject data;
  data.add("actionState", failure ? "Failed" : "Succeeded");
  data.add("stateUpdateTimestamp", to_nanoseconds(context.now()) / 1'000'000);
  data.add("notificationResource", action);
  if (action.starts_with("arn:aws:sns:")) {
    JsonObject message;
    message.add("default", alarm.message);
    data.add("publishedMessage", message.text());
  } else {
    data.add_raw("publishedMessage", "null");
  }
  if (failure) {
    data.add("error", *failure);
  } else {
    data.add_raw("error", "null");
  }
  record_history(context, alarm.name, alarm.type, history_type_of(alarm),
                 (failure ? "Failed to execute action " : "Successfully executed action ") + action,
                 data.text(), alarm.contributor);
}

}  // namespace

bool is_scaling_action(std::string_view action) {
  return action.starts_with("arn:aws:autoscaling:") ||
         action.starts_with("arn:aws:application-autoscaling:");
}

void take_actions(Context& context, const ActingAlarm& alarm, Occasion occasion) {
  if (is_muted(context, alarm.name)) {
    if (occasion == Occasion::transition && !alarm.actions.empty()) mute_actions(context, alarm);
    return;
  }
  for (const auto& action : alarm.actions) {
    if (!is_of_level(alarm.level, action)) continue;
    if (occasion == Occasion::repetition) {
      // Chosen: a repetition leaves no line in the history, which it would fill.
      if (is_scaling_action(action)) static_cast<void>(start_policy(context, alarm, action));
      continue;
    }
    record_action(context, alarm, action, take_action(context, alarm, action));
  }
}

}  // namespace fallstreak::services::cloudwatch
