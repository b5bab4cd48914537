#pragma once

#include "api/application-autoscaling/policies.h"
#include "api/application-autoscaling/scheduled_actions.h"
#include "api/application-autoscaling/tags.h"
#include "api/application-autoscaling/targets.h"
#include "services/application-autoscaling/state.h"

/// The operations of Application Auto Scaling, as application_autoscaling.cpp binds them.
namespace fallstreak::services::application_autoscaling {

namespace wire = api::application_autoscaling;

wire::RegisterScalableTargetResponse register_scalable_target(
    Context& context, const wire::RegisterScalableTargetRequest& request);
wire::DescribeScalableTargetsResponse describe_scalable_targets(
    Context& context, const wire::DescribeScalableTargetsRequest& request);
wire::DeregisterScalableTargetResponse deregister_scalable_target(
    Context& context, const wire::DeregisterScalableTargetRequest& request);

wire::PutScalingPolicyResponse put_scaling_policy(Context& context,
                                                  const wire::PutScalingPolicyRequest& request);
wire::DescribeScalingPoliciesResponse describe_scaling_policies(
    Context& context, const wire::DescribeScalingPoliciesRequest& request);
wire::DeleteScalingPolicyResponse delete_scaling_policy(
    Context& context, const wire::DeleteScalingPolicyRequest& request);

wire::PutScheduledActionResponse put_scheduled_action(
    Context& context, const wire::PutScheduledActionRequest& request);
wire::DescribeScheduledActionsResponse describe_scheduled_actions(
    Context& context, const wire::DescribeScheduledActionsRequest& request);
wire::DeleteScheduledActionResponse delete_scheduled_action(
    Context& context, const wire::DeleteScheduledActionRequest& request);

wire::DescribeScalingActivitiesResponse describe_scaling_activities(
    Context& context, const wire::DescribeScalingActivitiesRequest& request);

wire::TagResourceResponse tag_resource(Context& context, const wire::TagResourceRequest& request);
wire::UntagResourceResponse untag_resource(Context& context,
                                           const wire::UntagResourceRequest& request);
wire::ListTagsForResourceResponse list_tags_for_resource(
    Context& context, const wire::ListTagsForResourceRequest& request);

/// An alarm has an action that names a policy.
void on_alarm_action(Context& context, const world::Event& event);
/// A scheduled action is due; the entity is its key.
constexpr std::string_view kScheduledActionDue = "scheduled-action-due";
void on_scheduled_action(Context& context, const world::Event& event);

/// What goes with a target that is deregistered.
void forget_policies(Context& context, const std::string& target);

}  // namespace fallstreak::services::application_autoscaling
