#include "services/dynamodb/item_store.h"

#include <algorithm>

#include "services/dynamodb/item_collections.h"
#include "services/dynamodb/point_in_time.h"
#include "services/dynamodb/replication.h"
#include "services/dynamodb/stale_reads.h"
#include "services/dynamodb/stream.h"
#include "services/dynamodb/table_access.h"
#include "services/dynamodb/time_to_live.h"

namespace fallstreak::services::dynamodb {
namespace {

void count(Context& context, std::uint64_t id, std::int64_t items, std::int64_t bytes) {
  if (items == 0 && bytes == 0) return;
  KeyBytes key;
  append_table(key, id);
  context.state.contents.update(key.view(), [&](ContentsRecord& contents) {
    contents.item_count += items;
    contents.size_bytes += bytes;
  });
}

/// What the index holds of an item; `storage` keeps the bytes.
ItemRecord entry_of(const TableRecord& table, const IndexRecord& index, const ItemRecord& item,
                    std::string& storage) {
  if (index.projection == ProjectionType::all) return item;
  storage.clear();
  Writer writer(storage);
  for (const Attribute& attribute : Attributes(item.attributes)) {
    if (!is_projected(table, index, attribute.name)) continue;
    writer.write_name(attribute.name);
    writer.write_value(attribute.value);
  }
  return {.attributes = storage, .size = static_cast<std::uint32_t>(size_of_attributes(storage))};
}

/// Removes an entry. By how many bytes the index grew.
std::int64_t remove_entry(Context& context, const IndexRecord& index, const std::string& key,
                          Consumption& consumption) {
  const std::uint32_t size = context.state.items.find(key)->size;
  context.state.items.erase(key);
  const std::int64_t growth = -static_cast<std::int64_t>(size);
  count(context, index.id, -1, growth);
  consumption.add_to_index(index, write_units(size));
  return growth;
}

/// Puts an entry. By how many bytes the index grew.
std::int64_t put_entry(Context& context, const IndexRecord& index, const std::string& key,
                       const ItemRecord& entry, Consumption& consumption) {
  const ItemRecord* before = context.state.items.find(key);
  // AWS: an index whose entry stays the same is not written.
  if (before != nullptr && before->attributes == entry.attributes) return 0;
  const std::uint32_t old_size = before == nullptr ? 0 : before->size;
  consumption.add_to_index(index, write_units(std::max(old_size, entry.size)));
  const std::int64_t growth =
      static_cast<std::int64_t>(entry.size) - static_cast<std::int64_t>(old_size);
  count(context, index.id, before == nullptr ? 1 : 0, growth);
  context.state.items.put(key, entry);
  return growth;
}

void keep_entries(Context& context, const TableRecord& table,
                  const std::optional<std::string>& old_key,
                  const std::optional<std::string>& new_key) {
  if (old_key) keep_version(context, table, *old_key, context.state.items.find(*old_key));
  if (new_key && new_key != old_key)
    keep_version(context, table, *new_key, context.state.items.find(*new_key));
}

/// Brings the indexes up to date. By how many bytes the local ones grew.
std::int64_t update_indexes(Context& context, const TableRecord& table, const ItemRecord* old_item,
                            const ItemRecord* new_item, Consumption& consumption) {
  std::int64_t local_growth = 0;
  std::string storage;
  for (const IndexRecord& index : table.indexes) {
    if (!index.is_filled()) continue;
    const auto old_key =
        old_item ? index_entry_key(table, index, old_item->attributes) : std::nullopt;
    auto new_key = new_item ? index_entry_key(table, index, new_item->attributes) : std::nullopt;
    if (table.has_stale_reads()) keep_entries(context, table, old_key, new_key);
    std::int64_t growth = 0;
    if (old_key && old_key != new_key)
      growth += remove_entry(context, index, *old_key, consumption);
    if (new_key) {
      growth += put_entry(context, index, *new_key, entry_of(table, index, *new_item, storage),
                          consumption);
    }
    if (index.kind == IndexKind::local) local_growth += growth;
    if (table.is_metered() && (new_key || old_key))
      consumption.note_place(index, new_key ? *new_key : *old_key);
  }
  return local_growth;
}

/// To be called when the change is done.
void note_collection(Context& context, const TableRecord& table, std::string_view key,
                     std::int64_t bytes, By by) {
  if (!has_local_index(table)) return;
  note_growth(context, table, key, bytes, by == By::caller ? Growth::limited : Growth::unlimited);
}

/// The index that comes first in the alphabet among those that have the attribute as a key: the one
/// that messages name.
struct BadIndexKey {
  const IndexRecord* index = nullptr;
  const KeyAttribute* attribute = nullptr;
  Value value;
};

std::optional<BadIndexKey> find_bad_index_key(const TableRecord& table, std::string_view item) {
  const auto is_bad = [](const KeyAttribute& attribute, const Value& value) {
    return value.type != attribute.type || value.bytes.empty();
  };
  for (const IndexRecord& index : table.indexes) {
    for (const KeyAttribute* attribute : KeyAttributes(index.keys)) {
      const auto value = find_attribute(item, attribute->name);
      if (value && is_bad(*attribute, *value)) return BadIndexKey{&index, attribute, *value};
    }
  }
  return std::nullopt;
}

}  // namespace

bool is_projected(const TableRecord& table, const IndexRecord& index, std::string_view name) {
  return index.projection == ProjectionType::all || table.keys.has(name) || index.keys.has(name) ||
         std::ranges::find(index.non_key_attributes, name) != index.non_key_attributes.end();
}

const ItemRecord* find_item(const Context& context, const ItemKey& key) {
  return context.state.items.find(key.bytes.view());
}

const ItemRecord* find_item_to_write(const Context& context, const ItemKey& key) {
  return context.state.items.find_to_change(key.bytes.view());
}

Consumption put_item(Context& context, const TableRecord& table, std::string_view key,
                     const ItemRecord* old, const ItemRecord& item, By by) {
  Consumption consumption;
  const std::uint32_t old_size = old == nullptr ? 0 : old->size;
  consumption.add_to_table(write_units(std::max(old_size, item.size)));
  const std::int64_t growth =
      static_cast<std::int64_t>(item.size) - static_cast<std::int64_t>(old_size);
  const std::int64_t local_growth = update_indexes(context, table, old, &item, consumption);
  count(context, table.id, old == nullptr ? 1 : 0, growth);
  if (table.stream_id != 0) record_change(context, table, old, &item, by);
  if (table.keeps_past_since) keep_past(context, table, key, old);
  if (table.has_stale_reads()) keep_version(context, table, key, old);
  if (table.expires_items()) note_expiry(context, table, key, old, &item);
  if (table.is_global && by != By::replication) replicate(context, table, key, &item);
  context.state.items.put(key, item);
  note_collection(context, table, key, growth + local_growth, by);
  return consumption;
}

Consumption delete_item(Context& context, const TableRecord& table, std::string_view key,
                        const ItemRecord* old, By by) {
  Consumption consumption;
  consumption.add_to_table(write_units(old == nullptr ? 0 : old->size));
  if (old == nullptr) return consumption;
  const std::int64_t growth = -static_cast<std::int64_t>(old->size);
  const std::int64_t local_growth = update_indexes(context, table, old, nullptr, consumption);
  count(context, table.id, -1, growth);
  if (table.stream_id != 0) record_change(context, table, old, nullptr, by);
  if (table.keeps_past_since) keep_past(context, table, key, old);
  if (table.has_stale_reads()) keep_version(context, table, key, old);
  if (table.expires_items()) note_expiry(context, table, key, old, nullptr);
  if (table.is_global && by != By::replication) replicate(context, table, key, nullptr);
  context.state.items.erase(key);
  note_collection(context, table, key, growth + local_growth, by);
  return consumption;
}

void put_index_entry(Context& context, const TableRecord& table, const IndexRecord& index,
                     const ItemRecord& item, Consumption& consumption) {
  std::string storage;
  put_entry(context, index, *index_entry_key(table, index, item.attributes),
            entry_of(table, index, item, storage), consumption);
}

void check_index_keys(const TableRecord& table, std::string_view item, Writing writing) {
  if (table.indexes.empty()) return;
  const auto bad = find_bad_index_key(table, item);
  if (!bad) return;
  if (bad->value.type != bad->attribute->type) {
    if (writing == Writing::update) {
      throw invalid_parameter_values(
          "The update expression attempted to update the secondary index key to unsupported type");
    }
    throw invalid_parameter_values("Type mismatch for Index Key " + bad->attribute->name +
                                   " Expected: " + std::string(name_of(bad->attribute->type)) +
                                   " Actual: " + std::string(name_of(bad->value.type)) +
                                   " IndexName: " + bad->index->name);
  }
  const std::string empty = "The AttributeValue for a key attribute cannot contain an empty " +
                            std::string(bad->attribute->type == Type::B ? "binary" : "string") +
                            " value.";
  if (writing != Writing::put) {
    throw validation_exception(
        "One or more parameter values are not valid. The update expression attempted to update a "
        "secondary index key to "
        "a value that is not supported. " +
        empty);
  }
  throw validation_exception(
      "One or more parameter values are not valid. A value specified for a secondary index key is "
      "not supported. " +
      empty + " IndexName: " + bad->index->name + ", IndexKey: " + bad->attribute->name);
}

std::optional<std::string> index_entry_key(const TableRecord& table, const IndexRecord& index,
                                           std::string_view item) {
  KeyBytes key;
  append_table(key, index.id);
  if (!append_index_key(key, index.keys, item)) return std::nullopt;
  append_key(key, table.keys, *key_values(table.keys, item));
  return std::string(key.view());
}

}  // namespace fallstreak::services::dynamodb
