#pragma once

#include <cstdint>

#include "api/shape.h"

namespace fallstreak::testing {

/// Sends random values of every operation of the service through every protocol that it speaks,
/// request and response and error, and expects the same values at the other end. Requests are also
/// routed by what they look like, and must be found to be what they are.
void expect_round_trips(const api::Service& service, std::uint64_t seed, int rounds);

}  // namespace fallstreak::testing
