#include "services/dynamodb/time_to_live.h"

#include <charconv>
#include <string>

#include "services/dynamodb/errors.h"
#include "services/dynamodb/item_store.h"
#include "services/dynamodb/metrics.h"
#include "services/dynamodb/number.h"
#include "services/dynamodb/peer.h"
#include "services/dynamodb/strong_groups.h"
#include "services/dynamodb/table_access.h"
#include "services/dynamodb/table_storage.h"
#include "services/dynamodb/timing.h"
#include "world/hash.h"

namespace fallstreak::services::dynamodb {
namespace {

using api::dynamodb::UpdateTimeToLiveInput;

/// So many items go in one event; the others follow at once.
constexpr std::size_t kAtOnce = 1000;
/// AWS: an item that expired longer ago stays.
constexpr auto kForgotten = std::chrono::days(5 * 365);
/// The last moment a world can tell.
constexpr std::int64_t kLastSecond = 9'223'372'036;

/// The seconds since 1970 that an item says it expires at. AWS: only numbers count.
std::optional<std::int64_t> expiry_of(const TableRecord& table, const ItemRecord* item) {
  if (item == nullptr) return std::nullopt;
  const auto value = find_attribute(item->attributes, table.time_to_live_attribute);
  if (!value || value->type != Type::N) return std::nullopt;
  const std::string text = number_text(value->bytes);
  std::int64_t seconds = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (read.ec != std::errc() || seconds < 0 || seconds > kLastSecond) return std::nullopt;
  return seconds;
}

/// The same for the same item, so that what was noted can be found again.
Duration delay_of(std::string_view key) {
  const std::uint64_t steps = world::hash_bytes(key) % 1000;
  return kExpiryLeast + (kExpiryMost - kExpiryLeast) * static_cast<std::int64_t>(steps) / 1000;
}

std::string row_key(std::uint64_t table_id, std::int64_t due, std::string_view key) {
  KeyBytes bytes;
  append_table(bytes, table_id);
  bytes.append_number(static_cast<std::uint64_t>(due));
  bytes.append(key);
  return std::string(bytes.view());
}

/// When it goes, in nanoseconds.
std::int64_t due_at(std::int64_t expiry_seconds, std::string_view key) {
  const std::int64_t second = std::chrono::nanoseconds(std::chrono::seconds(1)).count();
  const std::int64_t delay = delay_of(key).count();
  return expiry_seconds >= kLastSecond - 7200 ? kLastSecond * second
                                              : expiry_seconds * second + delay;
}

std::int64_t due_of(std::string_view row) {
  std::uint64_t due = 0;
  for (const char byte : row.substr(sizeof(std::uint64_t), sizeof(std::uint64_t)))
    due = (due << 8U) | static_cast<unsigned char>(byte);
  return static_cast<std::int64_t>(due);
}

/// Sees to it that the table's next event is not later than its first item is due.
void schedule_next(Context& context, std::uint64_t table_id) {
  const std::string prefix = prefix_of(table_id);
  const auto rows = context.state.expiries.range(prefix);
  if (rows.empty()) return;
  const Time due = std::max(from_nanoseconds(due_of((*rows.begin()).first)), context.now());
  ExpirySweepRecord sweep = *context.state.expiry_sweeps.find(prefix);
  const bool is_scheduled = !sweep.event.empty();
  if (is_scheduled && sweep.due <= due) return;
  if (is_scheduled) context.cancel(sweep.event);
  sweep.due = due;
  sweep.event = context.schedule_periodic(due - context.now(), kItemsExpire, sweep.table_name,
                                          std::to_string(table_id));
  context.state.expiry_sweeps.put(prefix, std::move(sweep));
}

void note_all(Context& context, const TableRecord& table) {
  for (const auto& row : context.state.items.range(prefix_of(table.id))) {
    note_expiry(context, table, row.first, nullptr, &row.second);
  }
}

std::string status_name(TimeToLiveStatus status) {
  switch (status) {
    case TimeToLiveStatus::disabled:
      return "DISABLED";
    case TimeToLiveStatus::enabling:
      return "ENABLING";
    case TimeToLiveStatus::enabled:
      return "ENABLED";
    case TimeToLiveStatus::disabling:
      break;
  }
  return "DISABLING";
}

void check_change(const TableRecord& table, bool enables, const std::string& attribute, Time now) {
  using enum TimeToLiveStatus;
  const bool is_on = table.time_to_live == enabled || table.time_to_live == enabling;
  if (enables == is_on) {
    if (enables && attribute != table.time_to_live_attribute) {
      throw validation_exception(
          "TimeToLive is active on a different AttributeName: current AttributeName is " +
          table.time_to_live_attribute);
    }
    throw validation_exception(enables ? "TimeToLive is already enabled"
                                       : "TimeToLive is already disabled");
  }
  if (!enables && attribute != table.time_to_live_attribute) {
    throw validation_exception(
        "TimeToLive is active on a different AttributeName: current AttributeName is " +
        table.time_to_live_attribute);
  }
  // AWS: a change takes up to an hour, in which no other is possible.
  if (table.time_to_live_changed != Time{} &&
      now - table.time_to_live_changed < kTimeToLiveChangeLeast) {
    throw validation_exception(
        "Time to live has been modified multiple times within a fixed interval");
  }
}

void begin_change(Context& context, const std::string& name,
                  const api::dynamodb::TimeToLiveSpecification& specification) {
  context.state.tables.update(name, [&](TableRecord& changed) {
    changed.time_to_live =
        *specification.Enabled ? TimeToLiveStatus::enabling : TimeToLiveStatus::disabling;
    changed.time_to_live_attribute = *specification.AttributeName;
    changed.time_to_live_changed = context.now();
  });
  context.schedule(kChangeTimeToLive, kTimeToLiveChanged, name);
}

}  // namespace

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html
api::dynamodb::UpdateTimeToLiveOutput update_time_to_live(Context& context,
                                                          const UpdateTimeToLiveInput& request) {
  const std::string name(table_name_of(context, *request.TableName));
  const TableRecord* table = context.state.tables.find(name);
  if (table == nullptr) throw table_not_found(name);
  if (table->status == TableStatus::creating) throw table_being_created(name);
  if (table->status == TableStatus::deleting) throw table_being_deleted(name);
  const auto& specification = *request.TimeToLiveSpecification;
  check_can_expire(*table);
  check_change(*table, *specification.Enabled, *specification.AttributeName, context.now());
  const std::vector<ReplicaRecord> replicas = table->replicas;
  begin_change(context, name, specification);
  // AWS: TTL is the same in every region of a global table.
  for (const ReplicaRecord& replica : replicas) {
    if (!replica.takes_changes()) continue;
    Peer peer(context, replica.region);
    begin_change(peer.context, name, specification);
  }
  return {.TimeToLiveSpecification = specification};
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTimeToLive.html
api::dynamodb::DescribeTimeToLiveOutput describe_time_to_live(
    Context& context, const api::dynamodb::DescribeTimeToLiveInput& request) {
  const std::string_view name = table_name_of(context, *request.TableName);
  const TableRecord* table = context.state.tables.find(name);
  if (table == nullptr) throw table_not_found(name);
  api::dynamodb::TimeToLiveDescription description{.TimeToLiveStatus =
                                                       status_name(table->time_to_live)};
  if (table->time_to_live != TimeToLiveStatus::disabled)
    description.AttributeName = table->time_to_live_attribute;
  return {.TimeToLiveDescription = description};
}

void time_to_live_changed(Context& context, const world::Event& event) {
  const TableRecord* found = context.state.tables.find(event.entity);
  // The table may have gone in the meantime, and another may have its name.
  if (found == nullptr) return;
  TableRecord table = *found;
  if (table.time_to_live == TimeToLiveStatus::enabling) {
    table.time_to_live = TimeToLiveStatus::enabled;
    context.state.expiry_sweeps.put(prefix_of(table.id), {.table_name = event.entity});
    note_all(context, table);
  } else if (table.time_to_live == TimeToLiveStatus::disabling) {
    table.time_to_live = TimeToLiveStatus::disabled;
    forget_expiries(context, table.id);
  }
  context.state.tables.put(event.entity, std::move(table));
}

void note_expiry(Context& context, const TableRecord& table, std::string_view key,
                 const ItemRecord* old_item, const ItemRecord* new_item) {
  const auto before = expiry_of(table, old_item);
  const auto after = expiry_of(table, new_item);
  if (before == after) return;
  auto& expiries = context.state.expiries;
  if (before) expiries.erase(row_key(table.id, due_at(*before, key), key));
  if (!after || from_epoch_seconds(static_cast<double>(*after)) + kForgotten < context.now())
    return;
  expiries.put(row_key(table.id, due_at(*after, key), key), {});
  schedule_next(context, table.id);
}

void items_expire(Context& context, const world::Event& event) {
  const std::uint64_t id = std::stoull(event.payload);
  const TableRecord* table = context.state.tables.find(event.entity);
  // The table may have gone in the meantime, and another may have its name.
  if (table == nullptr || table->id != id || !table->expires_items()) return;
  context.state.expiry_sweeps.put(prefix_of(id), {.table_name = event.entity});
  std::vector<std::string> due;
  for (const auto& row : context.state.expiries.range(prefix_of(id))) {
    if (due.size() == kAtOnce || from_nanoseconds(due_of(row.first)) > context.now()) break;
    due.emplace_back(std::string_view(row.first));
  }
  for (const std::string& row : due) {
    const std::string key = row.substr(2 * sizeof(std::uint64_t));
    delete_item(context, *table, key, context.state.items.find(key), By::time_to_live);
    if (table->is_metered())
      count_metric(context, {"TimeToLiveDeletedItemCount", event.entity, {}, {}});
  }
  schedule_next(context, id);
}

void forget_expiries(Context& context, std::uint64_t table_id) {
  context.state.expiries.erase_prefix(prefix_of(table_id));
  if (const auto* sweep = context.state.expiry_sweeps.find(prefix_of(table_id))) {
    if (!sweep->event.empty()) context.cancel(sweep->event);
    context.state.expiry_sweeps.erase(prefix_of(table_id));
  }
}

}  // namespace fallstreak::services::dynamodb
