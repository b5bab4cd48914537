#include "services/dynamodb/index_fill.h"

#include <string>
#include <vector>

#include "services/dynamodb/item_store.h"
#include "services/dynamodb/keys.h"
#include "services/dynamodb/table_storage.h"

namespace fallstreak::services::dynamodb {
namespace {

bool can_be_key(const KeySchema& schema, const KeyValues& values) {
  const bool has_range =
      !schema.range || (!values.range.empty() && values.range.size() <= kLongestRange);
  return has_range && !values.hash.empty() && values.hash.size() <= kLongestHash;
}

}  // namespace

void fill_index(Context& context, const TableRecord& table, const IndexRecord& index) {
  const std::string prefix = prefix_of(table.id);
  std::vector<std::string> keys = keys_after(context, prefix, prefix);
  while (!keys.empty()) {
    for (const std::string& key : keys) {
      const ItemRecord& item = *context.state.items.find(key);
      const auto values = key_values(index.keys, item.attributes);
      if (values && can_be_key(index.keys, *values)) put_index_entry(context, table, index, item);
    }
    keys = keys_after(context, prefix, keys.back());
  }
}

}  // namespace fallstreak::services::dynamodb
