#include <algorithm>
#include <set>

#include "base/json_text.h"
#include "services/cloudwatch/action_suppression.h"
#include "services/cloudwatch/alarm_contributors.h"
#include "services/cloudwatch/alarm_history.h"
#include "services/cloudwatch/alarm_muting.h"
#include "services/cloudwatch/alarm_transitions.h"
#include "services/cloudwatch/composite_alarms.h"
#include "services/cloudwatch/errors.h"
#include "services/cloudwatch/handlers.h"
#include "services/cloudwatch/metric_identity.h"
#include "services/cloudwatch/mute_schedule.h"
#include "services/cloudwatch/pages.h"
#include "services/cloudwatch/tags.h"

namespace fallstreak::services::cloudwatch {
namespace {

using api::cloudwatch::PutAlarmMuteRuleInput;

constexpr std::string_view kWindowEvent = "mute-window";
/// AWS: "The default is 50."
constexpr std::int32_t kMuteRulesAPage = 50;

std::string_view name_of(MuteMoment::Status status) {
  switch (status) {
    case MuteMoment::Status::scheduled:
      return "SCHEDULED";
    case MuteMoment::Status::active:
      return "ACTIVE";
    case MuteMoment::Status::expired:
      return "EXPIRED";
  }
  return {};
}

std::string rule_arn(const Context& context, const std::string& name) {
  return context.arn("cloudwatch", "alarm-mute-rule:" + name);
}

bool is_one_time(const MuteRuleRecord& record) {
  return record.rule.Schedule->Expression->starts_with("at(");
}

MuteMoment moment_of(const MuteRuleRecord& record, Time now) {
  return mute_moment(parse_mute_schedule(*record.rule.Schedule), record.start, record.expire, now);
}

std::set<std::string> names_of(const std::optional<api::cloudwatch::MuteTargets>& targets) {
  if (!targets) return {};
  return {targets->AlarmNames->begin(), targets->AlarmNames->end()};
}

/// AWS: when the window ends, the actions of an alarm that still is in the state whose actions were
/// muted are executed.
void speak_up(Context& context, const std::string& alarm_name) {
  if (is_muted(context, alarm_name)) return;
  let_contributors_speak(context, alarm_name);
  const std::string* previous_state = context.state.unsaid.find(alarm_name);
  if (previous_state == nullptr) return;
  const std::string before = *previous_state;
  context.state.unsaid.erase(alarm_name);
  if (context.state.alarms.contains(alarm_name)) {
    act_again(context, alarm_name, before);
  } else if (context.state.composites.contains(alarm_name)) {
    act_unless_suppressed(context, alarm_name);
  }
}

/// Which alarms a rule mutes, from now on.
void set_muted(Context& context, const std::string& rule_name, const std::set<std::string>& before,
               const std::set<std::string>& after) {
  for (const auto& alarm : after) {
    context.state.muting.put(prefix_of(alarm) + rule_name, rule_name);
  }
  for (const auto& alarm : before) {
    if (!after.contains(alarm)) context.state.muting.erase(prefix_of(alarm) + rule_name);
  }
  for (const auto& alarm : before) speak_up(context, alarm);
}

/// Looks at the rule now, and again when its status may be another.
std::set<std::string> muted_now(Context& context, const std::string& name) {
  const MuteRuleRecord& record = *context.state.mute_rules.find(name);
  const MuteMoment moment = moment_of(record, context.now());
  // Whoever sets a window wants it to last, under instant timing too.
  if (moment.until) {
    context.schedule_periodic(*moment.until - context.now(), kWindowEvent, name,
                              std::to_string(record.generation));
  }
  if (moment.status != MuteMoment::Status::active) return {};
  return names_of(record.targets);
}

void follow_window(Context& context, const std::string& name, const std::set<std::string>& before) {
  const std::set<std::string> after = muted_now(context, name);
  const std::vector<std::string> muted(after.begin(), after.end());
  if (context.state.mute_rules.find(name)->muted != muted) {
    context.state.mute_rules.update(name, [&](MuteRuleRecord& rule) { rule.muted = muted; });
  }
  set_muted(context, name, before, after);
}

std::set<std::string> muted_by(const MuteRuleRecord& record) {
  return {record.muted.begin(), record.muted.end()};
}

void check_rule(const Context& context, const PutAlarmMuteRuleInput& request) {
  const auto schedule = parse_mute_schedule(*request.Rule->Schedule);
  // Observed: Terraform's provider documents that neither date goes with at().
  const bool has_date = request.StartDate || request.ExpireDate;
  if (has_date && std::holds_alternative<Time>(schedule.begin)) {
    throw validation_error("StartDate and ExpireDate cannot be specified with an at expression.");
  }
  if (request.StartDate && request.ExpireDate && *request.StartDate >= *request.ExpireDate) {
    throw validation_error("StartDate must be before ExpireDate.");
  }
  // AWS: "The alarm names must match existing alarms". Chosen: the words.
  for (const auto& name : names_of(request.MuteTargets)) {
    if (!state_of_alarm(context.state, name)) {
      throw validation_error("The alarm " + name + " does not exist.");
    }
  }
}

}  // namespace

bool is_muted(const Context& context, const std::string& alarm_name) {
  const auto& muting = context.state.muting;
  return muting.size() > 0 && !muting.range(prefix_of(alarm_name)).empty();
}

void mute_actions(Context& context, const ActingAlarm& alarm) {
  if (alarm.contributor == nullptr) {
    context.state.unsaid.put(alarm.name, std::string(name_of(alarm.previous_state)));
  } else {
    keep_contributor_unsaid(context, alarm.name, *alarm.contributor);
  }
  std::vector<std::string> rules;
  std::string names;
  for (const auto& row : context.state.muting.range(prefix_of(alarm.name))) {
    rules.push_back(json_string(rule_arn(context, row.second)));
    names += (names.empty() ? "" : ", ") + row.second;
  }
  JsonObject data;
  data.add("actionState", "Muted");
  data.add("stateUpdateTimestamp", to_nanoseconds(context.now()) / 1'000'000);
  data.add_raw("alarmMuteRules", json_array(rules));
  // Chosen: the item; AWS shows no history of a mute.
  const bool is_whole = alarm.contributor == nullptr;
  record_history(context, alarm.name, alarm.type,
                 is_whole ? HistoryType::action : HistoryType::contributor_action,
                 "Actions muted by alarm mute rule " + names, data.text(), alarm.contributor);
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutAlarmMuteRule.html
api::cloudwatch::PutAlarmMuteRuleResponse put_alarm_mute_rule(
    Context& context, const PutAlarmMuteRuleInput& request) {
  check_rule(context, request);
  const std::string& name = *request.Name;
  const MuteRuleRecord* known = context.state.mute_rules.find(name);
  const auto before = known == nullptr ? std::set<std::string>{} : muted_by(*known);
  MuteRuleRecord record{.rule = *request.Rule,
                        .description = request.Description,
                        .targets = request.MuteTargets,
                        .start = request.StartDate,
                        .expire = request.ExpireDate,
                        .last_updated = context.now()};
  // Chosen: as with alarms, tags are given when the rule is created.
  record.tags = known == nullptr ? tags_at_creation(request.Tags) : known->tags;
  record.generation = context.state.next("mute-rule");
  context.state.mute_rules.put(name, std::move(record));
  follow_window(context, name, before);
  return {};
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetAlarmMuteRule.html
api::cloudwatch::GetAlarmMuteRuleOutput get_alarm_mute_rule(
    Context& context, const api::cloudwatch::GetAlarmMuteRuleInput& request) {
  const std::string& name = *request.AlarmMuteRuleName;
  const MuteRuleRecord* record = context.state.mute_rules.find(name);
  if (record == nullptr) throw resource_not_found(rule_arn(context, name));
  return {.Name = name,
          .AlarmMuteRuleArn = rule_arn(context, name),
          .Description = record->description,
          .Rule = record->rule,
          .MuteTargets = record->targets,
          .StartDate = record->start,
          .ExpireDate = record->expire,
          .Status = std::string(name_of(moment_of(*record, context.now()).status)),
          .LastUpdatedTimestamp = record->last_updated,
          .MuteType = is_one_time(*record) ? "ONE_TIME" : "RECURRING"};
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListAlarmMuteRules.html
api::cloudwatch::ListAlarmMuteRulesOutput list_alarm_mute_rules(
    Context& context, const api::cloudwatch::ListAlarmMuteRulesInput& request) {
  const std::string after = key_of_token(request.NextToken);
  // Chosen: this is what the operation's ResourceNotFoundException is for.
  if (request.AlarmName && !state_of_alarm(context.state, *request.AlarmName)) {
    throw resource_not_found(context.arn("cloudwatch", "alarm:" + *request.AlarmName));
  }
  const auto statuses = api::each(request.Statuses);
  api::cloudwatch::ListAlarmMuteRulesOutput response;
  auto& summaries = response.AlarmMuteRuleSummaries.emplace();
  std::string last;
  const auto& rules = context.state.mute_rules;
  for (auto row = rules.upper_bound(after); row != rules.end(); ++row) {
    const MuteRuleRecord& record = row->second;
    if (request.AlarmName && !names_of(record.targets).contains(*request.AlarmName)) continue;
    const std::string status(name_of(moment_of(record, context.now()).status));
    if (!statuses.empty() && std::ranges::find(statuses, status) == statuses.end()) continue;
    if (std::ssize(summaries) == request.MaxRecords.value_or(kMuteRulesAPage)) {
      response.NextToken = token_after(last);
      break;
    }
    summaries.push_back({.AlarmMuteRuleArn = rule_arn(context, row->first),
                         .ExpireDate = record.expire,
                         .Status = status,
                         .MuteType = is_one_time(record) ? "ONE_TIME" : "RECURRING",
                         .LastUpdatedTimestamp = record.last_updated});
    last = row->first;
  }
  return response;
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarmMuteRule.html
api::cloudwatch::DeleteAlarmMuteRuleResponse delete_alarm_mute_rule(
    Context& context, const api::cloudwatch::DeleteAlarmMuteRuleInput& request) {
  const std::string& name = *request.AlarmMuteRuleName;
  // AWS: a rule that does not exist is no error.
  const MuteRuleRecord* record = context.state.mute_rules.find(name);
  if (record == nullptr) return {};
  const auto before = muted_by(*record);
  context.state.mute_rules.erase(name);
  set_muted(context, name, before, {});
  return {};
}

void on_mute_window(Context& context, const world::Event& event) {
  const MuteRuleRecord* record = context.state.mute_rules.find(event.entity);
  if (record == nullptr || std::to_string(record->generation) != event.payload) return;
  follow_window(context, event.entity, muted_by(*record));
}

}  // namespace fallstreak::services::cloudwatch
