#pragma once

#include <optional>
#include <string>

#include "world/world.h"

/// What no operation of ACM tells: certificates with their keys, for those who serve with them.
namespace fallstreak::services::acm {

/// All in PEM.
struct Material {
  std::string certificate;
  std::string chain;
  std::string private_key;
};
/// `scope` is the account and region: `123456789012/eu-central-1`. Empty when there is no such
/// certificate, or it has not been issued.
std::optional<Material> material_of(world::World& world, const std::string& scope,
                                    const std::string& certificate_arn);

}  // namespace fallstreak::services::acm
