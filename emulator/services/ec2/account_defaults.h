#pragma once

#include <string>

#include "api/ec2/account_attributes.h"
#include "services/ec2/catalogue.h"
#include "services/ec2/state.h"

/// What an account sets once for all that it makes in a region.
namespace fallstreak::services::ec2 {

/// `standard` or `unlimited`: what a burstable type gets that a launch says nothing of.
std::string default_credits(const Context& context, const InstanceType& type);
/// Refuses to share with all what the account keeps to itself.
enum class Shared { images, snapshots };
void check_public_sharing(const Context& context, Shared what);

api::ec2::GetEbsDefaultKmsKeyIdResult get_ebs_default_kms_key_id(
    Context& context, const api::ec2::GetEbsDefaultKmsKeyIdRequest& request);
api::ec2::ModifyEbsDefaultKmsKeyIdResult modify_ebs_default_kms_key_id(
    Context& context, const api::ec2::ModifyEbsDefaultKmsKeyIdRequest& request);
api::ec2::ResetEbsDefaultKmsKeyIdResult reset_ebs_default_kms_key_id(
    Context& context, const api::ec2::ResetEbsDefaultKmsKeyIdRequest& request);
api::ec2::GetInstanceMetadataDefaultsResult get_instance_metadata_defaults(
    Context& context, const api::ec2::GetInstanceMetadataDefaultsRequest& request);
api::ec2::ModifyInstanceMetadataDefaultsResult modify_instance_metadata_defaults(
    Context& context, const api::ec2::ModifyInstanceMetadataDefaultsRequest& request);
api::ec2::GetDefaultCreditSpecificationResult get_default_credit_specification(
    Context& context, const api::ec2::GetDefaultCreditSpecificationRequest& request);
api::ec2::ModifyDefaultCreditSpecificationResult modify_default_credit_specification(
    Context& context, const api::ec2::ModifyDefaultCreditSpecificationRequest& request);
api::ec2::GetSnapshotBlockPublicAccessStateResult get_snapshot_block_public_access_state(
    Context& context, const api::ec2::GetSnapshotBlockPublicAccessStateRequest& request);
api::ec2::EnableSnapshotBlockPublicAccessResult enable_snapshot_block_public_access(
    Context& context, const api::ec2::EnableSnapshotBlockPublicAccessRequest& request);
api::ec2::DisableSnapshotBlockPublicAccessResult disable_snapshot_block_public_access(
    Context& context, const api::ec2::DisableSnapshotBlockPublicAccessRequest& request);
api::ec2::GetSerialConsoleAccessStatusResult get_serial_console_access_status(
    Context& context, const api::ec2::GetSerialConsoleAccessStatusRequest& request);
api::ec2::EnableSerialConsoleAccessResult enable_serial_console_access(
    Context& context, const api::ec2::EnableSerialConsoleAccessRequest& request);
api::ec2::DisableSerialConsoleAccessResult disable_serial_console_access(
    Context& context, const api::ec2::DisableSerialConsoleAccessRequest& request);
api::ec2::GetImageBlockPublicAccessStateResult get_image_block_public_access_state(
    Context& context, const api::ec2::GetImageBlockPublicAccessStateRequest& request);
api::ec2::EnableImageBlockPublicAccessResult enable_image_block_public_access(
    Context& context, const api::ec2::EnableImageBlockPublicAccessRequest& request);
api::ec2::DisableImageBlockPublicAccessResult disable_image_block_public_access(
    Context& context, const api::ec2::DisableImageBlockPublicAccessRequest& request);

}  // namespace fallstreak::services::ec2
