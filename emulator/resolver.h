#pragma once

#include <cstdint>
#include <string>

#include "cloud.h"
#include "dataplane/dns/answer.h"

namespace fallstreak {

/// What a world's name servers know, as a client of that VPC (or of the internet) is told. Holds
/// while the world is held.
dataplane::dns::Knowledge dns_knowledge(world::World& world, const std::string& vpc);

/// What Route 53 answers now. `draw` is 64 random bits, for policies that leave it to chance.
dataplane::dns::Answer resolve(Cloud& cloud, const dataplane::dns::Question& question,
                               const dataplane::dns::Client& client = {}, std::uint64_t draw = 0);

}  // namespace fallstreak
