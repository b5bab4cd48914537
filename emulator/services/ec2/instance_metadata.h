#pragma once

#include <optional>
#include <string>

#include "dispatch/instance_metadata.h"
#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

/// What EC2 tells an instance of itself. `scope` is the account and region:
/// `123456789012/eu-central-1`. Empty when there is no such
/// instance, or it is off and so nothing of it can ask.
std::optional<dispatch::InstanceMetadata> metadata_of(world::World& world, const std::string& scope,
                                                      const std::string& instance_id);

/// Refuses keys of tags with which an instance's tags cannot be told by its metadata, when that is
/// wanted of it.
void check_metadata_tags(const api::ec2::InstanceMetadataOptionsResponse& options,
                         const Tags& tags);

}  // namespace fallstreak::services::ec2
