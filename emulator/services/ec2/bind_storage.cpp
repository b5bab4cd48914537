#include "services/ec2/account_attributes.h"
#include "services/ec2/account_defaults.h"
#include "services/ec2/allowed_images.h"
#include "services/ec2/bindings.h"
#include "services/ec2/images.h"
#include "services/ec2/key_pairs.h"
#include "services/ec2/snapshot_settings.h"
#include "services/ec2/snapshots.h"
#include "services/ec2/volumes.h"

/// Which operation of volumes, snapshots, images and key pairs has which handler, and what of its
/// request it honours.
namespace fallstreak::services::ec2 {
namespace {

void bind_volumes(Operations& operations) {
  // There is no data, so that what a volume can do in a second, and the key it is encrypted with,
  // are checked and shown.
  bind<api::ec2::CreateVolume, create_volume>(operations)
      .accepts({"AvailabilityZone", "AvailabilityZoneId", "Encrypted", "Size", "SnapshotId",
                "VolumeType", "TagSpecifications", "MultiAttachEnabled", "ClientToken"})
      .no_effect({"Iops", "Throughput", "KmsKeyId"});
  bind<api::ec2::AttachVolume, attach_volume>(operations)
      .accepts({"Device", "InstanceId", "VolumeId"});
  bind<api::ec2::DescribeVolumes, describe_volumes>(operations)
      .accepts({"VolumeIds", "Filters", "NextToken", "MaxResults"});
  bind<api::ec2::DescribeVolumeStatus, describe_volume_status>(operations)
      .accepts({"MaxResults", "NextToken", "VolumeIds", "Filters"});
  bind<api::ec2::DescribeVolumeAttribute, describe_volume_attribute>(operations)
      .accepts({"Attribute", "VolumeId"});
  bind<api::ec2::DescribeVolumesModifications, describe_volumes_modifications>(operations)
      .accepts({"VolumeIds", "Filters", "NextToken", "MaxResults"});
  bind<api::ec2::ModifyVolume, modify_volume>(operations)
      .accepts({"VolumeId", "Size", "VolumeType", "MultiAttachEnabled"})
      .no_effect({"Iops", "Throughput"});
  bind<api::ec2::ModifyVolumeAttribute, modify_volume_attribute>(operations)
      .accepts({"VolumeId"})
      .no_effect({"AutoEnableIO"});
  bind<api::ec2::DetachVolume, detach_volume>(operations)
      .accepts({"Device", "InstanceId", "VolumeId"})
      .no_effect({"Force"});
  bind<api::ec2::DeleteVolume, delete_volume>(operations).accepts({"VolumeId"});
  operations.on_event("volume-created", on_volume_created);
  operations.on_event("volume-attached", on_volume_attached);
  operations.on_event("volume-detached", on_volume_detached);
  operations.on_event("volume-deleted", on_volume_deleted);
  operations.on_event("volume-optimizing", on_volume_optimizing);
  operations.on_event("volume-modified", on_volume_modified);
}

void bind_snapshots(Operations& operations) {
  bind<api::ec2::CreateSnapshot, create_snapshot>(operations)
      .accepts({"Description", "VolumeId", "TagSpecifications"});
  bind<api::ec2::CreateSnapshots, create_snapshots>(operations)
      .accepts({"Description", "InstanceSpecification", "CopyTagsFromSource", "TagSpecifications"});
  bind<api::ec2::LockSnapshot, lock_snapshot>(operations)
      .accepts({"SnapshotId", "LockMode", "LockDuration", "CoolOffPeriod", "ExpirationDate"});
  bind<api::ec2::DescribeLockedSnapshots, describe_locked_snapshots>(operations)
      .accepts({"SnapshotIds", "Filters", "MaxResults", "NextToken"});
  bind<api::ec2::UnlockSnapshot, unlock_snapshot>(operations).accepts({"SnapshotId"});
  // Volumes have no data: only the states are to be seen.
  bind<api::ec2::EnableFastSnapshotRestores, enable_fast_snapshot_restores>(operations)
      .accepts({"AvailabilityZones", "AvailabilityZoneIds", "SourceSnapshotIds"});
  bind<api::ec2::DescribeFastSnapshotRestores, describe_fast_snapshot_restores>(operations)
      .accepts({"Filters", "MaxResults", "NextToken"});
  bind<api::ec2::DisableFastSnapshotRestores, disable_fast_snapshot_restores>(operations)
      .accepts({"AvailabilityZones", "AvailabilityZoneIds", "SourceSnapshotIds"});
  operations.on_event("fast-restore-changed", on_fast_restore_changed);
  bind<api::ec2::ModifySnapshotTier, modify_snapshot_tier>(operations)
      .accepts({"SnapshotId", "StorageTier"});
  bind<api::ec2::RestoreSnapshotTier, restore_snapshot_tier>(operations)
      .accepts({"SnapshotId", "TemporaryRestoreDays", "PermanentRestore"});
  bind<api::ec2::DescribeSnapshotTierStatus, describe_snapshot_tier_status>(operations)
      .accepts({"Filters", "MaxResults", "NextToken"});
  operations.on_event("snapshot-tiered", on_snapshot_tiered);
  operations.on_event("restored-snapshot-expired", on_restored_snapshot_expired);
  bind<api::ec2::CopySnapshot, copy_snapshot>(operations)
      .accepts(
          {"Description", "Encrypted", "SourceRegion", "SourceSnapshotId", "TagSpecifications"})
      .no_effect({"KmsKeyId", "PresignedUrl", "DestinationRegion"});
  bind<api::ec2::DescribeSnapshots, describe_snapshots>(operations)
      .accepts(
          {"MaxResults", "NextToken", "OwnerIds", "RestorableByUserIds", "SnapshotIds", "Filters"});
  bind<api::ec2::DescribeSnapshotAttribute, describe_snapshot_attribute>(operations)
      .accepts({"Attribute", "SnapshotId"});
  // An account sees no snapshots of others yet, so that whom it shares with is only shown.
  bind<api::ec2::ModifySnapshotAttribute, modify_snapshot_attribute>(operations)
      .accepts({"Attribute", "OperationType", "SnapshotId"})
      .no_effect({"CreateVolumePermission", "GroupNames", "UserIds"});
  bind<api::ec2::ResetSnapshotAttribute, reset_snapshot_attribute>(operations)
      .accepts({"Attribute", "SnapshotId"});
  bind<api::ec2::DeleteSnapshot, delete_snapshot>(operations).accepts({"SnapshotId"});
  operations.on_event("snapshot-completed", on_snapshot_completed);
}

void bind_images(Operations& operations) {
  bind<api::ec2::CreateImage, create_image>(operations)
      .accepts({"InstanceId", "Name", "Description", "NoReboot", "TagSpecifications",
                "BlockDeviceMappings.DeviceName", "BlockDeviceMappings.NoDevice",
                "BlockDeviceMappings.Ebs.DeleteOnTermination", "BlockDeviceMappings.Ebs.VolumeSize",
                "BlockDeviceMappings.Ebs.VolumeType"});
  bind<api::ec2::RegisterImage, register_image>(operations)
      .accepts({"Name", "Description", "Architecture", "RootDeviceName", "VirtualizationType",
                "ImageLocation", "ImdsSupport", "TagSpecifications",
                "BlockDeviceMappings.DeviceName", "BlockDeviceMappings.NoDevice",
                "BlockDeviceMappings.Ebs.DeleteOnTermination", "BlockDeviceMappings.Ebs.SnapshotId",
                "BlockDeviceMappings.Ebs.VolumeSize", "BlockDeviceMappings.Ebs.VolumeType",
                "BlockDeviceMappings.Ebs.Encrypted"})
      .no_effect({"BootMode", "EnaSupport", "SriovNetSupport", "BlockDeviceMappings.Ebs.Iops",
                  "BlockDeviceMappings.Ebs.Throughput"});
  bind<api::ec2::CopyImage, copy_image>(operations)
      .accepts({"ClientToken", "Description", "Encrypted", "Name", "SourceImageId", "SourceRegion",
                "CopyImageTags", "TagSpecifications"})
      .no_effect({"KmsKeyId"});
  operations.on_event("image-available", on_image_available);
  bind<api::ec2::DescribeImages, describe_images>(operations)
      .accepts({"ExecutableUsers", "ImageIds", "IncludeDisabled", "Owners", "MaxResults",
                "NextToken", "Filters"})
      // An owner sees what is deprecated, and others see no images here.
      .no_effect({"IncludeDeprecated"});
  bind<api::ec2::DescribeImageAttribute, describe_image_attribute>(operations)
      .accepts({"Attribute", "ImageId"});
  // As with snapshots: other accounts do not see it.
  bind<api::ec2::ModifyImageAttribute, modify_image_attribute>(operations)
      .accepts({"Attribute", "Description", "ImageId", "OperationType", "Value", "ImdsSupport"})
      .no_effect({"LaunchPermission.Add.Group", "LaunchPermission.Add.UserId",
                  "LaunchPermission.Remove.Group", "LaunchPermission.Remove.UserId", "UserGroups",
                  "UserIds"});
  bind<api::ec2::ResetImageAttribute, reset_image_attribute>(operations)
      .accepts({"Attribute", "ImageId"});
  bind<api::ec2::EnableImage, enable_image>(operations).accepts({"ImageId"});
  bind<api::ec2::DisableImage, disable_image>(operations).accepts({"ImageId"});
  bind<api::ec2::EnableImageDeprecation, enable_image_deprecation>(operations)
      .accepts({"ImageId"})
      .no_effect({"DeprecateAt"});
  bind<api::ec2::DisableImageDeprecation, disable_image_deprecation>(operations)
      .accepts({"ImageId"});
  bind<api::ec2::EnableImageDeregistrationProtection, enable_image_deregistration_protection>(
      operations)
      .accepts({"ImageId", "WithCooldown"});
  bind<api::ec2::DisableImageDeregistrationProtection, disable_image_deregistration_protection>(
      operations)
      .accepts({"ImageId"});
  bind<api::ec2::DeregisterImage, deregister_image>(operations)
      .accepts({"ImageId", "DeleteAssociatedSnapshots"});
}

void bind_key_pairs(Operations& operations) {
  bind<api::ec2::CreateKeyPair, create_key_pair>(operations)
      .accepts({"KeyName", "KeyType", "TagSpecifications", "KeyFormat"});
  bind<api::ec2::ImportKeyPair, import_key_pair>(operations)
      .accepts({"KeyName", "PublicKeyMaterial", "TagSpecifications"});
  bind<api::ec2::DescribeKeyPairs, describe_key_pairs>(operations)
      .accepts({"KeyNames", "KeyPairIds", "IncludePublicKey", "Filters"});
  bind<api::ec2::DeleteKeyPair, delete_key_pair>(operations).accepts({"KeyName", "KeyPairId"});
}

void bind_account_attributes(Operations& operations) {
  bind<api::ec2::GetEbsEncryptionByDefault, get_ebs_encryption_by_default>(operations);
  bind<api::ec2::EnableEbsEncryptionByDefault, enable_ebs_encryption_by_default>(operations);
  bind<api::ec2::DisableEbsEncryptionByDefault, disable_ebs_encryption_by_default>(operations);
  bind<api::ec2::DescribeAccountAttributes, describe_account_attributes>(operations)
      .accepts({"AttributeNames"});
}

void bind_account_defaults(Operations& operations) {
  bind<api::ec2::GetEbsDefaultKmsKeyId, get_ebs_default_kms_key_id>(operations);
  bind<api::ec2::ModifyEbsDefaultKmsKeyId, modify_ebs_default_kms_key_id>(operations)
      .accepts({"KmsKeyId"});
  bind<api::ec2::ResetEbsDefaultKmsKeyId, reset_ebs_default_kms_key_id>(operations);
  bind<api::ec2::GetInstanceMetadataDefaults, get_instance_metadata_defaults>(operations);
  bind<api::ec2::ModifyInstanceMetadataDefaults, modify_instance_metadata_defaults>(operations)
      .accepts({"HttpTokens", "HttpEndpoint", "InstanceMetadataTags"})
      .no_effect({"HttpPutResponseHopLimit"});
  // Nobody spends credits.
  bind<api::ec2::GetDefaultCreditSpecification, get_default_credit_specification>(operations)
      .accepts({"InstanceFamily"});
  bind<api::ec2::ModifyDefaultCreditSpecification, modify_default_credit_specification>(operations)
      .accepts({"InstanceFamily"})
      .no_effect({"CpuCredits"});
  bind<api::ec2::GetSnapshotBlockPublicAccessState, get_snapshot_block_public_access_state>(
      operations);
  bind<api::ec2::EnableSnapshotBlockPublicAccess, enable_snapshot_block_public_access>(operations)
      .accepts({"State"});
  bind<api::ec2::DisableSnapshotBlockPublicAccess, disable_snapshot_block_public_access>(
      operations);
  // Nobody opens a console: the switch is all there is.
  bind<api::ec2::GetSerialConsoleAccessStatus, get_serial_console_access_status>(operations);
  bind<api::ec2::EnableSerialConsoleAccess, enable_serial_console_access>(operations);
  bind<api::ec2::DisableSerialConsoleAccess, disable_serial_console_access>(operations);
  bind<api::ec2::GetAllowedImagesSettings, get_allowed_images_settings>(operations);
  bind<api::ec2::EnableAllowedImagesSettings, enable_allowed_images_settings>(operations)
      .accepts({"AllowedImagesSettingsState"});
  bind<api::ec2::DisableAllowedImagesSettings, disable_allowed_images_settings>(operations);
  // Without watermarks and findings of Inspector: no image has any.
  bind<api::ec2::ReplaceImageCriteriaInAllowedImagesSettings,
       replace_image_criteria_in_allowed_images_settings>(operations)
      .accepts({"ImageCriteria.ImageProviders", "ImageCriteria.MarketplaceProductCodes",
                "ImageCriteria.ImageNames", "ImageCriteria.DeprecationTimeCondition",
                "ImageCriteria.CreationDateCondition"});
  bind<api::ec2::GetImageBlockPublicAccessState, get_image_block_public_access_state>(operations);
  bind<api::ec2::EnableImageBlockPublicAccess, enable_image_block_public_access>(operations)
      .accepts({"ImageBlockPublicAccessState"});
  bind<api::ec2::DisableImageBlockPublicAccess, disable_image_block_public_access>(operations);
}

}  // namespace

void bind_storage(Operations& operations) {
  bind_volumes(operations);
  bind_snapshots(operations);
  bind_images(operations);
  bind_key_pairs(operations);
  bind_account_attributes(operations);
  bind_account_defaults(operations);
}

}  // namespace fallstreak::services::ec2
