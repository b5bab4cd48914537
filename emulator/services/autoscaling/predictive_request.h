#pragma once

#include "services/autoscaling/state.h"

namespace fallstreak::services::autoscaling {

/// Checks the configuration of a predictive scaling policy as AWS does.
void check_predictive(const GroupRecord& group,
                      const api::autoscaling::PredictiveScalingConfiguration& configuration);

/// The configuration with what AWS takes where nothing was said.
api::autoscaling::PredictiveScalingConfiguration with_defaults(
    api::autoscaling::PredictiveScalingConfiguration configuration);

}  // namespace fallstreak::services::autoscaling
