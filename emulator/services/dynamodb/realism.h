#pragma once

#include <string>

#include "dispatch/dynamodb_realism.h"
#include "services/dynamodb/state.h"

/// Which burdens a table has: counted or limited capacity, and reads that lag behind.
namespace fallstreak::services::dynamodb {

/// A new table has what the world has.
void take_over_realism(Context& context, const std::string& name, TableRecord& table);
/// A table goes.
void forget_realism(Context& context, const std::string& name, const TableRecord& table);
/// All tables of the account in the region get it.
void apply_realism(Context& context, const dispatch::DynamoDbRealism& realism);

}  // namespace fallstreak::services::dynamodb
