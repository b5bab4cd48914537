#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

/// Refuses data that RunInstances could never take: what AWS checks when a version is made.
void check_launch_data(const api::ec2::RequestLaunchTemplateData& data);

void add_version(Context& context, const api::ec2::LaunchTemplate& launch_template,
                 std::int64_t number, const std::optional<std::string>& description,
                 api::ec2::ResponseLaunchTemplateData data);
enum class IsDefault { no, yes };
/// Sets whether a version is the default one; none of this number is no error.
void mark_default(Context& context, const std::string& template_id, std::int64_t number,
                  IsDefault is_default);

}  // namespace fallstreak::services::ec2
