#include <chrono>

#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/pages.h"
#include "services/ec2/snapshot_settings.h"
#include "services/ec2/snapshots.h"
#include "services/ec2/storage_errors.h"

/// https://docs.aws.amazon.com/ebs/latest/userguide/ebs-snapshot-lock.html
namespace fallstreak::services::ec2 {
namespace {

using Lock = api::ec2::LockedSnapshotsInfo;
using std::chrono::hours;

/// AWS: a lock lasts "1 day" to "36,500 days"; the cooling-off period is 1 to 72 hours.
constexpr std::int32_t kMostDays = 36'500;
constexpr std::int32_t kMostCoolOffHours = 72;
constexpr hours kDay{24};

bool is_cooling_off(const Lock& lock, Time now) {
  return lock.CoolOffPeriodExpiresOn && now < *lock.CoolOffPeriodExpiresOn;
}

/// As it is now: its state follows from the time.
Lock lock_now(const Lock& stored, Time now) {
  Lock lock = stored;
  if (!lock.LockState) return lock;
  if (lock.LockExpiresOn && now >= *lock.LockExpiresOn) {
    lock.LockState = "expired";
  } else if (lock.LockState == "compliance" && is_cooling_off(lock, now)) {
    lock.LockState = "compliance-cooloff";
  }
  return lock;
}

constexpr FilterRow<Ec2State, Lock> kLockFilters[] = {
    {"lock-state",
     [](const auto&, const auto& lock, const auto& p) { return p.match(lock.LockState); }},
};

std::int32_t days_of(const Context& context, const api::ec2::LockSnapshotRequest& request) {
  if (request.LockDuration && request.ExpirationDate) {
    throw invalid_parameter_combination(
        "Specify either a lock duration or an expiration date, but not both");
  }
  if (request.LockDuration) return *request.LockDuration;
  if (!request.ExpirationDate) throw missing_parameter("LockDuration");
  const auto lasting = *request.ExpirationDate - context.now();
  return std::int32_t((lasting + kDay - Duration(1)) / kDay);
}

/// AWS: in compliance mode, after the cooling-off period, a lock can only be made longer.
void check_change(const Lock& before, const api::ec2::LockSnapshotRequest& request, Time expires) {
  if (before.LockState != "compliance") return;
  if (request.LockMode != "compliance" || expires < *before.LockExpiresOn) {
    throw operation_not_permitted("The lock of the snapshot '" + *request.SnapshotId +
                                  "' is in compliance mode, and can only be extended");
  }
}

}  // namespace

void check_unlocked(const Context& context, const SnapshotRecord& row) {
  const Lock lock = lock_now(row.lock, context.now());
  if (!lock.LockState || lock.LockState == "expired") return;
  // Chosen: the code and the words; AWS documents that a locked snapshot cannot be deleted.
  throw operation_not_permitted("The snapshot '" + row.snapshot_id + "' is locked");
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LockSnapshot.html
api::ec2::LockSnapshotResult lock_snapshot(Context& context,
                                           const api::ec2::LockSnapshotRequest& request) {
  const std::string& id = *request.SnapshotId;
  const SnapshotRecord& row = find_snapshot(context, id);
  const std::int32_t days = days_of(context, request);
  if (days < 1 || days > kMostDays) {
    throw invalid_value_for(std::to_string(days), "LockDuration",
                            "Expecting a value between 1 and 36500.");
  }
  const std::int32_t cool_off = request.CoolOffPeriod.value_or(0);
  if (request.CoolOffPeriod && (cool_off < 1 || cool_off > kMostCoolOffHours)) {
    throw invalid_value_for(std::to_string(cool_off), "CoolOffPeriod",
                            "Expecting a value between 1 and 72.");
  }
  const bool is_compliance = request.LockMode == "compliance";
  if (request.CoolOffPeriod && !is_compliance) {
    throw invalid_parameter_combination("CoolOffPeriod is for locks in compliance mode");
  }
  // AWS: "the lock duration starts when the snapshot is completed".
  const Time start = row.is_completed ? context.now() : row.completion_time;
  const Time expires = request.ExpirationDate.value_or(start + days * kDay);
  const Lock before = lock_now(row.lock, context.now());
  check_change(before, request, expires);
  Lock lock{.OwnerId = context.account_id(),
            .SnapshotId = id,
            .LockState = request.LockMode,
            .LockDuration = days,
            .LockCreatedOn = before.LockCreatedOn.value_or(context.now()),
            .LockDurationStartTime = start,
            .LockExpiresOn = expires};
  if (request.CoolOffPeriod) {
    lock.CoolOffPeriod = cool_off;
    lock.CoolOffPeriodExpiresOn = context.now() + hours(cool_off);
  }
  context.state.snapshots.update(id, [&](SnapshotRecord& changed) { changed.lock = lock; });
  const Lock shown = lock_now(lock, context.now());
  return {.SnapshotId = id,
          .LockState = shown.LockState,
          .LockDuration = shown.LockDuration,
          .CoolOffPeriod = shown.CoolOffPeriod,
          .CoolOffPeriodExpiresOn = shown.CoolOffPeriodExpiresOn,
          .LockCreatedOn = shown.LockCreatedOn,
          .LockExpiresOn = shown.LockExpiresOn,
          .LockDurationStartTime = shown.LockDurationStartTime};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLockedSnapshots.html
api::ec2::DescribeLockedSnapshotsResult describe_locked_snapshots(
    Context& context, const api::ec2::DescribeLockedSnapshotsRequest& request) {
  const Selection<Ec2State, Lock> selection(context.state, request.Filters, kLockFilters, nullptr);
  api::ec2::DescribeLockedSnapshotsResult result;
  auto& shown = result.Snapshots.emplace();
  result.NextToken = show_page(
      context.state.snapshots, request.SnapshotIds, Page(request.MaxResults, request.NextToken),
      [&](const SnapshotRecord& row) {
        return row.lock.LockState && selection.passes(lock_now(row.lock, context.now()));
      },
      [](const auto& missing) { return invalid_snapshot_not_found(join_ids(missing)); },
      [&](const SnapshotRecord& row) { shown.push_back(lock_now(row.lock, context.now())); });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UnlockSnapshot.html
api::ec2::UnlockSnapshotResult unlock_snapshot(Context& context,
                                               const api::ec2::UnlockSnapshotRequest& request) {
  const std::string& id = *request.SnapshotId;
  const Lock lock = lock_now(find_snapshot(context, id).lock, context.now());
  if (!lock.LockState || lock.LockState == "expired") {
    throw incorrect_state("The snapshot '" + id + "' is not locked");
  }
  // AWS: once the cooling-off period is over, nobody unlocks a snapshot in compliance mode.
  if (lock.LockState == "compliance") {
    throw operation_not_permitted("The snapshot '" + id + "' is locked in compliance mode");
  }
  context.state.snapshots.update(id, [](SnapshotRecord& changed) { changed.lock = {}; });
  return {.SnapshotId = id};
}

}  // namespace fallstreak::services::ec2
