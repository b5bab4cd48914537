#pragma once

#include "dispatch/registry.h"

namespace fallstreak::services {

void bind_arc_zonal_shift(dispatch::Registry& registry);

}  // namespace fallstreak::services
