#pragma once

#include "dispatch/registry.h"

namespace fallstreak::services {

/// Amazon DynamoDB.
void bind_dynamodb(dispatch::Registry& registry);

}  // namespace fallstreak::services
