#include <algorithm>

#include "services/ec2/errors.h"
#include "services/ec2/instances.h"
#include "services/ec2/snapshots.h"
#include "services/ec2/storage_errors.h"
#include "services/ec2/tags.h"
#include "services/ec2/volumes.h"

/// Snapshots of all volumes of an instance at one moment.
namespace fallstreak::services::ec2 {
namespace {

/// The volumes that a request is about; those that it leaves out must be there.
std::vector<std::string> wanted_volumes(const Context& context,
                                        const api::ec2::InstanceSpecification& specification) {
  const InstanceRecord& row = find_instance(context, *specification.InstanceId);
  const std::string root = root_device_of(context.state, row);
  const auto excluded = api::each(specification.ExcludeDataVolumeIds);
  for (const auto& id : excluded) {
    const auto found = std::ranges::find(row.volumes, id, &AttachedVolumeRecord::volume_id);
    if (found == row.volumes.end() || found->device_name == root) {
      throw invalid_parameter_value("'" + id + "' is no data volume of '" + row.instance_id + "'");
    }
  }
  std::vector<std::string> ids;
  for (const auto& volume : row.volumes) {
    const bool is_left_out =
        (volume.device_name == root && specification.ExcludeBootVolume == true) ||
        std::ranges::find(excluded, volume.volume_id) != excluded.end();
    if (!is_left_out) ids.push_back(volume.volume_id);
  }
  if (ids.empty()) {
    throw invalid_parameter_value("No volumes of '" + row.instance_id + "' are left to snapshot");
  }
  return ids;
}

}  // namespace

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshots.html
api::ec2::CreateSnapshotsResult create_snapshots(Context& context,
                                                 const api::ec2::CreateSnapshotsRequest& request) {
  const Tags given = tags_for(request.TagSpecifications, "snapshot");
  api::ec2::CreateSnapshotsResult result;
  auto& shown = result.Snapshots.emplace();
  for (const auto& volume_id : wanted_volumes(context, *request.InstanceSpecification)) {
    const VolumeRecord& volume = find_volume(context, volume_id);
    Tags tags = request.CopyTagsFromSource == "volume" ? volume.tags : Tags();
    // What AWS itself gave to the volume stays there.
    std::erase_if(tags, [](const auto& tag) { return tag.Key->starts_with("aws:"); });
    set_tags(tags, given);
    const std::string id = add_snapshot(context, {.volume_id = volume_id,
                                                  .description = request.Description.value_or(""),
                                                  .size_gib = volume.settings.size_gib,
                                                  .kms_key_id = volume.kms_key_id,
                                                  .tags = tags});
    shown.push_back({.Description = request.Description.value_or(""),
                     .Tags = to_wire(tags),
                     .Encrypted = !volume.kms_key_id.empty(),
                     .VolumeId = volume_id,
                     .State = "pending",
                     .VolumeSize = volume.settings.size_gib,
                     .StartTime = context.now(),
                     .Progress = "",
                     .OwnerId = context.account_id(),
                     .SnapshotId = id});
  }
  return result;
}

}  // namespace fallstreak::services::ec2
