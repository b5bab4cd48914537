#include "services/autoscaling/autoscaling.h"

#include "api/autoscaling/service.h"
#include "dispatch/spot_signal.h"
#include "services/autoscaling/capacity.h"
#include "services/autoscaling/handlers.h"
#include "services/autoscaling/hook_waits.h"
#include "services/autoscaling/lifecycle.h"
#include "services/autoscaling/maintenance.h"
#include "services/autoscaling/predictive_scaling.h"
#include "services/autoscaling/refresh.h"
#include "services/autoscaling/scaling.h"
#include "services/autoscaling/scheduled_actions.h"
#include "services/autoscaling/warm_pool.h"

namespace fallstreak::services {
namespace {

using namespace autoscaling;
using Operations = dispatch::Operations<AutoScalingState>;

/// What a mixed instances policy may say; `path` leads to it.
dispatch::Binding& accept_mixed_policy(dispatch::Binding& binding, const std::string& path) {
  constexpr std::string_view kMembers[] = {
      "LaunchTemplate.LaunchTemplateSpecification",
      "LaunchTemplate.Overrides.InstanceRequirements",
      "LaunchTemplate.Overrides.InstanceType",
      "LaunchTemplate.Overrides.LaunchTemplateSpecification",
      "LaunchTemplate.Overrides.WeightedCapacity",
      "InstancesDistribution.SpotAllocationStrategy",
      "InstancesDistribution.SpotInstancePools",
      "InstancesDistribution.SpotMaxPrice",
      "InstancesDistribution.OnDemandAllocationStrategy",
      "InstancesDistribution.OnDemandBaseCapacity",
      "InstancesDistribution.OnDemandPercentageAboveBaseCapacity"};
  for (const std::string_view member : kMembers) {
    const std::string whole = path + std::string(member);
    binding.accepts({whole});
  }
  return binding;
}

/// What a group may be made with and be given later.
dispatch::Binding& accept_settings(dispatch::Binding& binding) {
  binding
      .accepts({"AutoScalingGroupName",
                "LaunchConfigurationName",
                "LaunchTemplate",
                "MinSize",
                "MaxSize",
                "DesiredCapacity",
                "DefaultCooldown",
                "AvailabilityZones",
                "HealthCheckType",
                "HealthCheckGracePeriod",
                "VPCZoneIdentifier",
                "TerminationPolicies",
                "NewInstancesProtectedFromScaleIn",
                "AvailabilityZoneDistribution",
                "DefaultInstanceWarmup",
                "MaxInstanceLifetime",
                "InstanceMaintenancePolicy",
                "CapacityRebalance",
                "AvailabilityZoneIds",
                "PlacementGroup",
                "DesiredCapacityType",
                "DeletionProtection",
                "InstanceLifecyclePolicy",
                "AvailabilityZoneImpairmentPolicy.ZonalShiftEnabled",
                "CapacityReservationSpecification.CapacityReservationPreference"})
      // Nobody is authorized; AWS reserves the context; and no zone is shifted away from.
      .no_effect({"ServiceLinkedRoleARN", "Context", "SkipZonalShiftValidation",
                  "AvailabilityZoneImpairmentPolicy.ImpairedZoneHealthCheckBehavior"});
  return accept_mixed_policy(binding, "MixedInstancesPolicy.");
}

void bind_groups(Operations& operations) {
  accept_settings(
      operations.bind<api::autoscaling::CreateAutoScalingGroup>(create_auto_scaling_group))
      .accepts({"InstanceId", "TargetGroupARNs", "TrafficSources", "Tags",
                "LifecycleHookSpecificationList.LifecycleHookName",
                "LifecycleHookSpecificationList.LifecycleTransition",
                "LifecycleHookSpecificationList.HeartbeatTimeout",
                "LifecycleHookSpecificationList.DefaultResult",
                "LifecycleHookSpecificationList.NotificationMetadata",
                "LifecycleHookSpecificationList.NotificationTargetARN"})
      // As PutLifecycleHook has it: nobody is authorized.
      .no_effect({"LifecycleHookSpecificationList.RoleARN"});
  operations.bind<api::autoscaling::DescribeAutoScalingGroups>(describe_auto_scaling_groups)
      .accepts({"AutoScalingGroupNames", "IncludeInstances", "NextToken", "MaxRecords", "Filters"});
  accept_settings(
      operations.bind<api::autoscaling::UpdateAutoScalingGroup>(update_auto_scaling_group));
  operations.bind<api::autoscaling::SetDesiredCapacity>(set_desired_capacity).accepts_all();
  operations.bind<api::autoscaling::DeleteAutoScalingGroup>(delete_auto_scaling_group)
      .accepts_all();
  operations
      .bind<api::autoscaling::AttachLoadBalancerTargetGroups>(attach_load_balancer_target_groups)
      .accepts_all();
  operations
      .bind<api::autoscaling::DescribeLoadBalancerTargetGroups>(
          describe_load_balancer_target_groups)
      .accepts_all();
  operations
      .bind<api::autoscaling::DetachLoadBalancerTargetGroups>(detach_load_balancer_target_groups)
      .accepts_all();
}

void bind_launch_configurations(Operations& operations) {
  // Without ClassicLink, which AWS has given up, and without kernels of paravirtual images.
  operations.bind<api::autoscaling::CreateLaunchConfiguration>(create_launch_configuration)
      .accepts({"LaunchConfigurationName", "ImageId", "KeyName", "SecurityGroups", "UserData",
                "InstanceId", "InstanceType", "BlockDeviceMappings", "InstanceMonitoring",
                "SpotPrice", "IamInstanceProfile", "EbsOptimized", "AssociatePublicIpAddress",
                "PlacementTenancy", "MetadataOptions"});
  operations.bind<api::autoscaling::DescribeLaunchConfigurations>(describe_launch_configurations)
      .accepts_all();
  operations.bind<api::autoscaling::DeleteLaunchConfiguration>(delete_launch_configuration)
      .accepts_all();
}

void bind_traffic_sources(Operations& operations) {
  operations.bind<api::autoscaling::AttachTrafficSources>(attach_traffic_sources)
      .accepts({"AutoScalingGroupName", "TrafficSources"})
      // No zone is shifted away from.
      .no_effect({"SkipZonalShiftValidation"});
  operations.bind<api::autoscaling::DescribeTrafficSources>(describe_traffic_sources).accepts_all();
  operations.bind<api::autoscaling::DetachTrafficSources>(detach_traffic_sources).accepts_all();
}

void bind_policies(Operations& operations) {
  operations.bind<api::autoscaling::PutScalingPolicy>(put_scaling_policy)
      .accepts({"AutoScalingGroupName", "PolicyName", "PolicyType", "AdjustmentType",
                "MinAdjustmentMagnitude", "MinAdjustmentStep", "ScalingAdjustment", "Cooldown",
                "StepAdjustments", "EstimatedInstanceWarmup", "TargetTrackingConfiguration",
                "PredictiveScalingConfiguration", "Enabled"})
      // The newest datapoint decides.
      .no_effect({"MetricAggregationType"});
  operations.bind<api::autoscaling::DescribePolicies>(describe_policies)
      .accepts({"AutoScalingGroupName", "PolicyNames", "PolicyTypes", "NextToken", "MaxRecords"});
  operations.bind<api::autoscaling::DescribeAdjustmentTypes>(describe_adjustment_types)
      .accepts_all();
  operations.bind<api::autoscaling::ExecutePolicy>(execute_policy).accepts_all();
  operations.bind<api::autoscaling::DeletePolicy>(delete_policy).accepts_all();
  operations.bind<api::autoscaling::GetPredictiveScalingForecast>(get_predictive_scaling_forecast)
      .accepts_all();
  operations.on_event("alarm-action", on_alarm_action);
  operations.on_event("forecast-update", on_forecast_update);
  operations.on_event("forecast-hour", on_forecast_hour);
}

void bind_lifecycle(Operations& operations) {
  operations.bind<api::autoscaling::PutLifecycleHook>(put_lifecycle_hook)
      .accepts({"LifecycleHookName", "AutoScalingGroupName", "LifecycleTransition",
                "HeartbeatTimeout", "DefaultResult", "NotificationTargetARN",
                "NotificationMetadata"})
      // Nobody is authorized.
      .no_effect({"RoleARN"});
  operations.bind<api::autoscaling::DescribeLifecycleHooks>(describe_lifecycle_hooks).accepts_all();
  operations.bind<api::autoscaling::DescribeLifecycleHookTypes>(describe_lifecycle_hook_types)
      .accepts_all();
  operations.bind<api::autoscaling::CompleteLifecycleAction>(complete_lifecycle_action)
      .accepts_all();
  operations
      .bind<api::autoscaling::RecordLifecycleActionHeartbeat>(record_lifecycle_action_heartbeat)
      .accepts_all();
  operations.bind<api::autoscaling::DeleteLifecycleHook>(delete_lifecycle_hook).accepts_all();
  operations.on_event("hook-timeout", on_hook_timeout);
  operations.bind<api::autoscaling::EnterStandby>(enter_standby).accepts_all();
  operations.bind<api::autoscaling::ExitStandby>(exit_standby).accepts_all();
  operations.bind<api::autoscaling::DetachInstances>(detach_instances).accepts_all();
  operations.bind<api::autoscaling::AttachInstances>(attach_instances).accepts_all();
  operations.bind<api::autoscaling::SetInstanceProtection>(set_instance_protection).accepts_all();
}

void bind_scheduled_actions(Operations& operations) {
  operations
      .bind<api::autoscaling::PutScheduledUpdateGroupAction>(put_scheduled_update_group_action)
      .accepts_all();
  operations
      .bind<api::autoscaling::BatchPutScheduledUpdateGroupAction>(
          batch_put_scheduled_update_group_action)
      .accepts_all();
  operations.bind<api::autoscaling::DescribeScheduledActions>(describe_scheduled_actions)
      .accepts({"AutoScalingGroupName", "ScheduledActionNames", "StartTime", "EndTime", "NextToken",
                "MaxRecords"});
  operations.bind<api::autoscaling::DeleteScheduledAction>(delete_scheduled_action).accepts_all();
  operations.bind<api::autoscaling::BatchDeleteScheduledAction>(batch_delete_scheduled_action)
      .accepts_all();
  operations.on_event("scheduled-action", on_scheduled_action);
}

void bind_instance_refreshes(Operations& operations) {
  accept_mixed_policy(
      operations.bind<api::autoscaling::StartInstanceRefresh>(start_instance_refresh),
      "DesiredConfiguration.MixedInstancesPolicy.")
      .accepts({"AutoScalingGroupName", "Strategy", "DesiredConfiguration.LaunchTemplate",
                "Preferences"});
  operations.bind<api::autoscaling::DescribeInstanceRefreshes>(describe_instance_refreshes)
      .accepts_all();
  operations.bind<api::autoscaling::CancelInstanceRefresh>(cancel_instance_refresh)
      .accepts({"AutoScalingGroupName"})
      // What is being replaced when a refresh is cancelled comes up all the same.
      .no_effect({"WaitForTransitioningInstances"});
  operations.bind<api::autoscaling::RollbackInstanceRefresh>(rollback_instance_refresh)
      .accepts_all();
  operations.on_event("refresh-step", on_refresh_step);
}

void bind_warm_pools(Operations& operations) {
  operations.bind<api::autoscaling::PutWarmPool>(put_warm_pool).accepts_all();
  operations.bind<api::autoscaling::DescribeWarmPool>(describe_warm_pool).accepts_all();
  operations.bind<api::autoscaling::DeleteWarmPool>(delete_warm_pool).accepts_all();
}

void bind_notifications(Operations& operations) {
  operations.bind<api::autoscaling::PutNotificationConfiguration>(put_notification_configuration)
      .accepts_all();
  operations
      .bind<api::autoscaling::DescribeNotificationConfigurations>(
          describe_notification_configurations)
      .accepts({"AutoScalingGroupNames", "NextToken", "MaxRecords"});
  operations
      .bind<api::autoscaling::DescribeAutoScalingNotificationTypes>(
          describe_auto_scaling_notification_types)
      .accepts_all();
  operations
      .bind<api::autoscaling::DeleteNotificationConfiguration>(delete_notification_configuration)
      .accepts_all();
  operations.bind<api::autoscaling::DescribeAccountLimits>(describe_account_limits).accepts_all();
  operations
      .bind<api::autoscaling::DescribeTerminationPolicyTypes>(describe_termination_policy_types)
      .accepts_all();
}

void bind_processes_and_metrics(Operations& operations) {
  operations.bind<api::autoscaling::SuspendProcesses>(suspend_processes).accepts_all();
  operations.bind<api::autoscaling::ResumeProcesses>(resume_processes).accepts_all();
  operations.bind<api::autoscaling::DescribeScalingProcessTypes>(describe_scaling_process_types)
      .accepts_all();
  operations.bind<api::autoscaling::EnableMetricsCollection>(enable_metrics_collection)
      .accepts_all();
  operations.bind<api::autoscaling::DisableMetricsCollection>(disable_metrics_collection)
      .accepts_all();
  operations.bind<api::autoscaling::DescribeMetricCollectionTypes>(describe_metric_collection_types)
      .accepts_all();
}

}  // namespace

void bind_autoscaling(dispatch::Registry& registry) {
  Operations operations(registry, api::autoscaling::kService, dispatch::Scope::regional);
  bind_groups(operations);
  bind_launch_configurations(operations);
  bind_traffic_sources(operations);
  bind_policies(operations);
  bind_lifecycle(operations);
  bind_scheduled_actions(operations);
  bind_instance_refreshes(operations);
  bind_warm_pools(operations);
  bind_notifications(operations);
  bind_processes_and_metrics(operations);
  operations.bind<api::autoscaling::DescribeAutoScalingInstances>(describe_auto_scaling_instances)
      .accepts({"InstanceIds", "MaxRecords", "NextToken"});
  operations.bind<api::autoscaling::SetInstanceHealth>(set_instance_health).accepts_all();
  operations
      .bind<api::autoscaling::TerminateInstanceInAutoScalingGroup>(
          terminate_instance_in_auto_scaling_group)
      .accepts({"InstanceId", "ShouldDecrementDesiredCapacity"});
  operations.bind<api::autoscaling::DescribeScalingActivities>(describe_scaling_activities)
      .accepts({"ActivityIds", "AutoScalingGroupName", "IncludeDeletedGroups", "MaxRecords",
                "NextToken"});
  operations.bind<api::autoscaling::CreateOrUpdateTags>(create_or_update_tags).accepts_all();
  operations.bind<api::autoscaling::DescribeTags>(describe_tags)
      .accepts({"Filters", "NextToken", "MaxRecords"});
  operations.bind<api::autoscaling::DeleteTags>(delete_tags).accepts_all();
  static_assert(dispatch::kRebalanceRecommendationEvent == "autoscaling.rebalance-recommendation");
  operations.on_event("rebalance-recommendation", on_rebalance_recommendation);
  operations.on_event("instance-check", on_instance_check);
  operations.on_event("group-reconcile", on_group_reconcile);
  operations.on_event("group-check", on_group_check);
}

}  // namespace fallstreak::services
