#pragma once

#include "scenarios/assertions/evaluate.h"

namespace fallstreak::scenarios {

/// The longest outage that a break began: see kRtoDefinition. A run that ends before the steady
/// checks have held for a minute again leaves the RTO unknown, unless it is over the limit already.
Verdict evaluate_rto(const Assertion& assertion, const Scenario& scenario,
                     const Recording& recording);

/// The age of the oldest acknowledged write that is lost: see kRpoDefinition.
Verdict evaluate_rpo(const Assertion& assertion, const Recording& recording);

}  // namespace fallstreak::scenarios
