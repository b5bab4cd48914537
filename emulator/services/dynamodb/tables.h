#pragma once

#include "api/dynamodb/tables.h"
#include "services/dynamodb/state.h"

/// The operations on tables.
namespace fallstreak::services::dynamodb {

api::dynamodb::CreateTableOutput create_table(Context& context,
                                              const api::dynamodb::CreateTableInput& request);
api::dynamodb::DescribeTableOutput describe_table(Context& context,
                                                  const api::dynamodb::DescribeTableInput& request);
api::dynamodb::ListTablesOutput list_tables(Context& context,
                                            const api::dynamodb::ListTablesInput& request);
api::dynamodb::DeleteTableOutput delete_table(Context& context,
                                              const api::dynamodb::DeleteTableInput& request);

/// Events: a table that was created can be used, a table that was deleted is gone.
constexpr std::string_view kTableActive = "table-active";
constexpr std::string_view kTableDeleted = "table-deleted";
void table_active(Context& context, const world::Event& event);
void table_deleted(Context& context, const world::Event& event);

}  // namespace fallstreak::services::dynamodb
