#pragma once

#include "dispatch/registry.h"

namespace fallstreak::services {

/// Amazon CloudWatch.
void bind_cloudwatch(dispatch::Registry& registry);

}  // namespace fallstreak::services
