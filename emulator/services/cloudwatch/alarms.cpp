#include <algorithm>
#include <set>

#include "services/cloudwatch/alarm_contributors.h"
#include "services/cloudwatch/alarm_evaluation.h"
#include "services/cloudwatch/alarm_history.h"
#include "services/cloudwatch/alarm_request.h"
#include "services/cloudwatch/anomaly_bands.h"
#include "services/cloudwatch/composite_alarms.h"
#include "services/cloudwatch/errors.h"
#include "services/cloudwatch/handlers.h"
#include "services/cloudwatch/metric_identity.h"
#include "services/cloudwatch/pages.h"
#include "services/cloudwatch/tags.h"

namespace fallstreak::services::cloudwatch {
namespace {

using api::cloudwatch::DescribeAlarmsInput;
using api::cloudwatch::MetricAlarm;
using api::cloudwatch::PutMetricAlarmInput;
using Names = std::vector<std::string>;

// AWS: the quota of a region, which can be raised.
constexpr std::size_t kMostAlarms = 5000;
constexpr std::int32_t kAlarmsAPage = 50;

/// Where an alarm stands under its metric; empty when it is on metric math.
std::string index_key(const MetricAlarm& alarm) {
  if (!alarm.MetricName) return {};
  std::string key = metric_key(*alarm.Namespace, *alarm.MetricName, alarm.Dimensions);
  // No dimension has an empty name, so this begins the names of alarms.
  append_part(key, "");
  return key + *alarm.AlarmName;
}

/// Where an alarm stands under its actions.
std::set<std::string> action_keys(const MetricAlarm& alarm) {
  std::set<std::string> keys;
  for (const auto* actions :
       {&alarm.OKActions, &alarm.AlarmActions, &alarm.InsufficientDataActions}) {
    for (const auto& arn : api::each(*actions)) {
      std::string key;
      append_part(key, arn);
      keys.insert(key + *alarm.AlarmName);
    }
  }
  return keys;
}

void add_to_index(Context& context, const MetricAlarm& alarm) {
  std::string key = index_key(alarm);
  if (!key.empty()) context.state.metric_alarms.put(std::move(key), *alarm.AlarmName);
  for (const auto& each : action_keys(alarm)) {
    context.state.action_alarms.put(each, *alarm.AlarmName);
  }
}

void remove_from_index(Context& context, const MetricAlarm& alarm) {
  const std::string key = index_key(alarm);
  if (!key.empty()) context.state.metric_alarms.erase(key);
  for (const auto& each : action_keys(alarm)) context.state.action_alarms.erase(each);
}

MetricAlarm alarm_of(const Context& context, const PutMetricAlarmInput& request) {
  MetricAlarm alarm;
  alarm.AlarmName = request.AlarmName;
  alarm.AlarmArn = context.arn("cloudwatch", "alarm:" + *request.AlarmName);
  alarm.AlarmDescription = request.AlarmDescription;
  alarm.AlarmConfigurationUpdatedTimestamp = context.now();
  alarm.ActionsEnabled = request.ActionsEnabled.value_or(true);
  alarm.OKActions = request.OKActions.value_or(Names{});
  alarm.AlarmActions = request.AlarmActions.value_or(Names{});
  alarm.InsufficientDataActions = request.InsufficientDataActions.value_or(Names{});
  alarm.MetricName = request.MetricName;
  alarm.Namespace = request.Namespace;
  alarm.Statistic = request.Statistic;
  alarm.ExtendedStatistic = request.ExtendedStatistic;
  alarm.Dimensions = request.Dimensions.value_or(Dimensions{});
  alarm.Period = request.Period;
  alarm.Unit = request.Unit;
  alarm.EvaluationPeriods = request.EvaluationPeriods;
  alarm.DatapointsToAlarm = request.DatapointsToAlarm;
  alarm.Threshold = request.Threshold;
  alarm.ThresholdMetricId = request.ThresholdMetricId;
  alarm.ComparisonOperator = request.ComparisonOperator;
  alarm.TreatMissingData = request.TreatMissingData;
  alarm.EvaluateLowSampleCountPercentile = request.EvaluateLowSampleCountPercentile;
  if (request.Metrics && !request.Metrics->empty()) alarm.Metrics = request.Metrics;
  return alarm;
}

/// AWS: a new alarm begins in INSUFFICIENT_DATA; one that is put again keeps its state.
void set_first_state(const Context& context, const AlarmRecord* before, MetricAlarm& alarm) {
  if (before == nullptr) {
    alarm.StateValue = "INSUFFICIENT_DATA";
    alarm.StateReason = "Unchecked: Initial alarm creation";
    alarm.StateUpdatedTimestamp = context.now();
    alarm.StateTransitionedTimestamp = context.now();
    return;
  }
  alarm.StateValue = before->alarm.StateValue;
  alarm.StateReason = before->alarm.StateReason;
  alarm.StateReasonData = before->alarm.StateReasonData;
  alarm.StateUpdatedTimestamp = before->alarm.StateUpdatedTimestamp;
  alarm.StateTransitionedTimestamp = before->alarm.StateTransitionedTimestamp;
}

/// The alarms with an action that begins so, by name.
std::set<std::string> alarms_with_action(const Context& context, const std::string& prefix) {
  std::set<std::string> names;
  for (const auto& row : context.state.action_alarms.range(prefix)) names.insert(row.second);
  return names;
}

bool is_wanted(const MetricAlarm& alarm, const DescribeAlarmsInput& request) {
  return (!request.StateValue || alarm.StateValue == request.StateValue) &&
         (!request.AlarmNamePrefix || alarm.AlarmName->starts_with(*request.AlarmNamePrefix));
}

/// Chosen: all composite alarms are on the first page; their number is small.
void add_composites(const Context& context, const DescribeAlarmsInput& request,
                    std::vector<api::cloudwatch::CompositeAlarm>& shown) {
  const auto names = api::each(request.AlarmNames);
  for (const auto& [name, record] :
       context.state.composites.range(request.AlarmNamePrefix.value_or(""))) {
    const auto has_prefix = [&](const std::optional<Names>& actions) {
      return std::ranges::any_of(api::each(actions), [&](const std::string& arn) {
        return arn.starts_with(*request.ActionPrefix);
      });
    };
    const auto& alarm = record.alarm;
    const bool is_meant =
        (names.empty() || std::ranges::find(names, name) != names.end()) &&
        (!request.StateValue || alarm.StateValue == request.StateValue) &&
        (!request.ActionPrefix || has_prefix(alarm.OKActions) || has_prefix(alarm.AlarmActions) ||
         has_prefix(alarm.InsufficientDataActions));
    if (is_meant) shown.push_back(alarm);
  }
}

enum class Actions { disabled, enabled };

void switch_actions(Context& context, const Names& names, Actions actions) {
  // Chosen: AWS lists no error of an alarm that does not exist, so it is passed over.
  for (const auto& name : names) {
    if (context.state.composites.contains(name)) {
      context.state.composites.update(name, [&](CompositeRecord& record) {
        record.alarm.ActionsEnabled = actions == Actions::enabled;
        record.alarm.AlarmConfigurationUpdatedTimestamp = context.now();
      });
    }
    if (!context.state.alarms.contains(name)) continue;
    context.state.alarms.update(name, [&](AlarmRecord& record) {
      record.alarm.ActionsEnabled = actions == Actions::enabled;
      record.alarm.AlarmConfigurationUpdatedTimestamp = context.now();
    });
    record_configuration(context, context.state.alarms.find(name)->alarm, "update");
  }
}

}  // namespace

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
api::cloudwatch::PutMetricAlarmResponse put_metric_alarm(Context& context,
                                                         const PutMetricAlarmInput& request) {
  const WatchedSeries watched = check_alarm(context, request);
  const std::string& name = *request.AlarmName;
  if (context.state.composites.contains(name)) {
    throw validation_error("A composite alarm with the name " + name + " exists already.");
  }
  const AlarmRecord* before = context.state.alarms.find(name);
  if (before == nullptr && context.state.alarms.size() >= kMostAlarms) throw too_many_alarms();

  AlarmRecord record{.alarm = alarm_of(context, request),
                     .period_seconds = watched.period_seconds,
                     .has_contributors = watched.are_contributors};
  set_first_state(context, before, record.alarm);
  // AWS: tags are given when the alarm is created, and left alone when it is put again.
  record.tags = before != nullptr ? before->tags : tags_at_creation(request.Tags);
  record.generation = context.state.next("alarm");
  const std::string_view what = before == nullptr ? "create" : "update";
  if (before != nullptr) remove_from_index(context, before->alarm);
  if (!record.has_contributors) forget_contributors(context, name);
  add_to_index(context, record.alarm);
  record_configuration(context, record.alarm, what);
  context.state.alarms.put(name, std::move(record));
  if (request.ThresholdMetricId)
    prepare_band(context, *request.Metrics, *request.ThresholdMetricId);
  start_evaluations(context, name);
  return {};
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
api::cloudwatch::DescribeAlarmsOutput describe_alarms(Context& context,
                                                      const DescribeAlarmsInput& request) {
  if (request.ChildrenOfAlarmName || request.ParentsOfAlarmName) {
    return describe_relatives(context, request);
  }
  if (request.AlarmNames && request.AlarmNamePrefix) {
    throw both_specified("AlarmNames", "AlarmNamePrefix");
  }
  const std::string after = key_of_token(request.NextToken);
  api::cloudwatch::DescribeAlarmsOutput response;
  response.MetricAlarms.emplace();
  response.CompositeAlarms.emplace();
  // AWS: without types, only metric alarms are returned.
  const auto types = api::each(request.AlarmTypes);
  if (std::ranges::find(types, "CompositeAlarm") != types.end() && after.empty()) {
    add_composites(context, request, *response.CompositeAlarms);
  }
  if (!types.empty() && std::ranges::find(types, "MetricAlarm") == types.end()) return response;

  // Returns false when the page is full.
  const auto add = [&](const std::string& name, const MetricAlarm& alarm) {
    if (name <= after || !is_wanted(alarm, request)) return true;
    if (std::ssize(*response.MetricAlarms) == request.MaxRecords.value_or(kAlarmsAPage)) {
      response.NextToken = token_after(*response.MetricAlarms->back().AlarmName);
      return false;
    }
    response.MetricAlarms->push_back(alarm);
    return true;
  };
  const auto& alarms = context.state.alarms;
  const bool is_named = request.AlarmNames && !request.AlarmNames->empty();
  if (is_named || request.ActionPrefix) {
    std::set<std::string> names;
    if (request.ActionPrefix) names = alarms_with_action(context, *request.ActionPrefix);
    if (is_named) {
      const std::set<std::string> named(request.AlarmNames->begin(), request.AlarmNames->end());
      if (request.ActionPrefix) {
        std::erase_if(names, [&](const auto& name) { return !named.contains(name); });
      } else {
        names = named;
      }
    }
    for (const auto& name : names) {
      const AlarmRecord* record = alarms.find(name);
      if (record != nullptr && !add(name, record->alarm)) break;
    }
    return response;
  }
  const std::string prefix = request.AlarmNamePrefix.value_or("");
  auto row = alarms.lower_bound(std::max(prefix, after));
  for (; row != alarms.end() && row->first.starts_with(prefix); ++row) {
    if (!add(row->first, row->second.alarm)) break;
  }
  return response;
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmsForMetric.html
api::cloudwatch::DescribeAlarmsForMetricOutput describe_alarms_for_metric(
    Context& context, const api::cloudwatch::DescribeAlarmsForMetricInput& request) {
  std::string prefix = metric_key(*request.Namespace, *request.MetricName, request.Dimensions);
  append_part(prefix, "");
  api::cloudwatch::DescribeAlarmsForMetricOutput response;
  auto& found = response.MetricAlarms.emplace();
  for (const auto& [key, name] : context.state.metric_alarms.range(prefix)) {
    const MetricAlarm& alarm = context.state.alarms.find(name)->alarm;
    const bool is_meant =
        (!request.Statistic || alarm.Statistic == request.Statistic) &&
        (!request.ExtendedStatistic || alarm.ExtendedStatistic == request.ExtendedStatistic) &&
        (!request.Period || alarm.Period == request.Period) &&
        (!request.Unit || alarm.Unit == request.Unit);
    if (is_meant) found.push_back(alarm);
  }
  return response;
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_EnableAlarmActions.html
api::cloudwatch::EnableAlarmActionsResponse enable_alarm_actions(
    Context& context, const api::cloudwatch::EnableAlarmActionsInput& request) {
  switch_actions(context, *request.AlarmNames, Actions::enabled);
  return {};
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DisableAlarmActions.html
api::cloudwatch::DisableAlarmActionsResponse disable_alarm_actions(
    Context& context, const api::cloudwatch::DisableAlarmActionsInput& request) {
  switch_actions(context, *request.AlarmNames, Actions::disabled);
  return {};
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html
api::cloudwatch::DeleteAlarmsResponse delete_alarms(
    Context& context, const api::cloudwatch::DeleteAlarmsInput& request) {
  // AWS: when one name is wrong, no alarm is deleted; a throw undoes what went before it.
  const std::set<std::string> names(request.AlarmNames->begin(), request.AlarmNames->end());
  for (const auto& name : names) {
    check_no_parents(context, name, names);
    context.state.unsaid.erase(name);
    if (delete_composite(context, name)) continue;
    const AlarmRecord* record = context.state.alarms.find(name);
    if (record == nullptr) throw alarm_not_found(name);
    remove_from_index(context, record->alarm);
    forget_contributors(context, name);
    record_configuration(context, record->alarm, "delete");
    context.state.alarms.erase(name);
  }
  return {};
}

}  // namespace fallstreak::services::cloudwatch
