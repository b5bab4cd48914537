#pragma once

#include "api/dynamodb/tables.h"
#include "services/dynamodb/records.h"

namespace fallstreak::services::dynamodb {

/// Checks a CreateTable request in DynamoDB's order, and makes of it what is stored; ids and times
/// are the caller's.
TableRecord checked_table(const api::dynamodb::CreateTableInput& request);

}  // namespace fallstreak::services::dynamodb
