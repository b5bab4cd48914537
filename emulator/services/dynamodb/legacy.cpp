#include "services/dynamodb/legacy.h"

#include <algorithm>
#include <array>
#include <set>

namespace fallstreak::services::dynamodb {
namespace {

using api::dynamodb::Condition;
using api::dynamodb::ExpectedAttributeValue;

Value kept(const ApiValue& value, Wording wording, ValueStore& store) {
  std::string& bytes = store.emplace_back();
  pack(value, wording, bytes);
  const char* at = bytes.data();
  return ReadValue::read(at);
}

std::vector<Value> kept(std::span<const ApiValue> values, Wording wording, ValueStore& store) {
  std::vector<Value> result;
  for (const auto& value : values) result.push_back(kept(value, wording, store));
  return result;
}

bool has_right_count(std::string_view comparison, std::size_t count) {
  if (comparison == "NULL" || comparison == "NOT_NULL") return count == 0;
  if (comparison == "IN") return count >= 1;
  if (comparison == "BETWEEN") return count == 2;
  return count == 1;
}

bool allows(std::string_view comparison, Type type) {
  const bool is_scalar = type == Type::S || type == Type::N || type == Type::B;
  if (comparison == "EQ" || comparison == "NE" || comparison == "NULL" || comparison == "NOT_NULL")
    return true;
  if (comparison == "BEGINS_WITH") return type == Type::S || type == Type::B;
  return is_scalar;
}

void check_comparison(std::string_view comparison, const std::vector<Value>& values,
                      Wording wording) {
  if (!has_right_count(comparison, values.size())) {
    throw invalid_parameter_values(wording, "Invalid number of argument(s) for the " +
                                                std::string(comparison) + " ComparisonOperator");
  }
  for (const Value& value : values) {
    if (value.type != values.front().type) {
      throw invalid_parameter_values(
          wording, "AttributeValues inside AttributeValueList must be of same type");
    }
  }
  for (const Value& value : values) {
    if (!allows(comparison, value.type)) {
      throw invalid_parameter_values(
          wording, "ComparisonOperator " + std::string(comparison) + " is not valid for " +
                       std::string(name_of(value.type)) + " AttributeValue type");
    }
  }
  if (comparison == "BETWEEN" && values[0].bytes > values[1].bytes) {
    throw validation_exception(wording,
                               "The BETWEEN condition was provided a range where the lower bound "
                               "is greater than the upper bound");
  }
}

/// Adds `name <comparison> values` to a tree.
NodeId add_comparison(Expression& tree, std::string_view name, std::string_view comparison,
                      const std::vector<Value>& values) {
  std::vector<NodeId> operands{tree.add_name(name)};
  for (const Value& value : values) operands.push_back(tree.add_value(value));
  const auto call = [&](Function function) {
    return tree.add(Node{.kind = Kind::function, .function = function}, operands);
  };
  struct Comparison {
    std::string_view name;
    Kind kind;
  };
  constexpr std::array<Comparison, 8> kComparisons{{{"EQ", Kind::equal},
                                                    {"NE", Kind::not_equal},
                                                    {"LT", Kind::less},
                                                    {"LE", Kind::less_equal},
                                                    {"GT", Kind::greater},
                                                    {"GE", Kind::greater_equal},
                                                    {"IN", Kind::in},
                                                    {"BETWEEN", Kind::between}}};
  const auto found = std::ranges::find(kComparisons, comparison, &Comparison::name);
  if (found != kComparisons.end()) return tree.add(Node{.kind = found->kind}, operands);
  if (comparison == "NULL") return call(Function::attribute_not_exists);
  if (comparison == "NOT_NULL") return call(Function::attribute_exists);
  if (comparison == "BEGINS_WITH") return call(Function::begins_with);
  if (comparison == "CONTAINS") return call(Function::contains);
  return tree.add(Node{.kind = Kind::not_}, std::array{call(Function::contains)});
}

void join(Expression& tree, const std::vector<NodeId>& conditions,
          const std::optional<std::string>& conditional_operator, Wording wording) {
  check_conditional_operator(conditional_operator, conditions.size(), wording);
  const Kind kind = conditional_operator == "OR" ? Kind::or_ : Kind::and_;
  tree.root = tree.add(Node{.kind = kind}, conditions);
}

NodeId add_expected(Expression& tree, const std::string& name,
                    const ExpectedAttributeValue& expected, Wording wording, ValueStore& store) {
  const auto refuse = [&](const std::string& what) {
    return invalid_parameter_values(wording, what + " for Attribute: " + name);
  };
  if (expected.AttributeValueList && expected.Value) {
    throw refuse("Value and AttributeValueList cannot be used together");
  }
  if (expected.ComparisonOperator) {
    const std::string& comparison = *expected.ComparisonOperator;
    if (expected.Exists) throw refuse("Exists and ComparisonOperator cannot be used together");
    if (comparison != "NULL" && comparison != "NOT_NULL" && !expected.AttributeValueList &&
        !expected.Value) {
      throw refuse("Value or AttributeValueList must be used with ComparisonOperator: " +
                   comparison);
    }
    std::vector<Value> values = kept(api::each(expected.AttributeValueList), wording, store);
    if (expected.Value) values.push_back(kept(*expected.Value, wording, store));
    check_comparison(comparison, values, wording);
    return add_comparison(tree, name, comparison, values);
  }
  if (expected.AttributeValueList) {
    throw refuse("AttributeValueList can only be used with a ComparisonOperator");
  }
  const bool exists = expected.Exists.value_or(true);
  if (exists && !expected.Value) {
    throw refuse(std::string("Value must be provided when Exists is ") +
                 (expected.Exists ? "true" : "null"));
  }
  if (!exists && expected.Value) throw refuse("Value cannot be used when Exists is false");
  if (!exists) return add_comparison(tree, name, "NULL", {});
  return add_comparison(tree, name, "EQ", {kept(*expected.Value, wording, store)});
}

}  // namespace

void check_conditional_operator(const std::optional<std::string>& conditional_operator,
                                std::size_t condition_count, Wording wording) {
  if (!conditional_operator || condition_count > 1) return;
  if (condition_count == 0) {
    throw validation_exception(wording,
                               "ConditionalOperator cannot be used without Filter or Expected");
  }
  throw validation_exception(
      wording,
      "ConditionalOperator can only be used when Filter or Expected has two or more elements");
}

std::vector<Value> checked_values(const Condition& condition, Wording wording, ValueStore& store) {
  std::vector<Value> values = kept(api::each(condition.AttributeValueList), wording, store);
  check_comparison(*condition.ComparisonOperator, values, wording);
  return values;
}

Expression condition_of(const api::Map<ExpectedAttributeValue>& expected,
                        const std::optional<std::string>& conditional_operator, Wording wording,
                        ValueStore& store) {
  Expression tree;
  std::vector<NodeId> conditions;
  for (const auto& entry : expected) {
    conditions.push_back(add_expected(tree, entry.key, entry.value, wording, store));
  }
  join(tree, conditions, conditional_operator, wording);
  return tree;
}

Expression condition_of(const api::Map<Condition>& filter,
                        const std::optional<std::string>& conditional_operator, Wording wording,
                        ValueStore& store) {
  Expression tree;
  std::vector<NodeId> conditions;
  for (const auto& entry : filter) {
    const auto values = checked_values(entry.value, wording, store);
    conditions.push_back(add_comparison(tree, entry.key, *entry.value.ComparisonOperator, values));
  }
  join(tree, conditions, conditional_operator, wording);
  return tree;
}

UpdateExpression update_of(const api::Map<api::dynamodb::AttributeValueUpdate>& updates,
                           Wording wording, ValueStore& store) {
  UpdateExpression result;
  result.is_attribute_updates = true;
  const auto is_set = [](Type type) {
    return type == Type::SS || type == Type::NS || type == Type::BS;
  };
  for (const auto& [name, update] : updates) {
    const std::string action = update.Action.value_or("PUT");
    if (!update.Value && action != "DELETE") {
      throw invalid_parameter_values(
          wording, "Only DELETE action is allowed when no attribute value is specified");
    }
    UpdateAction made{.kind = UpdateAction::Kind::remove, .path = result.expression.add_name(name)};
    if (update.Value) {
      const Value value = kept(*update.Value, wording, store);
      made.operand = result.expression.add_value(value);
      const auto type = std::string(name_of(value.type));
      if (action == "DELETE" && !is_set(value.type)) {
        throw invalid_parameter_values(
            wording, "DELETE action with value is not supported for the type " + type);
      }
      if (action == "ADD" && !is_set(value.type) && value.type != Type::N &&
          value.type != Type::L) {
        throw invalid_parameter_values(wording, "ADD action is not supported for the type " + type);
      }
      made.kind = action == "PUT"   ? UpdateAction::Kind::set
                  : action == "ADD" ? UpdateAction::Kind::add
                                    : UpdateAction::Kind::delete_;
    }
    result.actions.push_back(made);
  }
  return result;
}

ProjectionExpression projection_of(const std::vector<std::string>& names, Wording wording) {
  ProjectionExpression projection;
  std::set<std::string_view> seen;
  for (const auto& name : names) {
    if (!seen.insert(name).second) {
      throw invalid_parameter_values(wording, "Duplicate value in attribute name: " + name);
    }
    projection.paths.push_back(projection.expression.add_name(name));
  }
  return projection;
}

}  // namespace fallstreak::services::dynamodb
