#include "services/cloudwatch/alarm_history.h"

#include <algorithm>

#include "base/json_text.h"
#include "services/cloudwatch/handlers.h"
#include "services/cloudwatch/metric_identity.h"
#include "services/cloudwatch/ordered_key.h"
#include "services/cloudwatch/pages.h"
#include "services/cloudwatch/text.h"
#include "services/cloudwatch/timing.h"

namespace fallstreak::services::cloudwatch {
namespace {

using api::cloudwatch::AlarmHistoryItem;
using api::cloudwatch::DescribeAlarmHistoryInput;
using api::cloudwatch::MetricAlarm;

// AWS: the longest summary and data of the model.
constexpr std::size_t kLongestSummary = 255;
constexpr std::size_t kLongestData = 4095;

std::string_view name_of(HistoryType type) {
  switch (type) {
    case HistoryType::configuration_update:
      return "ConfigurationUpdate";
    case HistoryType::state_update:
      return "StateUpdate";
    case HistoryType::action:
      return "Action";
    case HistoryType::contributor_state_update:
      return "AlarmContributorStateUpdate";
    case HistoryType::contributor_action:
      return "AlarmContributorAction";
  }
  return {};
}

std::string_view name_of(AlarmType type) {
  return type == AlarmType::metric ? "MetricAlarm" : "CompositeAlarm";
}

std::string state_document(const RecordedState& recorded) {
  JsonObject state;
  state.add("stateValue", recorded.value);
  state.add("stateReason", recorded.reason);
  if (!recorded.reason_data.empty()) state.add_raw("stateReasonData", recorded.reason_data);
  return state.text();
}

/// How many items that are too old go whenever one is added: more than one, so that they get fewer.
constexpr int kForgottenItems = 4;

void forget_old(Context& context) {
  auto& by_time = context.state.history_by_time;
  for (int forgotten = 0; forgotten < kForgottenItems && by_time.begin() != by_time.end();
       ++forgotten) {
    const std::string place = by_time.begin()->first;
    if (context.now() - time_at(place, 0) <= kHistoryKept) return;
    context.state.history.erase(by_time.begin()->second);
    by_time.erase(place);
  }
}

std::string alarm_document(const MetricAlarm& alarm) {
  JsonObject document;
  document.add("evaluationPeriods", *alarm.EvaluationPeriods);
  if (alarm.DatapointsToAlarm) document.add("datapointsToAlarm", *alarm.DatapointsToAlarm);
  std::vector<std::string> dimensions;
  for (const auto& dimension : api::each(alarm.Dimensions)) {
    JsonObject object;
    object.add("name", *dimension.Name);
    object.add("value", *dimension.Value);
    dimensions.push_back(object.text());
  }
  document.add_raw("dimensions", json_array(dimensions));
  const auto add_arns = [&](std::string_view name, const auto& list) {
    std::vector<std::string> arns;
    for (const auto& arn : api::each(list)) arns.push_back(json_string(arn));
    document.add_raw(name, json_array(arns));
  };
  add_arns("okActions", alarm.OKActions);
  add_arns("alarmActions", alarm.AlarmActions);
  add_arns("insufficientDataActions", alarm.InsufficientDataActions);
  document.add("comparisonOperator", *alarm.ComparisonOperator);
  const auto add_text = [&](std::string_view name, const std::optional<std::string>& text) {
    if (text) document.add(name, *text);
  };
  add_text("metricName", alarm.MetricName);
  add_text("namespace", alarm.Namespace);
  add_text("statistic", alarm.Statistic);
  add_text("extendedStatistic", alarm.ExtendedStatistic);
  add_text("unit", alarm.Unit);
  add_text("treatMissingData", alarm.TreatMissingData);
  add_text("evaluateLowSampleCountPercentile", alarm.EvaluateLowSampleCountPercentile);
  add_text("alarmDescription", alarm.AlarmDescription);
  if (alarm.Period) document.add("period", *alarm.Period);
  if (alarm.Threshold) document.add_raw("threshold", number_text(*alarm.Threshold));
  add_text("thresholdMetricId", alarm.ThresholdMetricId);
  document.add("alarmName", *alarm.AlarmName);
  document.add("alarmArn", *alarm.AlarmArn);
  document.add_raw("actionsEnabled", *alarm.ActionsEnabled ? "true" : "false");
  document.add("stateValue", *alarm.StateValue);
  document.add("stateReason", *alarm.StateReason);
  return document.text();
}

/// AWS: without types, the history of metric alarms.
bool is_wanted_type(const AlarmHistoryItem& item, const DescribeAlarmHistoryInput& request) {
  const auto types = api::each(request.AlarmTypes);
  if (types.empty()) return item.AlarmType == "MetricAlarm";
  return std::ranges::find(types, *item.AlarmType) != types.end();
}

bool is_wanted(const AlarmHistoryItem& item, const DescribeAlarmHistoryInput& request, Time now) {
  return now - *item.Timestamp <= kHistoryKept && is_wanted_type(item, request) &&
         (!request.AlarmContributorId || item.AlarmContributorId == request.AlarmContributorId) &&
         (!request.HistoryItemType || item.HistoryItemType == request.HistoryItemType) &&
         (!request.StartDate || *item.Timestamp >= *request.StartDate) &&
         (!request.EndDate || *item.Timestamp <= *request.EndDate);
}

/// The items of one table's range, from where the token says, in either direction. `item_of(row)`
/// gives the item of a row.
template <class Rows, class ItemOf>
void read_page(Context& context, const Rows& table, const std::string& prefix,
               const DescribeAlarmHistoryInput& request, ItemOf&& item_of,
               api::cloudwatch::DescribeAlarmHistoryOutput& response) {
  const std::string after = key_of_token(request.NextToken);
  if (!after.empty() && !after.starts_with(prefix)) throw invalid_next_token();
  const std::int32_t most = request.MaxRecords.value_or(100);
  std::string last_key;
  // Returns false when the page is full.
  const auto add = [&](const auto& row) {
    const AlarmHistoryItem& item = item_of(row);
    if (!is_wanted(item, request, context.now())) return true;
    if (std::ssize(*response.AlarmHistoryItems) == most) {
      response.NextToken = token_after(last_key);
      return false;
    }
    response.AlarmHistoryItems->push_back(item);
    last_key = row.first;
    return true;
  };
  const auto rows = table.range(prefix);
  if (request.ScanBy == "TimestampAscending") {
    auto row = after.empty() ? rows.begin() : table.upper_bound(after);
    while (row != rows.end() && add(*row)) ++row;
  } else {
    // AWS: the newest first, unless asked otherwise.
    auto row = after.empty() ? rows.end() : table.lower_bound(after);
    while (row != rows.begin() && add(*--row)) {
    }
  }
}

}  // namespace

void record_history(Context& context, const std::string& alarm_name, AlarmType alarm_type,
                    HistoryType type, std::string summary, std::string data,
                    const api::cloudwatch::AlarmContributor* contributor) {
  AlarmHistoryItem item;
  item.AlarmName = alarm_name;
  item.AlarmType = std::string(name_of(alarm_type));
  item.Timestamp = context.now();
  item.HistoryItemType = std::string(name_of(type));
  item.HistorySummary = shortened(std::move(summary), kLongestSummary);
  item.HistoryData = shortened(std::move(data), kLongestData);
  if (contributor != nullptr) {
    item.AlarmContributorId = contributor->ContributorId;
    item.AlarmContributorAttributes = contributor->ContributorAttributes;
  }

  std::string place;
  append_time(place, context.now());
  append_big_endian(place, context.state.next("history"));
  std::string key = prefix_of(alarm_name) + place;
  context.state.history_by_time.insert(std::move(place), key);
  context.state.history.insert(std::move(key), std::move(item));
  forget_old(context);
}

void record_alarm_change(Context& context, const std::string& alarm_name, AlarmType alarm_type,
                         std::string_view what, const std::string& document) {
  const std::string done = std::string(what) + "d";
  std::string type(what);
  type[0] = char(type[0] - 32);
  JsonObject data;
  data.add("version", "1.0");
  data.add("type", type);
  data.add_raw(done + "Alarm", document);
  record_history(context, alarm_name, alarm_type, HistoryType::configuration_update,
                 "Alarm \"" + alarm_name + "\" " + done, data.text());
}

void record_configuration(Context& context, const MetricAlarm& alarm, std::string_view what) {
  record_alarm_change(context, *alarm.AlarmName, AlarmType::metric, what, alarm_document(alarm));
}

void record_transition(Context& context, const std::string& alarm_name, AlarmType type,
                       const RecordedState& before, const RecordedState& after,
                       const api::cloudwatch::AlarmContributor* contributor) {
  JsonObject data;
  data.add("version", "1.0");
  data.add_raw("oldState", state_document(before));
  data.add_raw("newState", state_document(after));
  const bool is_whole = contributor == nullptr;
  record_history(context, alarm_name, type,
                 is_whole ? HistoryType::state_update : HistoryType::contributor_state_update,
                 // Chosen: the words about a contributor.
                 (is_whole ? "Alarm" : "Alarm contributor " + *contributor->ContributorId) +
                     " updated from " + before.value + " to " + after.value,
                 data.text(), contributor);
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html
api::cloudwatch::DescribeAlarmHistoryOutput describe_alarm_history(
    Context& context, const DescribeAlarmHistoryInput& request) {
  api::cloudwatch::DescribeAlarmHistoryOutput response;
  response.AlarmHistoryItems.emplace();
  if (request.AlarmName) {
    read_page(
        context, context.state.history, prefix_of(*request.AlarmName), request,
        [](const auto& row) -> const AlarmHistoryItem& { return row.second; }, response);
  } else {
    read_page(
        context, context.state.history_by_time, "", request,
        [&](const auto& row) -> const AlarmHistoryItem& {
          return *context.state.history.find(row.second);
        },
        response);
  }
  return response;
}

}  // namespace fallstreak::services::cloudwatch
