#pragma once

#include <string>

#include "services/autoscaling/state.h"

namespace fallstreak::services::autoscaling {

/// Throws AWS's error when no group has the name.
const GroupRecord& find_group(const Context& context, const std::string& name);
/// The same for operations that a group refuses while it is being deleted.
const GroupRecord& find_changeable_group(const Context& context, const std::string& name);

}  // namespace fallstreak::services::autoscaling
