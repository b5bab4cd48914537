#include "services/ec2/account_defaults.h"

#include <algorithm>

#include "services/ec2/errors.h"
#include "services/ec2/volumes.h"

namespace fallstreak::services::ec2 {
namespace {

constexpr const char* kRegionRow = "region";
constexpr const char* kAccount = "account";

/// Every operation here runs after the default VPC, and so this row, was made.
const RegionRecord& region_row(const Context& context) {
  return *context.state.region.find(kRegionRow);
}

template <class Change>
void change_region(Context& context, const Change& change) {
  context.state.region.update(kRegionRow, change);
}

/// `no-preference` takes back what was preferred.
void set_preference(const std::optional<std::string>& given, std::optional<std::string>& value) {
  if (!given) return;
  value = given == "no-preference" ? std::nullopt : given;
}

/// AWS: "T3, T3a, and T4g instances launch as unlimited by default"; T2 as standard.
std::string credits_of_family(const Context& context, std::string_view family) {
  const RegionRecord* row = context.state.region.find(kRegionRow);
  if (row != nullptr) {
    const auto found =
        std::ranges::find(row->credit_defaults, std::optional(std::string(family)),
                          &api::ec2::InstanceFamilyCreditSpecification::InstanceFamily);
    if (found != row->credit_defaults.end()) return *found->CpuCredits;
  }
  return family == "t2" ? "standard" : "unlimited";
}

}  // namespace

std::string default_credits(const Context& context, const InstanceType& type) {
  return credits_of_family(context, type.family());
}

void check_public_sharing(const Context& context, Shared what) {
  const RegionRecord& row = region_row(context);
  const bool is_image = what == Shared::images;
  if ((is_image ? row.image_sharing : row.snapshot_sharing) == "unblocked") return;
  // Chosen: the words; AWS documents that such requests are refused.
  throw operation_not_permitted(
      is_image ? "You can't publicly share this image because block public access for AMIs is "
                 "enabled in this region"
               : "You can't publicly share this snapshot because block public access for "
                 "snapshots is enabled in this region");
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetEbsDefaultKmsKeyId.html
api::ec2::GetEbsDefaultKmsKeyIdResult get_ebs_default_kms_key_id(
    Context& context, const api::ec2::GetEbsDefaultKmsKeyIdRequest&) {
  const std::string& chosen = region_row(context).chosen_kms_key;
  return {.KmsKeyId = chosen.empty() ? "alias/aws/ebs" : chosen};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyEbsDefaultKmsKeyId.html
api::ec2::ModifyEbsDefaultKmsKeyIdResult modify_ebs_default_kms_key_id(
    Context& context, const api::ec2::ModifyEbsDefaultKmsKeyIdRequest& request) {
  if (request.KmsKeyId->empty()) throw missing_parameter("KmsKeyId");
  // There is no KMS here: a key is whatever is called one, as for a volume.
  const bool is_arn = request.KmsKeyId->starts_with("arn:");
  const bool is_alias = request.KmsKeyId->starts_with("alias/");
  const std::string arn =
      is_arn ? *request.KmsKeyId
             : context.arn("kms", is_alias ? *request.KmsKeyId : "key/" + *request.KmsKeyId);
  change_region(context, [&](RegionRecord& row) { row.chosen_kms_key = arn; });
  return {.KmsKeyId = arn};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ResetEbsDefaultKmsKeyId.html
api::ec2::ResetEbsDefaultKmsKeyIdResult reset_ebs_default_kms_key_id(
    Context& context, const api::ec2::ResetEbsDefaultKmsKeyIdRequest&) {
  change_region(context, [](RegionRecord& row) { row.chosen_kms_key.clear(); });
  return {.KmsKeyId = "alias/aws/ebs"};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetInstanceMetadataDefaults.html
api::ec2::GetInstanceMetadataDefaultsResult get_instance_metadata_defaults(
    Context& context, const api::ec2::GetInstanceMetadataDefaultsRequest&) {
  auto shown = region_row(context).metadata_defaults;
  shown.ManagedBy = kAccount;
  return {.AccountLevel = std::move(shown)};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataDefaults.html
api::ec2::ModifyInstanceMetadataDefaultsResult modify_instance_metadata_defaults(
    Context& context, const api::ec2::ModifyInstanceMetadataDefaultsRequest& request) {
  // AWS: "An integer between 1 and 64, or -1 to indicate that you have no preference."
  const std::int32_t hops = request.HttpPutResponseHopLimit.value_or(-1);
  if (hops != -1 && (hops < 1 || hops > 64)) {
    throw invalid_value_for(std::to_string(hops), "HttpPutResponseHopLimit",
                            "Expecting a value between 1 and 64, or -1.");
  }
  change_region(context, [&](RegionRecord& row) {
    auto& defaults = row.metadata_defaults;
    set_preference(request.HttpTokens, defaults.HttpTokens);
    set_preference(request.HttpEndpoint, defaults.HttpEndpoint);
    set_preference(request.InstanceMetadataTags, defaults.InstanceMetadataTags);
    if (!request.HttpPutResponseHopLimit) return;
    defaults.HttpPutResponseHopLimit = hops == -1 ? std::nullopt : std::optional(hops);
  });
  return {.Return = true};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetDefaultCreditSpecification.html
api::ec2::GetDefaultCreditSpecificationResult get_default_credit_specification(
    Context& context, const api::ec2::GetDefaultCreditSpecificationRequest& request) {
  return {.InstanceFamilyCreditSpecification = {
              {.InstanceFamily = request.InstanceFamily,
               .CpuCredits = credits_of_family(context, *request.InstanceFamily)}}};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyDefaultCreditSpecification.html
api::ec2::ModifyDefaultCreditSpecificationResult modify_default_credit_specification(
    Context& context, const api::ec2::ModifyDefaultCreditSpecificationRequest& request) {
  const std::string& credits = *request.CpuCredits;
  if (credits != "standard" && credits != "unlimited") {
    throw invalid_parameter_value("The value '" + credits + "' is not valid for cpuCredits.");
  }
  const api::ec2::InstanceFamilyCreditSpecification wanted{.InstanceFamily = request.InstanceFamily,
                                                           .CpuCredits = credits};
  change_region(context, [&](RegionRecord& row) {
    std::erase_if(row.credit_defaults,
                  [&](const auto& each) { return each.InstanceFamily == wanted.InstanceFamily; });
    row.credit_defaults.push_back(wanted);
  });
  return {.InstanceFamilyCreditSpecification = wanted};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetSnapshotBlockPublicAccessState.html
api::ec2::GetSnapshotBlockPublicAccessStateResult get_snapshot_block_public_access_state(
    Context& context, const api::ec2::GetSnapshotBlockPublicAccessStateRequest&) {
  return {.State = region_row(context).snapshot_sharing, .ManagedBy = kAccount};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableSnapshotBlockPublicAccess.html
api::ec2::EnableSnapshotBlockPublicAccessResult enable_snapshot_block_public_access(
    Context& context, const api::ec2::EnableSnapshotBlockPublicAccessRequest& request) {
  if (request.State == "unblocked") {
    throw invalid_value_for("unblocked", "State",
                            "Expecting block-all-sharing or block-new-sharing.");
  }
  change_region(context, [&](RegionRecord& row) { row.snapshot_sharing = *request.State; });
  return {.State = request.State};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableSnapshotBlockPublicAccess.html
api::ec2::DisableSnapshotBlockPublicAccessResult disable_snapshot_block_public_access(
    Context& context, const api::ec2::DisableSnapshotBlockPublicAccessRequest&) {
  change_region(context, [](RegionRecord& row) { row.snapshot_sharing = "unblocked"; });
  return {.State = "unblocked"};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetImageBlockPublicAccessState.html
api::ec2::GetImageBlockPublicAccessStateResult get_image_block_public_access_state(
    Context& context, const api::ec2::GetImageBlockPublicAccessStateRequest&) {
  return {.ImageBlockPublicAccessState = region_row(context).image_sharing, .ManagedBy = kAccount};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableImageBlockPublicAccess.html
api::ec2::EnableImageBlockPublicAccessResult enable_image_block_public_access(
    Context& context, const api::ec2::EnableImageBlockPublicAccessRequest& request) {
  change_region(context, [&](RegionRecord& row) {
    row.image_sharing = *request.ImageBlockPublicAccessState;
  });
  return {.ImageBlockPublicAccessState = request.ImageBlockPublicAccessState};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableImageBlockPublicAccess.html
api::ec2::DisableImageBlockPublicAccessResult disable_image_block_public_access(
    Context& context, const api::ec2::DisableImageBlockPublicAccessRequest&) {
  change_region(context, [](RegionRecord& row) { row.image_sharing = "unblocked"; });
  return {.ImageBlockPublicAccessState = "unblocked"};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetSerialConsoleAccessStatus.html
api::ec2::GetSerialConsoleAccessStatusResult get_serial_console_access_status(
    Context& context, const api::ec2::GetSerialConsoleAccessStatusRequest&) {
  return {.SerialConsoleAccessEnabled = region_row(context).has_serial_console,
          .ManagedBy = kAccount};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableSerialConsoleAccess.html
api::ec2::EnableSerialConsoleAccessResult enable_serial_console_access(
    Context& context, const api::ec2::EnableSerialConsoleAccessRequest&) {
  change_region(context, [](RegionRecord& row) { row.has_serial_console = true; });
  return {.SerialConsoleAccessEnabled = true};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableSerialConsoleAccess.html
api::ec2::DisableSerialConsoleAccessResult disable_serial_console_access(
    Context& context, const api::ec2::DisableSerialConsoleAccessRequest&) {
  change_region(context, [](RegionRecord& row) { row.has_serial_console = false; });
  return {.SerialConsoleAccessEnabled = false};
}

}  // namespace fallstreak::services::ec2
