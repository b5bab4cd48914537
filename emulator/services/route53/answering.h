#pragma once

#include <string>

#include "dataplane/dns/answer.h"
#include "world/world.h"

/// What a world's name servers know, in the form in which the pure function that answers asks it.
namespace fallstreak::services::route53 {

/// As a client of that VPC (`eu-central-1/vpc-1234`; empty: of the internet) is told. Holds while
/// the world is held.
dataplane::dns::Knowledge name_server_knowledge(world::World& world, const std::string& vpc);

}  // namespace fallstreak::services::route53
