#include "services/autoscaling/autoscaling.h"

#include "api/autoscaling/service.h"
#include "services/autoscaling/capacity.h"
#include "services/autoscaling/handlers.h"
#include "services/autoscaling/lifecycle.h"

namespace fallstreak::services {
namespace {

using namespace autoscaling;
using Operations = dispatch::Operations<AutoScalingState>;

void bind_groups(Operations& operations) {
  operations.bind<api::autoscaling::CreateAutoScalingGroup>(create_auto_scaling_group)
      .accepts({"AutoScalingGroupName", "LaunchTemplate", "MinSize", "MaxSize", "DesiredCapacity",
                "DefaultCooldown", "AvailabilityZones", "TargetGroupARNs", "HealthCheckType",
                "HealthCheckGracePeriod", "VPCZoneIdentifier", "TerminationPolicies",
                "NewInstancesProtectedFromScaleIn", "Tags", "AvailabilityZoneDistribution"})
      .no_effect({"DefaultInstanceWarmup"});
  operations.bind<api::autoscaling::DescribeAutoScalingGroups>(describe_auto_scaling_groups)
      .accepts({"AutoScalingGroupNames", "IncludeInstances", "NextToken", "MaxRecords", "Filters"});
  operations.bind<api::autoscaling::UpdateAutoScalingGroup>(update_auto_scaling_group)
      .accepts({"AutoScalingGroupName", "LaunchTemplate", "MinSize", "MaxSize", "DesiredCapacity",
                "DefaultCooldown", "AvailabilityZones", "HealthCheckType", "HealthCheckGracePeriod",
                "VPCZoneIdentifier", "TerminationPolicies", "NewInstancesProtectedFromScaleIn",
                "AvailabilityZoneDistribution"})
      .no_effect({"DefaultInstanceWarmup"});
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

}  // namespace

void bind_autoscaling(dispatch::Registry& registry) {
  Operations operations(registry, api::autoscaling::kService, dispatch::Scope::regional);
  bind_groups(operations);
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
  operations.on_event("instance-check", on_instance_check);
  operations.on_event("group-reconcile", on_group_reconcile);
  operations.on_event("group-check", on_group_check);
}

}  // namespace fallstreak::services
