#pragma once

#include "base/time.h"

/// How long things take in EC2 Auto Scaling. AWS publishes none of these.
namespace fallstreak::services::autoscaling {

/// Chosen: from a change of a group to the first instance that is launched or terminated for it.
constexpr Duration kReaction = std::chrono::seconds(1);

/// Chosen: between two looks at the health of a group's instances. AWS says "periodically"; users
/// see a minute or so.
constexpr Duration kHealthCheckPeriod = std::chrono::seconds(60);

/// AWS: predictive scaling updates its forecasts every six hours.
constexpr Duration kForecastInterval = std::chrono::hours(6);

/// Chosen: between two looks at an instance that starts, drains or terminates.
constexpr Duration kInstancePoll = std::chrono::seconds(5);

/// Chosen: how long a zone without capacity is left alone, doubling with each failure up to the
/// longest.
constexpr Duration kShortestBackoff = std::chrono::seconds(30);
constexpr Duration kLongestBackoff = std::chrono::minutes(5);

}  // namespace fallstreak::services::autoscaling
