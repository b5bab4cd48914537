#pragma once

#include "dispatch/registry.h"

namespace fallstreak::services {

/// Amazon EC2 Auto Scaling.
void bind_autoscaling(dispatch::Registry& registry);

}  // namespace fallstreak::services
