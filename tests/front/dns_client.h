#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dataplane/dns/message.h"

namespace fallstreak::testing {

enum class Over { udp, tcp };

/// What a server on 127.0.0.1 answers to bytes, without any resolver between; nothing after a
/// second of silence.
std::optional<std::string> exchange_dns(std::uint16_t port, std::string_view query, Over over);

/// A question of one name and type, and the message that comes back.
std::optional<dataplane::dns::Message> ask_dns(std::uint16_t port, const std::string& name,
                                               std::string_view type, Over over = Over::udp);

}  // namespace fallstreak::testing
