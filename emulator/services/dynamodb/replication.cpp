#include "services/dynamodb/replication.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include "dispatch/metric_publisher.h"
#include "faults/regions.h"
#include "services/dynamodb/item_store.h"
#include "services/dynamodb/peer.h"
#include "services/dynamodb/strong_groups.h"
#include "services/dynamodb/table_storage.h"
#include "services/dynamodb/timing.h"
#include "world/hash.h"

namespace fallstreak::services::dynamodb {
namespace {

/// So many changes arrive in one event; the others follow at once.
constexpr std::size_t kAtOnce = 1000;

std::string queue_key(std::uint64_t table_id, std::string_view region) {
  return prefix_of(table_id).append(region);
}

/// No region's name has a slash.
std::string change_prefix(const std::string& queue) { return queue + "/"; }

std::string outgoing_key(const std::string& queue, std::uint64_t sequence) {
  KeyBytes number;
  number.append_number(sequence);
  return change_prefix(queue).append(number.view());
}

/// The same for the same change of the same seed.
Duration lag_of(Context& context, const TableRecord& table, const std::string& queue,
                std::uint64_t sequence) {
  if (table.is_strong) return Duration::zero();
  if (context.environment().timing == dispatch::Timing::instant) return Duration::zero();
  const std::uint64_t drawn =
      world::mix(world::hash_bytes(queue, context.world().seed()), sequence) % 1000;
  return kReplicationLeast +
         (kReplicationMost - kReplicationLeast) * static_cast<std::int64_t>(drawn) / 1000;
}

/// Each deletion drops two old ones at most, so that none costs much and all go.
void drop_old_tombstones(Context& context, std::uint64_t table_id) {
  const std::string prefix = prefix_of(table_id);
  for (int count = 0; count < 2; ++count) {
    const auto oldest = context.state.tombstones.lower_bound(prefix);
    if (oldest == context.state.tombstones.end()) return;
    const std::string row(std::string_view(oldest->first));
    if (!row.starts_with(prefix)) return;
    const std::string key = prefix + oldest->second.key;
    const WriteStampRecord* version = context.state.write_stamps.find(key);
    const bool is_still_deleted = version != nullptr && version->is_deleted;
    if (is_still_deleted && version->written + kTombstoneLifetime > context.now()) return;
    if (is_still_deleted) context.state.write_stamps.erase(key);
    context.state.tombstones.erase(row);
  }
}

void set_version(Context& context, const TableRecord& table, std::string_view key,
                 WriteStampRecord version) {
  if (version.is_deleted) {
    const std::string prefix = prefix_of(table.id);
    drop_old_tombstones(context, table.id);
    KeyBytes row;
    append_table(row, table.id);
    row.append_number(static_cast<std::uint64_t>(to_nanoseconds(version.written)));
    row.append(key.substr(prefix.size()));
    context.state.tombstones.put(row.view(), {std::string(key.substr(prefix.size()))});
  }
  context.state.write_stamps.put(key, std::move(version));
}

/// Sees to it that what waits in a queue is delivered.
void schedule_next(Context& context, const std::string& queue) {
  const auto waiting = context.state.outgoing.range(change_prefix(queue));
  if (waiting.empty()) return;
  ReplicationRecord replication = *context.state.replications.find(queue);
  if (!replication.event.empty()) return;
  const Time due = std::max((*waiting.begin()).second.due, context.now());
  replication.event =
      context.schedule_periodic(due - context.now(), kChangesArrive, replication.table_name,
                                queue.substr(sizeof(std::uint64_t)));
  context.state.replications.put(queue, std::move(replication));
}

void apply(Context& peer, const std::string& name, const OutgoingRecord& change,
           const std::string& from) {
  const TableRecord* table = peer.state.tables.find(name);
  // The table may have gone in the meantime, and another may have its name.
  if (table == nullptr || !table->is_usable() || !table->is_global) return;
  const std::string key = prefix_of(table->id) + change.key;
  const WriteStampRecord* version = peer.state.write_stamps.find(key);
  // AWS: the last writer wins. Chosen: of two at the same moment the region that sorts last.
  if (version != nullptr &&
      std::tie(version->written, version->region) > std::tie(change.written, from))
    return;
  set_version(peer, *table, key,
              {.written = change.written, .region = from, .is_deleted = !change.item});
  const ItemRecord* old = peer.state.items.find(key);
  if (change.item) {
    put_item(peer, *table, key, old, {.attributes = *change.item, .size = change.size},
             By::replication);
  } else {
    delete_item(peer, *table, key, old, By::replication);
  }
}

void count_latency(Context& context, const OutgoingRecord& change, const std::string& region,
                   ReplicationRecord& replication) {
  const Duration taken = context.now() - change.written;
  const double milliseconds = std::chrono::duration<double, std::milli>(taken).count();
  if (replication.arrived == 0) {
    context.schedule_periodic(dispatch::next_minute(context.now()) - context.now(), kTellLatency,
                              replication.table_name, region);
    replication.latency_least = milliseconds;
    replication.latency_most = milliseconds;
  }
  ++replication.arrived;
  replication.latency_sum += milliseconds;
  replication.latency_least = std::min(replication.latency_least, milliseconds);
  replication.latency_most = std::max(replication.latency_most, milliseconds);
}

/// Whether a change can be made in another region before it is answered.
bool is_up_to_date(Context& context, const std::string& queue, std::string_view region) {
  return context.state.outgoing.range(change_prefix(queue)).empty() &&
         !faults::region_is_out(context.faults(), region);
}

/// Two regions may write at the same moment; with strong consistency one of them came later.
Time write_time(const Context& context, const TableRecord& table, std::string_view key) {
  if (!table.is_strong) return context.now();
  const WriteStampRecord* last = context.state.write_stamps.find(key);
  if (last == nullptr) return context.now();
  return std::max(context.now(), last->written + Duration(1));
}

}  // namespace

void replicate(Context& context, const TableRecord& table, std::string_view key,
               const ItemRecord* item) {
  if (table.is_strong) check_reaches_another(context, table);
  const Time written = write_time(context, table, key);
  set_version(context, table, key,
              {.written = written, .region = context.region(), .is_deleted = item == nullptr});
  OutgoingRecord change{.key = std::string(key.substr(sizeof(std::uint64_t))), .written = written};
  if (item != nullptr) {
    change.item = std::string(item->attributes);
    change.size = item->size;
  }
  for (const ReplicaRecord& replica : table.replicas) {
    if (!replica.takes_changes()) continue;
    const std::string queue = queue_key(table.id, replica.region);
    ReplicationRecord replication = *context.state.replications.find(queue);
    if (table.is_strong && is_up_to_date(context, queue, replica.region)) {
      Peer peer(context, replica.region);
      apply(peer.context, replication.table_name, change, context.region());
      continue;
    }
    ++replication.last_sequence;
    change.due = std::max(replication.last_due,
                          context.now() + lag_of(context, table, queue, replication.last_sequence));
    replication.last_due = change.due;
    context.state.outgoing.insert(outgoing_key(queue, replication.last_sequence), change);
    context.state.replications.put(queue, std::move(replication));
    schedule_next(context, queue);
  }
}

void begin_replication(Context& context, const std::string& name, const TableRecord& table,
                       const std::string& region) {
  context.state.replications.put(queue_key(table.id, region), {.table_name = name});
}

void end_replication(Context& context, std::uint64_t table_id, std::string_view region) {
  const std::string queue = queue_key(table_id, region);
  const ReplicationRecord* replication = context.state.replications.find(queue);
  if (replication == nullptr) return;
  if (!replication->event.empty()) context.cancel(replication->event);
  context.state.outgoing.erase_prefix(change_prefix(queue));
  context.state.replications.erase(queue);
}

void forget_replications(Context& context, std::uint64_t table_id) {
  const std::string prefix = prefix_of(table_id);
  std::vector<std::string> events;
  for (const auto& row : context.state.replications.range(prefix)) {
    if (!row.second.event.empty()) events.push_back(row.second.event);
  }
  for (const std::string& event : events) context.cancel(event);
  context.state.replications.erase_prefix(prefix);
  context.state.outgoing.erase_prefix(prefix);
  context.state.write_stamps.erase_prefix(prefix);
  context.state.tombstones.erase_prefix(prefix);
}

void copy_items(Context& context, const TableRecord& table, Context& peer,
                const TableRecord& replica) {
  const std::string prefix = prefix_of(table.id);
  const std::string target = prefix_of(replica.id);
  for (const auto& row : context.state.items.range(prefix)) {
    const std::string_view key = row.first;
    peer.state.items.put(target + std::string(key.substr(prefix.size())), row.second);
  }
  for (const auto& row : context.state.write_stamps.range(prefix)) {
    const std::string_view key = row.first;
    set_version(peer, replica, target + std::string(key.substr(prefix.size())), row.second);
  }
  peer.state.contents.put(target, contents_of(context, table.id));
}

void copy_outgoing(Context& context, const TableRecord& table, std::string_view region,
                   const std::string& other_region) {
  std::vector<OutgoingRecord> changes;
  const std::string queue = queue_key(table.id, region);
  for (const auto& row : context.state.outgoing.range(change_prefix(queue)))
    changes.push_back(row.second);
  const std::string other = queue_key(table.id, other_region);
  ReplicationRecord replication = *context.state.replications.find(other);
  for (OutgoingRecord& change : changes) {
    replication.last_due = change.due;
    context.state.outgoing.insert(outgoing_key(other, ++replication.last_sequence),
                                  std::move(change));
  }
  context.state.replications.put(other, std::move(replication));
  schedule_next(context, other);
}

void changes_arrive(Context& context, const world::Event& event) {
  const std::string& region = event.payload;
  const TableRecord* table = context.state.tables.find(event.entity);
  // The table may have gone in the meantime, and another may have its name.
  if (table == nullptr) return;
  const std::string queue = queue_key(table->id, region);
  const ReplicationRecord* found = context.state.replications.find(queue);
  if (found == nullptr) return;
  ReplicationRecord replication = *found;
  replication.event.clear();
  const auto& faults = context.faults();
  const bool can_go =
      !faults::region_is_out(faults, context.region()) && !faults::region_is_out(faults, region);
  Peer peer(context, region);
  for (std::size_t count = 0; can_go && count < kAtOnce; ++count) {
    const auto waiting = context.state.outgoing.range(change_prefix(queue));
    if (waiting.empty() || (*waiting.begin()).second.due > context.now()) break;
    const std::string row(std::string_view((*waiting.begin()).first));
    const OutgoingRecord change = (*waiting.begin()).second;
    context.state.outgoing.erase(row);
    apply(peer.context, event.entity, change, context.region());
    // AWS: with strong consistency there is no such metric.
    if (!table->is_strong) count_latency(context, change, region, replication);
  }
  context.state.replications.put(queue, std::move(replication));
  // Without power the end of the fault goes on.
  if (can_go) schedule_next(context, queue);
}

void tell_latency(Context& context, const world::Event& event) {
  const TableRecord* table = context.state.tables.find(event.entity);
  if (table == nullptr) return;
  const std::string queue = queue_key(table->id, event.payload);
  const ReplicationRecord* found = context.state.replications.find(queue);
  if (found == nullptr || found->arrived == 0) return;
  dispatch::MetricPublisher publisher(context, "AWS/DynamoDB");
  // Of the minute that is over.
  publisher
      .add("ReplicationLatency", {{"TableName", event.entity}, {"ReceivingRegion", event.payload}},
           context.now() - std::chrono::minutes(1), "Milliseconds")
      .StatisticValues = {{.SampleCount = static_cast<double>(found->arrived),
                           .Sum = found->latency_sum,
                           .Minimum = found->latency_least,
                           .Maximum = found->latency_most}};
  context.state.replications.update(queue, [](ReplicationRecord& record) {
    record.arrived = 0;
    record.latency_sum = 0;
  });
  publisher.send();
}

void region_may_be_out(Context& context, const world::Event&) {
  const bool is_out = faults::region_is_out(context.faults(), context.region());
  std::vector<std::string> changed;
  for (const auto& row : context.state.tables) {
    if (row.second.is_out != is_out) changed.emplace_back(std::string_view(row.first));
  }
  for (const std::string& name : changed)
    context.state.tables.update(name, [&](TableRecord& table) { table.is_out = is_out; });
  std::vector<std::string> queues;
  for (const auto& row : context.state.replications)
    queues.emplace_back(std::string_view(row.first));
  for (const std::string& queue : queues) schedule_next(context, queue);
}

}  // namespace fallstreak::services::dynamodb
