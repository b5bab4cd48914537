#include <map>

#include "services/dynamodb/exports.h"
#include "services/dynamodb/item_json.h"
#include "services/dynamodb/keys.h"
#include "services/dynamodb/point_in_time.h"
#include "services/dynamodb/table_storage.h"

namespace fallstreak::services::dynamodb {
namespace {

/// AWS: a file for each partition, also for empty ones. Chosen: as many as a new table in on-demand
/// mode has.
constexpr std::size_t kFiles = 4;

/// By the hash of the partition key, with which an item's key begins.
ExportFile& file_of(std::vector<ExportFile>& files, std::string_view key) {
  return files[static_cast<unsigned char>(key.front()) / (256 / kFiles)];
}

void add_item(std::vector<ExportFile>& files, std::string_view key, std::string_view item) {
  ExportFile& file = file_of(files, key);
  file.lines += R"({"Item":)";
  append_json(item, file.lines);
  file.lines += "}\n";
  ++file.count;
}

/// What became of an item between two moments.
struct Change {
  Time written{};
  std::optional<std::string> before;
  std::optional<std::string> after;
};

/// By the item's key, without its table's id.
using Changes = std::map<std::string, Change>;

Changes changes_between(const Context& context, const TableRecord& table, Time from, Time to) {
  Changes changes;
  std::map<std::string, std::optional<std::string>> later;
  each_change_since(context, table, from, [&](const PastRecord& row) {
    if (row.time > to) {
      later[row.key] = row.item;
      return;
    }
    const auto [change, is_last] = changes.try_emplace(row.key);
    change->second.before = row.item;
    if (is_last) change->second.written = row.time;
  });
  const std::string prefix = prefix_of(table.id);
  for (auto& [key, change] : changes) {
    if (const auto found = later.find(key); found != later.end()) {
      change.after = found->second;
    } else if (const ItemRecord* item = context.state.items.find(prefix + key)) {
      change.after = std::string(item->attributes);
    }
  }
  return changes;
}

std::string keys_of(const KeySchema& schema, std::string_view item) {
  std::string packed;
  Writer writer(packed);
  for (const Attribute& attribute : Attributes(item)) {
    if (!schema.has(attribute.name)) continue;
    writer.write_name(attribute.name);
    writer.write_value(attribute.value);
  }
  return packed;
}

void add_change(std::vector<ExportFile>& files, const TableRecord& table, const std::string& key,
                const Change& change, bool has_old_images) {
  ExportFile& file = file_of(files, key);
  const auto micros = to_nanoseconds(change.written) / 1000;
  file.lines +=
      R"({"Metadata":{"WriteTimestampMicros":{"N":")" + std::to_string(micros) + R"("}},"Keys":)";
  append_json(keys_of(table.keys, change.after ? *change.after : *change.before), file.lines);
  if (change.before && has_old_images) {
    file.lines += R"(,"OldImage":)";
    append_json(*change.before, file.lines);
  }
  if (change.after) {
    file.lines += R"(,"NewImage":)";
    append_json(*change.after, file.lines);
  }
  file.lines += "}\n";
  ++file.count;
}

}  // namespace

std::vector<ExportFile> files_of_items(const Context& context, const TableRecord& table,
                                       Time moment) {
  // What has changed since was something else, or was not there.
  std::map<std::string, std::optional<std::string>> earlier;
  each_change_since(context, table, moment,
                    [&](const PastRecord& row) { earlier[row.key] = row.item; });
  std::vector<ExportFile> files(kFiles);
  const std::string prefix = prefix_of(table.id);
  for (const auto& row : context.state.items.range(prefix)) {
    const std::string_view key = std::string_view(row.first).substr(prefix.size());
    if (!earlier.contains(std::string(key))) add_item(files, key, row.second.attributes);
  }
  for (const auto& [key, item] : earlier) {
    if (item) add_item(files, key, *item);
  }
  return files;
}

std::vector<ExportFile> files_of_changes(
    const Context& context, const TableRecord& table,
    const api::dynamodb::IncrementalExportSpecification& specification) {
  const bool has_old_images = specification.ExportViewType != "NEW_IMAGE";
  std::vector<ExportFile> files(kFiles);
  // AWS: from the first moment on, and before the second one.
  const Duration tick(1);
  for (const auto& [key, change] :
       changes_between(context, table, *specification.ExportFromTime - tick,
                       *specification.ExportToTime - tick)) {
    // AWS: what came and went in between is not told.
    if (change.before || change.after) add_change(files, table, key, change, has_old_images);
  }
  return files;
}

}  // namespace fallstreak::services::dynamodb
