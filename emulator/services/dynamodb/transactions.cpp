#include "services/dynamodb/transactions.h"

#include <algorithm>
#include <deque>

#include "services/dynamodb/payment.h"
#include "services/dynamodb/strong_groups.h"
#include "services/dynamodb/table_access.h"
#include "services/dynamodb/transaction.h"
#include "world/record_codec.h"

namespace fallstreak::services::dynamodb {
namespace {

using api::dynamodb::TransactGetItemsInput;
using api::dynamodb::TransactGetItemsOutput;
using api::dynamodb::TransactWriteItem;
using api::dynamodb::TransactWriteItemsInput;
using api::dynamodb::TransactWriteItemsOutput;

// Observed (October 2026): 30 of 33 regions word transactions as DynamoDB used to, the others as
// GetItem does.
constexpr Wording kWording = Wording::older;

/// Observed: an item's own attributes must have names, which is looked at before their values.
void check_names(const ApiItem& attributes) {
  if (std::ranges::any_of(attributes, [](const auto& entry) { return entry.key.empty(); }))
    throw validation_exception("Empty attribute name");
}

/// One of a request's actions, read and checked as far as it can be without its table.
struct ActionRequest {
  template <class Request>
  ActionRequest(TransactionAction::Kind action_kind, const Request& request,
                const ApiItem& attributes)
      : kind(action_kind),
        table_name(*request.TableName),
        placeholders(request.ExpressionAttributeNames, request.ExpressionAttributeValues,
                     kWording) {
    // Observed: what is wrong with an expression is told before what is wrong with a key.
    if (kind == TransactionAction::Kind::put) read_attributes(attributes);
    if constexpr (requires { request.UpdateExpression; }) {
      update = parse_update(*request.UpdateExpression, placeholders, kWording);
    }
    condition.read(request, placeholders, kWording);
    // Observed: placeholders without any expression are no mistake, unlike elsewhere.
    const bool has_update = kind == TransactionAction::Kind::update;
    if (has_update || request.ConditionExpression) placeholders.check_all_used();
    if (kind != TransactionAction::Kind::put) read_attributes(attributes);
  }
  ActionRequest(const ActionRequest&) = delete;
  ActionRequest& operator=(const ActionRequest&) = delete;

  TransactionAction::Kind kind;
  std::string table_name;
  Placeholders placeholders;
  std::string packed;
  UpdateExpression update;
  WriteCondition condition;

 private:
  void read_attributes(const ApiItem& attributes) {
    check_names(attributes);
    packed = pack_item(attributes, kWording);
  }
};

void read_action(const TransactWriteItem& item, std::deque<ActionRequest>& actions) {
  using enum TransactionAction::Kind;
  const int count = (item.ConditionCheck ? 1 : 0) + (item.Put ? 1 : 0) + (item.Delete ? 1 : 0) +
                    (item.Update ? 1 : 0);
  if (count == 0) {
    throw validation_exception(
        "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request");
  }
  if (count > 1) {
    throw validation_exception(
        "TransactItems can only contain one of Check, Put, Update or Delete");
  }
  if (item.ConditionCheck)
    actions.emplace_back(check, *item.ConditionCheck, *item.ConditionCheck->Key);
  if (item.Put) actions.emplace_back(put, *item.Put, *item.Put->Item);
  if (item.Delete) actions.emplace_back(remove, *item.Delete, *item.Delete->Key);
  if (item.Update) actions.emplace_back(update, *item.Update, *item.Update->Key);
}

std::string identity_of(const TransactWriteItemsInput& request) {
  std::string bytes;
  if (request.ClientRequestToken) world::encode(*request.TransactItems, bytes);
  return bytes;
}

/// One item that TransactGetItems asks for.
struct GetRequest {
  explicit GetRequest(const api::dynamodb::Get& get)
      : table_name(*get.TableName),
        placeholders(get.ExpressionAttributeNames, std::nullopt, kWording),
        key(&*get.Key) {
    check_values(*key, kWording);
    if (get.ProjectionExpression) {
      projection = Projection(parse_projection(*get.ProjectionExpression, placeholders, kWording));
      placeholders.check_all_used();
    }
  }
  GetRequest(const GetRequest&) = delete;
  GetRequest& operator=(const GetRequest&) = delete;

  std::string table_name;
  Placeholders placeholders;
  const ApiItem* key;
  Projection projection;
  std::string place;
};

/// Finds the items' places; an item whose key is wrong cancels the transaction.
void place_gets(Context& context, std::deque<GetRequest>& gets) {
  std::vector<api::dynamodb::CancellationReason> reasons(gets.size(), {.Code = "None"});
  bool is_cancelled = false;
  std::vector<std::string_view> places;
  for (std::size_t index = 0; index < gets.size(); ++index) {
    GetRequest& get = gets[index];
    const TableRecord& table = usable_table(context, get.table_name);
    check_has_transactions(table);
    try {
      PackedKey::check_is_key(table.keys, *get.key);
      const PackedKey packed(table.keys, *get.key, kWording);
      get.place = ItemKey(table, packed.values()).bytes.view();
      places.emplace_back(get.place);
    } catch (const ApiError& error) {
      reasons[index] = reason_of(error);
      is_cancelled = true;
    }
  }
  std::ranges::sort(places);
  if (std::ranges::adjacent_find(places) != places.end()) throw several_operations_on_one_item();
  if (is_cancelled) throw transaction_canceled_exception(std::move(reasons));
}

void pay_for_get(Context& context, const GetRequest& get, double units, std::size_t count,
                 std::size_t place) {
  const TableRecord& table = usable_table(context, get.table_name);
  if (!table.is_metered()) return;
  Consumption consumption;
  consumption.add_to_table(units);
  const auto throttle =
      throttle_of(context, [&] { pay(context, table, get.place, Access::read, consumption, 2); });
  if (throttle) throw transaction_throttled(*throttle, count, place);
}

}  // namespace

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
TransactWriteItemsOutput transact_write_items(Context& context,
                                              const TransactWriteItemsInput& request) {
  std::deque<ActionRequest> actions;
  for (const TransactWriteItem& item : *request.TransactItems) read_action(item, actions);

  TransactWriteItemsOutput output;
  IdempotencyToken token(context, request.ClientRequestToken, identity_of(request));
  if (const auto repeated = token.repeated()) {
    output.ConsumedCapacity =
        repeated->answer_transaction(request.ReturnConsumedCapacity, Access::read);
    return output;
  }
  Transaction transaction(context);
  for (const ActionRequest& action : actions) {
    transaction.add({.kind = action.kind,
                     .table_name = action.table_name,
                     .table = &usable_table(context, action.table_name),
                     .attributes = action.packed,
                     .update = &action.update,
                     .condition = &action.condition});
  }
  transaction.commit();
  token.remember(transaction);
  output.ConsumedCapacity =
      transaction.consumption().answer_transaction(request.ReturnConsumedCapacity, Access::write);
  auto metrics = transaction.metrics(request.ReturnItemCollectionMetrics);
  if (!metrics.empty()) output.ItemCollectionMetrics = std::move(metrics);
  return output;
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html
TransactGetItemsOutput transact_get_items(Context& context, const TransactGetItemsInput& request) {
  std::deque<GetRequest> gets;
  for (const auto& item : *request.TransactItems) gets.emplace_back(*item.Get);
  place_gets(context, gets);

  TransactGetItemsOutput output;
  output.Responses.emplace();
  ConsumptionPerTable consumption;
  std::size_t size = 0;
  for (const GetRequest& get : gets) {
    const ItemRecord* item = context.state.items.find(get.place);
    const std::uint32_t item_size = item == nullptr ? 0 : item->size;
    const double units = read_units(item_size, Consistency::strong);
    consumption.of(get.table_name).add_to_table(units);
    pay_for_get(context, get, units, gets.size(), output.Responses->size());
    size += item_size;
    auto& response = output.Responses->emplace_back();
    if (item == nullptr) continue;
    ApiItem shown = get.projection.of(item->attributes);
    if (!shown.empty()) response.Item = std::move(shown);
  }
  if (size > kLargestTransaction) throw transaction_too_large();
  output.ConsumedCapacity =
      consumption.answer_transaction(request.ReturnConsumedCapacity, Access::read);
  return output;
}

}  // namespace fallstreak::services::dynamodb
