#pragma once

#include "api/dynamodb/transactions.h"
#include "services/dynamodb/state.h"

namespace fallstreak::services::dynamodb {

api::dynamodb::TransactWriteItemsOutput transact_write_items(
    Context& context, const api::dynamodb::TransactWriteItemsInput& request);
api::dynamodb::TransactGetItemsOutput transact_get_items(
    Context& context, const api::dynamodb::TransactGetItemsInput& request);

}  // namespace fallstreak::services::dynamodb
