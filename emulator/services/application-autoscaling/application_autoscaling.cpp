#include "services/application-autoscaling/application_autoscaling.h"

#include "api/application-autoscaling/service.h"
#include "services/application-autoscaling/activities.h"
#include "services/application-autoscaling/handlers.h"

namespace fallstreak::services {

void bind_application_autoscaling(dispatch::Registry& registry) {
  using namespace application_autoscaling;
  dispatch::Operations<State> operations(registry, wire::kService, dispatch::Scope::regional);
  // AWS: a service-linked role takes the place of whatever role is named.
  operations.bind<wire::RegisterScalableTarget>(register_scalable_target)
      .accepts({"ServiceNamespace", "ResourceId", "ScalableDimension", "MinCapacity", "MaxCapacity",
                "SuspendedState", "Tags"})
      .no_effect({"RoleARN"});
  operations.bind<wire::DescribeScalableTargets>(describe_scalable_targets).accepts_all();
  operations.bind<wire::DeregisterScalableTarget>(deregister_scalable_target).accepts_all();
  operations.bind<wire::PutScalingPolicy>(put_scaling_policy)
      .accepts({"PolicyName", "ServiceNamespace", "ResourceId", "ScalableDimension", "PolicyType",
                "StepScalingPolicyConfiguration",
                "TargetTrackingScalingPolicyConfiguration.TargetValue",
                "TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification",
                "TargetTrackingScalingPolicyConfiguration.ScaleOutCooldown",
                "TargetTrackingScalingPolicyConfiguration.ScaleInCooldown",
                "TargetTrackingScalingPolicyConfiguration.DisableScaleIn"});
  operations.bind<wire::DescribeScalingPolicies>(describe_scaling_policies).accepts_all();
  operations.bind<wire::DeleteScalingPolicy>(delete_scaling_policy).accepts_all();
  operations.bind<wire::PutScheduledAction>(put_scheduled_action).accepts_all();
  operations.bind<wire::DescribeScheduledActions>(describe_scheduled_actions).accepts_all();
  operations.bind<wire::DeleteScheduledAction>(delete_scheduled_action).accepts_all();
  operations.bind<wire::DescribeScalingActivities>(describe_scaling_activities)
      .accepts({"ServiceNamespace", "ResourceId", "ScalableDimension", "MaxResults", "NextToken"});
  operations.bind<wire::TagResource>(tag_resource).accepts_all();
  operations.bind<wire::UntagResource>(untag_resource).accepts_all();
  operations.bind<wire::ListTagsForResource>(list_tags_for_resource).accepts_all();
  operations.on_event("alarm-action", on_alarm_action);
  operations.on_event(kScheduledActionDue, on_scheduled_action);
  operations.on_event(kActivityDue, on_activity_due);
  operations.on_event(kBoundsDue, on_bounds_due);
}

}  // namespace fallstreak::services
