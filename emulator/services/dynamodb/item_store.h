#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "services/dynamodb/capacity.h"
#include "services/dynamodb/keys.h"
#include "services/dynamodb/state.h"

/// Reading and writing items, with the indexes' entries and the counts kept right.
namespace fallstreak::services::dynamodb {

/// AWS: an item's size, names included, is at most 400 KB.
constexpr std::size_t kLargestItem = 400 * 1024;

/// Null when there is none. Valid until the operation ends, whatever it writes: what is replaced is
/// kept for undoing.
const ItemRecord* find_item(const Context& context, const ItemKey& key);
/// The same for who is going to write it.
const ItemRecord* find_item_to_write(const Context& context, const ItemKey& key);

/// Who changes an item.
enum class By { caller, time_to_live, replication };
/// Puts the item, whose key's bytes are given, in the place of `old`. Returns what that costs.
Consumption put_item(Context& context, const TableRecord& table, std::string_view key,
                     const ItemRecord* old, const ItemRecord& item, By by = By::caller);
/// Removes `old`, if there is one.
Consumption delete_item(Context& context, const TableRecord& table, std::string_view key,
                        const ItemRecord* old, By by = By::caller);

/// Puts the entry of an item that is in the index, and adds what that consumed.
void put_index_entry(Context& context, const TableRecord& table, const IndexRecord& index,
                     const ItemRecord& item, Consumption& consumption);

/// Refuses an item of which an index's key attribute has a value that no key can have. Says so as a
/// put, as an update, or as an update in a transaction, which has words of both.
enum class Writing { put, update, transacted_update };
void check_index_keys(const TableRecord& table, std::string_view item, Writing writing);

/// Whether an index has an attribute of its table's items.
bool is_projected(const TableRecord& table, const IndexRecord& index, std::string_view name);
/// The key of an index entry, by an item's bytes; empty when the item is not in the index.
std::optional<std::string> index_entry_key(const TableRecord& table, const IndexRecord& index,
                                           std::string_view item);

}  // namespace fallstreak::services::dynamodb
