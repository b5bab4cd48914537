#include "services/dynamodb/item_update.h"

#include <algorithm>
#include <vector>

#include "services/dynamodb/path_tree.h"
#include "services/dynamodb/update.h"

namespace fallstreak::services::dynamodb {
namespace {

/// AWS: an update may nest values deeper than a request can carry them.
int depth_of(const Value& value) {
  int deepest = 0;
  if (value.type == Type::M) {
    for (const Attribute& attribute : Attributes(value.bytes))
      deepest = std::max(deepest, depth_of(attribute.value));
  } else if (value.type == Type::L) {
    for (const Value& element : Values(value.bytes)) deepest = std::max(deepest, depth_of(element));
  }
  return deepest + 1;
}

ApiError update_too_large() {
  return validation_exception("Item size to update has exceeded the maximum allowed size");
}

std::vector<Path> paths_of(const UpdateExpression& update) {
  std::vector<Path> paths;
  for (const UpdateAction& action : update.actions) {
    paths.push_back(update.expression.path(update.expression[action.path]));
  }
  return paths;
}

}  // namespace

void check_leaves_key_alone(const UpdateExpression& update, const KeySchema& keys) {
  for (const Path path : paths_of(update)) {
    const std::string_view name = path.front().name;
    if (!keys.has(name)) continue;
    throw invalid_parameter_values("Cannot update attribute " + std::string(name) +
                                   ". This attribute is part of the key");
  }
}

ItemRecord updated_item(const TableRecord& table, const UpdateExpression& update,
                        std::string_view item, Writing writing, std::string& storage) {
  storage = apply_update(update, item);
  ItemRecord result{.attributes = storage};
  const std::size_t size = size_of_attributes(result.attributes);
  if (size > kLargestItem) throw update_too_large();
  // The item as a whole counts as the level above its attributes.
  if (depth_of({Type::M, result.attributes}) > 33) {
    throw validation_exception(
        "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels "
        "beyond supported limit");
  }
  result.size = static_cast<std::uint32_t>(size);
  check_index_keys(table, result.attributes, writing);
  return result;
}

void check_written_size(const UpdateExpression& update, std::string_view item) {
  constexpr std::size_t kUpdate = 3;
  constexpr std::size_t kPut = 19;
  constexpr std::size_t kTake = 2;
  std::size_t size = kUpdate;
  std::vector<std::string_view> written;
  for (const UpdateAction& action : update.actions) {
    const Path path = update.expression.path(update.expression[action.path]);
    const bool puts =
        action.kind == UpdateAction::Kind::set || action.kind == UpdateAction::Kind::add;
    size += puts ? kPut + (path.back().is_index ? 1 : 0) : kTake;
    const std::string_view name = path.front().name;
    if (std::ranges::find(written, name) != written.end()) continue;
    written.push_back(name);
    const auto value = find_attribute(item, name);
    if (value) size += name.size() + size_of(*value);
  }
  if (size > kLargestItem) throw update_too_large();
}

void check_index_entries(const TableRecord& table, std::string_view item) {
  for (const IndexRecord& index : table.indexes)
    static_cast<void>(index_entry_key(table, index, item));
}

std::optional<ApiItem> touched(const UpdateExpression& update, std::string_view item) {
  const std::string reached = project(PathTree(paths_of(update)), item);
  if (reached.empty()) return std::nullopt;
  return unpack_item(reached);
}

}  // namespace fallstreak::services::dynamodb
