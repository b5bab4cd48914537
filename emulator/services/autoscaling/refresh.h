#pragma once

#include <string>

#include "services/autoscaling/state.h"

namespace fallstreak::services::autoscaling {

/// The key of the group's refresh that is not over; null when there is none.
const std::string* active_refresh(const Context& context, const std::string& group_name);

/// The template from which the group launches just now.
const api::autoscaling::LaunchTemplateSpecification& launch_template_of(const GroupRecord& group);

/// How many instances are to be replaced from now on.
std::int32_t count_to_replace(const Context& context, const RefreshRecord& record);

void schedule_refresh(Context& context, const GroupRecord& group, const std::string& key);
/// A refresh makes its next step; the payload is its key.
void on_refresh_step(Context& context, const world::Event& event);

/// Replaces what was replaced by what was there before. `reason` is what AWS shows.
void begin_rollback(Context& context, const std::string& key, const std::string& reason);

}  // namespace fallstreak::services::autoscaling
