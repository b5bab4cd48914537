#pragma once

#include <string_view>

#include "base/error.h"

/// EC2's errors about volumes, snapshots, images and key pairs: each code and message is spelled
/// here, once. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
namespace fallstreak::services::ec2 {

// Volumes.
ApiError invalid_volume_not_found(std::string_view ids);
ApiError invalid_zone_not_found(std::string_view zone);
ApiError volume_is_too_small(std::string_view type, std::string_view size, std::string_view least);
ApiError volume_is_too_large(std::string_view type, std::string_view size, std::string_view most);
ApiError volume_is_smaller_than_snapshot(std::string_view size, std::string_view snapshot_id,
                                         std::string_view least);
ApiError parameter_not_supported_for(std::string_view parameter, std::string_view volume_type);
ApiError iops_are_required(std::string_view volume_type);
ApiError volume_in_use(std::string_view message);
ApiError incorrect_state(std::string_view message);
ApiError volume_zone_mismatch(std::string_view volume_id, std::string_view instance_id);
ApiError device_is_in_use(std::string_view device);
ApiError invalid_attachment_not_found(std::string_view volume_id, std::string_view instance_id);
ApiError incorrect_modification_state(std::string_view message);
ApiError volume_modification_rate_exceeded(std::string_view hours);
ApiError invalid_volume_modification_not_found(std::string_view volume_id);
ApiError kms_key_without_encryption();
ApiError no_device_at(std::string_view device, std::string_view instance_id);
ApiError no_root_volume(std::string_view device, std::string_view instance_id);
ApiError invalid_block_device_mapping(std::string_view message);

// Snapshots.
ApiError invalid_snapshot_not_found(std::string_view ids);
ApiError invalid_snapshot_in_use(std::string_view snapshot_id, std::string_view image_id);

// Images.
ApiError invalid_ami_name_malformed();
ApiError invalid_ami_name_duplicate(std::string_view name, std::string_view image_id);
ApiError not_authorized_for_image(std::string_view image_id);
ApiError invalid_ami_id_unavailable(std::string_view image_id);

// Key pairs.
ApiError invalid_key_pair_duplicate(std::string_view name);
ApiError invalid_key_format();
ApiError invalid_key_pair_ids_not_found(std::string_view ids);

}  // namespace fallstreak::services::ec2
