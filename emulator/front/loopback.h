#pragma once

#include <cstdint>

namespace fallstreak::front {

/// A socket that listens on 127.0.0.1; port 0: any that is free. Of this machine alone: what is
/// emulated has no secrets, and no protection either. Throws std::system_error.
int listen_on_loopback(std::uint16_t port);
std::uint16_t port_of(int listener);

}  // namespace fallstreak::front
