#pragma once

#include <string>
#include <string_view>

#include "services/dynamodb/expression.h"

namespace fallstreak::services::dynamodb {

/// The bytes of the item after the update. Every operand is read from the item as it was before.
std::string apply_update(const UpdateExpression& update, std::string_view item);

}  // namespace fallstreak::services::dynamodb
