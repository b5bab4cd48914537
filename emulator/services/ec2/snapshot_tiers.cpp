#include <algorithm>
#include <chrono>

#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/pages.h"
#include "services/ec2/snapshot_settings.h"
#include "services/ec2/snapshots.h"
#include "services/ec2/storage_errors.h"
#include "services/ec2/tags.h"
#include "services/ec2/timing.h"

/// The archive of snapshots. Its quotas are not enforced.
/// https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-archive.html
namespace fallstreak::services::ec2 {
namespace {

using std::chrono::days;
constexpr std::string_view kInProgress = "-in-progress";
/// AWS: "The allowed range is 1 - 180. If you do not specify a value, it defaults to 1 day."
constexpr std::int32_t kMostRestoreDays = 180;

bool is_moving(const SnapshotRecord& row) { return row.tier.operation.ends_with(kInProgress); }

constexpr FilterRow<Ec2State, SnapshotRecord> kTierFilters[] = {
    {"last-tiering-operation",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.tier.operation); }},
    {"snapshot-id",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.snapshot_id); }},
    {"volume-id",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.volume_id); }},
};

/// Begins `archival`, `temporary-restore` or `permanent-restore`.
void begin_tiering(Context& context, const std::string& id, std::string_view what,
                   const world::Quantiles& lasting, std::int32_t for_days) {
  const Duration after = context.world().random().quantiles(
      id + "/ec2." + std::string(what) + "/" +
          std::to_string(context.now().time_since_epoch().count()),
      lasting);
  context.state.snapshots.update(id, [&](SnapshotRecord& row) {
    row.tier.operation = std::string(what) + std::string(kInProgress);
    row.tier.start = context.now();
    row.tier.end = context.now() + after;
    row.tier.days = for_days;
  });
  context.schedule(after, "snapshot-tiered", id);
}

void keep_restored(Context& context, const std::string& id, std::int32_t for_days) {
  const Time until = context.now() + days(for_days);
  context.state.snapshots.update(id, [&](SnapshotRecord& row) {
    row.tier.days = for_days;
    row.tier.restored_until = until;
  });
  context.schedule(days(for_days), "restored-snapshot-expired", id);
}

void keep_for_good(TierRecord& tier) {
  tier.operation = "permanent-restore-completed";
  tier.is_usable = true;
  tier.archived_at.reset();
  tier.restored_until.reset();
}

std::int32_t progress_of(const TierRecord& tier, Time now) {
  const auto whole = (tier.end - tier.start).count();
  if (whole <= 0 || now >= tier.end) return 100;
  return std::int32_t((now - tier.start).count() * 100 / whole);
}

api::ec2::SnapshotTierStatus describe_tier(const Context& context, const SnapshotRecord& row) {
  return {.SnapshotId = row.snapshot_id,
          .VolumeId = row.volume_id,
          .Status = "completed",
          .OwnerId = context.account_id(),
          .Tags = to_wire(row.tags),
          .StorageTier = storage_tier(row),
          .LastTieringStartTime = row.tier.start,
          .LastTieringProgress = progress_of(row.tier, context.now()),
          .LastTieringOperationStatus = row.tier.operation,
          .ArchivalCompleteTime = row.tier.archived_at,
          .RestoreExpiryTime = row.tier.restored_until};
}

}  // namespace

void check_not_archived(const SnapshotRecord& row) {
  if (row.tier.is_usable) return;
  // Chosen: the words, after those for a pending one.
  throw incorrect_state("Snapshot is in invalid state - archived");
}

std::string storage_tier(const SnapshotRecord& row) {
  return row.tier.is_usable ? "standard" : "archive";
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySnapshotTier.html
api::ec2::ModifySnapshotTierResult modify_snapshot_tier(
    Context& context, const api::ec2::ModifySnapshotTierRequest& request) {
  const std::string& id = *request.SnapshotId;
  const SnapshotRecord& row = find_snapshot(context, id);
  if (!request.StorageTier) throw missing_parameter("StorageTier");
  // AWS: "You can archive snapshots that are in the completed state only." Chosen: the code and
  // the words of this and of the next.
  if (!row.is_completed) throw incorrect_state("Snapshot is in invalid state - pending");
  if (is_moving(row) || row.tier.archived_at) {
    throw incorrect_state("Snapshot '" + id +
                          "' is archived, or on its way to or from the archive");
  }
  // AWS: "You can't archive snapshots that are associated with an Amazon EBS-backed AMI."
  const std::string image_id = image_of_snapshot(context, id);
  if (!image_id.empty()) throw invalid_snapshot_in_use(id, image_id);
  begin_tiering(context, id, "archival", timing::kArchivingSnapshot, 0);
  return {.SnapshotId = id, .TieringStartTime = context.now()};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RestoreSnapshotTier.html
api::ec2::RestoreSnapshotTierResult restore_snapshot_tier(
    Context& context, const api::ec2::RestoreSnapshotTierRequest& request) {
  const std::string& id = *request.SnapshotId;
  const SnapshotRecord& row = find_snapshot(context, id);
  const bool is_permanent = request.PermanentRestore.value_or(false);
  if (is_permanent && request.TemporaryRestoreDays) {
    throw invalid_parameter_combination(
        "The parameters PermanentRestore and TemporaryRestoreDays cannot be used together");
  }
  const std::int32_t for_days = request.TemporaryRestoreDays.value_or(1);
  if (for_days < 1 || for_days > kMostRestoreDays) {
    throw invalid_value_for(std::to_string(for_days), "TemporaryRestoreDays",
                            "Expecting a value between 1 and 180.");
  }
  if (is_moving(row) || !row.tier.archived_at) {
    throw incorrect_state("Snapshot '" + id + "' is not archived");
  }
  api::ec2::RestoreSnapshotTierResult result{.SnapshotId = id, .IsPermanentRestore = is_permanent};
  if (!is_permanent) result.RestoreDuration = for_days;
  if (!row.tier.is_usable) {
    begin_tiering(context, id, is_permanent ? "permanent-restore" : "temporary-restore",
                  timing::kRestoringSnapshot, is_permanent ? 0 : for_days);
    result.RestoreStartTime = context.now();
    return result;
  }
  // AWS: "You can increase or decrease the restore period or change the restore type to permanent
  // at any time during the restore period."
  if (is_permanent) {
    context.state.snapshots.update(id,
                                   [](SnapshotRecord& changed) { keep_for_good(changed.tier); });
  } else {
    keep_restored(context, id, for_days);
  }
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshotTierStatus.html
api::ec2::DescribeSnapshotTierStatusResult describe_snapshot_tier_status(
    Context& context, const api::ec2::DescribeSnapshotTierStatusRequest& request) {
  const Selection<Ec2State, SnapshotRecord> selection(
      context.state, request.Filters, kTierFilters,
      [](const SnapshotRecord& row) { return std::span<const api::ec2::Tag>(row.tags); });
  api::ec2::DescribeSnapshotTierStatusResult result;
  auto& shown = result.SnapshotTierStatuses.emplace();
  result.NextToken = show_page_in(
      context.state.snapshots, "", Page(request.MaxResults, request.NextToken),
      [&](const auto&, const SnapshotRecord& row) {
        return !row.tier.operation.empty() && selection.passes(row);
      },
      [&](const auto&, const SnapshotRecord& row) {
        shown.push_back(describe_tier(context, row));
      });
  return result;
}

void on_snapshot_tiered(Context& context, const world::Event& event) {
  const SnapshotRecord* row = context.state.snapshots.find(event.entity);
  if (row == nullptr || !is_moving(*row)) return;
  const std::string what =
      row->tier.operation.substr(0, row->tier.operation.size() - kInProgress.size());
  const std::int32_t for_days = row->tier.days;
  context.state.snapshots.update(event.entity, [&](SnapshotRecord& changed) {
    changed.tier.operation = what + "-completed";
    changed.tier.is_usable = what != "archival";
    if (what == "permanent-restore") keep_for_good(changed.tier);
    if (what != "archival") return;
    changed.tier.archived_at = context.now();
    // AWS: "fast snapshot restore and snapshot sharing are automatically disabled after the
    // snapshot is archived".
    changed.shared_with.clear();
  });
  if (what == "archival") forget_fast_restores(context, event.entity);
  if (what == "temporary-restore") keep_restored(context, event.entity, for_days);
}

void on_restored_snapshot_expired(Context& context, const world::Event& event) {
  const SnapshotRecord* row = context.state.snapshots.find(event.entity);
  // The period may have been changed, or the snapshot kept for good.
  if (row == nullptr || row->tier.restored_until != context.now()) return;
  context.state.snapshots.update(event.entity, [](SnapshotRecord& changed) {
    changed.tier.is_usable = false;
    changed.tier.restored_until.reset();
  });
}

}  // namespace fallstreak::services::ec2
