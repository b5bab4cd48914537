#pragma once

#include "dispatch/registry.h"

namespace fallstreak::services {

/// Application Auto Scaling: the capacity of DynamoDB's tables and indexes follows their load.
void bind_application_autoscaling(dispatch::Registry& registry);

}  // namespace fallstreak::services
