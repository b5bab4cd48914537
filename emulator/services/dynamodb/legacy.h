#pragma once

#include <list>
#include <optional>
#include <string>
#include <vector>

#include "services/dynamodb/expression.h"

/// The parameters that were there before expressions, translated into the same trees.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html
namespace fallstreak::services::dynamodb {

/// Keeps the packed values that a translated tree refers to. Most requests have none, and an empty
/// list is the one container that stays where it is and costs nothing.
using ValueStore = std::list<std::string>;

/// Refuses a ConditionalOperator where there are no conditions that it could connect.
void check_conditional_operator(const std::optional<std::string>& conditional_operator,
                                std::size_t condition_count, Wording wording);
/// `Expected` with its `ConditionalOperator`.
Expression condition_of(const api::Map<api::dynamodb::ExpectedAttributeValue>& expected,
                        const std::optional<std::string>& conditional_operator, Wording wording,
                        ValueStore& store);
/// `QueryFilter` and `ScanFilter`.
Expression condition_of(const api::Map<api::dynamodb::Condition>& filter,
                        const std::optional<std::string>& conditional_operator, Wording wording,
                        ValueStore& store);
UpdateExpression update_of(const api::Map<api::dynamodb::AttributeValueUpdate>& updates,
                           Wording wording, ValueStore& store);
/// `AttributesToGet`.
ProjectionExpression projection_of(const std::vector<std::string>& names, Wording wording);

/// The values of a `Condition` after the checks that its operator asks for.
std::vector<Value> checked_values(const api::dynamodb::Condition& condition, Wording wording,
                                  ValueStore& store);

}  // namespace fallstreak::services::dynamodb
