#pragma once

#include "api/dynamodb/tables.h"
#include "services/dynamodb/records.h"

namespace fallstreak::services::dynamodb {

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
inline constexpr std::size_t kMostGlobalIndexes = 20;

/// Checks a CreateTable request in DynamoDB's order, and makes of it what is stored; ids and times
/// are the caller's.
TableRecord checked_table(const api::dynamodb::CreateTableInput& request);

/// The same for an index that is added to a table; the request must define the attributes of its
/// key, also those that the table knows.
IndexRecord checked_global_index(
    const api::dynamodb::CreateGlobalSecondaryIndexAction& action,
    const std::optional<std::vector<api::dynamodb::AttributeDefinition>>& definitions,
    BillingMode billing_mode);

}  // namespace fallstreak::services::dynamodb
