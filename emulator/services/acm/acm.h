#pragma once

#include "dispatch/registry.h"

namespace fallstreak::services {

/// AWS Certificate Manager.
void bind_acm(dispatch::Registry& registry);

}  // namespace fallstreak::services
