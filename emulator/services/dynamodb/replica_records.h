#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

/// What is stored of the members of a global table, and of changes on their way between them.
namespace fallstreak::services::dynamodb {

enum class ReplicaStatus : std::uint8_t { creating, active, updating, deleting };

/// What an index of a replica has otherwise than the table's.
struct ReplicaIndexRecord {
  std::string name;
  std::optional<std::int64_t> read_capacity_units;
  std::optional<std::int64_t> max_read_request_units;
};
template <class Visitor>
void visit_fields(ReplicaIndexRecord& record, Visitor&& visit) {
  visit("name", record.name);
  visit("read_capacity_units", record.read_capacity_units);
  visit("max_read_request_units", record.max_read_request_units);
}

/// The table of the same name in another region, as the members of its group see it.
struct ReplicaRecord {
  std::string region;
  ReplicaStatus status = ReplicaStatus::creating;
  Time added{};
  /// At whose endpoint it was added; empty for the first member.
  std::string source_region;
  /// What it has otherwise than the member that sees it.
  std::optional<std::int64_t> read_capacity_units;
  std::optional<std::int64_t> max_read_request_units;
  std::string table_class;
  Time table_class_changed{};
  std::vector<ReplicaIndexRecord> indexes;
  /// As it was given.
  std::string kms_key;

  /// Whether changes are sent to it.
  [[nodiscard]] bool takes_changes() const {
    return status == ReplicaStatus::active || status == ReplicaStatus::updating;
  }
};
template <class Visitor>
void visit_fields(ReplicaRecord& record, Visitor&& visit) {
  visit("region", record.region);
  visit("status", record.status);
  visit("added", record.added);
  visit("source_region", record.source_region);
  visit("read_capacity_units", record.read_capacity_units);
  visit("max_read_request_units", record.max_read_request_units);
  visit("table_class", record.table_class);
  visit("table_class_changed", record.table_class_changed);
  visit("indexes", record.indexes);
  visit("kms_key", record.kms_key);
}

/// How the changes of a table go to another region.
struct ReplicationRecord {
  std::string table_name;
  std::uint64_t last_sequence = 0;
  /// Of the last change: no later one arrives before it.
  Time last_due{};
  /// What cancels the next delivery; empty when none is to come.
  std::string event;
  /// How long the changes of this minute took, in milliseconds.
  std::int64_t arrived = 0;
  double latency_sum = 0;
  double latency_least = 0;
  double latency_most = 0;
};
template <class Visitor>
void visit_fields(ReplicationRecord& record, Visitor&& visit) {
  visit("table_name", record.table_name);
  visit("last_sequence", record.last_sequence);
  visit("last_due", record.last_due);
  visit("event", record.event);
  visit("arrived", record.arrived);
  visit("latency_sum", record.latency_sum);
  visit("latency_least", record.latency_least);
  visit("latency_most", record.latency_most);
}

/// A change on its way.
struct OutgoingRecord {
  /// Of the item, without its table's id.
  std::string key;
  /// Packed; none when it was deleted.
  std::optional<std::string> item;
  std::uint32_t size = 0;
  Time written{};
  Time due{};
};
template <class Visitor>
void visit_fields(OutgoingRecord& record, Visitor&& visit) {
  visit("key", record.key);
  visit("item", record.item);
  visit("size", record.size);
  visit("written", record.written);
  visit("due", record.due);
}

/// When and where an item of a global table was last written or deleted.
struct WriteStampRecord {
  Time written{};
  std::string region;
  bool is_deleted = false;
};
template <class Visitor>
void visit_fields(WriteStampRecord& record, Visitor&& visit) {
  visit("written", record.written);
  visit("region", record.region);
  visit("is_deleted", record.is_deleted);
}

/// The item that was deleted at the time that is in the row's key.
struct TombstoneRecord {
  std::string key;
};
template <class Visitor>
void visit_fields(TombstoneRecord& record, Visitor&& visit) {
  visit("key", record.key);
}

}  // namespace fallstreak::services::dynamodb
