#pragma once

#include "dispatch/registry.h"

namespace fallstreak::services {

/// Amazon Elastic Compute Cloud, with the networks that its instances are in.
void bind_ec2(dispatch::Registry& registry);

}  // namespace fallstreak::services
