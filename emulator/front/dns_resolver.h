#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "dataplane/dns/answer.h"

namespace fallstreak::world {
class World;
}

namespace fallstreak::front {

/// What a world's name servers know, as a client of that VPC (or of the internet) is told. Holds
/// while the world is held.
dataplane::dns::Knowledge dns_knowledge(world::World& world, const std::string& vpc);

/// The answer to one DNS message; empty when it deserves none. The caller holds the world.
enum class DnsTransport { udp, tcp };
std::string answer_dns(world::World& world, const dataplane::dns::Client& client,
                       std::string_view query, DnsTransport transport, std::uint64_t draw);

}  // namespace fallstreak::front
