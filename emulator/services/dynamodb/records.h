#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/dynamodb/tables.h"
#include "base/time.h"
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

  [[nodiscard]] std::size_t size() const { return range ? 2 : 1; }
  [[nodiscard]] bool has(std::string_view name) const {
    return hash.name == name || (range && range->name == name);
  }
};
template <class Visitor>
void visit_fields(KeySchema& record, Visitor&& visit) {
  visit("hash", record.hash);
  visit("range", record.range);
}

enum class IndexKind : std::uint8_t { local, global };
enum class ProjectionType : std::uint8_t { all, keys_only, include };

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
}

enum class TableStatus : std::uint8_t { creating, active, deleting };
enum class BillingMode : std::uint8_t { provisioned, pay_per_request };

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

/// The last number given out.
struct SequenceRecord {
  std::uint64_t last = 0;
};
template <class Visitor>
void visit_fields(SequenceRecord& record, Visitor&& visit) {
  visit("last", record.last);
}

}  // namespace fallstreak::services::dynamodb
