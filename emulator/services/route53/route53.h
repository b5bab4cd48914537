#pragma once

#include "dispatch/registry.h"

namespace fallstreak::services {

/// Amazon Route 53: hosted zones, records, health checks. Its answers are the resolver's
/// (dataplane/dns); what it tells the name servers is in dispatch/name_servers.h.
void bind_route53(dispatch::Registry& registry);

}  // namespace fallstreak::services
