#include "services/cloudwatch/composite_alarms.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "base/arn.h"
#include "base/json_text.h"
#include "services/cloudwatch/action_suppression.h"
#include "services/cloudwatch/alarm_actions.h"
#include "services/cloudwatch/alarm_history.h"
#include "services/cloudwatch/alarm_rule_expression.h"
#include "services/cloudwatch/errors.h"
#include "services/cloudwatch/handlers.h"
#include "services/cloudwatch/metric_identity.h"
#include "services/cloudwatch/pages.h"
#include "services/cloudwatch/tags.h"
#include "services/cloudwatch/text.h"

namespace fallstreak::services::cloudwatch {
namespace {

using api::cloudwatch::CompositeAlarm;
using api::cloudwatch::PutCompositeAlarmInput;
using Names = std::vector<std::string>;

/// AWS: a rule names at most a hundred alarms, and an alarm is in at most 150 rules.
constexpr std::size_t kMostChildren = 100;
constexpr std::int32_t kCompositesAPage = 50;

std::string parents_prefix(const std::string& child) {
  std::string key;
  append_part(key, child);
  return key;
}

std::set<std::string> children_of(const RuleTerm& rule) {
  std::set<std::string> names;
  for (const auto& text : alarms_in(rule)) names.insert(name_in_rule(text));
  return names;
}

std::set<std::string> children_of_alarm(const Context& context, const std::string& name) {
  const auto* record = context.state.composites.find(name);
  if (record == nullptr) return {};
  const auto rule = parse_rule(*record->alarm.AlarmRule);
  auto children = rule ? children_of(*rule) : std::set<std::string>{};
  children.erase(name);
  return children;
}

std::set<std::string> parents_of_alarm(const Context& context, const std::string& name) {
  std::set<std::string> parents;
  for (const auto& row : context.state.parents.range(parents_prefix(name))) {
    if (row.second != name) parents.insert(row.second);
  }
  return parents;
}

/// AWS: of children the name, ARN and state, of parents the name and ARN alone.
template <class Alarm>
Alarm relative_of(const Alarm& alarm, bool is_child) {
  Alarm shown;
  shown.AlarmName = alarm.AlarmName;
  shown.AlarmArn = alarm.AlarmArn;
  if (!is_child) return shown;
  shown.StateValue = alarm.StateValue;
  shown.StateUpdatedTimestamp = alarm.StateUpdatedTimestamp;
  return shown;
}

/// AWS: with ChildrenOfAlarmName or ParentsOfAlarmName, no other parameter but those of the page.
void check_nothing_else(const api::cloudwatch::DescribeAlarmsInput& request) {
  const bool has_both = request.ChildrenOfAlarmName && request.ParentsOfAlarmName;
  if (!has_both && !request.AlarmNames && !request.AlarmNamePrefix && !request.AlarmTypes &&
      !request.StateValue && !request.ActionPrefix) {
    return;
  }
  throw validation_error(
      std::string(request.ChildrenOfAlarmName ? "ChildrenOfAlarmName" : "ParentsOfAlarmName") +
      " cannot be specified with any other parameter except MaxRecords and NextToken.");
}

std::string join(const std::set<std::string>& names) {
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

RuleTerm checked_rule(const Context& context, const PutCompositeAlarmInput& request) {
  auto rule = parse_rule(*request.AlarmRule);
  if (!rule) throw validation_error("AlarmRule must be a valid alarm rule expression.");
  const auto children = children_of(*rule);
  if (children.size() > kMostChildren) {
    throw validation_error("AlarmRule must not name more than 100 alarms.");
  }
  std::set<std::string> missing;
  for (const auto& child : children) {
    const bool is_known = child == *request.AlarmName || state_of_alarm(context.state, child);
    if (!is_known) missing.insert(child);
  }
  if (!missing.empty()) {
    throw validation_error("Could not save the composite alarm as alarms [" + join(missing) +
                           "] in the alarm rule do not exist");
  }
  return std::move(*rule);
}

AlarmState evaluate(const CloudWatchState& state, const CompositeAlarm& alarm) {
  const auto rule = parse_rule(*alarm.AlarmRule);
  const bool is_on =
      rule && holds(*rule, [&](const std::string& text) {
        return state_of_alarm(state, name_in_rule(text)).value_or(AlarmState::insufficient_data);
      });
  return is_on ? AlarmState::alarm : AlarmState::ok;
}

/// `Thursday 01 January, 2026 00:01:01 UTC`
std::string long_date(Time time) {
  static constexpr std::array<std::string_view, 7> kDays = {
      "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
  static constexpr std::array<std::string_view, 12> kMonths = {
      "January", "February", "March",     "April",   "May",      "June",
      "July",    "August",   "September", "October", "November", "December"};
  const std::chrono::sys_days day = std::chrono::floor<std::chrono::days>(time);
  const std::string iso = to_iso8601(time);
  const auto month = unsigned(std::chrono::year_month_day(day).month());
  return std::string(kDays[std::chrono::weekday(day).c_encoding()]) + " " + iso.substr(8, 2) + " " +
         std::string(kMonths[month - 1]) + ", " + iso.substr(0, 4) + " " + iso.substr(11, 8) +
         " UTC";
}

void set_children(Context& context, const CompositeAlarm& alarm, bool are_there) {
  const auto rule = parse_rule(*alarm.AlarmRule);
  if (!rule) return;
  for (const auto& child : children_of(*rule)) {
    const std::string key = parents_prefix(child) + *alarm.AlarmName;
    if (are_there) {
      context.state.parents.put(key, *alarm.AlarmName);
    } else {
      context.state.parents.erase(key);
    }
  }
}

std::string composite_document(const CompositeAlarm& alarm) {
  JsonObject document;
  document.add("alarmName", *alarm.AlarmName);
  document.add("alarmArn", *alarm.AlarmArn);
  document.add("alarmRule", *alarm.AlarmRule);
  if (alarm.AlarmDescription) document.add("alarmDescription", *alarm.AlarmDescription);
  if (alarm.ActionsSuppressor) {
    document.add("actionsSuppressor", *alarm.ActionsSuppressor);
    document.add("actionsSuppressorWaitPeriod", *alarm.ActionsSuppressorWaitPeriod);
    document.add("actionsSuppressorExtensionPeriod", *alarm.ActionsSuppressorExtensionPeriod);
  }
  document.add_raw("actionsEnabled", *alarm.ActionsEnabled ? "true" : "false");
  document.add("stateValue", *alarm.StateValue);
  return document.text();
}

void record_composite(Context& context, const CompositeAlarm& alarm, std::string_view what) {
  record_alarm_change(context, *alarm.AlarmName, AlarmType::composite, what,
                      composite_document(alarm));
}

/// AWS: a composite alarm notifies; it does not act on instances or groups.
void check_actions(const std::optional<Names>& actions) {
  for (const auto& action : api::each(actions)) {
    if (!Arn::parse(action)) throw invalid_arn_syntax(action);
    if (is_scaling_action(action) || action.starts_with("arn:aws:automate:") ||
        action.starts_with("arn:aws:swf:")) {
      throw validation_error("Invalid use of EC2 or Auto Scaling action for a composite alarm: " +
                             action);
    }
  }
}

}  // namespace

std::string name_in_rule(const std::string& text) {
  constexpr std::string_view kAlarm = "alarm:";
  const auto arn = Arn::parse(text);
  if (!arn || arn->service != "cloudwatch" || !arn->resource.starts_with(kAlarm)) return text;
  return arn->resource.substr(kAlarm.size());
}

std::optional<AlarmState> state_of_alarm(const CloudWatchState& state, const std::string& name) {
  if (const auto* alarm = state.alarms.find(name)) {
    return parse_alarm_state(*alarm->alarm.StateValue);
  }
  if (const auto* composite = state.composites.find(name)) {
    return parse_alarm_state(*composite->alarm.StateValue);
  }
  return {};
}

void evaluate_parents(Context& context, const std::string& alarm_name,
                      const std::set<std::string>& path) {
  // The suppressor first: whoever follows the same alarm finds its actions held back.
  follow_suppressor(context, alarm_name);
  std::vector<std::string> parents;
  for (const auto& row : context.state.parents.range(parents_prefix(alarm_name))) {
    parents.push_back(row.second);
  }
  for (const auto& name : parents) {
    if (path.contains(name)) continue;
    const CompositeAlarm alarm = context.state.composites.find(name)->alarm;
    const AlarmState after = evaluate(context.state, alarm);
    if (alarm.StateValue == name_of(after)) continue;
    const auto child_state = *state_of_alarm(context.state, alarm_name);
    const std::string child = context.arn("cloudwatch", "alarm:" + alarm_name);
    const std::string moment = long_date(context.now());
    JsonObject trigger;
    trigger.add("arn", child);
    JsonObject state;
    state.add("value", name_of(child_state));
    state.add("timestamp", json_date(context.now()));
    trigger.add_raw("state", state.text());
    JsonObject data;
    data.add_raw("triggeringAlarms", json_array({trigger.text()}));
    change_composite_state(
        context, name,
        {after, child + " transitioned to " + std::string(name_of(child_state)) + " at " + moment,
         data.text()},
        path);
  }
}

void change_composite_state(Context& context, const std::string& name, const StateChange& change,
                            const std::set<std::string>& path) {
  const CompositeAlarm before = context.state.composites.find(name)->alarm;
  const std::string value(name_of(change.state));
  const bool is_transition = before.StateValue != value;
  context.state.composites.update(name, [&](CompositeRecord& record) {
    CompositeAlarm& alarm = record.alarm;
    alarm.StateValue = value;
    alarm.StateReason = change.reason;
    alarm.StateReasonData.reset();
    if (!change.reason_data.empty()) alarm.StateReasonData = change.reason_data;
    alarm.StateUpdatedTimestamp = context.now();
    if (!is_transition) return;
    alarm.StateTransitionedTimestamp = context.now();
    record.previous_state = *before.StateValue;
  });
  if (!is_transition) return;
  record_transition(context, name, AlarmType::composite,
                    {*before.StateValue, *before.StateReason, before.StateReasonData.value_or("")},
                    {value, change.reason, change.reason_data});
  act_on_transition(context, name);
  std::set<std::string> longer = path;
  longer.insert(name);
  evaluate_parents(context, name, longer);
}

api::cloudwatch::DescribeAlarmsOutput describe_relatives(
    Context& context, const api::cloudwatch::DescribeAlarmsInput& request) {
  check_nothing_else(request);
  const std::string after = key_of_token(request.NextToken);
  const auto most = request.MaxRecords.value_or(kCompositesAPage);
  const bool are_children = request.ChildrenOfAlarmName.has_value();
  const auto relatives = are_children ? children_of_alarm(context, *request.ChildrenOfAlarmName)
                                      : parents_of_alarm(context, *request.ParentsOfAlarmName);
  api::cloudwatch::DescribeAlarmsOutput response;
  auto& metric_alarms = response.MetricAlarms.emplace();
  auto& composites = response.CompositeAlarms.emplace();
  std::string last;
  for (auto name = relatives.upper_bound(after); name != relatives.end(); ++name) {
    if (std::ssize(metric_alarms) + std::ssize(composites) == most) {
      response.NextToken = token_after(last);
      break;
    }
    last = *name;
    if (const auto* record = context.state.composites.find(*name)) {
      composites.push_back(relative_of(record->alarm, are_children));
    } else if (const auto* metric = context.state.alarms.find(*name)) {
      metric_alarms.push_back(relative_of(metric->alarm, are_children));
    }
  }
  return response;
}

void check_no_parents(const Context& context, const std::string& alarm_name,
                      const std::set<std::string>& together) {
  std::set<std::string> parents;
  for (const auto& row : context.state.parents.range(parents_prefix(alarm_name))) {
    if (!together.contains(row.second)) parents.insert(row.second);
  }
  // Chosen: AWS does not say that a suppressor cannot be deleted; a rule's alarms cannot.
  for (const auto& name : suppressed_by(context, alarm_name)) {
    if (!together.contains(name)) parents.insert(name);
  }
  if (parents.empty()) return;
  throw validation_error("Cannot delete " + alarm_name +
                         " as there are composite alarm(s) depending on it: " + join(parents));
}

bool delete_composite(Context& context, const std::string& name) {
  const auto* record = context.state.composites.find(name);
  if (record == nullptr) return false;
  const CompositeAlarm alarm = record->alarm;
  set_children(context, alarm, false);
  forget_suppressor(context, alarm);
  record_composite(context, alarm, "delete");
  context.state.composites.erase(name);
  return true;
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
api::cloudwatch::PutCompositeAlarmResponse put_composite_alarm(
    Context& context, const PutCompositeAlarmInput& request) {
  const std::string& name = *request.AlarmName;
  if (context.state.alarms.contains(name)) {
    throw validation_error("A metric alarm with the name " + name + " exists already.");
  }
  check_actions(request.OKActions);
  check_actions(request.AlarmActions);
  check_actions(request.InsufficientDataActions);
  checked_rule(context, request);
  check_suppressor(context, request);
  const auto* known = context.state.composites.find(name);
  CompositeRecord record;
  if (known != nullptr) record = *known;
  const bool is_new = known == nullptr;
  if (!is_new) set_children(context, record.alarm, false);
  CompositeAlarm& alarm = record.alarm;
  alarm.AlarmName = name;
  alarm.AlarmArn = context.arn("cloudwatch", "alarm:" + name);
  alarm.AlarmRule = request.AlarmRule;
  alarm.AlarmDescription = request.AlarmDescription;
  alarm.ActionsEnabled = request.ActionsEnabled.value_or(true);
  alarm.OKActions = request.OKActions.value_or(Names{});
  alarm.AlarmActions = request.AlarmActions.value_or(Names{});
  alarm.InsufficientDataActions = request.InsufficientDataActions.value_or(Names{});
  alarm.AlarmConfigurationUpdatedTimestamp = context.now();
  if (is_new) {
    record.tags = tags_at_creation(request.Tags);
    record.previous_state = "INSUFFICIENT_DATA";
    alarm.StateValue = record.previous_state;
    alarm.StateReason = "Unchecked: Initial alarm creation";
    alarm.StateUpdatedTimestamp = context.now();
    alarm.StateTransitionedTimestamp = context.now();
  }
  context.state.composites.put(name, record);
  set_suppressor(context, request);
  record = *context.state.composites.find(name);
  set_children(context, record.alarm, true);
  record_composite(context, record.alarm, is_new ? "create" : "update");
  const AlarmState after = evaluate(context.state, record.alarm);
  if (is_new || record.alarm.StateValue != name_of(after)) {
    change_composite_state(
        context, name,
        {after, *record.alarm.AlarmArn + (is_new ? " was created" : " was updated") +
                    " and its alarm rule evaluates to " + std::string(name_of(after))});
  }
  return {};
}

}  // namespace fallstreak::services::cloudwatch
