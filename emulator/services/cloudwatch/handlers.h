#pragma once

#include "api/cloudwatch/alarm_mute_rules.h"
#include "api/cloudwatch/alarms.h"
#include "api/cloudwatch/anomaly_detectors.h"
#include "api/cloudwatch/dashboards.h"
#include "api/cloudwatch/metrics.h"
#include "api/cloudwatch/tags.h"
#include "services/cloudwatch/state.h"

/// The operations of CloudWatch, a file per resource.
namespace fallstreak::services::cloudwatch {

// metric_data.cpp
api::cloudwatch::PutMetricDataResponse put_metric_data(
    Context& context, const api::cloudwatch::PutMetricDataInput& request);
// metric_statistics.cpp
api::cloudwatch::GetMetricStatisticsOutput get_metric_statistics(
    Context& context, const api::cloudwatch::GetMetricStatisticsInput& request);
// metric_data_queries.cpp
api::cloudwatch::GetMetricDataOutput get_metric_data(
    Context& context, const api::cloudwatch::GetMetricDataInput& request);
// metrics.cpp
api::cloudwatch::ListMetricsOutput list_metrics(Context& context,
                                                const api::cloudwatch::ListMetricsInput& request);

// alarms.cpp
api::cloudwatch::PutMetricAlarmResponse put_metric_alarm(
    Context& context, const api::cloudwatch::PutMetricAlarmInput& request);
api::cloudwatch::DescribeAlarmsOutput describe_alarms(
    Context& context, const api::cloudwatch::DescribeAlarmsInput& request);
api::cloudwatch::DescribeAlarmsForMetricOutput describe_alarms_for_metric(
    Context& context, const api::cloudwatch::DescribeAlarmsForMetricInput& request);
api::cloudwatch::EnableAlarmActionsResponse enable_alarm_actions(
    Context& context, const api::cloudwatch::EnableAlarmActionsInput& request);
api::cloudwatch::DisableAlarmActionsResponse disable_alarm_actions(
    Context& context, const api::cloudwatch::DisableAlarmActionsInput& request);
api::cloudwatch::DeleteAlarmsResponse delete_alarms(
    Context& context, const api::cloudwatch::DeleteAlarmsInput& request);
// composite_alarms.cpp
api::cloudwatch::PutCompositeAlarmResponse put_composite_alarm(
    Context& context, const api::cloudwatch::PutCompositeAlarmInput& request);
// dashboards.cpp
api::cloudwatch::PutDashboardOutput put_dashboard(
    Context& context, const api::cloudwatch::PutDashboardInput& request);
api::cloudwatch::GetDashboardOutput get_dashboard(
    Context& context, const api::cloudwatch::GetDashboardInput& request);
api::cloudwatch::ListDashboardsOutput list_dashboards(
    Context& context, const api::cloudwatch::ListDashboardsInput& request);
api::cloudwatch::DeleteDashboardsOutput delete_dashboards(
    Context& context, const api::cloudwatch::DeleteDashboardsInput& request);
// alarm_transitions.cpp
api::cloudwatch::SetAlarmStateResponse set_alarm_state(
    Context& context, const api::cloudwatch::SetAlarmStateInput& request);
// alarm_contributors.cpp
api::cloudwatch::DescribeAlarmContributorsOutput describe_alarm_contributors(
    Context& context, const api::cloudwatch::DescribeAlarmContributorsInput& request);
// alarm_mute_rules.cpp
api::cloudwatch::PutAlarmMuteRuleResponse put_alarm_mute_rule(
    Context& context, const api::cloudwatch::PutAlarmMuteRuleInput& request);
api::cloudwatch::GetAlarmMuteRuleOutput get_alarm_mute_rule(
    Context& context, const api::cloudwatch::GetAlarmMuteRuleInput& request);
api::cloudwatch::ListAlarmMuteRulesOutput list_alarm_mute_rules(
    Context& context, const api::cloudwatch::ListAlarmMuteRulesInput& request);
api::cloudwatch::DeleteAlarmMuteRuleResponse delete_alarm_mute_rule(
    Context& context, const api::cloudwatch::DeleteAlarmMuteRuleInput& request);
// alarm_history.cpp
api::cloudwatch::DescribeAlarmHistoryOutput describe_alarm_history(
    Context& context, const api::cloudwatch::DescribeAlarmHistoryInput& request);

// anomaly_detectors.cpp
api::cloudwatch::PutAnomalyDetectorOutput put_anomaly_detector(
    Context& context, const api::cloudwatch::PutAnomalyDetectorInput& request);
api::cloudwatch::DescribeAnomalyDetectorsOutput describe_anomaly_detectors(
    Context& context, const api::cloudwatch::DescribeAnomalyDetectorsInput& request);
api::cloudwatch::DeleteAnomalyDetectorOutput delete_anomaly_detector(
    Context& context, const api::cloudwatch::DeleteAnomalyDetectorInput& request);
// tags.cpp
api::cloudwatch::TagResourceOutput tag_resource(Context& context,
                                                const api::cloudwatch::TagResourceInput& request);
api::cloudwatch::ListTagsForResourceOutput list_tags_for_resource(
    Context& context, const api::cloudwatch::ListTagsForResourceInput& request);
api::cloudwatch::UntagResourceOutput untag_resource(
    Context& context, const api::cloudwatch::UntagResourceInput& request);

// alarm_evaluation.cpp
void on_alarm_evaluation(Context& context, const world::Event& event);
// anomaly_detectors.cpp
void on_anomaly_training(Context& context, const world::Event& event);
// alarm_mute_rules.cpp
void on_mute_window(Context& context, const world::Event& event);
// action_suppression.cpp
void on_suppression_period(Context& context, const world::Event& event);

}  // namespace fallstreak::services::cloudwatch
