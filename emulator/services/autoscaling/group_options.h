#pragma once

#include "services/autoscaling/state.h"

/// What a group may be given besides its size, its places and what it launches from.
namespace fallstreak::services::autoscaling {

/// Takes over what the request says; AWS's defaults are there already. Throws AWS's error for what
/// is wrong, and 501 for values that this version does not have.
void apply_options(Context& context, api::autoscaling::AutoScalingGroup& group,
                   const api::autoscaling::CreateAutoScalingGroupType& request);
void apply_options(Context& context, api::autoscaling::AutoScalingGroup& group,
                   const api::autoscaling::UpdateAutoScalingGroupType& request);
void set_default_options(Context& context, api::autoscaling::AutoScalingGroup& group);

/// For when the request is applied as a whole: 501 for options that this version has only apart.
void check_together(const api::autoscaling::AutoScalingGroup& group);

/// The names of the zones that a request asks for, by name or by id.
std::optional<std::vector<std::string>> wanted_zones(
    Context& context, const std::optional<std::vector<std::string>>& names,
    const std::optional<std::vector<std::string>>& ids);

enum class Deletion { plain, forced };
/// Throws when the group is protected from it.
void check_deletion(const api::autoscaling::AutoScalingGroup& group, Deletion deletion);

}  // namespace fallstreak::services::autoscaling
