#include <chrono>
#include <set>

#include "services/ec2/catalogue.h"
#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/network_errors.h"
#include "services/ec2/pages.h"
#include "services/ec2/snapshot_settings.h"
#include "services/ec2/snapshots.h"
#include "services/ec2/storage_errors.h"
#include "services/ec2/subnets.h"

/// Snapshots whose volumes are initialized when they are made. Volumes have no data here, so that
/// only the states are to be seen.
/// https://docs.aws.amazon.com/ebs/latest/userguide/ebs-fast-snapshot-restore.html
namespace fallstreak::services::ec2 {
namespace {

using Restore = api::ec2::DescribeFastSnapshotRestoreSuccessItem;
using std::chrono::minutes;

/// AWS: "5 snapshots" in a region.
constexpr std::size_t kMostSnapshots = 5;
/// Chosen: `enabling` and `disabling`.
constexpr minutes kBeginning{1};
/// AWS: "It takes 60 minutes per TiB to optimize a snapshot."
constexpr minutes kPerTebibyte{60};

template <auto member>
bool restore_has_text(const Ec2State&, const FastRestoreRecord& row, const Patterns& p) {
  return p.match(row.shown.*member);
}

constexpr FilterRow<Ec2State, FastRestoreRecord> kFastRestoreFilters[] = {
    {"availability-zone", restore_has_text<&Restore::AvailabilityZone>},
    {"availability-zone-id", restore_has_text<&Restore::AvailabilityZoneId>},
    {"owner-id", restore_has_text<&Restore::OwnerId>},
    {"snapshot-id", restore_has_text<&Restore::SnapshotId>},
    {"state", restore_has_text<&Restore::State>},
};

template <class Request>
std::vector<const Zone*> zones_of_request(const Context& context, const Request& request) {
  std::vector<const Zone*> zones;
  for (const auto& name : api::each(request.AvailabilityZones)) {
    zones.push_back(&named_zone(context, name, std::nullopt));
  }
  for (const auto& id : api::each(request.AvailabilityZoneIds)) {
    zones.push_back(&named_zone(context, std::nullopt, id));
  }
  if (zones.empty()) throw missing_parameter("AvailabilityZone");
  return zones;
}

/// The items of two operations have the same members, and different types.
template <class Item>
Item item_of(const Restore& shown) {
  return {.SnapshotId = shown.SnapshotId,
          .AvailabilityZone = shown.AvailabilityZone,
          .AvailabilityZoneId = shown.AvailabilityZoneId,
          .State = shown.State,
          .StateTransitionReason = shown.StateTransitionReason,
          .OwnerId = shown.OwnerId,
          .EnablingTime = shown.EnablingTime,
          .OptimizingTime = shown.OptimizingTime,
          .EnabledTime = shown.EnabledTime,
          .DisablingTime = shown.DisablingTime,
          .DisabledTime = shown.DisabledTime};
}

/// Calls `use` for each snapshot and zone that a request is about; the snapshots are there.
template <class Request, class Use>
void each_restore(Context& context, const Request& request, const Use& use) {
  const auto zones = zones_of_request(context, request);
  for (const auto& id : *request.SourceSnapshotIds) {
    find_snapshot(context, id);
    for (const Zone* zone : zones) use(id, *zone, id + "/" + std::string(zone->name));
  }
}

void check_restored_snapshots(const Context& context, const std::vector<std::string>& wanted) {
  std::set<std::string> ids(wanted.begin(), wanted.end());
  for (const auto& [key, row] : context.state.fast_restores) {
    if (row.shown.State != "disabling") ids.insert(*row.shown.SnapshotId);
  }
  if (ids.size() > kMostSnapshots) {
    throw limit_exceeded("FastSnapshotRestoreLimitExceeded", "snapshots for fast restore");
  }
}

}  // namespace

void forget_fast_restores(Context& context, const std::string& snapshot_id) {
  std::vector<std::string> keys;
  for (const auto& [key, row] : context.state.fast_restores.range(snapshot_id + "/")) {
    keys.push_back(key);
  }
  for (const auto& key : keys) context.state.fast_restores.erase(key);
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableFastSnapshotRestores.html
api::ec2::EnableFastSnapshotRestoresResult enable_fast_snapshot_restores(
    Context& context, const api::ec2::EnableFastSnapshotRestoresRequest& request) {
  api::ec2::EnableFastSnapshotRestoresResult result;
  auto& successful = result.Successful.emplace();
  result.Unsuccessful.emplace();
  check_restored_snapshots(context, *request.SourceSnapshotIds);
  each_restore(context, request,
               [&](const std::string& id, const Zone& zone, const std::string& key) {
                 // AWS: "You can't enable fast snapshot restore for an archived snapshot."
                 check_not_archived(find_snapshot(context, id));
                 const auto* present = context.state.fast_restores.find(key);
                 if (present == nullptr || present->shown.State == "disabling") {
                   Restore made{.SnapshotId = id,
                                .AvailabilityZone = std::string(zone.name),
                                .AvailabilityZoneId = std::string(zone.id),
                                .State = "enabling",
                                .StateTransitionReason = "Client.UserInitiated",
                                .OwnerId = context.account_id(),
                                .EnablingTime = context.now()};
                   context.state.fast_restores.put(key, {.shown = made});
                   context.schedule(kBeginning, "fast-restore-changed", key, "enabling");
                 }
                 successful.push_back(item_of<api::ec2::EnableFastSnapshotRestoreSuccessItem>(
                     context.state.fast_restores.find(key)->shown));
               });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeFastSnapshotRestores.html
api::ec2::DescribeFastSnapshotRestoresResult describe_fast_snapshot_restores(
    Context& context, const api::ec2::DescribeFastSnapshotRestoresRequest& request) {
  const Selection<Ec2State, FastRestoreRecord> selection(context.state, request.Filters,
                                                         kFastRestoreFilters, nullptr);
  api::ec2::DescribeFastSnapshotRestoresResult result;
  auto& shown = result.FastSnapshotRestores.emplace();
  result.NextToken = show_page_in(
      context.state.fast_restores, "",
      Page(request.MaxResults, request.NextToken, {.least = 0, .most = 200}),
      [&](const auto&, const FastRestoreRecord& row) { return selection.passes(row); },
      [&](const auto&, const FastRestoreRecord& row) { shown.push_back(row.shown); });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableFastSnapshotRestores.html
api::ec2::DisableFastSnapshotRestoresResult disable_fast_snapshot_restores(
    Context& context, const api::ec2::DisableFastSnapshotRestoresRequest& request) {
  api::ec2::DisableFastSnapshotRestoresResult result;
  auto& successful = result.Successful.emplace();
  result.Unsuccessful.emplace();
  each_restore(context, request,
               [&](const std::string& id, const Zone& zone, const std::string& key) {
                 if (!context.state.fast_restores.contains(key)) {
                   throw incorrect_state("Fast snapshot restores are not enabled for '" + id +
                                         "' in " + std::string(zone.name));
                 }
                 context.state.fast_restores.update(key, [&](FastRestoreRecord& row) {
                   row.shown.State = "disabling";
                   row.shown.DisablingTime = context.now();
                 });
                 context.schedule(kBeginning, "fast-restore-changed", key, "disabling");
                 successful.push_back(item_of<api::ec2::DisableFastSnapshotRestoreSuccessItem>(
                     context.state.fast_restores.find(key)->shown));
               });
  return result;
}

void on_fast_restore_changed(Context& context, const world::Event& event) {
  const auto* row = context.state.fast_restores.find(event.entity);
  // The state that this event ends is over already when somebody changed his mind.
  if (row == nullptr || row->shown.State != event.payload) return;
  if (event.payload == "disabling") {
    context.state.fast_restores.erase(event.entity);
    return;
  }
  const bool begins = event.payload == "enabling";
  const std::int32_t size_gib = find_snapshot(context, *row->shown.SnapshotId).size_gib;
  context.state.fast_restores.update(event.entity, [&](FastRestoreRecord& changed) {
    Restore& shown = changed.shown;
    shown.State = begins ? "optimizing" : "enabled";
    shown.StateTransitionReason = "Client.UserInitiated - Lifecycle state transition";
    (begins ? shown.OptimizingTime : shown.EnabledTime) = context.now();
  });
  if (!begins) return;
  const Duration optimizing = Duration(kPerTebibyte) * size_gib / 1024;
  context.schedule(optimizing, "fast-restore-changed", event.entity, "optimizing");
}

}  // namespace fallstreak::services::ec2
