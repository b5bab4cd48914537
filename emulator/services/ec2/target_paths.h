#pragma once

#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

/// A load balancer asked whether its packets reach its targets, or what decides that has changed.
void on_paths_asked(Context& context, const world::Event& event);

}  // namespace fallstreak::services::ec2
