#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "dataplane/dns/answer.h"

namespace fallstreak::world {
class World;
}

namespace fallstreak::front {

/// The answer to one DNS message; empty when it deserves none. The caller holds the world.
enum class DnsTransport { udp, tcp };
std::string answer_dns(world::World& world, const dataplane::dns::Client& client,
                       std::string_view query, DnsTransport transport, std::uint64_t draw);

}  // namespace fallstreak::front
