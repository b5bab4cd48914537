#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/autoscaling/state.h"

/// What a caller may ask of a group: each check throws AWS's error, and gives what follows from the
/// setting.
namespace fallstreak::services::autoscaling {

/// A launch template by id and by name, whichever was given. It must exist, with that version and
/// an image.
api::autoscaling::LaunchTemplateSpecification checked_launch_template(
    Context& context, const api::autoscaling::LaunchTemplateSpecification& wanted);

/// Where the group launches: the given subnets, or the zones' default subnets. Empty when neither
/// is given.
std::vector<PlacementRecord> checked_placements(
    Context& context, const std::optional<std::string>& vpc_zone_identifier,
    const std::optional<std::vector<std::string>>& zones);
/// The zones of these placements, each once, sorted.
std::vector<std::string> zones_of(const std::vector<PlacementRecord>& placements);

void check_target_groups(Context& context, const std::vector<std::string>& arns);
void check_termination_policies(const std::vector<std::string>& policies);
void check_health_check_type(const std::string& type);
/// AWS: a day at least; 0 takes a maximum away.
void check_lifetime(const std::optional<std::int32_t>& seconds);
void check_bounds(std::int32_t min_size, std::int32_t max_size);

}  // namespace fallstreak::services::autoscaling
