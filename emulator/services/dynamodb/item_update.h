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

/// Refuses an UpdateExpression that writes too much at once, whatever the item. Observed (October
/// 2026, in 22 of 33 regions; the others look at the item's size alone): the limit of an item holds
/// for what is written as well. Updates in transactions, in statements and by AttributeUpdates are
/// not held to that.
void check_written_size(const UpdateExpression& update);

/// Refuses an item of which an index's key would be too long, before anything is written.
void check_index_entries(const TableRecord& table, std::string_view item);

/// What of an item the update's paths reach.
std::optional<ApiItem> touched(const UpdateExpression& update, std::string_view item);

}  // namespace fallstreak::services::dynamodb
