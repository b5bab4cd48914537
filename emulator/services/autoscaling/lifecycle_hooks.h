#pragma once

#include <string>

#include "services/autoscaling/state.h"

namespace fallstreak::services::autoscaling {

/// The hooks of a group that is deleted go with it.
void forget_hooks(Context& context, const std::string& group_name);

/// A hook as PutLifecycleHook and CreateAutoScalingGroup ask for it, checked.
void put_hook(Context& context, const api::autoscaling::PutLifecycleHookType& request);

}  // namespace fallstreak::services::autoscaling
