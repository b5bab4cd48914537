#pragma once

#include <string>

#include "world/world.h"

/// What no operation of Elastic Load Balancing tells, for those who serve its listeners.
namespace fallstreak::services::elbv2 {

/// The secret with which a rule asks its OpenID provider; empty when it asks none. `scope` is the
/// account and region: `123456789012/eu-central-1`.
std::string client_secret_of(world::World& world, const std::string& scope,
                             const std::string& rule_arn);

}  // namespace fallstreak::services::elbv2
