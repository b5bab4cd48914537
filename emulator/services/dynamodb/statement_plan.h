#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/dynamodb/key_condition.h"
#include "services/dynamodb/statement.h"
#include "services/dynamodb/table_access.h"

/// What a statement's WHERE says of keys.
namespace fallstreak::services::dynamodb {

/// A table that a statement names.
const TableRecord& table_of(Context& context, const Statement& statement);
/// Observed: PartiQL does not read an index with several attributes of a kind in its key, and says
/// so before most else.
void check_index_is_simple(const TableRecord& table, const Statement& statement);
/// Its index, if it names one; null otherwise.
const IndexRecord* index_of(const TableRecord& table, const Statement& statement);

/// The conditions on key attributes among those that all must hold.
std::vector<KeyClause> key_clauses_of(const Statement& statement, const KeySchema& keys);
/// The keys to read when one partition key is given.
std::optional<KeyCondition> key_condition_of(const Statement& statement, const KeySchema& keys);
/// The same when partition keys are given by IN or by OR as well: in the order of keys, none twice.
/// Empty when everything must be searched.
std::vector<KeyRange> key_ranges_of(const Statement& statement, const KeySchema& keys,
                                    std::uint64_t table_id);

/// The one item that a statement is about, packed as its key: every key attribute must be given by
/// one equality.
std::string key_item_of(const Statement& statement, const KeySchema& keys);
bool names_one_item(const Statement& statement, const KeySchema& keys);
/// Whether WHERE says anything but which item.
bool has_condition(const Statement& statement, const KeySchema& keys);

/// WHERE without the equalities on the key, which is what the item must fulfil; none when nothing
/// is left. `must_exist` adds that it is there.
std::optional<Expression> condition_of_write(const Statement& statement, const KeySchema& keys,
                                             bool must_exist);

}  // namespace fallstreak::services::dynamodb
