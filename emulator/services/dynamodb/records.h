#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/dynamodb/backups.h"
#include "api/dynamodb/exports.h"
#include "api/dynamodb/imports.h"
#include "api/dynamodb/tables.h"
#include "base/time.h"
#include "services/dynamodb/replica_records.h"
#include "services/dynamodb/value.h"
#include "world/record_codec.h"

/// What is stored of tables and items.
namespace fallstreak::services::dynamodb {

struct KeyAttribute {
  std::string name;
  Type type = Type::S;
  bool operator==(const KeyAttribute&) const = default;
};
template <class Visitor>
void visit_fields(KeyAttribute& record, Visitor&& visit) {
  visit("name", record.name);
  visit("type", record.type);
}

struct KeySchema {
  KeyAttribute hash;
  std::optional<KeyAttribute> range;
  /// AWS: the key of a global index may have up to three more attributes of each kind.
  std::vector<KeyAttribute> more_hash;
  std::vector<KeyAttribute> more_range;

  [[nodiscard]] std::size_t size() const {
    return (range ? 2 : 1) + more_hash.size() + more_range.size();
  }
  /// Whether either kind has several attributes.
  [[nodiscard]] bool is_composite() const { return !more_hash.empty() || !more_range.empty(); }
  [[nodiscard]] bool has(std::string_view name) const {
    if (hash.name == name || (range && range->name == name)) return true;
    const auto is_it = [&](const KeyAttribute& attribute) { return attribute.name == name; };
    return is_composite() &&
           (std::ranges::any_of(more_hash, is_it) || std::ranges::any_of(more_range, is_it));
  }
};
template <class Visitor>
void visit_fields(KeySchema& record, Visitor&& visit) {
  visit("hash", record.hash);
  visit("range", record.range);
  visit("more_hash", record.more_hash);
  visit("more_range", record.more_range);
}

enum class IndexKind : std::uint8_t { local, global };
enum class ProjectionType : std::uint8_t { all, keys_only, include };
enum class IndexStatus : std::uint8_t { active, creating, updating, deleting };

struct IndexRecord {
  std::string name;
  /// Begins the keys of its entries.
  std::uint64_t id = 0;
  IndexKind kind = IndexKind::global;
  KeySchema keys;
  ProjectionType projection = ProjectionType::all;
  std::vector<std::string> non_key_attributes;
  std::int64_t read_capacity_units = 0;
  std::int64_t write_capacity_units = 0;
  IndexStatus status = IndexStatus::active;
  /// While it is being created: whether items go into it already.
  bool is_backfilling = false;
  std::optional<api::dynamodb::OnDemandThroughput> on_demand_throughput;
  std::optional<api::dynamodb::WarmThroughput> warm_throughput;
  /// In a replica: its read capacity does not follow that of the others.
  bool has_own_reads = false;

  /// Whether it has entries: one that is being created gets them all at its end.
  [[nodiscard]] bool is_filled() const {
    return status == IndexStatus::active || status == IndexStatus::updating;
  }
};
template <class Visitor>
void visit_fields(IndexRecord& record, Visitor&& visit) {
  visit("name", record.name);
  visit("id", record.id);
  visit("kind", record.kind);
  visit("keys", record.keys);
  visit("projection", record.projection);
  visit("non_key_attributes", record.non_key_attributes);
  visit("read_capacity_units", record.read_capacity_units);
  visit("write_capacity_units", record.write_capacity_units);
  visit("status", record.status);
  visit("is_backfilling", record.is_backfilling);
  visit("on_demand_throughput", record.on_demand_throughput);
  visit("warm_throughput", record.warm_throughput);
  visit("has_own_reads", record.has_own_reads);
}

enum class TableStatus : std::uint8_t { creating, active, deleting, updating };
enum class BillingMode : std::uint8_t { provisioned, pay_per_request };
enum class TimeToLiveStatus : std::uint8_t { disabled, enabling, enabled, disabling };

/// When a table's throughput was changed.
struct ThroughputHistory {
  Time last_increase{};
  Time last_decrease{};
  /// On the UTC day of the last decrease.
  std::int64_t decreases_that_day = 0;
  /// The latest switches to on-demand capacity.
  std::vector<Time> switches_to_on_demand;
};
template <class Visitor>
void visit_fields(ThroughputHistory& record, Visitor&& visit) {
  visit("last_increase", record.last_increase);
  visit("last_decrease", record.last_decrease);
  visit("decreases_that_day", record.decreases_that_day);
  visit("switches_to_on_demand", record.switches_to_on_demand);
}

/// A table, by its name.
struct TableRecord {
  /// Begins the keys of its items.
  std::uint64_t id = 0;
  /// AWS's TableId.
  std::string uuid;
  TableStatus status = TableStatus::creating;
  Time created{};
  KeySchema keys;
  std::vector<KeyAttribute> attribute_definitions;
  std::vector<IndexRecord> indexes;
  BillingMode billing_mode = BillingMode::provisioned;
  std::int64_t read_capacity_units = 0;
  std::int64_t write_capacity_units = 0;
  std::string table_class;
  bool is_protected_from_deletion = false;
  std::vector<api::dynamodb::Tag> tags;
  ThroughputHistory throughput_history;
  Time table_class_changed{};
  std::optional<api::dynamodb::OnDemandThroughput> on_demand_throughput;
  std::optional<api::dynamodb::WarmThroughput> warm_throughput;
  std::optional<api::dynamodb::SSEDescription> encryption;
  /// Of TTL; it stays while TTL is disabled.
  std::string time_to_live_attribute;
  TimeToLiveStatus time_to_live = TimeToLiveStatus::disabled;
  Time time_to_live_changed{};
  /// Of the latest stream, which may be disabled; empty without one.
  std::string stream_label;
  /// Of the stream that records changes; zero without one.
  std::uint64_t stream_id = 0;
  std::string stream_view_type;
  /// Of a table that was made of a backup or of another's past.
  std::optional<api::dynamodb::RestoreSummary> restore;
  /// Set while what items were before can be brought back.
  std::optional<Time> keeps_past_since;
  std::int32_t days_of_past = 0;
  /// The table's name while what it consumes is counted; empty when not, see realism.h.
  std::string metered_as;
  /// Whether what exceeds its capacity is refused; only while it is metered.
  bool is_throttled = false;
  /// How far eventually consistent reads may lag behind; zero: they do not.
  Duration stale_reads{};
  /// The other members of the global table that it is part of.
  bool is_global = false;
  std::vector<ReplicaRecord> replicas;
  /// Its read capacity does not follow that of the other members.
  bool has_own_reads = false;
  /// Whether a change is in every region before it is answered; see strong_groups.h.
  bool is_strong = false;
  /// Of such a group; empty when it has no witness.
  std::string witness_region;
  ReplicaStatus witness_status = ReplicaStatus::creating;
  /// While the region cannot serve it.
  bool is_out = false;

  [[nodiscard]] bool is_usable() const {
    return status == TableStatus::active || status == TableStatus::updating;
  }
  [[nodiscard]] bool is_metered() const { return !metered_as.empty(); }
  [[nodiscard]] bool has_stale_reads() const { return stale_reads != Duration::zero(); }
  [[nodiscard]] bool expires_items() const { return time_to_live == TimeToLiveStatus::enabled; }
};
template <class Visitor>
void visit_fields(TableRecord& record, Visitor&& visit) {
  visit("id", record.id);
  visit("uuid", record.uuid);
  visit("status", record.status);
  visit("created", record.created);
  visit("keys", record.keys);
  visit("attribute_definitions", record.attribute_definitions);
  visit("indexes", record.indexes);
  visit("billing_mode", record.billing_mode);
  visit("read_capacity_units", record.read_capacity_units);
  visit("write_capacity_units", record.write_capacity_units);
  visit("table_class", record.table_class);
  visit("is_protected_from_deletion", record.is_protected_from_deletion);
  visit("tags", record.tags);
  visit("throughput_history", record.throughput_history);
  visit("table_class_changed", record.table_class_changed);
  visit("on_demand_throughput", record.on_demand_throughput);
  visit("warm_throughput", record.warm_throughput);
  visit("encryption", record.encryption);
  visit("time_to_live_attribute", record.time_to_live_attribute);
  visit("time_to_live", record.time_to_live);
  visit("time_to_live_changed", record.time_to_live_changed);
  visit("stream_label", record.stream_label);
  visit("stream_id", record.stream_id);
  visit("stream_view_type", record.stream_view_type);
  visit("restore", record.restore);
  visit("keeps_past_since", record.keeps_past_since);
  visit("days_of_past", record.days_of_past);
  visit("metered_as", record.metered_as);
  visit("is_throttled", record.is_throttled);
  visit("stale_reads", record.stale_reads);
  visit("is_global", record.is_global);
  visit("replicas", record.replicas);
  visit("has_own_reads", record.has_own_reads);
  visit("is_strong", record.is_strong);
  visit("witness_region", record.witness_region);
  visit("witness_status", record.witness_status);
  visit("is_out", record.is_out);
}

/// An item of a table, or an entry of an index.
struct ItemRecord {
  /// Packed, see value.h.
  world::InlineBytes attributes;
  /// In AWS's arithmetic; the bytes above are more or fewer.
  std::uint32_t size = 0;
  static constexpr auto kInline = &ItemRecord::attributes;
};
template <class Visitor>
void visit_fields(ItemRecord& record, Visitor&& visit) {
  visit("attributes", record.attributes);
  visit("size", record.size);
}

/// How much a table or an index holds, by its id.
struct ContentsRecord {
  std::int64_t item_count = 0;
  std::int64_t size_bytes = 0;
};
template <class Visitor>
void visit_fields(ContentsRecord& record, Visitor&& visit) {
  visit("item_count", record.item_count);
  visit("size_bytes", record.size_bytes);
}

/// How large an item collection is, local indexes included.
struct CollectionRecord {
  std::int64_t size_bytes = 0;
};
template <class Visitor>
void visit_fields(CollectionRecord& record, Visitor&& visit) {
  visit("size_bytes", record.size_bytes);
}

/// A transaction that was done, by its client request token.
struct TokenRecord {
  std::uint64_t request_hash = 0;
  Time used{};
  /// What reading its items costs, by table: what a repetition consumes.
  std::vector<std::pair<std::string, double>> read_units;
};
template <class Visitor>
void visit_fields(TokenRecord& record, Visitor&& visit) {
  visit("request_hash", record.request_hash);
  visit("used", record.used);
  visit("read_units", record.read_units);
}

/// The token that was used at the time that is the key.
struct TokenUseRecord {
  std::string token;
};
template <class Visitor>
void visit_fields(TokenUseRecord& record, Visitor&& visit) {
  visit("token", record.token);
}

/// An item of a table with TTL that is to go; its row's key says when, and which.
struct ExpiryRecord {};
template <class Visitor>
void visit_fields(ExpiryRecord&, Visitor&&) {}

/// When the next items of a table with TTL go.
struct ExpirySweepRecord {
  std::string table_name;
  Time due{};
  /// What cancels it; empty when nothing is to come.
  std::string event;
};
template <class Visitor>
void visit_fields(ExpirySweepRecord& record, Visitor&& visit) {
  visit("table_name", record.table_name);
  visit("due", record.due);
  visit("event", record.event);
}

/// A stream, by its table's name and its label.
struct StreamRecord {
  std::uint64_t id = 0;
  std::string table_name;
  std::string view_type;
  KeySchema keys;
  Time created{};
  /// Set when no record comes any more.
  std::optional<Time> disabled;
};
template <class Visitor>
void visit_fields(StreamRecord& record, Visitor&& visit) {
  visit("id", record.id);
  visit("table_name", record.table_name);
  visit("view_type", record.view_type);
  visit("keys", record.keys);
  visit("created", record.created);
  visit("disabled", record.disabled);
}

/// A change of an item, by its stream's id and its sequence number.
struct ChangeRecord {
  Time time{};
  /// Packed, as items are: what the stream shows of the item.
  std::string keys;
  std::optional<std::string> old_image;
  std::optional<std::string> new_image;
  std::uint32_t size = 0;
  enum class Kind : std::uint8_t { insert, modify, remove } kind = Kind::insert;
  bool is_expiry = false;
};
template <class Visitor>
void visit_fields(ChangeRecord& record, Visitor&& visit) {
  visit("time", record.time);
  visit("keys", record.keys);
  visit("old_image", record.old_image);
  visit("new_image", record.new_image);
  visit("size", record.size);
  visit("kind", record.kind);
  visit("is_expiry", record.is_expiry);
}

/// A backup, by its table's name and its label; its items lie under its id.
struct BackupRecord {
  std::uint64_t id = 0;
  std::string name;
  Time created{};
  bool is_available = false;
  std::string table_name;
  TableRecord table;
  api::dynamodb::SourceTableFeatureDetails features;
};
template <class Visitor>
void visit_fields(BackupRecord& record, Visitor&& visit) {
  visit("id", record.id);
  visit("name", record.name);
  visit("created", record.created);
  visit("is_available", record.is_available);
  visit("table_name", record.table_name);
  visit("table", record.table);
  visit("features", record.features);
}

/// What an item was before a change, by its table's id and the change's number.
struct PastRecord {
  Time time{};
  /// Of the item, without its table's id.
  std::string key;
  /// Packed; none when it was not there.
  std::optional<std::string> item;
  std::uint32_t size = 0;
};
template <class Visitor>
void visit_fields(PastRecord& record, Visitor&& visit) {
  visit("time", record.time);
  visit("key", record.key);
  visit("item", record.item);
  visit("size", record.size);
}

/// The policy of a table or of a stream.
struct PolicyRecord {
  std::string policy;
  std::int64_t revision = 0;
};
template <class Visitor>
void visit_fields(PolicyRecord& record, Visitor&& visit) {
  visit("policy", record.policy);
  visit("revision", record.revision);
}

/// Contributor Insights of a table or an index, in AWS's words.
struct InsightsRecord {
  std::string status;
  std::string mode;
  Time changed{};
};
template <class Visitor>
void visit_fields(InsightsRecord& record, Visitor&& visit) {
  visit("status", record.status);
  visit("mode", record.mode);
  visit("changed", record.changed);
}

/// A Kinesis data stream that a table is to feed, in AWS's words.
struct DestinationRecord {
  std::string status;
  std::string precision = "MILLISECOND";
};
template <class Visitor>
void visit_fields(DestinationRecord& record, Visitor&& visit) {
  visit("status", record.status);
  visit("precision", record.precision);
}

/// A file of an export that is under way: a line for each item or change.
struct ExportFile {
  std::string lines;
  std::int64_t count = 0;
};
template <class Visitor>
void visit_fields(ExportFile& record, Visitor&& visit) {
  visit("lines", record.lines);
  visit("count", record.count);
}

/// An export, by its table's name and its label. Its files are kept until they are in S3.
struct ExportRecord {
  api::dynamodb::ExportDescription description;
  std::vector<ExportFile> files;
  std::int64_t size_bytes = 0;
};
template <class Visitor>
void visit_fields(ExportRecord& record, Visitor&& visit) {
  visit("description", record.description);
  visit("files", record.files);
  visit("size_bytes", record.size_bytes);
}

/// An import, by its table's name and its label.
struct ImportRecord {
  api::dynamodb::ImportTableDescription description;
};
template <class Visitor>
void visit_fields(ImportRecord& record, Visitor&& visit) {
  visit("description", record.description);
}

/// What was begun with a client token, which is the row's key.
struct JobTokenRecord {
  std::string job;
  std::uint64_t request_hash = 0;
  Time used{};
};
template <class Visitor>
void visit_fields(JobTokenRecord& record, Visitor&& visit) {
  visit("job", record.job);
  visit("request_hash", record.request_hash);
  visit("used", record.used);
}

/// The last number given out.
struct SequenceRecord {
  std::uint64_t last = 0;
};
template <class Visitor>
void visit_fields(SequenceRecord& record, Visitor&& visit) {
  visit("last", record.last);
}

}  // namespace fallstreak::services::dynamodb
