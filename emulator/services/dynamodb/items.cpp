#include "services/dynamodb/items.h"

#include "services/dynamodb/item_store.h"
#include "services/dynamodb/request_parts.h"
#include "services/dynamodb/table_access.h"
#include "services/dynamodb/update.h"

namespace fallstreak::services::dynamodb {
namespace {

using api::dynamodb::DeleteItemInput;
using api::dynamodb::GetItemInput;
using api::dynamodb::PutItemInput;
using api::dynamodb::UpdateItemInput;

template <class Request>
void check_write_parameters(const Request& request) {
  check_parameters(
      {.expressions = {{"ConditionExpression", request.ConditionExpression.has_value()}},
       .older = {{"Expected", request.Expected.has_value()},
                 {"ConditionalOperator", request.ConditionalOperator.has_value()}},
       .has_names = request.ExpressionAttributeNames.has_value(),
       .has_values = request.ExpressionAttributeValues.has_value()},
      Wording::enveloped);
}

void check_returns_old_at_most(const std::optional<std::string>& return_values) {
  if (!return_values || *return_values == "NONE" || *return_values == "ALL_OLD") return;
  throw validation_exception(Wording::enveloped, "ReturnValues can only be ALL_OLD or NONE");
}

ApiError cannot_update_key(std::string_view name) {
  return invalid_parameter_values("Cannot update attribute " + std::string(name) +
                                  ". This attribute is part of the key");
}

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

/// An UpdateItem request, read and checked as far as it can be without the table.
struct Update {
  explicit Update(const UpdateItemInput& request);
  Update(const Update&) = delete;
  Update& operator=(const Update&) = delete;

  void check_against(const KeySchema& keys) const;
  /// The item as the update leaves it; `storage` keeps its bytes.
  [[nodiscard]] ItemRecord apply(const TableRecord& table, std::string_view item,
                                 std::string& storage) const;
  /// What of an item the update's paths reach.
  [[nodiscard]] std::optional<ApiItem> touched(std::string_view item) const;

  ValueStore store;
  Placeholders placeholders;
  UpdateExpression expression;
  WriteCondition condition;
};

Update::Update(const UpdateItemInput& request)
    : placeholders(request.ExpressionAttributeNames, request.ExpressionAttributeValues,
                   Wording::enveloped) {
  if (request.AttributeUpdates) {
    expression = update_of(*request.AttributeUpdates, Wording::enveloped, store);
  } else if (request.UpdateExpression) {
    expression = parse_update(*request.UpdateExpression, placeholders, Wording::enveloped);
  }
  condition.read(request, placeholders, Wording::enveloped);
  placeholders.check_all_used();
}

void Update::check_against(const KeySchema& keys) const {
  for (const UpdateAction& action : expression.actions) {
    const Path path = expression.expression.path(expression.expression[action.path]);
    if (keys.has(path.front().name)) throw cannot_update_key(path.front().name);
  }
}

ItemRecord Update::apply(const TableRecord& table, std::string_view item,
                         std::string& storage) const {
  storage = apply_update(expression, item);
  ItemRecord result{.attributes = storage};
  const std::size_t size = size_of_attributes(result.attributes);
  if (size > kLargestItem) {
    throw validation_exception("Item size to update has exceeded the maximum allowed size");
  }
  // The item as a whole counts as the level above its attributes.
  if (depth_of({Type::M, result.attributes}) > 33) {
    throw validation_exception(
        "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels "
        "beyond supported limit");
  }
  result.size = static_cast<std::uint32_t>(size);
  check_index_keys(table, result.attributes, Writing::update);
  return result;
}

std::optional<ApiItem> Update::touched(std::string_view item) const {
  std::vector<Path> paths;
  for (const UpdateAction& action : expression.actions) {
    paths.push_back(expression.expression.path(expression.expression[action.path]));
  }
  const std::string reached = project(PathTree(paths), item);
  if (reached.empty()) return std::nullopt;
  return unpack_item(reached);
}

}  // namespace

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
api::dynamodb::PutItemOutput put_item(Context& context, const PutItemInput& request) {
  check_write_parameters(request);
  const std::string packed = pack_item(*request.Item, Wording::enveloped);
  ItemRecord item{.attributes = packed};
  check_returns_old_at_most(request.ReturnValues);
  const std::size_t size = size_of_attributes(item.attributes);
  if (size > kLargestItem) throw item_too_large();
  item.size = static_cast<std::uint32_t>(size);
  Placeholders placeholders(request.ExpressionAttributeNames, request.ExpressionAttributeValues,
                            Wording::enveloped);
  WriteCondition condition;
  condition.read(request, placeholders, Wording::enveloped);
  placeholders.check_all_used();

  const TableRecord& table = usable_table(context, *request.TableName);
  const KeyValues values = key_values_to_put(table.keys, item.attributes);
  check_index_keys(table, item.attributes, Writing::put);
  const ItemKey key(table, values);
  const ItemRecord* old = find_item(context, key);
  condition.check(old);

  api::dynamodb::PutItemOutput output;
  if (old != nullptr && request.ReturnValues == "ALL_OLD")
    output.Attributes = unpack_item(old->attributes);
  const Consumption consumption = put_item(context, table, key.bytes.view(), old, item);
  output.ConsumedCapacity = consumption.answer(request.ReturnConsumedCapacity, *request.TableName);
  output.ItemCollectionMetrics =
      item_collection_metrics(context, table, values, request.ReturnItemCollectionMetrics);
  return output;
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
api::dynamodb::GetItemOutput get_item(Context& context, const GetItemInput& request) {
  check_parameters(
      {.expressions = {{"ProjectionExpression", request.ProjectionExpression.has_value()}},
       .older = {{"AttributesToGet", request.AttributesToGet.has_value()}},
       .has_names = request.ExpressionAttributeNames.has_value()},
      Wording::plain);
  check_values(*request.Key, Wording::plain);
  Placeholders placeholders(request.ExpressionAttributeNames, std::nullopt, Wording::plain);
  const Projection projection = read_projection(request, placeholders, Wording::plain);
  placeholders.check_all_used();

  const TableRecord& table = usable_table(context, *request.TableName);
  PackedKey::check_is_key(table.keys, *request.Key);
  const PackedKey packed(table.keys, *request.Key, Wording::plain);
  const ItemRecord* item = find_item(context, ItemKey(table, packed.values()));

  api::dynamodb::GetItemOutput output;
  if (item != nullptr) output.Item = projection.of(item->attributes);
  if (request.ReturnConsumedCapacity) {
    const auto consistency =
        request.ConsistentRead.value_or(false) ? Consistency::strong : Consistency::eventual;
    Consumption consumption;
    consumption.add_to_table(read_units(item == nullptr ? 0 : item->size, consistency));
    output.ConsumedCapacity =
        consumption.answer(request.ReturnConsumedCapacity, *request.TableName);
  }
  return output;
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
api::dynamodb::UpdateItemOutput update_item(Context& context, const UpdateItemInput& request) {
  check_parameters(
      {.expressions = {{"UpdateExpression", request.UpdateExpression.has_value()},
                       {"ConditionExpression", request.ConditionExpression.has_value()}},
       .older = {{"AttributeUpdates", request.AttributeUpdates.has_value()},
                 {"Expected", request.Expected.has_value()},
                 {"ConditionalOperator", request.ConditionalOperator.has_value()}},
       .has_names = request.ExpressionAttributeNames.has_value(),
       .has_values = request.ExpressionAttributeValues.has_value()},
      Wording::enveloped);
  check_values(*request.Key, Wording::enveloped);
  const Update update(request);

  const TableRecord& table = usable_table(context, *request.TableName);
  PackedKey::check_is_key(table.keys, *request.Key);
  const PackedKey packed(table.keys, *request.Key, Wording::enveloped);
  update.check_against(table.keys);
  const ItemKey key(table, packed.values());
  const ItemRecord* old = find_item(context, key);
  update.condition.check(old);

  // AWS: an item that is not there begins as its key.
  const std::string only_key =
      old == nullptr ? pack_item(*request.Key, Wording::enveloped) : std::string();
  std::string storage;
  const std::string_view before =
      old == nullptr ? std::string_view(only_key) : old->attributes.view();
  const ItemRecord item = update.apply(table, before, storage);

  api::dynamodb::UpdateItemOutput output;
  const std::string returned = request.ReturnValues.value_or("NONE");
  if (old != nullptr && returned == "ALL_OLD") output.Attributes = unpack_item(old->attributes);
  if (old != nullptr && returned == "UPDATED_OLD")
    output.Attributes = update.touched(old->attributes);
  if (returned == "ALL_NEW") output.Attributes = unpack_item(item.attributes);
  if (returned == "UPDATED_NEW") output.Attributes = update.touched(item.attributes);
  const Consumption consumption = put_item(context, table, key.bytes.view(), old, item);
  output.ConsumedCapacity = consumption.answer(request.ReturnConsumedCapacity, *request.TableName);
  output.ItemCollectionMetrics =
      item_collection_metrics(context, table, packed.values(), request.ReturnItemCollectionMetrics);
  return output;
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html
api::dynamodb::DeleteItemOutput delete_item(Context& context, const DeleteItemInput& request) {
  check_write_parameters(request);
  check_values(*request.Key, Wording::enveloped);
  check_returns_old_at_most(request.ReturnValues);
  Placeholders placeholders(request.ExpressionAttributeNames, request.ExpressionAttributeValues,
                            Wording::enveloped);
  WriteCondition condition;
  condition.read(request, placeholders, Wording::enveloped);
  placeholders.check_all_used();

  const TableRecord& table = usable_table(context, *request.TableName);
  PackedKey::check_is_key(table.keys, *request.Key);
  const PackedKey packed(table.keys, *request.Key, Wording::enveloped);
  const ItemKey key(table, packed.values());
  const ItemRecord* old = find_item(context, key);
  condition.check(old);

  api::dynamodb::DeleteItemOutput output;
  if (old != nullptr && request.ReturnValues == "ALL_OLD")
    output.Attributes = unpack_item(old->attributes);
  const Consumption consumption = delete_item(context, table, key.bytes.view(), old);
  output.ConsumedCapacity = consumption.answer(request.ReturnConsumedCapacity, *request.TableName);
  output.ItemCollectionMetrics =
      item_collection_metrics(context, table, packed.values(), request.ReturnItemCollectionMetrics);
  return output;
}

}  // namespace fallstreak::services::dynamodb
