#pragma once

#include "dispatch/registry.h"

namespace fallstreak::services {

/// AWS Security Token Service.
void bind_sts(dispatch::Registry& registry);

}  // namespace fallstreak::services
