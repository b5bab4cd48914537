#include <algorithm>
#include <vector>

#include "api/java_text.h"
#include "services/dynamodb/item_collections.h"
#include "services/dynamodb/item_store.h"
#include "services/dynamodb/items.h"
#include "services/dynamodb/payment.h"
#include "services/dynamodb/request_parts.h"
#include "services/dynamodb/stale_reads.h"
#include "services/dynamodb/table_access.h"

namespace fallstreak::services::dynamodb {
namespace {

using api::dynamodb::BatchGetItemInput;
using api::dynamodb::BatchGetItemOutput;
using api::dynamodb::BatchWriteItemInput;
using api::dynamodb::BatchWriteItemOutput;
using api::dynamodb::KeysAndAttributes;
using api::dynamodb::WriteRequest;

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
constexpr std::size_t kMostWrites = 25;
constexpr std::size_t kMostKeys = 100;
constexpr std::size_t kLargestAnswer = 16 * 1024 * 1024;

ApiError too_many_items(std::string_view operation) {
  return validation_exception("Too many items requested for the " + std::string(operation) +
                              " call");
}

void check_distinct(std::vector<std::string> keys) {
  std::ranges::sort(keys);
  if (std::ranges::adjacent_find(keys) != keys.end()) {
    throw validation_exception("Provided list of item keys contains duplicates");
  }
}

/// Observed: BatchWriteItem tells of a wrong name alone, and after all else that is wrong with the
/// request's form.
void check_table_names(const BatchWriteItemInput& request) {
  const auto is_name = [](const auto& entry) { return is_table_name(entry.key); };
  if (std::ranges::all_of(*request.RequestItems, is_name)) return;
  std::string shown;
  api::append_java_text(shown, *api::shape_of<BatchWriteItemInput>().member("RequestItems")->shape,
                        &*request.RequestItems);
  throw validation_exception(
      "1 validation error detected: Value '" + shown +
      "' at 'requestItems' failed to satisfy constraint: Map keys must satisfy constraint: [Member "
      "must have length less than or equal to 255, Member must have length greater than or equal "
      "to 3, Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]");
}

void check_write_request(const WriteRequest& write) {
  if (write.PutRequest.has_value() == write.DeleteRequest.has_value()) {
    throw validation_exception(
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
        "supported datatypes");
  }
}

/// A write of a batch, ready to be done.
struct Write {
  std::string table_name;
  /// Where the item lies.
  std::string key;
  std::string hash;
  std::string attributes;
  bool is_put = false;
  std::uint32_t size = 0;
  const WriteRequest* request = nullptr;
};

Write prepare(const TableRecord& table, std::string_view table_name, const WriteRequest& request) {
  Write write{.table_name = std::string(table_name),
              .is_put = request.PutRequest.has_value(),
              .request = &request};
  write.attributes = pack_item(
      write.is_put ? *request.PutRequest->Item : *request.DeleteRequest->Key, Wording::older);
  // Observed: a batch calls every wrong key a mismatch, also that of an item to put.
  const auto values = key_values(table.keys, write.attributes);
  const bool has_right_count =
      write.is_put || request.DeleteRequest->Key->size() == table.keys.size();
  if (!values || !has_right_count) throw key_does_not_match_schema();
  check_key_sizes(table.keys, *values);
  write.key = ItemKey(table, *values).bytes.view();
  write.hash = values->hash;
  if (write.is_put) {
    const std::size_t size = size_of_attributes(write.attributes);
    if (size > kLargestItem) throw item_too_large();
    write.size = static_cast<std::uint32_t>(size);
    check_index_keys(table, write.attributes, Writing::put);
  }
  return write;
}

/// The keys of one table that a BatchGetItem asks for.
class TableRead {
 public:
  TableRead(Context& context, const std::string& name, const KeysAndAttributes& request)
      : context_(context), name_(name), request_(request) {
    check_parameters(
        {.expressions = {{"ProjectionExpression", request.ProjectionExpression.has_value()}},
         .older = {{"AttributesToGet", request.AttributesToGet.has_value()}},
         .has_names = request.ExpressionAttributeNames.has_value()},
        Wording::plain);
    std::vector<std::string> keys;
    for (const auto& key : *request.Keys) keys.push_back(pack_item(key, Wording::plain));
    Placeholders placeholders(request.ExpressionAttributeNames, std::nullopt, Wording::plain);
    projection_ = read_projection(request, placeholders, Wording::plain);
    placeholders.check_all_used();
    // Observed: equal keys are found before the table is looked for.
    check_distinct(std::move(keys));
  }

  void find_keys() {
    const TableRecord& table = usable_table(context_, name_);
    for (const auto& key : *request_.Keys) {
      PackedKey::check_is_key(table.keys, key);
      const PackedKey packed(table.keys, key, Wording::plain);
      keys_.emplace_back(ItemKey(table, packed.values()).bytes.view());
    }
  }

  /// Reads items until the answer is full; what is left stays unprocessed.
  void read(std::size_t& room, BatchThrottles& throttles, BatchGetItemOutput& output) const {
    const TableRecord& table = usable_table(context_, name_);
    const auto consistency =
        request_.ConsistentRead.value_or(false) ? Consistency::strong : Consistency::eventual;
    const auto time = read_time(context_, table, consistency);
    Consumption consumption;
    auto& found = output.Responses->emplace_back();
    found.key = name_;
    for (std::size_t index = 0; index < keys_.size(); ++index) {
      ItemRecord old;
      const ItemRecord* item = time ? find_as_of(context_, keys_[index], *time, old)
                                    : context_.state.items.find(keys_[index]);
      if (item != nullptr && item->size > room) {
        room = 0;
        leave(index, output);
        break;
      }
      const double units = read_units(item == nullptr ? 0 : item->size, consistency);
      if (table.is_metered() && !is_paid(table, keys_[index], units, throttles)) {
        leave_one(index, output);
        continue;
      }
      consumption.add_to_table(units);
      if (item == nullptr) continue;
      room -= item->size;
      found.value.push_back(projection_.of(item->attributes));
    }
    if (auto capacity = consumption.answer(wanted_capacity, name_)) {
      output.ConsumedCapacity->push_back(std::move(*capacity));
    }
  }

  std::optional<std::string> wanted_capacity;

 private:
  [[nodiscard]] bool is_paid(const TableRecord& table, std::string_view key, double units,
                             BatchThrottles& throttles) const {
    Consumption consumption;
    consumption.add_to_table(units);
    return throttles.is_done(context_,
                             [&] { pay(context_, table, key, Access::read, consumption); });
  }
  void leave(std::size_t first, BatchGetItemOutput& output) const {
    for (std::size_t index = first; index < keys_.size(); ++index) leave_one(index, output);
  }
  void leave_one(std::size_t index, BatchGetItemOutput& output) const {
    auto& all = *output.UnprocessedKeys;
    if (all.empty() || all.back().key != name_) {
      auto& left = all.emplace_back();
      left.key = name_;
      left.value = request_;
      left.value.Keys->clear();
    }
    all.back().value.Keys->push_back((*request_.Keys)[index]);
  }

  Context& context_;
  const std::string& name_;
  const KeysAndAttributes& request_;
  Projection projection_;
  std::vector<std::string> keys_;
};

std::vector<Write> prepare_writes(Context& context, const BatchWriteItemInput& request) {
  check_table_names(request);
  std::size_t count = 0;
  for (const auto& [name, requests] : *request.RequestItems) {
    count += requests.size();
    for (const WriteRequest& write : requests) check_write_request(write);
  }
  if (count > kMostWrites) throw too_many_items("BatchWriteItem");
  for (const auto& [name, requests] : *request.RequestItems) {
    for (const WriteRequest& write : requests) {
      check_values(write.PutRequest ? *write.PutRequest->Item : *write.DeleteRequest->Key,
                   Wording::older);
    }
  }
  std::vector<Write> writes;
  std::vector<std::string> keys;
  for (const auto& [name, requests] : *request.RequestItems) {
    const TableRecord& table = usable_table(context, name);
    for (const WriteRequest& write : requests) {
      writes.push_back(prepare(table, name, write));
      keys.push_back(writes.back().key);
    }
  }
  check_distinct(std::move(keys));
  return writes;
}

Consumption do_write(Context& context, const TableRecord& table, const Write& write) {
  const ItemRecord* old = context.state.items.find_to_change(write.key);
  if (!write.is_put) return delete_item(context, table, write.key, old);
  const ItemRecord item{.attributes = write.attributes, .size = write.size};
  return put_item(context, table, write.key, old, item);
}

void leave(const Write& write, BatchWriteItemOutput& output) {
  auto& all = *output.UnprocessedItems;
  if (all.empty() || all.back().key != write.table_name) all.push_back({write.table_name, {}});
  all.back().value.push_back(*write.request);
}

}  // namespace

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
BatchGetItemOutput batch_get_item(Context& context, const BatchGetItemInput& request) {
  std::size_t count = 0;
  for (const auto& [name, keys] : *request.RequestItems) count += keys.Keys->size();
  if (count > kMostKeys) throw too_many_items("BatchGetItem");
  std::vector<TableRead> reads;
  for (const auto& [name, keys] : *request.RequestItems) {
    reads.emplace_back(context, name, keys).wanted_capacity = request.ReturnConsumedCapacity;
  }
  for (TableRead& read : reads) read.find_keys();

  BatchGetItemOutput output;
  output.Responses.emplace();
  output.UnprocessedKeys.emplace();
  if (request.ReturnConsumedCapacity && *request.ReturnConsumedCapacity != "NONE")
    output.ConsumedCapacity.emplace();
  std::size_t room = kLargestAnswer;
  BatchThrottles throttles;
  for (const TableRead& read : reads) read.read(room, throttles, output);
  throttles.finish(context, count);
  return output;
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
BatchWriteItemOutput batch_write_item(Context& context, const BatchWriteItemInput& request) {
  std::vector<Write> writes = prepare_writes(context, request);

  BatchWriteItemOutput output;
  output.UnprocessedItems.emplace();
  std::vector<std::pair<std::string, Consumption>> consumptions;
  BatchThrottles throttles;
  for (const Write& write : writes) {
    const TableRecord& table = usable_table(context, write.table_name);
    Consumption consumed;
    if (!table.is_metered()) {
      consumed = do_write(context, table, write);
    } else if (!throttles.is_done(context, [&] {
                 consumed = do_write(context, table, write);
                 pay(context, table, write.key, Access::write, consumed);
               })) {
      leave(write, output);
      continue;
    }
    if (consumptions.empty() || consumptions.back().first != write.table_name) {
      consumptions.push_back({write.table_name, {}});
    }
    consumptions.back().second.add(consumed);
    auto metrics = item_collection_metrics(context, table, {.hash = write.hash},
                                           request.ReturnItemCollectionMetrics);
    if (!metrics) continue;
    if (!output.ItemCollectionMetrics) output.ItemCollectionMetrics.emplace();
    auto& all = *output.ItemCollectionMetrics;
    if (all.empty() || all.back().key != write.table_name) all.push_back({write.table_name, {}});
    all.back().value.push_back(std::move(*metrics));
  }
  throttles.finish(context, writes.size());
  for (const auto& [name, consumption] : consumptions) {
    auto capacity = consumption.answer(request.ReturnConsumedCapacity, name);
    if (!capacity) continue;
    if (!output.ConsumedCapacity) output.ConsumedCapacity.emplace();
    output.ConsumedCapacity->push_back(std::move(*capacity));
  }
  return output;
}

}  // namespace fallstreak::services::dynamodb
