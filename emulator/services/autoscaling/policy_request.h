#pragma once

#include <vector>

#include "scaling/adjustment.h"
#include "services/autoscaling/state.h"

namespace fallstreak::services::autoscaling {

/// Checks a PutScalingPolicy as AWS does.
void check_policy(Context& context, const GroupRecord& group,
                  const api::autoscaling::PutScalingPolicyType& request);

std::vector<scaling::Step> steps_of(
    const std::optional<std::vector<api::autoscaling::StepAdjustment>>& adjustments);

}  // namespace fallstreak::services::autoscaling
