#include "services/cloudwatch/cloudwatch.h"

#include "api/cloudwatch/service.h"
#include "dispatch/held_metric.h"
#include "services/cloudwatch/handlers.h"
#include "services/cloudwatch/held_metrics.h"

namespace fallstreak::services {
namespace {

using namespace cloudwatch;
using Operations = dispatch::Operations<CloudWatchState>;

void bind_metrics(Operations& operations) {
  // Without entities: those of EntityMetricData are refused by name.
  operations.bind<api::cloudwatch::PutMetricData>(put_metric_data)
      .accepts({"Namespace", "MetricData", "EntityMetricData.MetricData"})
      // What an entity is is for Application Signals, which is not here.
      .no_effect({"EntityMetricData.Entity", "StrictEntityValidation"});
  // Without accounts: there are no linked ones. LabelOptions is for times in dynamic labels alone.
  operations.bind<api::cloudwatch::GetMetricData>(get_metric_data)
      .accepts({"MetricDataQueries.Id", "MetricDataQueries.MetricStat",
                "MetricDataQueries.Expression", "MetricDataQueries.Label",
                "MetricDataQueries.ReturnData", "MetricDataQueries.Period", "StartTime", "EndTime",
                "NextToken", "ScanBy", "MaxDatapoints"})
      .no_effect({"LabelOptions"});
  operations.bind<api::cloudwatch::GetMetricStatistics>(get_metric_statistics).accepts_all();
  operations.bind<api::cloudwatch::ListMetrics>(list_metrics)
      .accepts({"Namespace", "MetricName", "Dimensions", "NextToken", "RecentlyActive"});
  static_assert(dispatch::kHeldMetricEvent == "cloudwatch.metric-held");
  operations.on_event("metric-held", on_metric_held);
}

void bind_alarms(Operations& operations) {
  operations.bind<api::cloudwatch::PutMetricAlarm>(put_metric_alarm)
      .accepts({"AlarmName",
                "AlarmDescription",
                "ActionsEnabled",
                "MetricName",
                "Namespace",
                "Statistic",
                "ExtendedStatistic",
                "Dimensions",
                "Period",
                "Unit",
                "EvaluationPeriods",
                "DatapointsToAlarm",
                "Threshold",
                "ThresholdMetricId",
                "ComparisonOperator",
                "TreatMissingData",
                "EvaluateLowSampleCountPercentile",
                "Metrics.Id",
                "Metrics.MetricStat",
                "Metrics.Expression",
                "Metrics.Label",
                "Metrics.ReturnData",
                "Metrics.Period"})
      // An action that nothing takes fails, which the alarm's history tells.
      .accepts({"OKActions", "AlarmActions", "InsufficientDataActions", "Tags"});
  operations.bind<api::cloudwatch::PutCompositeAlarm>(put_composite_alarm)
      .accepts({"AlarmName", "AlarmRule", "AlarmDescription", "ActionsEnabled", "OKActions",
                "AlarmActions", "InsufficientDataActions", "Tags", "ActionsSuppressor",
                "ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod"});
  operations.bind<api::cloudwatch::DescribeAlarms>(describe_alarms).accepts_all();
  operations.bind<api::cloudwatch::DescribeAlarmsForMetric>(describe_alarms_for_metric)
      .accepts_all();
  operations.bind<api::cloudwatch::DescribeAlarmHistory>(describe_alarm_history).accepts_all();
  operations.bind<api::cloudwatch::DescribeAlarmContributors>(describe_alarm_contributors)
      .accepts_all();
  operations.bind<api::cloudwatch::SetAlarmState>(set_alarm_state).accepts_all();
  operations.bind<api::cloudwatch::EnableAlarmActions>(enable_alarm_actions).accepts_all();
  operations.bind<api::cloudwatch::DisableAlarmActions>(disable_alarm_actions).accepts_all();
  operations.bind<api::cloudwatch::DeleteAlarms>(delete_alarms).accepts_all();
  operations.on_event("alarm-evaluation", on_alarm_evaluation);
  operations.on_event("suppression-period", on_suppression_period);
}

void bind_alarm_mute_rules(Operations& operations) {
  operations.bind<api::cloudwatch::PutAlarmMuteRule>(put_alarm_mute_rule).accepts_all();
  operations.bind<api::cloudwatch::GetAlarmMuteRule>(get_alarm_mute_rule).accepts_all();
  operations.bind<api::cloudwatch::ListAlarmMuteRules>(list_alarm_mute_rules).accepts_all();
  operations.bind<api::cloudwatch::DeleteAlarmMuteRule>(delete_alarm_mute_rule).accepts_all();
  operations.on_event("mute-window", on_mute_window);
}

void bind_dashboards(Operations& operations) {
  operations.bind<api::cloudwatch::PutDashboard>(put_dashboard).accepts_all();
  operations.bind<api::cloudwatch::GetDashboard>(get_dashboard).accepts_all();
  operations.bind<api::cloudwatch::ListDashboards>(list_dashboards).accepts_all();
  operations.bind<api::cloudwatch::DeleteDashboards>(delete_dashboards).accepts_all();
}

void bind_anomaly_detectors(Operations& operations) {
  // Without accounts: there are no linked ones. Without MetricCharacteristics: the model has no
  // spikes of its own.
  operations.bind<api::cloudwatch::PutAnomalyDetector>(put_anomaly_detector)
      .accepts({"Namespace", "MetricName", "Dimensions", "Stat", "Configuration",
                "SingleMetricAnomalyDetector.Namespace", "SingleMetricAnomalyDetector.MetricName",
                "SingleMetricAnomalyDetector.Dimensions", "SingleMetricAnomalyDetector.Stat",
                "MetricMathAnomalyDetector"});
  operations.bind<api::cloudwatch::DescribeAnomalyDetectors>(describe_anomaly_detectors)
      .accepts_all();
  operations.bind<api::cloudwatch::DeleteAnomalyDetector>(delete_anomaly_detector)
      .accepts({"Namespace", "MetricName", "Dimensions", "Stat",
                "SingleMetricAnomalyDetector.Namespace", "SingleMetricAnomalyDetector.MetricName",
                "SingleMetricAnomalyDetector.Dimensions", "SingleMetricAnomalyDetector.Stat",
                "MetricMathAnomalyDetector"});
  operations.on_event("anomaly-training", on_anomaly_training);
}

void bind_tags(Operations& operations) {
  operations.bind<api::cloudwatch::TagResource>(tag_resource).accepts_all();
  operations.bind<api::cloudwatch::ListTagsForResource>(list_tags_for_resource).accepts_all();
  operations.bind<api::cloudwatch::UntagResource>(untag_resource).accepts_all();
}

}  // namespace

void bind_cloudwatch(dispatch::Registry& registry) {
  Operations operations(registry, api::cloudwatch::kService, dispatch::Scope::regional);
  bind_metrics(operations);
  bind_alarms(operations);
  bind_alarm_mute_rules(operations);
  bind_dashboards(operations);
  bind_anomaly_detectors(operations);
  bind_tags(operations);
}

}  // namespace fallstreak::services
