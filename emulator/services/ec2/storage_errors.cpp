#include "services/ec2/storage_errors.h"

#include <initializer_list>

// The codes are AWS's. Chosen: the words, in AWS's manner, but where a comment names their source;
// AWS documents few of them.

namespace fallstreak::services::ec2 {
namespace {

std::string join(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const auto part : parts) text += part;
  return text;
}

}  // namespace

ApiError invalid_volume_not_found(std::string_view ids) {
  return ApiError("InvalidVolume.NotFound", join({"The volume '", ids, "' does not exist."}));
}
ApiError invalid_zone_not_found(std::string_view zone) {
  return ApiError("InvalidZone.NotFound", join({"The zone '", zone, "' does not exist."}));
}
// Observed: a report of gp2 with 0 GiB in a public issue tracker.
ApiError volume_is_too_small(std::string_view type, std::string_view size, std::string_view least) {
  return ApiError("InvalidParameterValue",
                  join({"The volume size is invalid for ", type, " volumes: ", size, " GiB. ", type,
                        " volumes must be at least ", least,
                        " GiB in size. Please specify a volume size above the minimum limit."}));
}
ApiError volume_is_too_large(std::string_view type, std::string_view size, std::string_view most) {
  return ApiError("InvalidParameterValue",
                  join({"The volume size is invalid for ", type, " volumes: ", size, " GiB. ", type,
                        " volumes must be at most ", most,
                        " GiB in size. Please specify a volume size below the maximum limit."}));
}
ApiError volume_is_smaller_than_snapshot(std::string_view size, std::string_view snapshot_id,
                                         std::string_view least) {
  return invalid_block_device_mapping(
      join({"Volume of size ", size, "GB is smaller than snapshot '", snapshot_id,
            "', expect size >= ", least, "GB"}));
}
ApiError parameter_not_supported_for(std::string_view parameter, std::string_view volume_type) {
  return ApiError(
      "InvalidParameterCombination",
      join({"The parameter ", parameter, " is not supported for ", volume_type, " volumes."}));
}
ApiError iops_are_required(std::string_view volume_type) {
  return ApiError("MissingParameter",
                  join({"The parameter iops must be specified for ", volume_type, " volumes."}));
}
ApiError volume_in_use(std::string_view message) {
  return ApiError("VolumeInUse", std::string(message));
}
ApiError incorrect_state(std::string_view message) {
  return ApiError("IncorrectState", std::string(message));
}
ApiError volume_zone_mismatch(std::string_view volume_id, std::string_view instance_id) {
  return ApiError("InvalidVolume.ZoneMismatch",
                  join({"The volume '", volume_id,
                        "' is not in the same availability zone as instance '", instance_id, "'"}));
}
ApiError device_is_in_use(std::string_view device) {
  return ApiError("InvalidParameterValue",
                  join({"Invalid value '", device, "' for unixDevice. Attachment point ", device,
                        " is already in use"}));
}
ApiError invalid_attachment_not_found(std::string_view volume_id, std::string_view instance_id) {
  return ApiError(
      "InvalidAttachment.NotFound",
      join({"The volume '", volume_id, "' is not attached to instance '", instance_id, "'."}));
}
ApiError incorrect_modification_state(std::string_view message) {
  return ApiError("IncorrectModificationState", std::string(message));
}
ApiError volume_modification_rate_exceeded(std::string_view hours) {
  return ApiError("VolumeModificationRateExceeded",
                  join({"You've reached the maximum modification rate per volume limit. Wait at "
                        "least ",
                        hours, " hours between modifications per EBS volume."}));
}
ApiError invalid_volume_modification_not_found(std::string_view volume_id) {
  return ApiError("InvalidVolumeModification.NotFound",
                  join({"Modification for volume '", volume_id, "' does not exist."}));
}
ApiError no_device_at(std::string_view device, std::string_view instance_id) {
  return ApiError("InvalidInstanceAttributeValue",
                  join({"No device is currently mapped at ", device, " of ", instance_id}));
}
ApiError no_root_volume(std::string_view device, std::string_view instance_id) {
  return ApiError(
      "IncorrectInstanceState",
      join({"Invalid value '", instance_id,
            "' for instanceId. Instance does not have a volume attached at root (", device, ")"}));
}
ApiError kms_key_without_encryption() {
  return ApiError("InvalidParameterDependency",
                  "The parameter KmsKeyId requires the parameter Encrypted to be set.");
}
ApiError invalid_block_device_mapping(std::string_view message) {
  return ApiError("InvalidBlockDeviceMapping", std::string(message));
}

ApiError invalid_snapshot_not_found(std::string_view ids) {
  return ApiError("InvalidSnapshot.NotFound", join({"The snapshot '", ids, "' does not exist."}));
}
ApiError invalid_snapshot_in_use(std::string_view snapshot_id, std::string_view image_id) {
  return ApiError("InvalidSnapshot.InUse",
                  join({"The snapshot ", snapshot_id, " is currently in use by ", image_id}));
}

ApiError invalid_ami_name_malformed() {
  return ApiError("InvalidAMIName.Malformed",
                  "AMI names must be between 3 and 128 characters long, and may contain letters, "
                  "numbers, '(', ')', '.', '-', '/' and '_'");
}
ApiError invalid_ami_name_duplicate(std::string_view name, std::string_view image_id) {
  return ApiError("InvalidAMIName.Duplicate",
                  join({"AMI name ", name, " is already in use by AMI ", image_id}));
}
ApiError not_authorized_for_image(std::string_view image_id) {
  return ApiError("AuthFailure", join({"Not authorized for image:", image_id}));
}
ApiError invalid_ami_id_unavailable(std::string_view image_id) {
  return ApiError("InvalidAMIID.Unavailable",
                  join({"The image ID '", image_id, "' is no longer available"}));
}

ApiError invalid_key_pair_duplicate(std::string_view name) {
  return ApiError("InvalidKeyPair.Duplicate", join({"The keypair already exists: ", name}));
}
ApiError invalid_key_format() {
  return ApiError("InvalidKey.Format", "Key is not in valid OpenSSH public key format");
}
ApiError invalid_key_pair_ids_not_found(std::string_view ids) {
  return ApiError("InvalidKeyPair.NotFound", join({"The key pair '", ids, "' does not exist"}));
}

}  // namespace fallstreak::services::ec2
