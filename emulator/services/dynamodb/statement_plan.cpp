#include "services/dynamodb/statement_plan.h"

#include <algorithm>

namespace fallstreak::services::dynamodb {
namespace {

/// The conditions that AND (or OR) connects, however it nests.
std::vector<NodeId> parts_of(const Expression& where, NodeId root, Kind connective) {
  std::vector<NodeId> flat;
  std::vector<NodeId> waiting{root};
  while (!waiting.empty()) {
    const NodeId id = waiting.back();
    waiting.pop_back();
    const Node& node = where[id];
    if (node.kind != connective) {
      flat.push_back(id);
      continue;
    }
    const auto operands = where.operands(node);
    waiting.insert(waiting.end(), operands.rbegin(), operands.rend());
  }
  return flat;
}

/// The conditions of which all must hold.
std::vector<NodeId> conjuncts_of(const Statement& statement) {
  if (!statement.has_where) return {};
  return parts_of(statement.where, statement.where.root, Kind::and_);
}

/// A condition that compares one attribute with values, if it is such a one.
std::optional<KeyClause> clause_of(const Expression& where, NodeId id) {
  const Node& node = where[id];
  KeyClause clause{.comparison = key_operator_of(node)};
  if (clause.comparison == KeyOperator::other) return std::nullopt;
  for (std::size_t index = 0; index < node.count; ++index) {
    const Node& operand = where.operand(node, index);
    if (operand.kind == Kind::value) {
      clause.values.push_back(operand.value);
    } else if (operand.kind == Kind::path && where.path(operand).size() == 1 &&
               clause.name.empty()) {
      clause.name = where.path(operand).front().name;
      if (index > 0) clause.comparison = turned(clause.comparison);
    } else {
      return std::nullopt;
    }
  }
  if (clause.name.empty()) return std::nullopt;
  return clause;
}

bool is_equality_on(const Expression& where, NodeId id, const KeySchema& keys) {
  const auto clause = clause_of(where, id);
  return clause && clause->comparison == KeyOperator::equal && keys.has(clause->name);
}

void check_type(const KeyAttribute& attribute, const KeyClause& clause) {
  for (const Value& value : clause.values) {
    if (value.type == attribute.type) continue;
    throw validation_exception(
        "Key attribute's data type should match its data type in table's schema: Key " +
        attribute.name);
  }
}

const KeyClause* equality_on(const std::vector<KeyClause>& clauses, std::string_view name) {
  const auto found = std::ranges::find_if(clauses, [&](const KeyClause& clause) {
    return clause.name == name && clause.comparison == KeyOperator::equal;
  });
  return found == clauses.end() ? nullptr : &*found;
}

std::vector<KeyClause> clauses_of(const Expression& where, const std::vector<NodeId>& conjuncts,
                                  const KeySchema& keys) {
  std::vector<KeyClause> clauses;
  for (const NodeId id : conjuncts) {
    auto clause = clause_of(where, id);
    if (clause && keys.has(clause->name)) clauses.push_back(std::move(*clause));
  }
  return clauses;
}

/// What the clauses say of the sort key. Whatever else WHERE says of it is held against the items
/// that are found.
std::optional<KeyClause> range_clause_of(const std::vector<KeyClause>& clauses,
                                         const KeySchema& keys) {
  if (!keys.range) return std::nullopt;
  const KeyClause* range = equality_on(clauses, keys.range->name);
  if (range == nullptr) {
    const auto found = std::ranges::find(clauses, keys.range->name, &KeyClause::name);
    if (found != clauses.end()) range = &*found;
  }
  if (range == nullptr) return std::nullopt;
  check_type(*keys.range, *range);
  return *range;
}

/// The values of `pk IN [...]`.
std::optional<KeyClause> membership_of(const Expression& where, NodeId id,
                                       const KeyAttribute& hash) {
  const Node& node = where[id];
  if (node.kind != Kind::in) return std::nullopt;
  const Node& left = where.operand(node, 0);
  const bool is_hash = left.kind == Kind::path && where.path(left).size() == 1 &&
                       where.path(left).front().name == hash.name;
  if (!is_hash) return std::nullopt;
  KeyClause clause{.name = hash.name};
  for (std::size_t index = 1; index < node.count; ++index)
    clause.values.push_back(where.operand(node, index).value);
  return clause;
}

/// The partition keys that conditions allow of which all must hold; none: any.
std::optional<KeyClause> hash_clause_of(const Expression& where,
                                        const std::vector<NodeId>& conjuncts,
                                        const std::vector<KeyClause>& clauses,
                                        const KeyAttribute& hash) {
  std::optional<KeyClause> found;
  if (const KeyClause* equality = equality_on(clauses, hash.name)) found = *equality;
  for (auto id = conjuncts.begin(); !found && id != conjuncts.end(); ++id)
    found = membership_of(where, *id, hash);
  if (found) check_type(hash, *found);
  return found;
}

bool is_about(const Expression& where, NodeId id, std::string_view name) {
  const Node& node = where[id];
  if (node.kind == Kind::path) return where.path(node).front().name == name;
  if (node.kind == Kind::value) return false;
  return std::ranges::any_of(where.operands(node),
                             [&](NodeId operand) { return is_about(where, operand, name); });
}

/// `NOT sk = 1`, `sk <> 1`.
bool denies_range(const Expression& where, const std::vector<NodeId>& conjuncts,
                  const KeySchema& keys) {
  return std::ranges::any_of(conjuncts, [&](NodeId id) {
    const bool is_denial = where[id].kind == Kind::not_ || where[id].kind == Kind::not_equal;
    return is_denial && keys.range && is_about(where, id, keys.range->name);
  });
}

/// Sorts them; those that overlap are refused, or become one.
void merge(std::vector<KeyRange>& ranges, bool may_overlap) {
  std::ranges::sort(ranges, {}, &KeyRange::low);
  std::vector<KeyRange> merged;
  for (KeyRange& range : ranges) {
    if (merged.empty() || range.low >= merged.back().high) {
      merged.push_back(std::move(range));
      continue;
    }
    if (!may_overlap) {
      throw validation_exception(
          "Overlapping conditions with range keys are not supported in where clause");
    }
    merged.back().high = std::max(merged.back().high, range.high);
  }
  ranges = std::move(merged);
}

}  // namespace

const TableRecord& table_of(Context& context, const Statement& statement) {
  return usable_table(context, statement.table);
}

void check_index_is_simple(const TableRecord& table, const Statement& statement) {
  if (!statement.index) return;
  const auto found = std::ranges::find(table.indexes, *statement.index, &IndexRecord::name);
  if (found == table.indexes.end() || !found->keys.is_composite()) return;
  // Observed: of the index, whatever the words say.
  throw validation_exception(
      "PartiQL statements cannot be executed on tables with multi-attribute HASH keys or "
      "multi-attribute RANGE keys.");
}

const IndexRecord* index_of(const TableRecord& table, const Statement& statement) {
  if (!statement.index) return nullptr;
  const auto found = std::ranges::find(table.indexes, *statement.index, &IndexRecord::name);
  // Observed: without the name that Query gives.
  if (found == table.indexes.end())
    throw validation_exception("The table does not have the specified index");
  check_index_is_simple(table, statement);
  if (!found->is_filled()) {
    throw validation_exception("Cannot read from backfilling global secondary index: " +
                               found->name);
  }
  return &*found;
}

std::vector<KeyClause> key_clauses_of(const Statement& statement, const KeySchema& keys) {
  return clauses_of(statement.where, conjuncts_of(statement), keys);
}

std::optional<KeyCondition> key_condition_of(const Statement& statement, const KeySchema& keys) {
  const std::vector<KeyClause> clauses = key_clauses_of(statement, keys);
  const KeyClause* hash = equality_on(clauses, keys.hash.name);
  if (hash == nullptr) return std::nullopt;
  check_type(keys.hash, *hash);
  KeyCondition condition{.hash = hash->values.front().bytes,
                         .range = range_clause_of(clauses, keys)};
  check_key_lengths(keys, condition);
  return condition;
}

std::vector<KeyRange> key_ranges_of(const Statement& statement, const KeySchema& keys,
                                    std::uint64_t table_id) {
  if (!statement.has_where) return {};
  const Expression& where = statement.where;
  std::vector<KeyRange> ranges;
  // Observed: one condition that denies a sort key, and all may overlap.
  bool may_overlap = !keys.range;
  for (const NodeId disjunct : parts_of(where, where.root, Kind::or_)) {
    const std::vector<NodeId> conjuncts = parts_of(where, disjunct, Kind::and_);
    const std::vector<KeyClause> clauses = clauses_of(where, conjuncts, keys);
    const auto hash = hash_clause_of(where, conjuncts, clauses, keys.hash);
    if (!hash) return {};
    may_overlap = may_overlap || denies_range(where, conjuncts, keys);
    for (const Value& value : hash->values) {
      const KeyCondition condition{.hash = value.bytes, .range = range_clause_of(clauses, keys)};
      check_key_lengths(keys, condition);
      ranges.push_back(key_range(table_id, condition));
    }
  }
  merge(ranges, may_overlap);
  return ranges;
}

bool names_one_item(const Statement& statement, const KeySchema& keys) {
  const std::vector<KeyClause> clauses = key_clauses_of(statement, keys);
  return equality_on(clauses, keys.hash.name) != nullptr &&
         (!keys.range || equality_on(clauses, keys.range->name) != nullptr);
}

bool has_condition(const Statement& statement, const KeySchema& keys) {
  return conjuncts_of(statement).size() > keys.size();
}

std::string key_item_of(const Statement& statement, const KeySchema& keys) {
  if (!names_one_item(statement, keys)) {
    throw validation_exception(
        "Where clause does not contain a mandatory equality on all key attributes");
  }
  const std::vector<KeyClause> clauses = key_clauses_of(statement, keys);
  std::vector<std::pair<const KeyAttribute*, Value>> values;
  for (const KeyAttribute* attribute : {&keys.hash, keys.range ? &*keys.range : nullptr}) {
    if (attribute == nullptr) continue;
    const auto count = std::ranges::count(clauses, attribute->name, &KeyClause::name);
    if (count > 1) {
      throw validation_exception("Multiple conditions on same key " + attribute->name +
                                 ". Only single item Update/Insert/Delete are supported");
    }
    const KeyClause& clause = *equality_on(clauses, attribute->name);
    check_type(*attribute, clause);
    values.emplace_back(attribute, clause.values.front());
  }
  std::ranges::sort(values, {}, [](const auto& one) { return std::string_view(one.first->name); });
  std::string packed;
  Writer writer(packed);
  for (const auto& [attribute, value] : values) {
    writer.write_name(attribute->name);
    writer.write_value(value);
  }
  return packed;
}

std::optional<Expression> condition_of_write(const Statement& statement, const KeySchema& keys,
                                             bool must_exist) {
  Expression condition = statement.where;
  std::vector<NodeId> left;
  for (const NodeId id : conjuncts_of(statement)) {
    if (!is_equality_on(statement.where, id, keys)) left.push_back(id);
  }
  if (must_exist) {
    const std::vector<NodeId> key{condition.add_name(keys.hash.name)};
    left.push_back(
        condition.add({.kind = Kind::function, .function = Function::attribute_exists}, key));
  }
  if (left.empty()) return std::nullopt;
  condition.root = condition.add({.kind = Kind::and_}, left);
  return condition;
}

}  // namespace fallstreak::services::dynamodb
