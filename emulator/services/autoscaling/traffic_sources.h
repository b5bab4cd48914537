#pragma once

#include <string>
#include <vector>

#include "services/autoscaling/state.h"

namespace fallstreak::services::autoscaling {

/// The target groups among traffic sources; what is none is refused by name.
std::vector<std::string> target_groups_of(
    const std::vector<api::autoscaling::TrafficSourceIdentifier>& sources);

}  // namespace fallstreak::services::autoscaling
