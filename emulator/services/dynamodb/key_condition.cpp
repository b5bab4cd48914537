#include "services/dynamodb/key_condition.h"

#include <algorithm>
#include <array>
#include <optional>

namespace fallstreak::services::dynamodb {
namespace {

/// Collects the clauses of an expression in the order in which they are written.
class Collector {
 public:
  Collector(const Expression& expression, Wording wording)
      : expression_(expression), wording_(wording) {}

  void collect(const Node& node) {
    check_operator(node);
    if (node.kind == Kind::and_) {
      for (const NodeId id : expression_.operands(node)) collect(expression_[id]);
      return;
    }
    add_clause(node);
  }
  std::vector<KeyClause> clauses;

 private:
  [[nodiscard]] ApiError refuse(const std::string& what) const {
    return validation_exception(wording_, "Invalid KeyConditionExpression: " + what);
  }

  void check_operator(const Node& node) const {
    const auto invalid = [&](std::string_view operation) {
      return refuse("Invalid operator used in KeyConditionExpression: " + std::string(operation));
    };
    switch (node.kind) {
      case Kind::or_:
        throw invalid("OR");
      case Kind::not_:
        throw invalid("NOT");
      case Kind::in:
        throw invalid("IN");
      case Kind::not_equal:
        throw invalid("<>");
      case Kind::function:
        if (node.function != Function::begins_with) throw invalid(node.token);
        break;
      default:
        break;
    }
    const bool wants_key_first = node.kind == Kind::between || node.kind == Kind::function;
    if (wants_key_first && expression_.operand(node, 0).kind != Kind::path) {
      throw refuse("Invalid condition in KeyConditionExpression: " + std::string(node.token) +
                   " operator must have the key attribute as its first operand");
    }
  }

  void add_clause(const Node& node) {
    KeyClause clause{.comparison = key_operator_of(node)};
    bool has_name = false;
    for (std::size_t index = 0; index < node.count; ++index) {
      const Node& operand = expression_.operand(node, index);
      if (operand.kind == Kind::function) {
        throw refuse("KeyConditionExpressions cannot contain nested operations");
      }
      if (operand.kind == Kind::value) {
        clause.values.push_back(operand.value);
        continue;
      }
      if (has_name) {
        throw refuse(
            "Invalid condition in KeyConditionExpression: Multiple attribute names used in one "
            "condition");
      }
      const Path path = expression_.path(operand);
      if (path.size() > 1)
        throw refuse("KeyConditionExpressions cannot have conditions on nested attributes");
      clause.name = path.front().name;
      has_name = true;
      if (index > 0) clause.comparison = turned(clause.comparison);
    }
    if (!has_name)
      throw refuse("Invalid condition in KeyConditionExpression: No key attribute specified");
    if (std::ranges::find(clauses, clause.name, &KeyClause::name) != clauses.end()) {
      throw refuse("KeyConditionExpressions must only contain one condition per key");
    }
    clauses.push_back(std::move(clause));
  }

  const Expression& expression_;
  Wording wording_;
};

ApiError query_key_condition_not_supported() {
  return validation_exception("Query key condition not supported");
}

void check_clause(const KeyAttribute& attribute, const KeyClause& clause) {
  if (clause.comparison == KeyOperator::other) {
    throw validation_exception("Attempted conditional constraint is not an indexable operation");
  }
  for (const Value& value : clause.values) {
    if (value.type != attribute.type) {
      throw invalid_parameter_values("Condition parameter type does not match schema type");
    }
    if (value.bytes.empty()) {
      throw validation_exception(
          "One or more parameter values are not valid. The AttributeValue for a key attribute "
          "cannot contain an empty " +
          std::string(attribute.type == Type::B ? "binary" : "string") +
          " value. Key: " + attribute.name);
    }
  }
}

const KeyClause* find_clause(const std::vector<KeyClause>& clauses, const KeyAttribute& attribute) {
  const auto found = std::ranges::find(clauses, attribute.name, &KeyClause::name);
  return found == clauses.end() ? nullptr : &*found;
}

ApiError missed(const KeyAttribute& attribute) {
  return validation_exception("Query condition missed key schema element: " + attribute.name);
}

ApiError too_many_conditions(const KeySchema& schema, const std::vector<KeyClause>& clauses) {
  return validation_exception("The number of query conditions (" + std::to_string(clauses.size()) +
                              ") exceeds the number of key attributes defined in the schema (" +
                              std::to_string(schema.size()) + ")");
}

/// The value that a hash attribute must equal.
std::string_view hash_value_of(const std::vector<KeyClause>& clauses,
                               const KeyAttribute& attribute) {
  const KeyClause* clause = find_clause(clauses, attribute);
  if (clause == nullptr) throw missed(attribute);
  check_clause(attribute, *clause);
  if (clause->comparison != KeyOperator::equal) throw query_key_condition_not_supported();
  return clause->values.front().bytes;
}

std::size_t longest_of(const KeyCondition& condition) {
  std::size_t longest = 0;
  if (!condition.range) return longest;
  for (const Value& value : condition.range->values)
    longest = std::max(longest, value.bytes.size());
  return longest;
}

/// Of an index whose key has several attributes. AWS: equalities from left to right, and any
/// condition on the last attribute that is named.
KeyCondition composite_condition(const KeySchema& schema, const std::vector<KeyClause>& clauses) {
  if (clauses.size() > schema.size()) throw too_many_conditions(schema, clauses);
  KeyCondition condition{.hash = hash_value_of(clauses, schema.hash)};
  std::size_t hash_size = condition.hash.size();
  for (const KeyAttribute& attribute : schema.more_hash) {
    condition.more_hash.push_back(hash_value_of(clauses, attribute));
    hash_size += condition.more_hash.back().size();
  }
  std::string unequal;
  std::size_t used = 1 + schema.more_hash.size();
  std::size_t range_size = 0;
  std::size_t place = 0;
  for (const KeyAttribute* attribute : KeyAttributes(schema)) {
    if (place++ <= schema.more_hash.size()) continue;
    const KeyClause* clause = find_clause(clauses, *attribute);
    if (clause != nullptr && !unequal.empty()) {
      throw validation_exception("RANGE key attributes " + unequal +
                                 " must have equality conditions specified in the query because a "
                                 "condition is present on key attribute " +
                                 attribute->name);
    }
    if (clause == nullptr || clause->comparison != KeyOperator::equal) {
      // Chosen: of several that are missing all are named.
      unequal += (unequal.empty() ? "" : ", ") + attribute->name;
    }
    if (clause == nullptr) continue;
    check_clause(*attribute, *clause);
    if (condition.range) {
      condition.equal_ranges.push_back(condition.range->values.front().bytes);
      range_size += condition.equal_ranges.back().size();
    }
    condition.range = *clause;
    ++used;
  }
  if (used != clauses.size()) throw query_key_condition_not_supported();
  check_total_sizes(hash_size, range_size + longest_of(condition));
  return condition;
}

}  // namespace

KeyOperator key_operator_of(const Node& node) {
  switch (node.kind) {
    case Kind::equal:
      return KeyOperator::equal;
    case Kind::less:
      return KeyOperator::less;
    case Kind::less_equal:
      return KeyOperator::less_equal;
    case Kind::greater:
      return KeyOperator::greater;
    case Kind::greater_equal:
      return KeyOperator::greater_equal;
    case Kind::between:
      return KeyOperator::between;
    case Kind::function:
      return node.function == Function::begins_with ? KeyOperator::begins_with : KeyOperator::other;
    default:
      return KeyOperator::other;
  }
}

KeyOperator turned(KeyOperator comparison) {
  switch (comparison) {
    case KeyOperator::less:
      return KeyOperator::greater;
    case KeyOperator::less_equal:
      return KeyOperator::greater_equal;
    case KeyOperator::greater:
      return KeyOperator::less;
    case KeyOperator::greater_equal:
      return KeyOperator::less_equal;
    default:
      return comparison;
  }
}

std::vector<KeyClause> key_clauses(const Expression& expression, Wording wording) {
  Collector collector(expression, wording);
  collector.collect(expression[expression.root]);
  return std::move(collector.clauses);
}

std::vector<KeyClause> key_clauses(const api::Map<api::dynamodb::Condition>& conditions,
                                   Wording wording, ValueStore& store) {
  struct Named {
    std::string_view name;
    KeyOperator comparison;
  };
  constexpr std::array<Named, 7> kOperators{{{"EQ", KeyOperator::equal},
                                             {"LT", KeyOperator::less},
                                             {"LE", KeyOperator::less_equal},
                                             {"GT", KeyOperator::greater},
                                             {"GE", KeyOperator::greater_equal},
                                             {"BETWEEN", KeyOperator::between},
                                             {"BEGINS_WITH", KeyOperator::begins_with}}};
  std::vector<KeyClause> clauses;
  for (const auto& entry : conditions) {
    const auto found = std::ranges::find(kOperators, *entry.value.ComparisonOperator, &Named::name);
    clauses.push_back(
        {.name = entry.key,
         .comparison = found == kOperators.end() ? KeyOperator::other : found->comparison,
         .values = checked_values(entry.value, wording, store)});
  }
  if (clauses.empty() || clauses.size() > 2) {
    throw validation_exception(wording, "Conditions can be of length 1 or 2 only");
  }
  return clauses;
}

bool KeyCondition::allows_range(std::string_view value) const {
  if (!range) return true;
  const std::string_view first = range->values.front().bytes;
  switch (range->comparison) {
    case KeyOperator::equal:
      return value == first;
    case KeyOperator::less:
      return value < first;
    case KeyOperator::less_equal:
      return value <= first;
    case KeyOperator::greater:
      return value > first;
    case KeyOperator::greater_equal:
      return value >= first;
    case KeyOperator::between:
      return value >= first && value <= range->values.back().bytes;
    case KeyOperator::begins_with:
      return value.starts_with(first);
    case KeyOperator::other:
      break;
  }
  return false;
}

KeyCondition key_condition(const KeySchema& schema, const std::vector<KeyClause>& clauses) {
  if (schema.is_composite()) return composite_condition(schema, clauses);
  if (clauses.size() > 2) throw too_many_conditions(schema, clauses);
  if (!schema.range && clauses.size() > 1) throw query_key_condition_not_supported();
  KeyCondition condition{.hash = hash_value_of(clauses, schema.hash)};
  check_key_lengths(schema, condition);
  if (clauses.size() == 1) return condition;
  const KeyClause* range = find_clause(clauses, *schema.range);
  if (range == nullptr) throw missed(*schema.range);
  check_clause(*schema.range, *range);
  condition.range = *range;
  check_key_lengths(schema, condition);
  return condition;
}

void check_key_lengths(const KeySchema& schema, const KeyCondition& condition) {
  if (condition.hash.size() > kLongestHash)
    check_key_sizes({.hash = schema.hash}, {.hash = condition.hash});
  if (!condition.range) return;
  for (const Value& value : condition.range->values) {
    if (value.bytes.size() > kLongestRange)
      check_key_sizes(schema, {.hash = condition.hash, .range = value.bytes});
  }
}

KeyRange key_range(std::uint64_t table_id, const KeyCondition& condition) {
  KeyBytes key;
  append_table(key, table_id);
  if (condition.more_hash.empty()) {
    append_hash(key, condition.hash);
  } else {
    std::vector<std::string_view> hashes{condition.hash};
    hashes.insert(hashes.end(), condition.more_hash.begin(), condition.more_hash.end());
    append_hashes(key, hashes);
  }
  for (const std::string_view value : condition.equal_ranges) append_range(key, value);
  const std::string all(key.view());
  if (!condition.range) return {all, after_prefix(all)};

  const std::size_t before_range = key.size();
  const auto whole = [&](const Value& value) {
    key.truncate(before_range);
    append_range(key, value.bytes);
    return std::string(key.view());
  };
  const auto beginning = [&](const Value& value) {
    key.truncate(before_range);
    append_range_prefix(key, value.bytes);
    return std::string(key.view());
  };
  const Value& first = condition.range->values.front();
  const Value& last = condition.range->values.back();
  switch (condition.range->comparison) {
    case KeyOperator::less:
      return {all, whole(first)};
    case KeyOperator::less_equal:
      return {all, after_prefix(whole(first))};
    case KeyOperator::greater:
      return {after_prefix(whole(first)), after_prefix(all)};
    case KeyOperator::greater_equal:
      return {whole(first), after_prefix(all)};
    case KeyOperator::begins_with:
      return {beginning(first), after_prefix(beginning(first))};
    default:
      return {whole(first), after_prefix(whole(last))};
  }
}

}  // namespace fallstreak::services::dynamodb
