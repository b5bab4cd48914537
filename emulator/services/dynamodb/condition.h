#pragma once

#include <optional>
#include <string_view>

#include "services/dynamodb/expression.h"

namespace fallstreak::services::dynamodb {

/// What is at a path in an item's bytes.
std::optional<Value> find_path(std::string_view item, Path path);

/// Whether an item (none: empty bytes) meets a condition.
bool is_met(const Expression& condition, std::string_view item);

/// The type that AWS abbreviates so, if it is one.
std::optional<Type> type_named(std::string_view name);

}  // namespace fallstreak::services::dynamodb
