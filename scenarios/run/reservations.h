#pragma once

#include "scenarios/language/scenario.h"
#include "scenarios/run/site.h"

namespace fallstreak::scenarios {

/// Buys what a scenario has reserved, by the API, and tells the meters what it costs. Throws
/// ApiError.
void buy_reservations(const Scenario& scenario, const Sites& sites);

}  // namespace fallstreak::scenarios
