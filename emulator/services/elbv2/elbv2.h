#pragma once

#include "dispatch/registry.h"

namespace fallstreak::services {

/// Elastic Load Balancing version 2: application and network load balancers.
void bind_elbv2(dispatch::Registry& registry);

}  // namespace fallstreak::services
