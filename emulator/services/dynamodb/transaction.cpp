#include "services/dynamodb/transaction.h"

#include <algorithm>
#include <memory>

#include "services/dynamodb/item_collections.h"
#include "services/dynamodb/item_update.h"
#include "services/dynamodb/payment.h"
#include "services/dynamodb/strong_groups.h"

namespace fallstreak::services::dynamodb {
namespace {

using api::dynamodb::CancellationReason;

/// Observed: an empty key refuses the request as a whole, while what else is wrong with the values
/// of one action cancels the transaction.
bool is_of_empty_key(const ApiError& error) {
  return error.message.starts_with("One or more parameter values are not valid.");
}

/// The values of a `Key`: exactly the table's key attributes.
KeyValues values_of_key(const KeySchema& schema, std::string_view key) {
  std::size_t count = 0;
  for ([[maybe_unused]] const Attribute& attribute : Attributes(key)) ++count;
  const auto values = key_values(schema, key);
  if (!values || count != schema.size()) throw key_does_not_match_schema();
  check_key_sizes(schema, *values);
  return *values;
}

std::string_view code_of_reason(const ApiError& error) {
  if (error.code == "ConditionalCheckFailedException") return "ConditionalCheckFailed";
  if (error.code == "ItemCollectionSizeLimitExceededException")
    return "ItemCollectionSizeLimitExceeded";
  if (error.code == "DuplicateItemException") return "DuplicateItem";
  return error.code == "ValidationException" ? "ValidationError" : "";
}

}  // namespace

Consumption& ConsumptionPerTable::of(const std::string& table_name) {
  const auto found =
      std::ranges::find(tables_, table_name, &std::pair<std::string, Consumption>::first);
  if (found != tables_.end()) return found->second;
  return tables_.emplace_back(table_name, Consumption()).second;
}

std::optional<std::vector<api::dynamodb::ConsumedCapacity>> ConsumptionPerTable::answer(
    const std::optional<std::string>& wanted) const {
  std::optional<std::vector<api::dynamodb::ConsumedCapacity>> answers;
  for (const auto& [name, consumption] : tables_) {
    auto answer = consumption.answer(wanted, name);
    if (!answer) continue;
    if (!answers) answers.emplace();
    answers->push_back(std::move(*answer));
  }
  return answers;
}

std::optional<std::vector<api::dynamodb::ConsumedCapacity>> ConsumptionPerTable::answer_transaction(
    const std::optional<std::string>& wanted, Access access) const {
  std::optional<std::vector<api::dynamodb::ConsumedCapacity>> answers;
  for (const auto& [name, consumption] : tables_) {
    auto answer = consumption.answer_of_transaction(wanted, name, access);
    if (!answer) continue;
    if (!answers) answers.emplace();
    answers->push_back(std::move(*answer));
  }
  return answers;
}

std::vector<std::pair<std::string, double>> ConsumptionPerTable::units() const {
  std::vector<std::pair<std::string, double>> units;
  for (const auto& [name, consumption] : tables_) units.emplace_back(name, consumption.of_table());
  return units;
}

CancellationReason reason_of(const ApiError& error) {
  const std::string_view code = code_of_reason(error);
  if (code.empty() || is_of_empty_key(error)) throw ApiError(error);
  CancellationReason reason{.Code = std::string(code), .Message = error.message};
  if (error.members) {
    using Failed = api::dynamodb::ConditionalCheckFailedException;
    reason.Item = static_cast<const Failed*>(error.members.get())->Item;
  }
  return reason;
}

void Transaction::add(TransactionAction action) {
  check_has_transactions(*action.table);
  Step& step = steps_.emplace_back();
  step.action = std::move(action);
  // Observed: the size of what is put is known from the request, so it refuses that as a whole; the
  // size of what is updated is known too late.
  if (step.is_put() && size_of_attributes(step.action.attributes) > kLargestItem)
    throw item_too_large();
  try {
    place(step);
  } catch (const ApiError& error) {
    step.reason = reason_of(error);
    return;
  }
  const auto is_same = [&](const Step& other) { return &other != &step && other.key == step.key; };
  if (std::ranges::any_of(steps_, is_same)) throw several_operations_on_one_item();
}

void Transaction::place(Step& step) {
  const TransactionAction& action = step.action;
  const TableRecord& table = *action.table;
  const KeyValues values = step.is_put() ? key_values_to_put(table.keys, action.attributes)
                                         : values_of_key(table.keys, action.attributes);
  step.key = ItemKey(table, values).bytes.view();
  step.hash = values.hash;
  if (!step.is_put()) return;
  step.item = {.attributes = step.action.attributes,
               .size = static_cast<std::uint32_t>(size_of_attributes(step.action.attributes))};
  check_index_keys(table, step.item.attributes, Writing::put);
  check_index_entries(table, step.item.attributes);
}

void Transaction::judge(Step& step) {
  const TransactionAction& action = step.action;
  step.old = context_.state.items.find_to_change(step.key);
  if (action.kind == TransactionAction::Kind::insert && step.old != nullptr) {
    throw duplicate_item_exception();
  }
  if (action.condition != nullptr) action.condition->check(step.old);
  if (action.kind != TransactionAction::Kind::update) return;
  check_leaves_key_alone(*action.update, action.table->keys);
  const std::string_view before =
      step.old == nullptr ? std::string_view(action.attributes) : step.old->attributes.view();
  step.item =
      updated_item(*action.table, *action.update, before, Writing::transacted_update, step.storage);
  check_index_entries(*action.table, step.item.attributes);
}

void Transaction::check_size() const {
  std::size_t size = 0;
  for (const Step& step : steps_) {
    const std::uint32_t old_size = step.old == nullptr ? 0 : step.old->size;
    size += std::max(step.item.size, old_size);
  }
  if (size > kLargestTransaction) throw transaction_too_large();
}

void Transaction::cancel_unless_all_pass() const {
  const auto passes = [](const Step& step) { return step.reason.Code == "None"; };
  if (std::ranges::all_of(steps_, passes)) return;
  std::vector<CancellationReason> reasons;
  for (const Step& step : steps_) reasons.push_back(step.reason);
  throw transaction_canceled_exception(std::move(reasons));
}

void Transaction::commit() {
  std::size_t put_size = 0;
  for (const Step& step : steps_) put_size += step.item.size;
  if (put_size > kLargestTransaction) throw transaction_too_large();
  for (Step& step : steps_) {
    if (step.reason.Code != "None") continue;
    try {
      judge(step);
    } catch (const ApiError& error) {
      step.reason = reason_of(error);
    }
  }
  cancel_unless_all_pass();
  check_size();
  for (const Step& step : steps_) write(step);
}

std::size_t Transaction::place_of(const Step& step) const {
  const auto is_it = [&](const Step& one) { return &one == &step; };
  return static_cast<std::size_t>(std::ranges::find_if(steps_, is_it) - steps_.begin());
}

/// What only the change itself shows, an item collection that is too large, cancels too.
Consumption Transaction::put(const Step& step) {
  try {
    return put_item(context_, *step.action.table, step.key, step.old, step.item);
  } catch (const ApiError& error) {
    std::vector<CancellationReason> reasons(steps_.size(), {.Code = "None"});
    reasons[place_of(step)] = reason_of(error);
    throw transaction_canceled_exception(std::move(reasons));
  }
}

void Transaction::write(const Step& step) {
  const TransactionAction& action = step.action;
  Consumption consumed;
  const std::uint32_t old_size = step.old == nullptr ? 0 : step.old->size;
  switch (action.kind) {
    case TransactionAction::Kind::check:
      consumed.add_to_table(write_units(old_size));
      break;
    case TransactionAction::Kind::remove:
      consumed = delete_item(context_, *action.table, step.key, step.old);
      break;
    default:
      consumed = put(step);
      break;
  }
  if (action.table->is_metered()) {
    const auto throttle = throttle_of(
        context_, [&] { pay(context_, *action.table, step.key, Access::write, consumed, 2); });
    if (throttle) throw transaction_throttled(*throttle, steps_.size(), place_of(step));
  }
  consumption_.of(action.table_name).add(consumed);
  reading_.of(action.table_name)
      .add_to_table(read_units(std::max(old_size, step.item.size), Consistency::strong));
}

api::Map<std::vector<api::dynamodb::ItemCollectionMetrics>> Transaction::metrics(
    const std::optional<std::string>& wanted) const {
  api::Map<std::vector<api::dynamodb::ItemCollectionMetrics>> all;
  for (const Step& step : steps_) {
    if (step.action.kind == TransactionAction::Kind::check) continue;
    auto metrics =
        item_collection_metrics(context_, *step.action.table, {.hash = step.hash}, wanted);
    if (!metrics) continue;
    using Entry = api::Entry<std::vector<api::dynamodb::ItemCollectionMetrics>>;
    auto of_table = std::ranges::find(all, step.action.table_name, &Entry::key);
    if (of_table == all.end()) of_table = all.insert(of_table, Entry{step.action.table_name, {}});
    of_table->value.push_back(std::move(*metrics));
  }
  return all;
}

ApiError transaction_too_large() {
  // Chosen: AWS documents the limit and not the words.
  return validation_exception(
      "The aggregate size of the items in the transaction cannot exceed 4 MB");
}

ApiError several_operations_on_one_item() {
  return validation_exception("Transaction request cannot include multiple operations on one item");
}

dispatch::TracedError transaction_throttled(const dispatch::TracedError& throttle,
                                            std::size_t count, std::size_t place) {
  std::vector<CancellationReason> reasons(count, {.Code = "None"});
  const bool is_provisioned = throttle.code == "ProvisionedThroughputExceededException";
  reasons[place] = {.Code = is_provisioned ? "ProvisionedThroughputExceeded" : "ThrottlingError",
                    .Message = throttle.message};
  return {transaction_canceled_exception(std::move(reasons)), throttle.trace};
}

ApiError transaction_canceled_exception(std::vector<CancellationReason> reasons) {
  std::string codes;
  for (const CancellationReason& reason : reasons) {
    if (!codes.empty()) codes += ", ";
    codes += *reason.Code;
  }
  ApiError error("TransactionCanceledException",
                 "Transaction cancelled, please refer cancellation reasons for specific reasons [" +
                     codes + "]");
  auto members = std::make_shared<api::dynamodb::TransactionCanceledException>();
  members->Message = error.message;
  members->CancellationReasons = std::move(reasons);
  error.members = std::move(members);
  error.shape = &api::shape_of<api::dynamodb::TransactionCanceledException>();
  return error;
}

}  // namespace fallstreak::services::dynamodb
