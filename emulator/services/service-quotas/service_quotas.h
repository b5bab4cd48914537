#pragma once

#include "dispatch/registry.h"

namespace fallstreak::services {

/// Service Quotas: what an account may have of EC2's and VPC's resources, and more of it on
/// request.
void bind_service_quotas(dispatch::Registry& registry);

}  // namespace fallstreak::services
