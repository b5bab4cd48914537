#pragma once

#include <string>

#include "dataplane/reachability/reachability.h"

namespace fallstreak::front {

/// `{"verdict": "reachable", "steps": [...]}`, as the control API gives it.
std::string reachability_json(const dataplane::reachability::Answer& answer);

}  // namespace fallstreak::front
