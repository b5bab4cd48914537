#include "services/dynamodb/index_fill.h"

#include <string>
#include <vector>

#include "services/dynamodb/item_store.h"
#include "services/dynamodb/keys.h"
#include "services/dynamodb/table_storage.h"

namespace fallstreak::services::dynamodb {
namespace {

constexpr std::size_t kAtOnce = 256;

/// The rows after a key, copied, because putting entries moves what iterators stand on.
std::vector<std::string> next_keys(const Context& context, const std::string& prefix,
                                   const std::string& after) {
  std::vector<std::string> keys;
  const auto& items = context.state.items;
  for (auto at = items.upper_bound(after); at != items.end() && keys.size() < kAtOnce; ++at) {
    const std::string_view key = at->first;
    if (!key.starts_with(prefix)) break;
    keys.emplace_back(key);
  }
  return keys;
}

bool can_be_key(const KeySchema& schema, const KeyValues& values) {
  const bool has_range =
      !schema.range || (!values.range.empty() && values.range.size() <= kLongestRange);
  return has_range && !values.hash.empty() && values.hash.size() <= kLongestHash;
}

}  // namespace

void fill_index(Context& context, const TableRecord& table, const IndexRecord& index) {
  const std::string prefix = prefix_of(table.id);
  std::vector<std::string> keys = next_keys(context, prefix, prefix);
  while (!keys.empty()) {
    for (const std::string& key : keys) {
      const ItemRecord& item = *context.state.items.find(key);
      const auto values = key_values(index.keys, item.attributes);
      if (values && can_be_key(index.keys, *values)) put_index_entry(context, table, index, item);
    }
    keys = next_keys(context, prefix, keys.back());
  }
}

}  // namespace fallstreak::services::dynamodb
