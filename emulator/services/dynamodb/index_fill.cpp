#include "services/dynamodb/index_fill.h"

#include <string>
#include <vector>

#include "services/dynamodb/item_store.h"
#include "services/dynamodb/keys.h"
#include "services/dynamodb/table_storage.h"

namespace fallstreak::services::dynamodb {
namespace {

/// AWS: an item whose values no key can have stays out of an index that is made after it.
bool can_be_key(const KeySchema& schema, std::string_view item) {
  const std::size_t hashes = 1 + schema.more_hash.size();
  std::size_t count = 0;
  std::size_t hash_size = 0;
  std::size_t range_size = 0;
  for (const KeyAttribute* attribute : KeyAttributes(schema)) {
    const auto value = find_attribute(item, attribute->name);
    if (!value || value->type != attribute->type || value->bytes.empty()) return false;
    (count++ < hashes ? hash_size : range_size) += value->bytes.size();
  }
  return hash_size <= kLongestHash && range_size <= kLongestRange;
}

}  // namespace

double fill_index(Context& context, const TableRecord& table, const IndexRecord& index) {
  Consumption consumption;
  const std::string prefix = prefix_of(table.id);
  std::vector<std::string> keys = keys_after(context, prefix, prefix);
  while (!keys.empty()) {
    for (const std::string& key : keys) {
      const ItemRecord& item = *context.state.items.find(key);
      if (can_be_key(index.keys, item.attributes))
        put_index_entry(context, table, index, item, consumption);
    }
    keys = keys_after(context, prefix, keys.back());
  }
  return consumption.of_global_index(index.name);
}

}  // namespace fallstreak::services::dynamodb
