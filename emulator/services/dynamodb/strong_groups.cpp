#include "services/dynamodb/strong_groups.h"

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <vector>

#include "faults/regions.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/replicas.h"
#include "services/dynamodb/table_access.h"
#include "services/dynamodb/table_storage.h"
#include "services/dynamodb/timing.h"

namespace fallstreak::services::dynamodb {
namespace {

using api::dynamodb::UpdateTableInput;

// AWS: all regions of a group are of one of these.
constexpr std::array<std::string_view, 3> kAmerica{"us-east-1", "us-east-2", "us-west-2"};
constexpr std::array<std::string_view, 4> kEurope{"eu-west-1", "eu-west-2", "eu-west-3",
                                                  "eu-central-1"};
constexpr std::array<std::string_view, 3> kAsia{"ap-northeast-1", "ap-northeast-2",
                                                "ap-northeast-3"};
constexpr std::size_t kMembers = 3;

/// What a request adds and takes away.
struct GroupChanges {
  explicit GroupChanges(const UpdateTableInput& request) {
    for (const auto& update : api::each(request.ReplicaUpdates)) {
      if (update.Create) added.push_back(&*update.Create);
      if (update.Delete) removed.insert(*update.Delete->RegionName);
    }
    for (const auto& update : api::each(request.GlobalTableWitnessUpdates)) {
      if (update.Create) added_witness = *update.Create->RegionName;
      if (update.Delete) removed_witness = *update.Delete->RegionName;
    }
  }
  std::vector<const api::dynamodb::CreateReplicationGroupMemberAction*> added;
  std::set<std::string> removed;
  std::string added_witness;
  std::string removed_witness;
};

bool are_in_set(std::span<const std::string_view> set, const std::set<std::string>& regions) {
  return std::ranges::all_of(regions, [&](const std::string& region) {
    return std::ranges::find(set, region) != set.end();
  });
}

void check_group_regions(const std::set<std::string>& regions) {
  if (regions.size() != kMembers) {
    throw validation_exception(
        "A global table with MultiRegionConsistency STRONG must have exactly three Regions: three "
        "replicas, or two replicas and a witness");
  }
  if (are_in_set(kAmerica, regions) || are_in_set(kEurope, regions) || are_in_set(kAsia, regions))
    return;
  std::string names;
  for (const std::string& region : regions) names += (names.empty() ? "" : ", ") + region;
  throw validation_exception(
      "The Regions of a global table with MultiRegionConsistency STRONG must be in the same Region "
      "set: [" +
      names + "]");
}

void check_can_be_strong(const Context& context, const TableRecord& table) {
  if (contents_of(context, table.id).item_count > 0) {
    throw validation_exception(
        "A table must be empty to become a global table with MultiRegionConsistency STRONG");
  }
  if (has_local_index(table)) {
    throw validation_exception(
        "Local secondary indexes are not supported with MultiRegionConsistency STRONG");
  }
  if (table.time_to_live != TimeToLiveStatus::disabled) {
    throw validation_exception("TimeToLive is not supported with MultiRegionConsistency STRONG");
  }
}

void make_group(Context& context, const std::string& name, const UpdateTableInput& request,
                const GroupChanges& changes, TableRecord& table) {
  if (request.MultiRegionConsistency != "STRONG") {
    throw validation_exception(
        "GlobalTableWitnessUpdates are only supported with MultiRegionConsistency STRONG");
  }
  if (table.is_global) {
    throw validation_exception("MultiRegionConsistency of a global table cannot be changed");
  }
  std::set<std::string> regions{context.region()};
  for (const auto* action : changes.added) regions.insert(*action->RegionName);
  if (!changes.added_witness.empty()) regions.insert(changes.added_witness);
  const std::size_t members = 1 + changes.added.size() + (changes.added_witness.empty() ? 0 : 1);
  // A region that is named twice is missing once.
  if (changes.added.empty() || members != regions.size()) regions.clear();
  check_group_regions(regions);
  check_can_be_strong(context, table);
  if (table.status == TableStatus::updating) throw table_being_updated(name);
  table.is_strong = true;
  table.witness_region = changes.added_witness;
  table.witness_status = ReplicaStatus::creating;
  for (const auto* action : changes.added) begin_replica(context, name, *action, table);
  if (changes.added_witness.empty()) return;
  context.schedule(kReplicaAppears + kFillEmptyReplica, kWitnessSettles, name,
                   changes.added_witness);
}

void end_group(Context& context, const std::string& name, const GroupChanges& changes,
               TableRecord& table) {
  if (!changes.added.empty() || !changes.added_witness.empty()) {
    throw validation_exception(
        "Replicas and witnesses cannot be added to a global table with MultiRegionConsistency "
        "STRONG");
  }
  if (!changes.removed_witness.empty() && changes.removed_witness != table.witness_region)
    throw replica_not_found(changes.removed_witness);
  const std::size_t removed = changes.removed.size() + (changes.removed_witness.empty() ? 0 : 1);
  if (removed != kMembers - 1) {
    throw validation_exception(
        "A single replica or witness of a global table with MultiRegionConsistency STRONG cannot "
        "be deleted: delete two replicas, or a replica and the witness");
  }
  for (const std::string& region : changes.removed) end_replica(context, name, region, table);
  if (changes.removed_witness.empty()) return;
  table.witness_status = ReplicaStatus::deleting;
  context.schedule(kReplicaLeaves, kWitnessSettles, name, changes.removed_witness);
}

}  // namespace

bool concerns_strong_group(const UpdateTableInput& request, const TableRecord& table) {
  if (request.GlobalTableWitnessUpdates || request.MultiRegionConsistency == "STRONG") return true;
  const auto changes_settings = [](const auto& update) { return update.Update.has_value(); };
  return table.is_strong && !std::ranges::any_of(*request.ReplicaUpdates, changes_settings);
}

void update_strong_group(Context& context, const std::string& name, const UpdateTableInput& request,
                         TableRecord& table) {
  const GroupChanges changes(request);
  if (!table.is_strong) {
    make_group(context, name, request, changes, table);
  } else {
    end_group(context, name, changes, table);
  }
}

void check_has_transactions(const TableRecord& table) {
  if (!table.is_strong) return;
  throw validation_exception(
      "Transactions are not supported for global tables with MultiRegionConsistency STRONG");
}

void check_can_expire(const TableRecord& table) {
  if (!table.is_strong) return;
  throw validation_exception(
      "TimeToLive is not supported for global tables with MultiRegionConsistency STRONG");
}

void check_can_be_deleted(const TableRecord& table) {
  if (!table.is_strong) return;
  throw validation_exception(
      "A replica of a global table with MultiRegionConsistency STRONG cannot be deleted by "
      "DeleteTable: delete the other replicas first");
}

void check_reaches_another(Context& context, const TableRecord& table) {
  // The others are still to come.
  if (table.replicas.empty()) return;
  const auto& faults = context.faults();
  const auto is_there = [&](const std::string& region) {
    return !region.empty() && !faults::region_is_out(faults, region);
  };
  if (is_there(table.witness_region)) return;
  if (std::ranges::any_of(table.replicas, is_there, &ReplicaRecord::region)) return;
  throw internal_server_error();
}

std::vector<api::dynamodb::GlobalTableWitnessDescription> described_witnesses(
    const TableRecord& table) {
  constexpr std::array<const char*, 4> kNames{"CREATING", "ACTIVE", "ACTIVE", "DELETING"};
  return {{.RegionName = table.witness_region,
           .WitnessStatus = kNames[static_cast<std::size_t>(table.witness_status)]}};
}

void witness_settles(Context& context, const world::Event& event) {
  change_group(context, event.entity, [&](TableRecord& table) {
    // The group may have ended in the meantime.
    if (table.witness_region != event.payload) return;
    if (table.witness_status == ReplicaStatus::deleting) {
      table.witness_region.clear();
    } else {
      table.witness_status = ReplicaStatus::active;
    }
  });
  settle(context, event.entity);
}

}  // namespace fallstreak::services::dynamodb
