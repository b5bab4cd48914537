#pragma once

#include <string_view>
#include <vector>

#include "api/dynamodb/tables.h"
#include "services/dynamodb/state.h"

/// Tables as answers show them.
namespace fallstreak::services::dynamodb {

api::dynamodb::TableDescription describe(const Context& context, std::string_view name,
                                         const TableRecord& table);
std::vector<api::dynamodb::KeySchemaElement> described(const KeySchema& keys);
std::string table_arn(const Context& context, std::string_view name);

}  // namespace fallstreak::services::dynamodb
