#pragma once

#include "api/autoscaling/activities.h"
#include "api/autoscaling/groups.h"
#include "api/autoscaling/instances.h"
#include "api/autoscaling/tags.h"
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
