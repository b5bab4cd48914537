#include "services/dynamodb/point_in_time.h"

#include <algorithm>

#include "services/dynamodb/keys.h"
#include "services/dynamodb/peer.h"
#include "services/dynamodb/restore.h"
#include "services/dynamodb/table_access.h"
#include "services/dynamodb/table_description.h"
#include "services/dynamodb/table_storage.h"
#include "services/dynamodb/timing.h"

namespace fallstreak::services::dynamodb {
namespace {

using api::dynamodb::ContinuousBackupsDescription;
using api::dynamodb::RestoreTableToPointInTimeInput;

constexpr std::int32_t kMostDays = 35;

std::string past_key(std::uint64_t table_id, std::uint64_t sequence) {
  KeyBytes key;
  append_table(key, table_id);
  key.append_number(sequence);
  return std::string(key.view());
}

ContinuousBackupsDescription described(const TableRecord& table, Time now) {
  ContinuousBackupsDescription description{.ContinuousBackupsStatus = "ENABLED"};
  auto& recovery = description.PointInTimeRecoveryDescription.emplace();
  recovery.PointInTimeRecoveryStatus = table.keeps_past_since ? "ENABLED" : "DISABLED";
  if (!table.keeps_past_since) return description;
  recovery.RecoveryPeriodInDays = table.days_of_past;
  recovery.EarliestRestorableDateTime = earliest_restorable(table, now);
  recovery.LatestRestorableDateTime = latest_restorable(table, now);
  return description;
}

/// Each write drops two old rows at most, so that none costs much and all go.
void drop_forgotten(Context& context, const TableRecord& table) {
  const std::string prefix = prefix_of(table.id);
  for (int count = 0; count < 2; ++count) {
    const auto oldest = context.state.past.lower_bound(prefix);
    if (oldest == context.state.past.end()) return;
    const std::string key(std::string_view(oldest->first));
    if (!key.starts_with(prefix) ||
        oldest->second.time >= earliest_restorable(table, context.now()))
      return;
    context.state.past.erase(key);
  }
}

/// Undoes on a copy of the table's items what happened after a moment, the latest first.
void go_back(const Context& source, const TableRecord& table, Context& context,
             std::uint64_t copy_id, Time moment) {
  ContentsRecord contents = contents_of(context, copy_id);
  each_change_since(source, table, moment, [&](const PastRecord& row) {
    const std::string key = prefix_of(copy_id) + row.key;
    if (const ItemRecord* now = context.state.items.find(key)) {
      --contents.item_count;
      contents.size_bytes -= now->size;
    }
    if (!row.item) {
      context.state.items.erase(key);
      return;
    }
    ++contents.item_count;
    contents.size_bytes += row.size;
    context.state.items.put(key, {.attributes = *row.item, .size = row.size});
  });
  context.state.contents.put(prefix_of(copy_id), contents);
}

std::string source_of(const Context& context, const RestoreTableToPointInTimeInput& request) {
  if (request.SourceTableName.has_value() == request.SourceTableArn.has_value()) {
    throw validation_exception(
        "Exactly one of SourceTableName and SourceTableArn must be specified");
  }
  return std::string(table_name_of(
      context, request.SourceTableName ? *request.SourceTableName : *request.SourceTableArn));
}

Time moment_of(const RestoreTableToPointInTimeInput& request, const TableRecord& table, Time now) {
  const bool uses_latest = request.UseLatestRestorableTime.value_or(false);
  if (uses_latest == request.RestoreDateTime.has_value()) {
    throw validation_exception(
        "Exactly one of RestoreDateTime and UseLatestRestorableTime must be specified");
  }
  if (uses_latest) return latest_restorable(table, now);
  // AWS: earliest and latest are told in seconds, and a whole second is restored.
  const Time moment = *request.RestoreDateTime;
  const auto second = [](Time time) { return std::chrono::floor<std::chrono::seconds>(time); };
  if (second(moment) < second(earliest_restorable(table, now)) ||
      moment > latest_restorable(table, now)) {
    throw ApiError("InvalidRestoreTimeException",
                   "RestoreDateTime is not between the earliest and the latest restorable time");
  }
  return moment;
}

}  // namespace

Time earliest_restorable(const TableRecord& table, Time now) {
  return std::max(*table.keeps_past_since, now - std::chrono::days(table.days_of_past));
}

/// AWS: some minutes behind, but never before there is anything.
Time latest_restorable(const TableRecord& table, Time now) {
  return std::max(now - kRestorableLag, earliest_restorable(table, now));
}

void each_change_since(const Context& context, const TableRecord& table, Time moment,
                       const std::function<void(const PastRecord&)>& take) {
  const auto& past = context.state.past;
  const std::string prefix = prefix_of(table.id);
  auto at = past.lower_bound(after_prefix(prefix));
  while (at != past.begin()) {
    --at;
    if (!std::string_view(at->first).starts_with(prefix) || at->second.time <= moment) break;
    take(at->second);
  }
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContinuousBackups.html
api::dynamodb::DescribeContinuousBackupsOutput describe_continuous_backups(
    Context& context, const api::dynamodb::DescribeContinuousBackupsInput& request) {
  const std::string_view name = table_name_of(context, *request.TableName);
  return {.ContinuousBackupsDescription = described(table_to_save(context, name), context.now())};
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContinuousBackups.html
api::dynamodb::UpdateContinuousBackupsOutput update_continuous_backups(
    Context& context, const api::dynamodb::UpdateContinuousBackupsInput& request) {
  const std::string name(table_name_of(context, *request.TableName));
  TableRecord table = table_to_save(context, name);
  const auto& specification = *request.PointInTimeRecoverySpecification;
  const bool enables = *specification.PointInTimeRecoveryEnabled;
  if (!enables && specification.RecoveryPeriodInDays) {
    throw invalid_parameter_values(
        "RecoveryPeriodInDays can be specified only if PointInTimeRecoveryEnabled is true");
  }
  if (enables) {
    if (!table.keeps_past_since) table.keeps_past_since = context.now();
    table.days_of_past = specification.RecoveryPeriodInDays.value_or(kMostDays);
  } else if (table.keeps_past_since) {
    forget_past(context, table.id);
    table.keeps_past_since.reset();
  }
  const ContinuousBackupsDescription description = described(table, context.now());
  context.state.tables.put(name, std::move(table));
  return {.ContinuousBackupsDescription = description};
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableToPointInTime.html
api::dynamodb::RestoreTableToPointInTimeOutput restore_table_to_point_in_time(
    Context& context, const RestoreTableToPointInTimeInput& request) {
  // AWS: the table may be one of another region.
  Peer peer(context, Peer::region_of(context, request.SourceTableArn.value_or("")));
  const std::string source = source_of(peer.context, request);
  const std::string target(target_name_of(context, *request.TargetTableName));
  const TableRecord& saved = table_to_save(peer.context, source);
  if (!saved.keeps_past_since) {
    throw ApiError("PointInTimeRecoveryUnavailableException",
                   "Point in time recovery is not enabled for table '" + source + "'");
  }
  const Time moment = moment_of(request, saved, context.now());
  TableRecord table = restored_table(context, saved, request);
  table.restore = api::dynamodb::RestoreSummary{.SourceTableArn = table_arn(peer.context, source),
                                                .RestoreDateTime = moment,
                                                .RestoreInProgress = true};
  copy_contents(peer.context, saved.id, context, table.id);
  go_back(peer.context, saved, context, table.id, moment);
  return {.TableDescription = begin_restore(context, target, std::move(table))};
}

void keep_past(Context& context, const TableRecord& table, std::string_view key,
               const ItemRecord* old_item) {
  drop_forgotten(context, table);
  const std::string prefix = prefix_of(table.id);
  const SequenceRecord* last = context.state.sequences.find(prefix);
  const std::uint64_t sequence = last == nullptr ? 1 : last->last + 1;
  context.state.sequences.put(prefix, {sequence});
  PastRecord row{.time = context.now(), .key = std::string(key.substr(prefix.size()))};
  if (old_item != nullptr) {
    row.item = std::string(old_item->attributes);
    row.size = old_item->size;
  }
  context.state.past.put(past_key(table.id, sequence), std::move(row));
}

void forget_past(Context& context, std::uint64_t table_id) {
  context.state.past.erase_prefix(prefix_of(table_id));
  context.state.sequences.erase(prefix_of(table_id));
}

}  // namespace fallstreak::services::dynamodb
