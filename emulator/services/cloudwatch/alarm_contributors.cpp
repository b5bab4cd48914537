#include "services/cloudwatch/alarm_contributors.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/big_endian.h"
#include "base/encoding.h"
#include "services/cloudwatch/alarm_actions.h"
#include "services/cloudwatch/alarm_evaluation.h"
#include "services/cloudwatch/alarm_history.h"
#include "services/cloudwatch/alarm_notification.h"
#include "services/cloudwatch/alarm_transitions.h"
#include "services/cloudwatch/errors.h"
#include "services/cloudwatch/handlers.h"
#include "services/cloudwatch/metric_queries.h"
#include "services/cloudwatch/metric_identity.h"
#include "services/cloudwatch/pages.h"
#include "world/hash.h"

namespace fallstreak::services::cloudwatch {
namespace {

using api::cloudwatch::AlarmContributor;
using api::cloudwatch::MetricAlarm;

/// Chosen: AWS names no number, and the request has none.
constexpr std::size_t kContributorsAPage = 100;

/// Chosen: AWS does not say what the id is made of, but its sixteen letters suggest a hash. This is
/// one of what the series is grouped by.
std::string id_of(const std::vector<std::string>& group) {
  std::string text;
  for (const auto& value : group) append_part(text, value);
  std::string hash;
  append_big_endian(hash, world::hash_bytes(text));
  return to_hex(hash);
}

AlarmContributor contributor_of(const InsightsQuery& query, const TimeSeries& series) {
  AlarmContributor contributor;
  contributor.ContributorId = id_of(series.group);
  auto& attributes = contributor.ContributorAttributes.emplace();
  for (std::size_t index = 0; index < query.group_by.size(); ++index) {
    attributes.push_back({query.group_by[index], series.group[index]});
  }
  return contributor;
}

std::optional<std::string> instance_of(const AlarmContributor& contributor) {
  for (const auto& [name, value] : *contributor.ContributorAttributes) {
    if (name == "InstanceId") return value;
  }
  return {};
}

void act(Context& context, const std::string& alarm_name, const ContributorRecord& record,
         AlarmState state, const std::string& reason) {
  const MetricAlarm alarm = context.state.alarms.find(alarm_name)->alarm;
  if (!*alarm.ActionsEnabled) return;
  const AlarmState previous_state = state == AlarmState::alarm ? AlarmState::ok : AlarmState::alarm;
  ActingAlarm acting{.name = alarm_name,
                     .arn = *alarm.AlarmArn,
                     .actions = actions_of(alarm, state),
                     .state = state,
                     .previous_state = previous_state,
                     .instance_id = instance_of(record.contributor),
                     .metric_value = {},
                     .threshold = alarm.Threshold.value_or(0),
                     .message = {},
                     .type = AlarmType::metric,
                     .level = ActionLevel::contributor,
                     .contributor = &record.contributor};
  if (acting.actions.empty()) return;
  MetricAlarm before = alarm;
  before.StateValue = std::string(name_of(previous_state));
  MetricAlarm after = alarm;
  after.StateValue = std::string(name_of(state));
  after.StateReason = reason;
  after.StateUpdatedTimestamp = context.now();
  acting.message = contributor_notification_of(context, before, after, record.contributor);
  take_actions(context, acting, Occasion::transition);
}

/// Puts a contributor into a state, which is another than before.
void change_contributor(Context& context, const std::string& alarm_name,
                        const AlarmContributor& contributor, const StateChange& change) {
  auto& contributors = context.state.contributors;
  const std::string key = prefix_of(alarm_name) + *contributor.ContributorId;
  const ContributorRecord* known = contributors.find(key);
  ContributorRecord record{.contributor = contributor, .reason_data = change.reason_data};
  // Chosen: AWS names no state before the first, so a contributor begins as if it were OK.
  RecordedState before{"OK", "", ""};
  if (known != nullptr) {
    before = {"ALARM", *known->contributor.StateReason, known->reason_data};
  }
  record.contributor.StateReason = change.reason;
  record.contributor.StateTransitionedTimestamp = context.now();
  if (change.state == AlarmState::alarm) {
    contributors.put(key, record);
  } else {
    contributors.erase(key);
  }
  record_transition(context, alarm_name, AlarmType::metric, before,
                    {std::string(name_of(change.state)), change.reason, change.reason_data},
                    &record.contributor);
  act(context, alarm_name, record, change.state, change.reason);
}

std::optional<StateChange> judge(const Context& context, const AlarmRecord& record,
                                 const TimeSeries& series, const Span& span) {
  const AlarmRule rule = rule_of(record.alarm);
  const auto periods = static_cast<std::size_t>((span.end - span.start) / Duration(span.period));
  std::vector<std::optional<AlarmDatapoint>> range(periods);
  for (const auto& [time, value] : series.points) {
    range[static_cast<std::size_t>((time - span.start) / Duration(span.period))] =
        AlarmDatapoint{.timestamp = time, .value = value};
  }
  const Evaluation evaluation = evaluate(rule, range);
  if (!evaluation.state) return {};
  return StateChange{
      *evaluation.state, state_reason(rule, evaluation),
      reason_data(context, record, span.end - span.period * rule.evaluation_periods, evaluation)};
}

/// The state of the alarm as a whole, if it is to change.
std::optional<StateChange> judge_whole(const Context& context, const std::string& alarm_name,
                                       std::size_t series) {
  const AlarmRecord& record = *context.state.alarms.find(alarm_name);
  std::size_t in_alarm = 0;
  for ([[maybe_unused]] const auto& row :
       context.state.contributors.range(prefix_of(alarm_name))) {
    ++in_alarm;
  }
  // AWS: without a time series data are missing.
  if (series == 0 && in_alarm == 0) {
    const AlarmRule rule = rule_of(record.alarm);
    const std::vector<std::optional<AlarmDatapoint>> nothing(
        static_cast<std::size_t>(rule.evaluation_periods));
    const Evaluation evaluation = evaluate(rule, nothing);
    if (!evaluation.state) return {};
    return StateChange{*evaluation.state, state_reason(rule, evaluation), {}};
  }
  // Chosen: the words.
  return StateChange{
      in_alarm > 0 ? AlarmState::alarm : AlarmState::ok,
      std::to_string(in_alarm) + " of " + std::to_string(series) + " contributors in ALARM state.",
      {}};
}

}  // namespace

void evaluate_contributors(Context& context, const std::string& alarm_name, const Span& span) {
  const AlarmRecord record = *context.state.alarms.find(alarm_name);
  const auto run =
      run_queries(context.state, context.now(), *record.alarm.Metrics, span.start, span.end);
  const QueryResult& result = run.results.at(0);
  const InsightsQuery query = *insights_query_of(*result.query);
  const std::string prefix = prefix_of(alarm_name);
  std::set<std::string> seen;
  for (const auto& series : result.series) {
    const AlarmContributor contributor = contributor_of(query, series);
    seen.insert(*contributor.ContributorId);
    const auto change = judge(context, record, series, span);
    const bool was_on = context.state.contributors.contains(prefix + *contributor.ContributorId);
    // AWS: a contributor is in ALARM or OK, because a time series only exists when there is data.
    if (!change || was_on == (change->state == AlarmState::alarm)) continue;
    change_contributor(context, alarm_name, contributor, *change);
  }
  std::vector<AlarmContributor> gone;
  for (const auto& row : context.state.contributors.range(prefix)) {
    const AlarmContributor& contributor = row.second.contributor;
    if (!seen.contains(*contributor.ContributorId)) gone.push_back(contributor);
  }
  // Chosen: what the query does not return any more is no longer in ALARM, but for alarms that
  // ignore missing data.
  if (rule_of(record.alarm).missing_data != MissingData::ignore) {
    for (const auto& contributor : gone) {
      change_contributor(context, alarm_name, contributor,
                         {AlarmState::ok, "The query no longer returns the time series.", {}});
    }
  }
  const auto whole = judge_whole(context, alarm_name, seen.size());
  if (!whole) return;
  const MetricAlarm& alarm = context.state.alarms.find(alarm_name)->alarm;
  if (name_of(whole->state) == *alarm.StateValue) {
    stay_in_state(context, alarm, *whole);
  } else {
    change_state(context, alarm_name, *whole);
  }
}

void forget_contributors(Context& context, const std::string& alarm_name) {
  context.state.contributors.erase_prefix(prefix_of(alarm_name));
}

void keep_contributor_unsaid(Context& context, const std::string& alarm_name,
                             const AlarmContributor& contributor) {
  const std::string key = prefix_of(alarm_name) + *contributor.ContributorId;
  if (!context.state.contributors.contains(key)) return;
  context.state.contributors.update(key, [](ContributorRecord& row) { row.is_unsaid = true; });
}

void let_contributors_speak(Context& context, const std::string& alarm_name) {
  std::map<std::string, ContributorRecord> unsaid;
  for (const auto& row : context.state.contributors.range(prefix_of(alarm_name))) {
    if (row.second.is_unsaid) unsaid.emplace(row.first, row.second);
  }
  for (const auto& [key, record] : unsaid) {
    context.state.contributors.update(key, [](ContributorRecord& row) { row.is_unsaid = false; });
    act(context, alarm_name, record, AlarmState::alarm, *record.contributor.StateReason);
  }
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmContributors.html
api::cloudwatch::DescribeAlarmContributorsOutput describe_alarm_contributors(
    Context& context, const api::cloudwatch::DescribeAlarmContributorsInput& request) {
  const std::string& name = *request.AlarmName;
  if (!context.state.alarms.contains(name) && !context.state.composites.contains(name)) {
    throw resource_not_found(context.arn("cloudwatch", "alarm:" + name));
  }
  const std::string prefix = prefix_of(name);
  const std::string after = key_of_token(request.NextToken);
  if (!after.empty() && !after.starts_with(prefix)) throw invalid_next_token();
  api::cloudwatch::DescribeAlarmContributorsOutput response;
  auto& contributors = response.AlarmContributors.emplace();
  const auto rows = context.state.contributors.range(prefix);
  auto row = after.empty() ? rows.begin() : context.state.contributors.upper_bound(after);
  std::string last;
  for (; row != rows.end(); ++row) {
    if (contributors.size() == kContributorsAPage) {
      response.NextToken = token_after(last);
      break;
    }
    contributors.push_back(row->second.contributor);
    last = row->first;
  }
  return response;
}

}  // namespace fallstreak::services::cloudwatch
