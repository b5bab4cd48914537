#pragma once

#include <vector>

#include "scaling/adjustment.h"
#include "services/autoscaling/state.h"

namespace fallstreak::services::autoscaling {

/// Checks a PutScalingPolicy as AWS does.
void check_policy(Context& context, const GroupRecord& group,
                  const api::autoscaling::PutScalingPolicyType& request);

/// AWS: `app/<name>/<id>/targetgroup/<name>/<id>` of a target group that is attached to the group.
void check_resource_label(const GroupRecord& group, const std::string& label);

std::vector<scaling::Step> steps_of(
    const std::optional<std::vector<api::autoscaling::StepAdjustment>>& adjustments);

}  // namespace fallstreak::services::autoscaling
