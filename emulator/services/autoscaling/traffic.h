#pragma once

#include <string>

#include "services/autoscaling/state.h"

/// An instance of a group and the group's load balancers.
namespace fallstreak::services::autoscaling {

void register_targets(Context& context, const GroupRecord& group, const std::string& instance_id);
void deregister_targets(Context& context, const GroupRecord& group, const std::string& instance_id);
/// Observed: a target shows `draining` until the deregistration delay is over.
bool is_draining(Context& context, const GroupRecord& group, const std::string& instance_id);

}  // namespace fallstreak::services::autoscaling
