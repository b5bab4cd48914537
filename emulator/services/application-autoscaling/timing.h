#pragma once

#include "base/time.h"

/// How long things take in Application Auto Scaling. AWS publishes none of these.
namespace fallstreak::services::application_autoscaling {

/// Chosen: between two looks at a table that takes over its new capacity.
constexpr Duration kActivityPoll = std::chrono::seconds(5);
/// Chosen: a table that has not changed by then is not waited for any longer.
constexpr Duration kGiveUp = std::chrono::hours(1);

}  // namespace fallstreak::services::application_autoscaling
