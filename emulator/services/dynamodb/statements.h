#pragma once

#include "api/dynamodb/partiql.h"
#include "services/dynamodb/state.h"

/// The operations that take PartiQL statements.
namespace fallstreak::services::dynamodb {

api::dynamodb::ExecuteStatementOutput execute_statement(
    Context& context, const api::dynamodb::ExecuteStatementInput& request);
api::dynamodb::BatchExecuteStatementOutput batch_execute_statement(
    Context& context, const api::dynamodb::BatchExecuteStatementInput& request);
api::dynamodb::ExecuteTransactionOutput execute_transaction(
    Context& context, const api::dynamodb::ExecuteTransactionInput& request);

}  // namespace fallstreak::services::dynamodb
