#include "services/autoscaling/target_tracking_alarms.h"

#include "api/cloudwatch/alarms.h"
#include "scaling/target_tracking.h"
#include "services/autoscaling/errors.h"

namespace fallstreak::services::autoscaling {
namespace {

using api::autoscaling::Alarm;
using api::cloudwatch::PutMetricAlarmInput;

constexpr std::int32_t kPeriod = 60;

/// What a predefined metric is in CloudWatch.
void set_predefined(PutMetricAlarmInput& alarm, const std::string& group_name,
                    const api::autoscaling::PredefinedMetricSpecification& metric) {
  const std::string& type = *metric.PredefinedMetricType;
  alarm.Period = kPeriod;
  if (type == "ALBRequestCountPerTarget") {
    const std::string& label = *metric.ResourceLabel;
    const auto at = label.find("/targetgroup/") + 1;
    alarm.Namespace = "AWS/ApplicationELB";
    alarm.MetricName = "RequestCountPerTarget";
    alarm.Statistic = "Sum";
    alarm.Dimensions = {{{.Name = "TargetGroup", .Value = label.substr(at)}}};
    return;
  }
  alarm.Namespace = "AWS/EC2";
  alarm.MetricName = type == "ASGAverageCPUUtilization" ? "CPUUtilization"
                     : type == "ASGAverageNetworkIn"    ? "NetworkIn"
                                                        : "NetworkOut";
  alarm.Statistic = "Average";
  alarm.Dimensions = {{{.Name = "AutoScalingGroupName", .Value = group_name}}};
}

std::optional<std::vector<api::cloudwatch::Dimension>> dimensions_of(
    const std::optional<std::vector<api::autoscaling::MetricDimension>>& wanted) {
  if (!wanted) return {};
  std::vector<api::cloudwatch::Dimension> dimensions;
  for (const auto& one : *wanted) dimensions.push_back({.Name = one.Name, .Value = one.Value});
  return dimensions;
}

api::cloudwatch::MetricDataQuery query_of(
    const api::autoscaling::TargetTrackingMetricDataQuery& wanted) {
  api::cloudwatch::MetricDataQuery query;
  query.Id = wanted.Id;
  query.Expression = wanted.Expression;
  query.Label = wanted.Label;
  query.ReturnData = wanted.ReturnData;
  if (!wanted.MetricStat) return query;
  const auto& stat = *wanted.MetricStat;
  auto& metric = query.MetricStat.emplace();
  metric.Metric.emplace();
  metric.Metric->Namespace = stat.Metric->Namespace;
  metric.Metric->MetricName = stat.Metric->MetricName;
  metric.Metric->Dimensions = dimensions_of(stat.Metric->Dimensions);
  metric.Period = stat.Period.value_or(wanted.Period.value_or(kPeriod));
  metric.Stat = stat.Stat;
  metric.Unit = stat.Unit;
  return query;
}

void set_customized(PutMetricAlarmInput& alarm,
                    const api::autoscaling::CustomizedMetricSpecification& metric) {
  if (!api::each(metric.Metrics).empty()) {
    for (const auto& query : *metric.Metrics) {
      if (!alarm.Metrics) alarm.Metrics.emplace();
      alarm.Metrics->push_back(query_of(query));
    }
    return;
  }
  alarm.Namespace = metric.Namespace;
  alarm.MetricName = metric.MetricName;
  alarm.Dimensions = dimensions_of(metric.Dimensions);
  alarm.Statistic = metric.Statistic;
  alarm.Unit = metric.Unit;
  alarm.Period = metric.Period.value_or(kPeriod);
}

PutMetricAlarmInput alarm_for(const api::autoscaling::ScalingPolicy& policy) {
  const auto& configuration = *policy.TargetTrackingConfiguration;
  PutMetricAlarmInput alarm;
  alarm.AlarmDescription =
      "DO NOT EDIT OR DELETE. For TargetTrackingScaling policy " + *policy.PolicyARN + ".";
  alarm.AlarmActions = {{*policy.PolicyARN}};
  if (configuration.PredefinedMetricSpecification) {
    set_predefined(alarm, *policy.AutoScalingGroupName,
                   *configuration.PredefinedMetricSpecification);
  } else {
    set_customized(alarm, *configuration.CustomizedMetricSpecification);
  }
  return alarm;
}

Alarm put(Context& context, const PutMetricAlarmInput& alarm) {
  const auto made = context.try_call<api::cloudwatch::PutMetricAlarm>(alarm);
  if (!made) {
    if (made.error().status >= 500) throw made.error();
    throw validation_error(made.error().message);
  }
  return {.AlarmName = alarm.AlarmName,
          .AlarmARN = context.arn("cloudwatch", "alarm:" + *alarm.AlarmName)};
}

}  // namespace

std::vector<Alarm> put_target_tracking_alarms(Context& context,
                                              const api::autoscaling::ScalingPolicy& policy,
                                              const std::vector<Alarm>& existing) {
  const auto& configuration = *policy.TargetTrackingConfiguration;
  const double target = *configuration.TargetValue;
  // Observed: the names of the alarms that AWS makes.
  const auto name = [&](std::size_t index, const char* side) {
    if (index < existing.size()) return *existing[index].AlarmName;
    return "TargetTracking-" + *policy.AutoScalingGroupName + "-Alarm" + side + "-" +
           context.new_uuid("alarm-name");
  };
  PutMetricAlarmInput alarm = alarm_for(policy);
  alarm.AlarmName = name(0, "High");
  alarm.EvaluationPeriods = scaling::kScaleOutPeriods;
  alarm.Threshold = target;
  alarm.ComparisonOperator = "GreaterThanThreshold";
  std::vector<Alarm> alarms = {put(context, alarm)};
  // Chosen: a policy that does not scale in has no alarm for it.
  if (configuration.DisableScaleIn.value_or(false)) {
    if (existing.size() > 1) delete_alarms(context, {existing[1]});
    return alarms;
  }
  alarm.AlarmName = name(1, "Low");
  alarm.EvaluationPeriods = scaling::kScaleInPeriods;
  alarm.Threshold = target * scaling::kScaleInFactor;
  alarm.ComparisonOperator = "LessThanThreshold";
  alarms.push_back(put(context, alarm));
  return alarms;
}

void delete_alarms(Context& context, const std::vector<Alarm>& alarms) {
  for (const auto& alarm : alarms) {
    // One that its user deleted is gone already.
    static_cast<void>(
        context.try_call<api::cloudwatch::DeleteAlarms>({.AlarmNames = {{*alarm.AlarmName}}}));
  }
}

}  // namespace fallstreak::services::autoscaling
