#pragma once

#include "api/dynamodb/global_tables.h"
#include "services/dynamodb/state.h"

/// The operations of global tables' version 2017.11.29.
///
/// AWS makes no such tables any more, and its operations do not know those of the current version:
/// there is nothing left for them to find. What they answer is observed (2026).
namespace fallstreak::services::dynamodb {

api::dynamodb::CreateGlobalTableOutput create_global_table(
    Context& context, const api::dynamodb::CreateGlobalTableInput& request);
api::dynamodb::DescribeGlobalTableOutput describe_global_table(
    Context& context, const api::dynamodb::DescribeGlobalTableInput& request);
api::dynamodb::ListGlobalTablesOutput list_global_tables(
    Context& context, const api::dynamodb::ListGlobalTablesInput& request);
api::dynamodb::UpdateGlobalTableOutput update_global_table(
    Context& context, const api::dynamodb::UpdateGlobalTableInput& request);
api::dynamodb::DescribeGlobalTableSettingsOutput describe_global_table_settings(
    Context& context, const api::dynamodb::DescribeGlobalTableSettingsInput& request);
api::dynamodb::UpdateGlobalTableSettingsOutput update_global_table_settings(
    Context& context, const api::dynamodb::UpdateGlobalTableSettingsInput& request);

}  // namespace fallstreak::services::dynamodb
