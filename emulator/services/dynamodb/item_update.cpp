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

std::size_t step_size(const PathElement& element) {
  return element.is_index ? std::to_string(element.index).size() : element.name.size();
}

// Observed (October 2026, the Parity Suite): what the parts of an update count. The value that a
// path leads to is not among them, because the request does not tell it.

std::size_t target_size(Path path) {
  constexpr std::size_t kStep = 4;
  std::size_t size = step_size(path.front());
  for (const PathElement& element : path.subspan(1)) size += kStep + step_size(element);
  return size;
}

std::size_t size_of_call(const Node& node) {
  if (node.kind == Kind::plus) return 34;
  return node.function == Function::if_not_exists ? 39 : 37;
}

std::size_t operand_size(const Expression& expression, const Node& node) {
  if (node.kind == Kind::value) return size_of(node.value);
  if (node.kind == Kind::path) {
    constexpr std::size_t kStep = 14;
    std::size_t size = 1;
    for (const PathElement& element : expression.path(node)) size += kStep + step_size(element);
    return size;
  }
  std::size_t size = size_of_call(node);
  for (const NodeId id : expression.operands(node))
    size += operand_size(expression, expression[id]);
  return size;
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

void check_written_size(const UpdateExpression& update) {
  if (update.is_attribute_updates) return;
  constexpr std::size_t kUpdate = 3;
  constexpr std::size_t kPut = 19;
  constexpr std::size_t kTake = 1;
  std::size_t size = kUpdate;
  for (const UpdateAction& action : update.actions) {
    const Expression& expression = update.expression;
    const bool puts =
        action.kind == UpdateAction::Kind::set || action.kind == UpdateAction::Kind::add;
    size += target_size(expression.path(expression[action.path]));
    size += puts ? kPut + operand_size(expression, expression[action.operand]) : kTake;
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
