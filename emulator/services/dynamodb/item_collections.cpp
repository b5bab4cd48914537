#include "services/dynamodb/item_collections.h"

#include <cmath>

#include "services/dynamodb/errors.h"
#include "services/dynamodb/table_access.h"

namespace fallstreak::services::dynamodb {
namespace {

/// The beginning that all items of the collection have.
KeyBytes collection_of(std::uint64_t id, std::string_view hash) {
  KeyBytes prefix;
  append_table(prefix, id);
  append_hash(prefix, hash);
  return prefix;
}

std::int64_t size_under(const Context& context, std::string_view prefix) {
  std::int64_t size = 0;
  for (const auto& row : context.state.items.range(prefix)) size += row.second.size;
  return size;
}

std::int64_t measured(const Context& context, const TableRecord& table, std::string_view hash) {
  std::int64_t size = size_under(context, collection_of(table.id, hash).view());
  for (const IndexRecord& index : table.indexes) {
    if (index.kind == IndexKind::local)
      size += size_under(context, collection_of(index.id, hash).view());
  }
  return size;
}

/// AWS: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
ApiError item_collection_size_limit_exceeded_exception() {
  return ApiError("ItemCollectionSizeLimitExceededException", "Collection size exceeded.");
}

}  // namespace

void note_growth(Context& context, const TableRecord& table, std::string_view item_key,
                 std::int64_t bytes, Growth growth) {
  if (bytes == 0) return;
  const std::string_view hash = hash_in_key(item_key);
  const KeyBytes collection = collection_of(table.id, hash);
  // What was restored or copied is measured when it changes for the first time.
  const CollectionRecord* known = context.state.collections.find(collection.view());
  const std::int64_t size =
      known == nullptr ? measured(context, table, hash) : known->size_bytes + bytes;
  if (growth == Growth::limited && bytes > 0 && size > kLargestCollection)
    throw item_collection_size_limit_exceeded_exception();
  if (size == 0) {
    context.state.collections.erase(collection.view());
  } else {
    context.state.collections.put(collection.view(), {.size_bytes = size});
  }
}

std::optional<api::dynamodb::ItemCollectionMetrics> item_collection_metrics(
    const Context& context, const TableRecord& table, const KeyValues& key,
    const std::optional<std::string>& wanted) {
  if (!wanted || *wanted != "SIZE" || !has_local_index(table)) return std::nullopt;
  const CollectionRecord* known =
      context.state.collections.find(collection_of(table.id, key.hash).view());
  const std::int64_t size =
      known == nullptr ? measured(context, table, key.hash) : known->size_bytes;
  const double lower = std::floor(static_cast<double>(size) / (1024.0 * 1024.0 * 1024.0));
  api::dynamodb::ItemCollectionMetrics metrics;
  metrics.ItemCollectionKey.emplace().push_back(
      {table.keys.hash.name, unpack({table.keys.hash.type, key.hash})});
  metrics.SizeEstimateRangeGB = std::vector<double>{lower, lower + 1};
  return metrics;
}

}  // namespace fallstreak::services::dynamodb
