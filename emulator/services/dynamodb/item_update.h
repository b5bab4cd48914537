#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "services/dynamodb/expression.h"
#include "services/dynamodb/item_store.h"

/// Updates of items, whichever operation asked for them.
namespace fallstreak::services::dynamodb {

/// Refuses an update of an attribute of the key.
void check_leaves_key_alone(const UpdateExpression& update, const KeySchema& keys);

/// The item as the update leaves it; `storage` keeps its bytes. Refuses what cannot be stored.
ItemRecord updated_item(const TableRecord& table, const UpdateExpression& update,
                        std::string_view item, Writing writing, std::string& storage);

/// Refuses an UpdateItem that writes too much at once; `item` is what it made. Observed: beside the
/// item's size, what the update writes counts with 3 bytes for the update, 19 for each SET and ADD
/// (one more through a list's index) and 2 for each REMOVE and DELETE. Updates in transactions and
/// in statements are not held to that.
void check_written_size(const UpdateExpression& update, std::string_view item);

/// Refuses an item of which an index's key would be too long, before anything is written.
void check_index_entries(const TableRecord& table, std::string_view item);

/// What of an item the update's paths reach.
std::optional<ApiItem> touched(const UpdateExpression& update, std::string_view item);

}  // namespace fallstreak::services::dynamodb
