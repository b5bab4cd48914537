#pragma once

#include <optional>
#include <vector>

#include "api/elbv2/rules.h"

/// What a rule asks of a request.
namespace fallstreak::services::elbv2 {

using Conditions = std::vector<api::elbv2::RuleCondition>;

/// Throws AWS's error when these cannot be a rule's conditions; else gives them as Describe shows
/// them, with both spellings of a host name or path.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RuleCondition.html
Conditions checked_conditions(const std::optional<Conditions>& wanted);

}  // namespace fallstreak::services::elbv2
