#pragma once

#include <string>

#include "services/autoscaling/state.h"

namespace fallstreak::services::autoscaling {

/// Makes the alarms of a target tracking policy, or changes them, and gives their names and ARNs:
/// above the target, and below it if the policy may scale in.
std::vector<api::autoscaling::Alarm> put_target_tracking_alarms(
    Context& context, const api::autoscaling::ScalingPolicy& policy,
    const std::vector<api::autoscaling::Alarm>& existing);

/// Deletes alarms that a policy owns.
void delete_alarms(Context& context, const std::vector<api::autoscaling::Alarm>& alarms);

}  // namespace fallstreak::services::autoscaling
