#include "services/dynamodb/replicas.h"

#include <algorithm>

#include "api/ec2/catalogue.h"
#include "faults/regions.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/index_fill.h"
#include "services/dynamodb/metrics.h"
#include "services/dynamodb/payment.h"
#include "services/dynamodb/peer.h"
#include "services/dynamodb/realism.h"
#include "services/dynamodb/replica_overrides.h"
#include "services/dynamodb/replica_scaling.h"
#include "services/dynamodb/replication.h"
#include "services/dynamodb/restore.h"
#include "services/dynamodb/stream.h"
#include "services/dynamodb/strong_groups.h"
#include "services/dynamodb/table_description.h"
#include "services/dynamodb/table_storage.h"
#include "services/dynamodb/tables.h"
#include "services/dynamodb/time_to_live.h"
#include "services/dynamodb/timing.h"
#include "world/record_codec.h"

namespace fallstreak::services::dynamodb {
namespace {

using api::dynamodb::CreateReplicationGroupMemberAction;
using api::dynamodb::ReplicationGroupUpdate;
using api::dynamodb::UpdateReplicationGroupMemberAction;
using api::dynamodb::UpdateTableInput;

void check_region(Context& context, const std::string& region) {
  if (region == context.region()) {
    throw validation_exception(
        "Cannot add or delete the local region through ReplicaUpdates. Use CreateTable, "
        "DeleteTable, or UpdateTable as required.");
  }
  const auto known = context.try_call<api::ec2::DescribeRegions>({});
  // Under an injected fault nobody can say.
  if (!known) return;
  std::string names;
  for (const auto& each : api::each(known->Regions)) {
    if (each.RegionName == region) return;
    names += (names.empty() ? "" : ", ") + *each.RegionName;
  }
  throw validation_exception("Region " + region +
                             " is not supported. The latest version of global tables are only "
                             "supported in the following regions: [" +
                             names + "]");
}

ReplicaRecord* find_replica(TableRecord& table, std::string_view region) {
  const auto found = std::ranges::find(table.replicas, region, &ReplicaRecord::region);
  return found == table.replicas.end() ? nullptr : &*found;
}

/// The member of that region, if it still is one.
const TableRecord* find_member(const Context& context, const std::string& name) {
  const TableRecord* table = context.state.tables.find(name);
  return table != nullptr && table->is_global ? table : nullptr;
}

std::vector<std::string> regions_of(const TableRecord& table) {
  std::vector<std::string> regions;
  for (const ReplicaRecord& replica : table.replicas) regions.push_back(replica.region);
  return regions;
}

/// Changes what the other members know of a region; those that know nothing of it stay.
template <class Change>
void tell_members(Context& context, const std::string& name,
                  const std::vector<std::string>& members, const std::string& about,
                  const Change& change) {
  for (const std::string& region : members) {
    if (region == about) continue;
    Peer peer(context, region);
    const TableRecord* found = find_member(peer.context, name);
    if (found == nullptr) continue;
    TableRecord table = *found;
    if (ReplicaRecord* replica = find_replica(table, about)) change(*replica);
    peer.context.state.tables.put(name, std::move(table));
  }
}

std::vector<std::string> members_seen_from(const Context& context, const TableRecord& table) {
  std::vector<std::string> members = regions_of(table);
  members.push_back(context.region());
  return members;
}

void check_create(Context& context, const std::string& name, const TableRecord& table,
                  const CreateReplicationGroupMemberAction& action) {
  const std::string& region = *action.RegionName;
  Peer peer(context, region);
  if (peer.context.state.tables.contains(name)) {
    throw validation_exception("Failed to create a the new replica of table with name: ‘" + name +
                               "’ because one or more replicas already existed as tables.");
  }
  check_members_are_settled(table);
  if (table.billing_mode == BillingMode::provisioned && !scales_writes(context, name, table)) {
    throw validation_exception(
        "Table write capacity should either be Pay-Per-Request or AutoScaled.");
  }
  check_overrides(table, action);
}

void check_delete(Context& context, const std::string& name, TableRecord& table,
                  const std::string& region) {
  if (find_replica(table, region) == nullptr) throw replica_not_found(region);
  check_members_are_settled(table);
  Peer peer(context, region);
  const TableRecord* replica = find_member(peer.context, name);
  if (replica == nullptr) throw replica_not_found(region);
  if (replica->is_protected_from_deletion) {
    throw validation_exception("Cannot delete table " + name + " in region " + region +
                               " because it has deletion protection enabled. Disable deletion "
                               "protection first.");
  }
  check_may_leave(peer.context, *replica);
}

void check_update(TableRecord& table, const UpdateReplicationGroupMemberAction& action) {
  if (find_replica(table, *action.RegionName) == nullptr)
    throw replica_not_found(*action.RegionName);
  check_members_are_settled(table);
  check_overrides(table, action);
}

/// A replica as the first call made it: without items, without a stream, not usable.
TableRecord new_replica(Context& peer, const Context& source, const TableRecord& table,
                        const ReplicaRecord& seen) {
  TableRecord replica = new_table_like(peer, table);
  replica.warm_throughput = table.warm_throughput;
  replica.is_global = true;
  replica.is_strong = table.is_strong;
  replica.witness_region = table.witness_region;
  replica.witness_status = table.witness_status;
  make_contents(peer, replica.id);
  for (const IndexRecord& index : replica.indexes) make_contents(peer, index.id);
  replica.replicas.push_back(
      {.region = source.region(), .status = ReplicaStatus::active, .added = table.created});
  for (const ReplicaRecord& other : table.replicas) replica.replicas.push_back(other);
  override_settings(seen, replica);
  return replica;
}

std::string encoded(const CreateReplicationGroupMemberAction& action) {
  std::string bytes;
  world::encode(action, bytes);
  return bytes;
}

/// AWS: a table without replicas is no global table any more; its stream stays.
void end_group_of_one(Context& context, TableRecord& table) {
  if (!table.replicas.empty() || table.status != TableStatus::active) return;
  table.is_global = false;
  table.is_strong = false;
  table.witness_region.clear();
  forget_replications(context, table.id);
}

api::dynamodb::UpdateTableOutput begun(Context& context, const std::string& name,
                                       TableRecord table) {
  table.status = TableStatus::updating;
  api::dynamodb::UpdateTableOutput output{.TableDescription = describe(context, name, table)};
  context.state.tables.put(name, std::move(table));
  return output;
}

/// Every member sends to the new one, and the new one to every member.
void connect(Context& context, const std::string& name, const std::string& region) {
  Peer added(context, region);
  const TableRecord replica = *added.context.state.tables.find(name);
  for (const std::string& member : regions_of(replica)) {
    begin_replication(added.context, name, replica, member);
    Peer other(context, member);
    const TableRecord* table = find_member(other.context, name);
    if (table == nullptr) continue;
    begin_replication(other.context, name, *table, region);
    // What the others have sent and has not yet arrived where the items were taken from.
    if (member != context.region()) copy_outgoing(other.context, *table, context.region(), region);
  }
}

}  // namespace

void settle(Context& context, const std::string& name) {
  TableRecord table = *context.state.tables.find(name);
  const auto comes = [](const ReplicaRecord& replica) {
    return replica.status == ReplicaStatus::creating;
  };
  const bool awaits_witness =
      !table.witness_region.empty() && table.witness_status == ReplicaStatus::creating;
  const bool is_settled = std::ranges::none_of(table.replicas, comes) && !awaits_witness;
  if (table.status == TableStatus::updating && is_settled) table.status = TableStatus::active;
  end_group_of_one(context, table);
  context.state.tables.put(name, std::move(table));
}

void change_group(Context& context, const std::string& name,
                  const std::function<void(TableRecord&)>& change) {
  const std::vector<std::string> others = regions_of(*context.state.tables.find(name));
  context.state.tables.update(name, change);
  for (const std::string& region : others) {
    Peer peer(context, region);
    if (find_member(peer.context, name) != nullptr) peer.context.state.tables.update(name, change);
  }
}

void begin_replica(Context& context, const std::string& name,
                   const CreateReplicationGroupMemberAction& action, TableRecord& table) {
  check_region(context, *action.RegionName);
  check_create(context, name, table, action);
  table.is_global = true;
  context.schedule(kReplicaAppears, kReplicaShows, name, encoded(action));
}

void end_replica(Context& context, const std::string& name, const std::string& region,
                 TableRecord& table) {
  check_region(context, region);
  check_delete(context, name, table, region);
  context.schedule(kReplicaLeaves, kReplicaGoes, name, region);
}

void check_may_leave(const Context& context, const TableRecord& table) {
  for (const ReplicaRecord& replica : table.replicas) {
    const bool was_added_here = replica.source_region == context.region();
    if (!was_added_here || context.now() - replica.added >= kSourceStays) continue;
    throw validation_exception(
        "Replica cannot be deleted because it has acted as a source region for new replica(s) "
        "being added to the table in the last 24 hours.");
  }
}

api::dynamodb::UpdateTableOutput update_replicas(Context& context, const std::string& name,
                                                 const UpdateTableInput& request) {
  TableRecord table = *context.state.tables.find(name);
  if (concerns_strong_group(request, table)) {
    update_strong_group(context, name, request, table);
    return begun(context, name, std::move(table));
  }
  check_is_about_one(request);
  const ReplicationGroupUpdate& update = request.ReplicaUpdates->front();
  if (update.Create) {
    begin_replica(context, name, *update.Create, table);
    // Observed: a table without a stream gets one; another view stays as it is.
    if (table.stream_id == 0) {
      apply_stream(context, {.StreamEnabled = true, .StreamViewType = "NEW_AND_OLD_IMAGES"}, name,
                   table);
    }
  } else if (update.Delete) {
    end_replica(context, name, *update.Delete->RegionName, table);
  } else {
    const std::string& region = *update.Update->RegionName;
    check_region(context, region);
    check_update(table, *update.Update);
    ReplicaRecord& replica = *find_replica(table, region);
    replica.status = ReplicaStatus::updating;
    read_overrides(*update.Update, context.now(), replica);
    context.schedule(kUpdateReplica, kReplicaUpdated, name, region);
  }
  return begun(context, name, std::move(table));
}

void replica_shows(Context& context, const world::Event& event) {
  CreateReplicationGroupMemberAction action;
  const auto problem = world::decode(event.payload, action);
  CHECK(!problem) << *problem;
  const std::string& name = event.entity;
  const std::string& region = *action.RegionName;
  const TableRecord table = *context.state.tables.find(name);
  Peer peer(context, region);
  // Observed: what cannot be made after all leaves no trace.
  if (peer.context.state.tables.contains(name)) {
    settle(context, name);
    return;
  }
  ReplicaRecord seen{.region = region, .added = context.now(), .source_region = context.region()};
  read_overrides(action, context.now(), seen);
  TableRecord replica = new_replica(peer.context, context, table, seen);
  take_over_realism(peer.context, name, replica);
  peer.context.state.tables.insert(name, std::move(replica));
  for (const std::string& member : members_seen_from(context, table)) {
    Peer other(context, member);
    if (find_member(other.context, name) == nullptr) continue;
    other.context.state.tables.update(
        name, [&](TableRecord& record) { record.replicas.push_back(seen); });
  }
  const ContentsRecord contents = contents_of(context, table.id);
  const Duration fill =
      contents.item_count == 0
          ? kFillEmptyReplica
          : kFillReplicaLeast + std::chrono::seconds(contents.size_bytes / kBackfillBytesPerSecond);
  context.schedule(fill, kReplicaFilled, name, region);
}

void replica_filled(Context& context, const world::Event& event) {
  const std::string& name = event.entity;
  const std::string& region = event.payload;
  const auto& faults = context.faults();
  if (faults::region_is_out(faults, context.region()) || faults::region_is_out(faults, region)) {
    context.schedule_periodic(kFillReplicaAgain, kReplicaFilled, name, region);
    return;
  }
  const TableRecord table = *context.state.tables.find(name);
  Peer peer(context, region);
  TableRecord replica = *peer.context.state.tables.find(name);
  copy_items(context, table, peer.context, replica);
  for (const IndexRecord& index : replica.indexes) fill_index(peer.context, replica, index);
  // AWS: with strong consistency a stream is each member's own.
  if (table.stream_id != 0 && !table.is_strong) {
    apply_stream(peer.context, {.StreamEnabled = true, .StreamViewType = table.stream_view_type},
                 name, replica);
  }
  replica.status = TableStatus::active;
  replica.time_to_live_attribute = table.time_to_live_attribute;
  if (table.expires_items()) replica.time_to_live = TimeToLiveStatus::enabling;
  peer.context.state.tables.put(name, std::move(replica));
  time_to_live_changed(peer.context, event);

  tell_members(context, name, members_seen_from(context, table), region,
               [](ReplicaRecord& seen) { seen.status = ReplicaStatus::active; });
  connect(context, name, region);
  settle(context, name);
  // AWS: a replica of a table with provisioned capacity is scaled as the table is.
  if (table.billing_mode == BillingMode::provisioned)
    copy_scaling(context, peer.context, name, table);
}

void replica_goes(Context& context, const world::Event& event) {
  const std::string& name = event.entity;
  Peer peer(context, event.payload);
  // It may have been deleted at its own endpoint.
  if (const TableRecord* found = find_member(peer.context, name);
      found != nullptr && found->is_usable()) {
    begin_to_leave(peer.context, name, *found);
    peer.context.state.tables.update(
        name, [](TableRecord& table) { table.status = TableStatus::deleting; });
    peer.context.schedule(kDeleteReplica, kTableDeleted, name);
  }
  settle(context, name);
}

void replica_updated(Context& context, const world::Event& event) {
  const std::string& name = event.entity;
  TableRecord table = *context.state.tables.find(name);
  Peer peer(context, event.payload);
  if (ReplicaRecord* seen = find_replica(table, event.payload)) {
    seen->status = ReplicaStatus::active;
    const ReplicaRecord settings = *seen;
    if (const TableRecord* member = find_member(peer.context, name)) {
      const TableRecord before = *member;
      TableRecord replica = before;
      settle_capacity(peer.context, replica);
      override_settings(settings, replica);
      hold_provisioned(peer.context, name, &before, &replica);
      if (replica.is_metered()) hold_account(peer.context, name, &replica);
      peer.context.state.tables.put(name, std::move(replica));
    }
  }
  context.state.tables.put(name, std::move(table));
  settle(context, name);
}

ApiError replica_not_found(const std::string& region) {
  return validation_exception(
      "Update global table operation failed because one or more replicas were not part of the "
      "global table. Please retry the request without these replicas: [" +
      region + "].");
}

void tell_own_reads(Context& context, const std::string& name, const TableRecord& table) {
  tell_members(context, name, regions_of(table), context.region(), [&](ReplicaRecord& seen) {
    if (table.has_own_reads) seen.read_capacity_units = table.read_capacity_units;
    for (const IndexRecord& index : table.indexes) {
      if (index.has_own_reads)
        override_of(seen, index.name).read_capacity_units = index.read_capacity_units;
    }
  });
}

void keep_own_reads(Context& context, const std::string& name, std::string_view index) {
  TableRecord table = *context.state.tables.find(name);
  if (!table.is_global) return;
  if (index.empty()) {
    table.has_own_reads = true;
  } else {
    std::ranges::find(table.indexes, index, &IndexRecord::name)->has_own_reads = true;
  }
  tell_own_reads(context, name, table);
  context.state.tables.put(name, std::move(table));
}

void begin_to_leave(Context& context, const std::string& name, const TableRecord& table) {
  tell_members(context, name, regions_of(table), context.region(),
               [](ReplicaRecord& seen) { seen.status = ReplicaStatus::deleting; });
}

void leave_group(Context& context, const std::string& name, const TableRecord& table) {
  for (const std::string& region : regions_of(table)) {
    Peer peer(context, region);
    const TableRecord* found = find_member(peer.context, name);
    if (found == nullptr) continue;
    TableRecord member = *found;
    std::erase_if(member.replicas,
                  [&](const ReplicaRecord& replica) { return replica.region == context.region(); });
    end_replication(peer.context, member.id, context.region());
    end_group_of_one(peer.context, member);
    peer.context.state.tables.put(name, std::move(member));
  }
  forget_replications(context, table.id);
}

}  // namespace fallstreak::services::dynamodb
