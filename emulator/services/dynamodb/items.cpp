#include "services/dynamodb/items.h"

#include "api/validate.h"
#include "services/dynamodb/item_collections.h"
#include "services/dynamodb/item_store.h"
#include "services/dynamodb/item_update.h"
#include "services/dynamodb/payment.h"
#include "services/dynamodb/request_parts.h"
#include "services/dynamodb/stale_reads.h"
#include "services/dynamodb/table_access.h"

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

template <class Request>
void check_returns_old_at_most(const Request& request) {
  const auto& returned = request.ReturnValues;
  if (!returned || *returned == "NONE" || *returned == "ALL_OLD") return;
  const bool is_older = api::is_left_to_older_validation(api::shape_of<Request>(), &request);
  throw validation_exception(is_older ? Wording::older : Wording::enveloped,
                             "ReturnValues can only be ALL_OLD or NONE");
}

Consistency consistency_of(const std::optional<bool>& is_consistent) {
  return is_consistent.value_or(false) ? Consistency::strong : Consistency::eventual;
}

/// An UpdateItem request, read and checked as far as it can be without the table.
struct Update {
  explicit Update(const UpdateItemInput& request);
  Update(const Update&) = delete;
  Update& operator=(const Update&) = delete;

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
  }
  // Observed: what is wrong with the condition is told first.
  condition.read(request, placeholders, Wording::enveloped);
  if (request.UpdateExpression) {
    expression = parse_update(*request.UpdateExpression, placeholders, Wording::enveloped);
  }
  placeholders.check_all_used();
}

}  // namespace

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
api::dynamodb::PutItemOutput put_item(Context& context, const PutItemInput& request) {
  check_write_parameters(request);
  const std::string packed = pack_item(*request.Item, Wording::enveloped);
  ItemRecord item{.attributes = packed};
  check_returns_old_at_most(request);
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
  const ItemRecord* old = find_item_to_write(context, key);
  check_condition(context, table, key.bytes.view(), condition, old);

  api::dynamodb::PutItemOutput output;
  if (old != nullptr && request.ReturnValues == "ALL_OLD")
    output.Attributes = unpack_item(old->attributes);
  const Consumption consumption = put_item(context, table, key.bytes.view(), old, item);
  if (table.is_metered()) pay(context, table, key.bytes.view(), Access::write, consumption);
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
  const ItemKey key(table, packed.values());
  const ItemRecord* item = find_item(context, key);
  ItemRecord old;
  if (table.has_stale_reads()) {
    const auto time = read_time(context, table, consistency_of(request.ConsistentRead));
    if (time) item = find_as_of(context, key.bytes.view(), *time, old);
  }

  api::dynamodb::GetItemOutput output;
  if (item != nullptr) output.Item = projection.of(item->attributes);
  if (request.ReturnConsumedCapacity || table.is_metered()) {
    const Consistency consistency = consistency_of(request.ConsistentRead);
    Consumption consumption;
    consumption.add_to_table(read_units(item == nullptr ? 0 : item->size, consistency));
    if (table.is_metered()) pay(context, table, key.bytes.view(), Access::read, consumption);
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
  check_leaves_key_alone(update.expression, table.keys);
  check_written_size(update.expression);
  const ItemKey key(table, packed.values());
  const ItemRecord* old = find_item_to_write(context, key);
  check_condition(context, table, key.bytes.view(), update.condition, old);

  // AWS: an item that is not there begins as its key.
  const std::string only_key =
      old == nullptr ? pack_item(*request.Key, Wording::enveloped) : std::string();
  std::string storage;
  const std::string_view before =
      old == nullptr ? std::string_view(only_key) : old->attributes.view();
  const ItemRecord item = updated_item(table, update.expression, before, Writing::update, storage);

  api::dynamodb::UpdateItemOutput output;
  const std::string returned = request.ReturnValues.value_or("NONE");
  if (old != nullptr && returned == "ALL_OLD") output.Attributes = unpack_item(old->attributes);
  if (old != nullptr && returned == "UPDATED_OLD")
    output.Attributes = touched(update.expression, old->attributes);
  if (returned == "ALL_NEW") output.Attributes = unpack_item(item.attributes);
  if (returned == "UPDATED_NEW") output.Attributes = touched(update.expression, item.attributes);
  const Consumption consumption = put_item(context, table, key.bytes.view(), old, item);
  if (table.is_metered()) pay(context, table, key.bytes.view(), Access::write, consumption);
  output.ConsumedCapacity = consumption.answer(request.ReturnConsumedCapacity, *request.TableName);
  output.ItemCollectionMetrics =
      item_collection_metrics(context, table, packed.values(), request.ReturnItemCollectionMetrics);
  return output;
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html
api::dynamodb::DeleteItemOutput delete_item(Context& context, const DeleteItemInput& request) {
  check_write_parameters(request);
  check_values(*request.Key, Wording::enveloped);
  check_returns_old_at_most(request);
  Placeholders placeholders(request.ExpressionAttributeNames, request.ExpressionAttributeValues,
                            Wording::enveloped);
  WriteCondition condition;
  condition.read(request, placeholders, Wording::enveloped);
  placeholders.check_all_used();

  const TableRecord& table = usable_table(context, *request.TableName);
  PackedKey::check_is_key(table.keys, *request.Key);
  const PackedKey packed(table.keys, *request.Key, Wording::enveloped);
  const ItemKey key(table, packed.values());
  const ItemRecord* old = find_item_to_write(context, key);
  check_condition(context, table, key.bytes.view(), condition, old);

  api::dynamodb::DeleteItemOutput output;
  if (old != nullptr && request.ReturnValues == "ALL_OLD")
    output.Attributes = unpack_item(old->attributes);
  const Consumption consumption = delete_item(context, table, key.bytes.view(), old);
  if (table.is_metered()) pay(context, table, key.bytes.view(), Access::write, consumption);
  output.ConsumedCapacity = consumption.answer(request.ReturnConsumedCapacity, *request.TableName);
  output.ItemCollectionMetrics =
      item_collection_metrics(context, table, packed.values(), request.ReturnItemCollectionMetrics);
  return output;
}

}  // namespace fallstreak::services::dynamodb
