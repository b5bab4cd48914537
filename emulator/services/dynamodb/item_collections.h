#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "services/dynamodb/keys.h"
#include "services/dynamodb/state.h"

/// All items with one partition key, of a table with local indexes, and what those hold of them.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html#LSI.ItemCollections
namespace fallstreak::services::dynamodb {

/// AWS: an item collection has at most 10 GB.
constexpr std::int64_t kLargestCollection = std::int64_t{10} * 1024 * 1024 * 1024;

/// Notes that the collection of the item whose key's bytes are given grew so much, when the change
/// is done. Refuses, when a caller's growth is `limited`, what leads beyond the limit.
enum class Growth { limited, unlimited };
void note_growth(Context& context, const TableRecord& table, std::string_view item_key,
                 std::int64_t bytes, Growth growth);

/// What `ReturnItemCollectionMetrics` asks for, of a table with local indexes.
std::optional<api::dynamodb::ItemCollectionMetrics> item_collection_metrics(
    const Context& context, const TableRecord& table, const KeyValues& key,
    const std::optional<std::string>& wanted);

}  // namespace fallstreak::services::dynamodb
