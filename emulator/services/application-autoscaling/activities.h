#pragma once

#include <cstdint>
#include <string>

#include "services/application-autoscaling/state.h"

/// Changing a target's capacity, and the record of it.
namespace fallstreak::services::application_autoscaling {

/// Sets the capacity and notes the activity; what DynamoDB refuses is an activity that failed.
/// Chosen: while a table is being changed nothing is asked of it and nothing noted; alarms that
/// stay ask again every minute, and a new bound is looked at when the table is active again.
enum class Scaled { begun, busy, refused };
Scaled scale(Context& context, const std::string& target, std::int32_t capacity,
             const std::string& cause);

/// Brings a target that is out of its bounds into them. AWS: at once, when the bounds are set.
void keep_bounds(Context& context, const std::string& target);

/// A table may have taken over its new capacity; the entity is the target's key.
constexpr std::string_view kActivityDue = "activity-due";
void on_activity_due(Context& context, const world::Event& event);
/// A target that was out of its bounds while its table was busy is looked at again.
constexpr std::string_view kBoundsDue = "bounds-due";
void on_bounds_due(Context& context, const world::Event& event);

}  // namespace fallstreak::services::application_autoscaling
