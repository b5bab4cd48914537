#pragma once

#include "api/autoscaling/account.h"
#include "api/autoscaling/activities.h"
#include "api/autoscaling/groups.h"
#include "api/autoscaling/instance_refreshes.h"
#include "api/autoscaling/instances.h"
#include "api/autoscaling/launch_configurations.h"
#include "api/autoscaling/lifecycle_hooks.h"
#include "api/autoscaling/metrics.h"
#include "api/autoscaling/notifications.h"
#include "api/autoscaling/policies.h"
#include "api/autoscaling/processes.h"
#include "api/autoscaling/scheduled_actions.h"
#include "api/autoscaling/tags.h"
#include "api/autoscaling/traffic_sources.h"
#include "services/autoscaling/state.h"

/// The operations of EC2 Auto Scaling, as autoscaling.cpp binds them.
namespace fallstreak::services::autoscaling {

// groups.cpp
api::autoscaling::CreateAutoScalingGroupResponse create_auto_scaling_group(
    Context& context, const api::autoscaling::CreateAutoScalingGroupType& request);
api::autoscaling::AutoScalingGroupsType describe_auto_scaling_groups(
    Context& context, const api::autoscaling::AutoScalingGroupNamesType& request);
api::autoscaling::UpdateAutoScalingGroupResponse update_auto_scaling_group(
    Context& context, const api::autoscaling::UpdateAutoScalingGroupType& request);
api::autoscaling::SetDesiredCapacityResponse set_desired_capacity(
    Context& context, const api::autoscaling::SetDesiredCapacityType& request);
api::autoscaling::DeleteAutoScalingGroupResponse delete_auto_scaling_group(
    Context& context, const api::autoscaling::DeleteAutoScalingGroupType& request);

// target_groups.cpp
api::autoscaling::AttachLoadBalancerTargetGroupsResultType attach_load_balancer_target_groups(
    Context& context, const api::autoscaling::AttachLoadBalancerTargetGroupsType& request);
api::autoscaling::DescribeLoadBalancerTargetGroupsResponse describe_load_balancer_target_groups(
    Context& context, const api::autoscaling::DescribeLoadBalancerTargetGroupsRequest& request);
api::autoscaling::DetachLoadBalancerTargetGroupsResultType detach_load_balancer_target_groups(
    Context& context, const api::autoscaling::DetachLoadBalancerTargetGroupsType& request);

// instances.cpp
api::autoscaling::AutoScalingInstancesType describe_auto_scaling_instances(
    Context& context, const api::autoscaling::DescribeAutoScalingInstancesType& request);
api::autoscaling::SetInstanceHealthResponse set_instance_health(
    Context& context, const api::autoscaling::SetInstanceHealthQuery& request);
api::autoscaling::ActivityType terminate_instance_in_auto_scaling_group(
    Context& context, const api::autoscaling::TerminateInstanceInAutoScalingGroupType& request);

api::autoscaling::SetInstanceProtectionAnswer set_instance_protection(
    Context& context, const api::autoscaling::SetInstanceProtectionQuery& request);

// launch_configurations.cpp
api::autoscaling::CreateLaunchConfigurationResponse create_launch_configuration(
    Context& context, const api::autoscaling::CreateLaunchConfigurationType& request);
api::autoscaling::LaunchConfigurationsType describe_launch_configurations(
    Context& context, const api::autoscaling::LaunchConfigurationNamesType& request);
api::autoscaling::DeleteLaunchConfigurationResponse delete_launch_configuration(
    Context& context, const api::autoscaling::LaunchConfigurationNameType& request);

// traffic_sources.cpp
api::autoscaling::AttachTrafficSourcesResultType attach_traffic_sources(
    Context& context, const api::autoscaling::AttachTrafficSourcesType& request);
api::autoscaling::DescribeTrafficSourcesResponse describe_traffic_sources(
    Context& context, const api::autoscaling::DescribeTrafficSourcesRequest& request);
api::autoscaling::DetachTrafficSourcesResultType detach_traffic_sources(
    Context& context, const api::autoscaling::DetachTrafficSourcesType& request);

// standby.cpp
api::autoscaling::EnterStandbyAnswer enter_standby(
    Context& context, const api::autoscaling::EnterStandbyQuery& request);
api::autoscaling::ExitStandbyAnswer exit_standby(Context& context,
                                                 const api::autoscaling::ExitStandbyQuery& request);
api::autoscaling::DetachInstancesAnswer detach_instances(
    Context& context, const api::autoscaling::DetachInstancesQuery& request);
api::autoscaling::AttachInstancesResponse attach_instances(
    Context& context, const api::autoscaling::AttachInstancesQuery& request);

// lifecycle_hooks.cpp
api::autoscaling::PutLifecycleHookAnswer put_lifecycle_hook(
    Context& context, const api::autoscaling::PutLifecycleHookType& request);
api::autoscaling::DescribeLifecycleHooksAnswer describe_lifecycle_hooks(
    Context& context, const api::autoscaling::DescribeLifecycleHooksType& request);
api::autoscaling::DescribeLifecycleHookTypesAnswer describe_lifecycle_hook_types(
    Context& context, const api::autoscaling::DescribeLifecycleHookTypes::Request& request);
api::autoscaling::CompleteLifecycleActionAnswer complete_lifecycle_action(
    Context& context, const api::autoscaling::CompleteLifecycleActionType& request);
api::autoscaling::RecordLifecycleActionHeartbeatAnswer record_lifecycle_action_heartbeat(
    Context& context, const api::autoscaling::RecordLifecycleActionHeartbeatType& request);
api::autoscaling::DeleteLifecycleHookAnswer delete_lifecycle_hook(
    Context& context, const api::autoscaling::DeleteLifecycleHookType& request);

// predictive_scaling.cpp
api::autoscaling::GetPredictiveScalingForecastAnswer get_predictive_scaling_forecast(
    Context& context, const api::autoscaling::GetPredictiveScalingForecastType& request);

// scheduled_actions.cpp
api::autoscaling::PutScheduledUpdateGroupActionResponse put_scheduled_update_group_action(
    Context& context, const api::autoscaling::PutScheduledUpdateGroupActionType& request);
api::autoscaling::BatchPutScheduledUpdateGroupActionAnswer batch_put_scheduled_update_group_action(
    Context& context, const api::autoscaling::BatchPutScheduledUpdateGroupActionType& request);
api::autoscaling::ScheduledActionsType describe_scheduled_actions(
    Context& context, const api::autoscaling::DescribeScheduledActionsType& request);
api::autoscaling::DeleteScheduledActionResponse delete_scheduled_action(
    Context& context, const api::autoscaling::DeleteScheduledActionType& request);
api::autoscaling::BatchDeleteScheduledActionAnswer batch_delete_scheduled_action(
    Context& context, const api::autoscaling::BatchDeleteScheduledActionType& request);

// instance_refreshes.cpp
api::autoscaling::StartInstanceRefreshAnswer start_instance_refresh(
    Context& context, const api::autoscaling::StartInstanceRefreshType& request);
api::autoscaling::DescribeInstanceRefreshesAnswer describe_instance_refreshes(
    Context& context, const api::autoscaling::DescribeInstanceRefreshesType& request);
api::autoscaling::CancelInstanceRefreshAnswer cancel_instance_refresh(
    Context& context, const api::autoscaling::CancelInstanceRefreshType& request);
api::autoscaling::RollbackInstanceRefreshAnswer rollback_instance_refresh(
    Context& context, const api::autoscaling::RollbackInstanceRefreshType& request);

// notifications.cpp
api::autoscaling::PutNotificationConfigurationResponse put_notification_configuration(
    Context& context, const api::autoscaling::PutNotificationConfigurationType& request);
api::autoscaling::DescribeNotificationConfigurationsAnswer describe_notification_configurations(
    Context& context, const api::autoscaling::DescribeNotificationConfigurationsType& request);
api::autoscaling::DescribeAutoScalingNotificationTypesAnswer
describe_auto_scaling_notification_types(
    Context& context,
    const api::autoscaling::DescribeAutoScalingNotificationTypes::Request& request);
api::autoscaling::DeleteNotificationConfigurationResponse delete_notification_configuration(
    Context& context, const api::autoscaling::DeleteNotificationConfigurationType& request);
api::autoscaling::DescribeAccountLimitsAnswer describe_account_limits(
    Context& context, const api::autoscaling::DescribeAccountLimits::Request& request);
api::autoscaling::DescribeTerminationPolicyTypesAnswer describe_termination_policy_types(
    Context& context, const api::autoscaling::DescribeTerminationPolicyTypes::Request& request);

// policies.cpp
api::autoscaling::PolicyARNType put_scaling_policy(
    Context& context, const api::autoscaling::PutScalingPolicyType& request);
api::autoscaling::PoliciesType describe_policies(
    Context& context, const api::autoscaling::DescribePoliciesType& request);
api::autoscaling::DescribeAdjustmentTypesAnswer describe_adjustment_types(
    Context& context, const api::autoscaling::DescribeAdjustmentTypes::Request& request);
api::autoscaling::ExecutePolicyResponse execute_policy(
    Context& context, const api::autoscaling::ExecutePolicyType& request);
api::autoscaling::DeletePolicyResponse delete_policy(
    Context& context, const api::autoscaling::DeletePolicyType& request);

// processes.cpp
api::autoscaling::SuspendProcessesResponse suspend_processes(
    Context& context, const api::autoscaling::ScalingProcessQuery& request);
api::autoscaling::ResumeProcessesResponse resume_processes(
    Context& context, const api::autoscaling::ScalingProcessQuery& request);
api::autoscaling::ProcessesType describe_scaling_process_types(
    Context& context, const api::autoscaling::DescribeScalingProcessTypes::Request& request);

// metrics.cpp
api::autoscaling::EnableMetricsCollectionResponse enable_metrics_collection(
    Context& context, const api::autoscaling::EnableMetricsCollectionQuery& request);
api::autoscaling::DisableMetricsCollectionResponse disable_metrics_collection(
    Context& context, const api::autoscaling::DisableMetricsCollectionQuery& request);
api::autoscaling::DescribeMetricCollectionTypesAnswer describe_metric_collection_types(
    Context& context, const api::autoscaling::DescribeMetricCollectionTypes::Request& request);

// activities.cpp
api::autoscaling::ActivitiesType describe_scaling_activities(
    Context& context, const api::autoscaling::DescribeScalingActivitiesType& request);

// tags.cpp
api::autoscaling::CreateOrUpdateTagsResponse create_or_update_tags(
    Context& context, const api::autoscaling::CreateOrUpdateTagsType& request);
api::autoscaling::TagsType describe_tags(Context& context,
                                         const api::autoscaling::DescribeTagsType& request);
api::autoscaling::DeleteTagsResponse delete_tags(Context& context,
                                                 const api::autoscaling::DeleteTagsType& request);

}  // namespace fallstreak::services::autoscaling
