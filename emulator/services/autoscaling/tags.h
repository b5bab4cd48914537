#pragma once

#include <string>
#include <vector>

#include "services/autoscaling/state.h"

namespace fallstreak::services::autoscaling {

/// A group's tags with these put over them, each key once, sorted by key.
std::vector<api::autoscaling::TagDescription> with_tags(
    std::vector<api::autoscaling::TagDescription> tags, const std::string& group_name,
    const std::vector<api::autoscaling::Tag>& added);

}  // namespace fallstreak::services::autoscaling
