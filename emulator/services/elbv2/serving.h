#pragma once

#include <optional>
#include <string>
#include <vector>

#include "world/world.h"

/// What no operation of Elastic Load Balancing tells, for those who serve its listeners.
namespace fallstreak::services::elbv2 {

/// The secret with which a rule asks its OpenID provider; empty when it asks none. `scope` is the
/// account and region: `123456789012/eu-central-1`.
std::string client_secret_of(world::World& world, const std::string& scope,
                             const std::string& rule_arn);

/// Whom a trust store trusts, and whom it does not any more; empty when there is none.
struct TrustMaterial {
  std::string authorities;  // PEM, as are the others
  std::vector<std::string> revocations;
};
std::optional<TrustMaterial> trust_material_of(world::World& world, const std::string& scope,
                                               const std::string& trust_store_arn);

}  // namespace fallstreak::services::elbv2
