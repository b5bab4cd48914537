#pragma once

#include <string>
#include <string_view>

#include "api/ec2/snapshots.h"
#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

/// The snapshot behind a public image: `ami-0abc` is of `snap-0abc`.
std::string public_snapshot_id(std::string_view image_id);

/// The size of a snapshot that a volume is to be made of; else InvalidSnapshot.NotFound, or
/// IncorrectState while it is pending.
std::int32_t snapshot_size(const Context& context, const std::string& snapshot_id);
/// Empty when it is not encrypted.
std::string snapshot_kms_key(const Context& context, const std::string& snapshot_id);

/// The first of the account's images that is made of it; empty when none is.
std::string image_of_snapshot(const Context& context, const std::string& snapshot_id);

/// A snapshot of the account's: else InvalidSnapshot.NotFound.
const SnapshotRecord& find_snapshot(const Context& context, const std::string& snapshot_id);
/// Begins a snapshot and gives its id.
std::string add_snapshot(Context& context, SnapshotRecord wanted);

api::ec2::Snapshot create_snapshot(Context& context,
                                   const api::ec2::CreateSnapshotRequest& request);
api::ec2::CreateSnapshotsResult create_snapshots(Context& context,
                                                 const api::ec2::CreateSnapshotsRequest& request);
api::ec2::CopySnapshotResult copy_snapshot(Context& context,
                                           const api::ec2::CopySnapshotRequest& request);
api::ec2::DescribeSnapshotsResult describe_snapshots(
    Context& context, const api::ec2::DescribeSnapshotsRequest& request);
api::ec2::DescribeSnapshotAttributeResult describe_snapshot_attribute(
    Context& context, const api::ec2::DescribeSnapshotAttributeRequest& request);
api::ec2::ModifySnapshotAttributeResponse modify_snapshot_attribute(
    Context& context, const api::ec2::ModifySnapshotAttributeRequest& request);
api::ec2::ResetSnapshotAttributeResponse reset_snapshot_attribute(
    Context& context, const api::ec2::ResetSnapshotAttributeRequest& request);
api::ec2::DeleteSnapshotResponse delete_snapshot(Context& context,
                                                 const api::ec2::DeleteSnapshotRequest& request);
void on_snapshot_completed(Context& context, const world::Event& event);

}  // namespace fallstreak::services::ec2
