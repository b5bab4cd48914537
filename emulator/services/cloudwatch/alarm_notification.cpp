#include "services/cloudwatch/alarm_notification.h"

#include "base/json_text.h"
#include "services/cloudwatch/text.h"

namespace fallstreak::services::cloudwatch {
namespace {

using api::cloudwatch::MetricAlarm;

std::string arn_list(const std::optional<std::vector<std::string>>& arns) {
  std::vector<std::string> texts;
  for (const auto& arn : api::each(arns)) texts.push_back(json_string(arn));
  return json_array(texts);
}

void add_text(JsonObject& object, std::string_view name, const std::optional<std::string>& text) {
  if (text) {
    object.add(name, *text);
  } else {
    object.add_raw(name, "null");
  }
}

std::string dimension_list(const MetricAlarm& alarm) {
  std::vector<std::string> dimensions;
  for (const auto& dimension : api::each(alarm.Dimensions)) {
    JsonObject object;
    object.add("value", *dimension.Value);
    object.add("name", *dimension.Name);
    dimensions.push_back(object.text());
  }
  return json_array(dimensions);
}

/// Observed: notifications name the statistic in capitals.
std::string in_capitals(std::string text) {
  std::string capitals;
  for (const char letter : text) {
    const bool is_upper = letter >= 'A' && letter <= 'Z';
    if (is_upper && !capitals.empty()) capitals += '_';
    capitals += letter >= 'a' && letter <= 'z' ? char(letter - 32) : letter;
  }
  return capitals;
}

std::string trigger_of(const MetricAlarm& alarm) {
  JsonObject trigger;
  if (alarm.MetricName) {
    trigger.add("MetricName", *alarm.MetricName);
    trigger.add("Namespace", *alarm.Namespace);
    if (alarm.Statistic) {
      trigger.add("StatisticType", "Statistic");
      trigger.add("Statistic", in_capitals(*alarm.Statistic));
    } else {
      trigger.add("StatisticType", "ExtendedStatistic");
      trigger.add("ExtendedStatistic", *alarm.ExtendedStatistic);
    }
    add_text(trigger, "Unit", alarm.Unit);
    trigger.add_raw("Dimensions", dimension_list(alarm));
    trigger.add("Period", *alarm.Period);
  }
  trigger.add("EvaluationPeriods", *alarm.EvaluationPeriods);
  if (alarm.DatapointsToAlarm) trigger.add("DatapointsToAlarm", *alarm.DatapointsToAlarm);
  trigger.add("ComparisonOperator", *alarm.ComparisonOperator);
  if (alarm.Threshold) {
    trigger.add_raw("Threshold", number_text(*alarm.Threshold));
  } else {
    trigger.add("ThresholdMetricId", *alarm.ThresholdMetricId);
  }
  trigger.add("TreatMissingData", alarm.TreatMissingData.value_or(""));
  trigger.add("EvaluateLowSampleCountPercentile",
              alarm.EvaluateLowSampleCountPercentile.value_or(""));
  return trigger.text();
}

/// What notifications of both kinds of alarms say.
template <class Alarm>
JsonObject message_of(const Context& context, const Alarm& before, const Alarm& after) {
  JsonObject message;
  message.add("AlarmName", *after.AlarmName);
  add_text(message, "AlarmDescription", after.AlarmDescription);
  message.add("AWSAccountId", context.account_id());
  message.add("AlarmConfigurationUpdatedTimestamp",
              json_date(*after.AlarmConfigurationUpdatedTimestamp));
  message.add("NewStateValue", *after.StateValue);
  message.add("NewStateReason", *after.StateReason);
  message.add("StateChangeTime", json_date(*after.StateUpdatedTimestamp));
  // Chosen: the region's code; AWS has a name here, as `EU (Frankfurt)`.
  message.add("Region", context.region());
  message.add("AlarmArn", *after.AlarmArn);
  message.add("OldStateValue", *before.StateValue);
  message.add_raw("OKActions", arn_list(after.OKActions));
  message.add_raw("AlarmActions", arn_list(after.AlarmActions));
  message.add_raw("InsufficientDataActions", arn_list(after.InsufficientDataActions));
  return message;
}

}  // namespace

std::string notification_of(const Context& context, const MetricAlarm& before,
                            const MetricAlarm& after) {
  JsonObject message = message_of(context, before, after);
  message.add_raw("Trigger", trigger_of(after));
  return message.text();
}

std::string contributor_notification_of(const Context& context, const MetricAlarm& before,
                                        const MetricAlarm& after,
                                        const api::cloudwatch::AlarmContributor& contributor) {
  JsonObject message = message_of(context, before, after);
  message.add_raw("Trigger", trigger_of(after));
  // Chosen: the names of DescribeAlarmHistory.
  message.add("AlarmContributorId", *contributor.ContributorId);
  JsonObject attributes;
  for (const auto& [name, value] : *contributor.ContributorAttributes) attributes.add(name, value);
  message.add_raw("AlarmContributorAttributes", attributes.text());
  return message.text();
}

std::string notification_of(const Context& context, const api::cloudwatch::CompositeAlarm& before,
                            const api::cloudwatch::CompositeAlarm& after) {
  JsonObject message = message_of(context, before, after);
  message.add("AlarmRule", *after.AlarmRule);
  return message.text();
}

}  // namespace fallstreak::services::cloudwatch
