#pragma once

#include "dispatch/registry.h"

namespace fallstreak::services {

/// Amazon DynamoDB.
void bind_dynamodb(dispatch::Registry& registry);
/// DynamoDB Streams, which reads what DynamoDB's tables record.
void bind_dynamodb_streams(dispatch::Registry& registry);

}  // namespace fallstreak::services
