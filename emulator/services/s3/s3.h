#pragma once

#include "dispatch/registry.h"

namespace fallstreak::services {

/// Amazon Simple Storage Service.
void bind_s3(dispatch::Registry& registry);

}  // namespace fallstreak::services
