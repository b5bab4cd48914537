#include "services/ec2/launch_volumes.h"

#include "services/ec2/errors.h"

namespace fallstreak::services::ec2 {

std::vector<PlannedVolume> plan_volumes(Context& context, const std::string& image_id,
                                        std::span<const BlockDeviceMapping> given) {
  for (const auto& each : given) {
    if (each.DeviceName && !each.NoDevice) check_device_name(*each.DeviceName);
  }
  std::vector<PlannedVolume> planned;
  for (const auto& mapping : merge_mappings(mappings_of(context.state, image_id), given)) {
    if (!mapping.Ebs) continue;
    const auto& ebs = *mapping.Ebs;
    PlannedVolume volume{
        .device = *mapping.DeviceName,
        .wanted = {.type = ebs.VolumeType,
                   .size_gib = ebs.VolumeSize,
                   .iops = ebs.Iops,
                   .throughput = ebs.Throughput,
                   .snapshot_id = ebs.SnapshotId.value_or(""),
                   // An image that is not encrypted leaves it to the account's default.
                   .encrypted = ebs.Encrypted == true ? std::optional(true) : std::nullopt,
                   .kms_key_id = ebs.KmsKeyId},
        .delete_on_termination = ebs.DeleteOnTermination.value_or(true)};
    settings_of(context, volume.wanted);
    kms_key_for(context, volume.wanted);
    planned.push_back(std::move(volume));
  }
  return planned;
}

std::vector<AttachedVolumeRecord> make_volumes(Context& context,
                                               std::span<const PlannedVolume> planned,
                                               const InstanceRecord& instance, const Tags& tags) {
  std::vector<AttachedVolumeRecord> made;
  for (const auto& each : planned) {
    const std::string id = add_volume(context, each.wanted, instance.zone, "available", tags);
    attach_row(context, id,
               {.instance_id = instance.instance_id,
                .device = each.device,
                .attach_time = context.now(),
                .delete_on_termination = each.delete_on_termination,
                .state = "attached"});
    made.push_back({.device_name = each.device,
                    .volume_id = id,
                    .delete_on_termination = each.delete_on_termination});
  }
  return made;
}

}  // namespace fallstreak::services::ec2
