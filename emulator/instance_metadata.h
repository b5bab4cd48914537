#pragma once

#include <optional>
#include <string>

#include "cloud.h"
#include "dispatch/instance_metadata.h"

namespace fallstreak {

/// What an instance learns of itself, whosever it is and wherever it runs. Empty when there is no
/// such instance, or it is off. Faults of EC2's API do not touch it, as on AWS.
std::optional<dispatch::InstanceMetadata> instance_metadata(Cloud& cloud,
                                                            const std::string& instance_id);

}  // namespace fallstreak
