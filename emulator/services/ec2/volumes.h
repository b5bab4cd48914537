#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/ec2/volumes.h"
#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

const VolumeRecord& find_volume(const Context& context, const std::string& volume_id);

/// What a request says of a volume; what it leaves out is the type's default.
struct WantedVolume {
  std::optional<std::string> type;
  std::optional<std::int32_t> size_gib;
  std::optional<std::int32_t> iops;
  std::optional<std::int32_t> throughput;
  std::string snapshot_id;
  std::optional<bool> encrypted;
  std::optional<std::string> kms_key_id;
  bool multi_attach = false;
};
/// Checked against the limits of its type and the size of its snapshot.
VolumeSettings settings_of(const Context& context, const WantedVolume& wanted);
/// The limits of a type, for settings that are complete.
void check_settings(const VolumeSettings& settings);
/// The key that encrypts it; empty when none does.
std::string kms_key_for(Context& context, const WantedVolume& wanted);
/// AWS's own key `aws/ebs` of the account and region.
std::string default_kms_key(Context& context);

/// Makes a volume that is attached to nothing, and gives its id.
std::string add_volume(Context& context, const WantedVolume& wanted, const std::string& zone,
                       std::string_view state, const Tags& tags);
/// Writes down, in its row, that an instance has it; the instance's row is the caller's.
void attach_row(Context& context, const std::string& volume_id, AttachmentRecord attachment);
/// Gives the volumes of an instance that is terminated back, or deletes them, as each says.
void leave_volumes(Context& context, const InstanceRecord& instance);

/// `in-use` while anything has it.
std::string_view state_of(const VolumeRecord& row);
/// `attaching` too while the instance that it was made with is pending.
std::string_view attachment_state(const Ec2State& state, const AttachmentRecord& attachment);
api::ec2::VolumeAttachment describe_attachment(const Ec2State& state, const VolumeRecord& row,
                                               const AttachmentRecord& attachment);
/// Refuses what is no name of a device for EBS volumes: `/dev/sdf`, `/dev/xvdba`, `xvdf`.
void check_device_name(const std::string& device);

api::ec2::Volume create_volume(Context& context, const api::ec2::CreateVolumeRequest& request);
api::ec2::DescribeVolumesResult describe_volumes(Context& context,
                                                 const api::ec2::DescribeVolumesRequest& request);
api::ec2::DescribeVolumeStatusResult describe_volume_status(
    Context& context, const api::ec2::DescribeVolumeStatusRequest& request);
api::ec2::DescribeVolumeAttributeResult describe_volume_attribute(
    Context& context, const api::ec2::DescribeVolumeAttributeRequest& request);
api::ec2::ModifyVolumeAttributeResponse modify_volume_attribute(
    Context& context, const api::ec2::ModifyVolumeAttributeRequest& request);
api::ec2::DeleteVolumeResponse delete_volume(Context& context,
                                             const api::ec2::DeleteVolumeRequest& request);
void on_volume_created(Context& context, const world::Event& event);
void on_volume_deleted(Context& context, const world::Event& event);

api::ec2::VolumeAttachment attach_volume(Context& context,
                                         const api::ec2::AttachVolumeRequest& request);
api::ec2::VolumeAttachment detach_volume(Context& context,
                                         const api::ec2::DetachVolumeRequest& request);
void on_volume_attached(Context& context, const world::Event& event);
void on_volume_detached(Context& context, const world::Event& event);

api::ec2::ModifyVolumeResult modify_volume(Context& context,
                                           const api::ec2::ModifyVolumeRequest& request);
api::ec2::DescribeVolumesModificationsResult describe_volumes_modifications(
    Context& context, const api::ec2::DescribeVolumesModificationsRequest& request);
void on_volume_optimizing(Context& context, const world::Event& event);
void on_volume_modified(Context& context, const world::Event& event);

}  // namespace fallstreak::services::ec2
