#pragma once

#include <string>

#include "services/autoscaling/state.h"

namespace fallstreak::services::autoscaling {

/// The scheduled actions of a group that is deleted go with it.
void forget_scheduled_actions(Context& context, const std::string& group_name);

/// A scheduled action is due; the payload is its key.
void on_scheduled_action(Context& context, const world::Event& event);

}  // namespace fallstreak::services::autoscaling
