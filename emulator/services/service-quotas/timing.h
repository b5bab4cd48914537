#pragma once

#include <chrono>

#include "world/random_streams.h"

/// How long AWS takes to grant more. It publishes no figures: "some increases are approved
/// automatically", others by support in hours or days.
namespace fallstreak::services::service_quotas::timing {

using namespace std::chrono_literals;

/// Chosen: from a request to its approval, or to the case that support opens for it.
constexpr world::Quantiles kPending{8min, 45min};
/// Chosen: how long support takes.
constexpr world::Quantiles kSupport{6h, 60h};
/// Chosen: up to ten times the default is granted without support.
constexpr double kGrantedFactor = 10;

}  // namespace fallstreak::services::service_quotas::timing
