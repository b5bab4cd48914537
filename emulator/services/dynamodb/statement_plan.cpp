#include "services/dynamodb/statement_plan.h"

#include <algorithm>

namespace fallstreak::services::dynamodb {
namespace {

/// The conditions of which all must hold.
std::vector<NodeId> conjuncts_of(const Statement& statement) {
  if (!statement.has_where) return {};
  const Node& root = statement.where[statement.where.root];
  if (root.kind != Kind::and_) return {statement.where.root};
  std::vector<NodeId> flat;
  std::vector<NodeId> waiting{statement.where.root};
  while (!waiting.empty()) {
    const NodeId id = waiting.back();
    waiting.pop_back();
    const Node& node = statement.where[id];
    if (node.kind != Kind::and_) {
      flat.push_back(id);
      continue;
    }
    const auto operands = statement.where.operands(node);
    waiting.insert(waiting.end(), operands.rbegin(), operands.rend());
  }
  return flat;
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

}  // namespace

const TableRecord& table_of(Context& context, const Statement& statement) {
  return usable_table(context, statement.table);
}

const IndexRecord* index_of(const TableRecord& table, const Statement& statement) {
  if (!statement.index) return nullptr;
  const auto found = std::ranges::find(table.indexes, *statement.index, &IndexRecord::name);
  // Observed: without the name that Query gives.
  if (found == table.indexes.end())
    throw validation_exception("The table does not have the specified index");
  if (!found->is_filled()) {
    throw validation_exception("Cannot read from backfilling global secondary index: " +
                               found->name);
  }
  return &*found;
}

std::vector<KeyClause> key_clauses_of(const Statement& statement, const KeySchema& keys) {
  std::vector<KeyClause> clauses;
  for (const NodeId id : conjuncts_of(statement)) {
    auto clause = clause_of(statement.where, id);
    if (clause && keys.has(clause->name)) clauses.push_back(std::move(*clause));
  }
  return clauses;
}

std::optional<KeyCondition> key_condition_of(const Statement& statement, const KeySchema& keys) {
  const std::vector<KeyClause> clauses = key_clauses_of(statement, keys);
  const KeyClause* hash = equality_on(clauses, keys.hash.name);
  if (hash == nullptr) return std::nullopt;
  check_type(keys.hash, *hash);
  KeyCondition condition{.hash = hash->values.front().bytes};
  check_key_lengths(keys, condition);
  if (!keys.range) return condition;
  // Whatever else WHERE says of the sort key is held against the items that are found.
  const KeyClause* range = equality_on(clauses, keys.range->name);
  if (range == nullptr) {
    const auto found = std::ranges::find(clauses, keys.range->name, &KeyClause::name);
    if (found != clauses.end()) range = &*found;
  }
  if (range == nullptr) return condition;
  check_type(*keys.range, *range);
  condition.range = *range;
  check_key_lengths(keys, condition);
  return condition;
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
