#pragma once

#include "services/ec2/state.h"

/// What can be set of a snapshot once it is there: that it cannot be deleted, that its volumes are
/// ready at once in certain zones, and that it is archived.
namespace fallstreak::services::ec2 {

/// Refuses to delete what is locked.
void check_unlocked(const Context& context, const SnapshotRecord& row);
/// A snapshot that goes takes its fast restores with it.
void forget_fast_restores(Context& context, const std::string& snapshot_id);

api::ec2::LockSnapshotResult lock_snapshot(Context& context,
                                           const api::ec2::LockSnapshotRequest& request);
api::ec2::DescribeLockedSnapshotsResult describe_locked_snapshots(
    Context& context, const api::ec2::DescribeLockedSnapshotsRequest& request);
api::ec2::UnlockSnapshotResult unlock_snapshot(Context& context,
                                               const api::ec2::UnlockSnapshotRequest& request);

api::ec2::EnableFastSnapshotRestoresResult enable_fast_snapshot_restores(
    Context& context, const api::ec2::EnableFastSnapshotRestoresRequest& request);
api::ec2::DescribeFastSnapshotRestoresResult describe_fast_snapshot_restores(
    Context& context, const api::ec2::DescribeFastSnapshotRestoresRequest& request);
api::ec2::DisableFastSnapshotRestoresResult disable_fast_snapshot_restores(
    Context& context, const api::ec2::DisableFastSnapshotRestoresRequest& request);
void on_fast_restore_changed(Context& context, const world::Event& event);

/// Refuses to use what is in the archive tier.
void check_not_archived(const SnapshotRecord& row);
/// `standard` or `archive`.
std::string storage_tier(const SnapshotRecord& row);
api::ec2::ModifySnapshotTierResult modify_snapshot_tier(
    Context& context, const api::ec2::ModifySnapshotTierRequest& request);
api::ec2::RestoreSnapshotTierResult restore_snapshot_tier(
    Context& context, const api::ec2::RestoreSnapshotTierRequest& request);
api::ec2::DescribeSnapshotTierStatusResult describe_snapshot_tier_status(
    Context& context, const api::ec2::DescribeSnapshotTierStatusRequest& request);
void on_snapshot_tiered(Context& context, const world::Event& event);
void on_restored_snapshot_expired(Context& context, const world::Event& event);

}  // namespace fallstreak::services::ec2
