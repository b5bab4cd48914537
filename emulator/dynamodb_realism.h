#pragma once

#include "cloud.h"
#include "dispatch/dynamodb_realism.h"

namespace fallstreak {

/// From now on the cloud's DynamoDB has these burdens: all its tables, and those that are made.
/// Part of the world: it survives snapshots, forks and restarts.
void set_dynamodb_realism(Cloud& cloud, const dispatch::DynamoDbRealism& realism);
[[nodiscard]] dispatch::DynamoDbRealism dynamodb_realism(Cloud& cloud);

}  // namespace fallstreak
