#pragma once

#include <string>

#include "services/autoscaling/state.h"

namespace fallstreak::services::autoscaling {

/// `<group>:<policy name>`
std::string policy_key(std::string_view group_name, std::string_view policy_name);

/// The policies of a group that is deleted go with it, and their alarms.
void forget_policies(Context& context, const std::string& group_name);

}  // namespace fallstreak::services::autoscaling
