#pragma once

#include "dispatch/registry.h"

namespace fallstreak::services {

/// Every service of this build, bound once and never changed.
const dispatch::Registry& registry();

}  // namespace fallstreak::services
