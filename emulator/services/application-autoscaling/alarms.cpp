#include "services/application-autoscaling/alarms.h"

#include "api/cloudwatch/alarms.h"
#include "services/application-autoscaling/errors.h"
#include "services/application-autoscaling/lookup.h"
#include "services/application-autoscaling/resource.h"

namespace fallstreak::services::application_autoscaling {
namespace {

using api::application_autoscaling::Alarm;
using api::application_autoscaling::ScalingPolicy;
using api::cloudwatch::PutMetricAlarmInput;

constexpr std::int32_t kMinute = 60;
constexpr std::int32_t kFiveMinutes = 300;

/// The name of the policy's alarm of that side: the one it has, or a new one.
std::string alarm_name(Context& context, const ScalingPolicy& policy, const std::string& side) {
  // Observed: the names of the alarms that AWS makes.
  const std::string prefix = "TargetTracking-" + *policy.ResourceId + "-" + side + "-";
  for (const Alarm& alarm : api::each(policy.Alarms)) {
    if (alarm.AlarmName->starts_with(prefix)) return *alarm.AlarmName;
  }
  return prefix + context.new_uuid("alarm-name");
}

Alarm put(Context& context, const PutMetricAlarmInput& alarm) {
  const auto made = context.try_call<api::cloudwatch::PutMetricAlarm>(alarm);
  if (!made) {
    if (made.error().status >= 500) throw failed_resource_access(made.error().message);
    throw validation_exception(made.error().message);
  }
  return {.AlarmName = alarm.AlarmName,
          .AlarmARN = context.arn("cloudwatch", "alarm:" + *alarm.AlarmName)};
}

/// What all of a policy's alarms have in common.
PutMetricAlarmInput alarm_of(const ScalingPolicy& policy, const Resource& resource) {
  PutMetricAlarmInput alarm{
      .AlarmDescription =
          "DO NOT EDIT OR DELETE. For TargetTrackingScaling policy " + *policy.PolicyARN + ".",
      .AlarmActions = {{*policy.PolicyARN}},
      .Namespace = "AWS/DynamoDB",
      .Dimensions = {{{.Name = "TableName", .Value = resource.table}}}};
  if (!resource.index.empty())
    alarm.Dimensions->push_back({.Name = "GlobalSecondaryIndexName", .Value = resource.index});
  return alarm;
}

}  // namespace

std::vector<Alarm> put_alarms(Context& context, const ScalingPolicy& policy) {
  const Resource resource = resource_of(*policy.ResourceId, *policy.ScalableDimension);
  const auto capacity = capacity_of(context, resource);
  if (!capacity)
    throw failed_resource_access("DynamoDB table does not exist: " + *policy.ResourceId);
  const auto& configuration = *policy.TargetTrackingScalingPolicyConfiguration;
  const double units = capacity->of(resource.units);
  const bool is_read = resource.units == Units::reads;
  std::vector<Alarm> alarms;

  // Observed: the consumed units of a minute are compared, so that 70 % of one unit are 42.
  PutMetricAlarmInput alarm = alarm_of(policy, resource);
  alarm.MetricName = is_read ? "ConsumedReadCapacityUnits" : "ConsumedWriteCapacityUnits";
  alarm.Statistic = "Sum";
  alarm.Period = kMinute;
  const auto threshold = [&](double percent) { return units * kMinute * percent / 100; };
  alarm.AlarmName = alarm_name(context, policy, "AlarmHigh");
  alarm.EvaluationPeriods = kHighPeriods;
  alarm.Threshold = threshold(*configuration.TargetValue);
  alarm.ComparisonOperator = "GreaterThanThreshold";
  alarms.push_back(put(context, alarm));
  if (!configuration.DisableScaleIn.value_or(false)) {
    alarm.AlarmName = alarm_name(context, policy, "AlarmLow");
    alarm.EvaluationPeriods = kLowPeriods;
    alarm.Threshold = threshold(*configuration.TargetValue - kLowPoints);
    alarm.ComparisonOperator = "LessThanThreshold";
    alarms.push_back(put(context, alarm));
  }

  alarm.MetricName = is_read ? "ProvisionedReadCapacityUnits" : "ProvisionedWriteCapacityUnits";
  alarm.Statistic = "Average";
  alarm.Period = kFiveMinutes;
  alarm.Threshold = units;
  alarm.AlarmName = alarm_name(context, policy, "ProvisionedCapacityHigh");
  alarm.EvaluationPeriods = 2;
  alarm.ComparisonOperator = "GreaterThanThreshold";
  alarms.push_back(put(context, alarm));
  alarm.AlarmName = alarm_name(context, policy, "ProvisionedCapacityLow");
  alarm.EvaluationPeriods = 3;
  alarm.ComparisonOperator = "LessThanThreshold";
  alarms.push_back(put(context, alarm));
  return alarms;
}

void delete_alarms(Context& context, const ScalingPolicy& policy) {
  for (const Alarm& alarm : api::each(policy.Alarms)) {
    // One that its user deleted is gone already.
    static_cast<void>(
        context.try_call<api::cloudwatch::DeleteAlarms>({.AlarmNames = {{*alarm.AlarmName}}}));
  }
}

void renew_alarms(Context& context, const std::string& target) {
  std::vector<ScalingPolicy> policies;
  for (const auto& row : context.state.policies.range(prefix_of_target(target)))
    policies.push_back(row.second.policy);
  for (const ScalingPolicy& policy : policies) {
    try {
      static_cast<void>(put_alarms(context, policy));
    } catch (const ApiError&) {
      // CloudWatch or the table is not there: the next change or alarm tries again.
      continue;
    }
  }
}

Side side_of(const std::string& alarm_name) {
  if (alarm_name.find("-AlarmHigh-") != std::string::npos) return Side::high;
  return alarm_name.find("-AlarmLow-") != std::string::npos ? Side::low : Side::provisioned;
}

}  // namespace fallstreak::services::application_autoscaling
