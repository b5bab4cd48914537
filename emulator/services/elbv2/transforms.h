#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "services/elbv2/state.h"

namespace fallstreak::services::elbv2 {

using RuleTransforms = std::vector<api::elbv2::RuleTransform>;

/// Throws AWS's error when a rule cannot rewrite requests so.
void check_transforms(const std::optional<RuleTransforms>& transforms);

/// Throws when the text is no regular expression that AWS takes. `what` begins the message.
void check_regex(std::string_view what, std::string_view expression, std::size_t longest);

}  // namespace fallstreak::services::elbv2
