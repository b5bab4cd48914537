#pragma once

#include <string>

#include "base/ip_block.h"

namespace fallstreak {

/// `10.0.1.5`; `2001:db8:1:2::5`, in the shortest form (RFC 5952), as AWS writes it.
std::string to_string(const IpAddress& address);
/// `10.0.0.0/16`, `2001:db8::/32`
std::string to_string(const IpBlock& block);

}  // namespace fallstreak
