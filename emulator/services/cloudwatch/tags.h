#pragma once

#include <optional>
#include <vector>

#include "services/cloudwatch/state.h"

/// The tags of alarms and dashboards.
namespace fallstreak::services::cloudwatch {

using Tags = std::vector<api::cloudwatch::Tag>;

/// The tags that a resource is made with. AWS: at most 50, each key once, none of AWS's own.
Tags tags_at_creation(const std::optional<Tags>& tags);

}  // namespace fallstreak::services::cloudwatch
