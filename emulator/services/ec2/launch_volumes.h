#pragma once

#include <span>
#include <string>
#include <vector>

#include "services/ec2/images.h"
#include "services/ec2/state.h"
#include "services/ec2/volumes.h"

namespace fallstreak::services::ec2 {

/// A volume of each instance of a launch.
struct PlannedVolume {
  std::string device;
  WantedVolume wanted;
  bool delete_on_termination = true;
};

/// The volumes of the image with what the request adds or changes, checked before anything is made.
std::vector<PlannedVolume> plan_volumes(Context& context, const std::string& image_id,
                                        std::span<const BlockDeviceMapping> given);
/// Makes them, attached to an instance that begins to be launched now.
std::vector<AttachedVolumeRecord> make_volumes(Context& context,
                                               std::span<const PlannedVolume> planned,
                                               const InstanceRecord& instance, const Tags& tags);

}  // namespace fallstreak::services::ec2
