#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "services/dynamodb/expression.h"
#include "services/dynamodb/keys.h"
#include "services/dynamodb/legacy.h"

/// Which keys a Query asks for.
namespace fallstreak::services::dynamodb {

enum class KeyOperator : std::uint8_t {
  equal,
  less,
  less_equal,
  greater,
  greater_equal,
  between,
  begins_with,
  other
};

/// What a node of an expression says of a key; `other` when it is nothing that a key can be asked.
KeyOperator key_operator_of(const Node& node);
/// `:v < sk` says `sk > :v`.
KeyOperator turned(KeyOperator comparison);

/// One condition on a key attribute, however it was written.
struct KeyClause {
  std::string_view name;
  KeyOperator comparison = KeyOperator::equal;
  std::vector<Value> values;
};

/// Of a KeyConditionExpression that was parsed.
std::vector<KeyClause> key_clauses(const Expression& expression, Wording wording);
/// Of the older KeyConditions.
std::vector<KeyClause> key_clauses(const api::Map<api::dynamodb::Condition>& conditions,
                                   Wording wording, ValueStore& store);

/// The clauses, fitted to a key schema.
struct KeyCondition {
  std::string_view hash;
  std::optional<KeyClause> range;
  /// Of an index with several attributes in its key: the other hash attributes, and the range
  /// attributes before the one that `range` is about, which must equal these.
  std::vector<std::string_view> more_hash;
  std::vector<std::string_view> equal_ranges;

  [[nodiscard]] bool allows_range(std::string_view value) const;
};
KeyCondition key_condition(const KeySchema& schema, const std::vector<KeyClause>& clauses);
/// Refuses values that are longer than any key.
void check_key_lengths(const KeySchema& schema, const KeyCondition& condition);

/// The keys that a condition allows: from `low` to before `high`.
struct KeyRange {
  std::string low;
  std::string high;
};
KeyRange key_range(std::uint64_t table_id, const KeyCondition& condition);

}  // namespace fallstreak::services::dynamodb
