#pragma once

#include <string>

#include "api/dynamodb/tables.h"
#include "services/dynamodb/state.h"

/// What an account may have and do in a region; Service Quotas raises it.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
namespace fallstreak::services::dynamodb {

/// Refuses to create, change or delete one more table while so many are on their way already.
void check_may_change_tables(Context& context);
/// Refuses to create one more table with secondary indexes while so many are being created.
void check_may_create(Context& context, const TableRecord& table);
/// Refuse one more restore, import or export while so many are on their way.
void check_may_restore(Context& context);
void check_may_import(Context& context);
void check_may_export(Context& context);
/// Refuses one table too many.
void check_may_add_table(Context& context);
/// Refuses a table that takes more capacity than it had, and than it or the account may have.
void check_account_capacity(Context& context, const std::string& name, const TableRecord& wanted);
/// A table as it will be when its capacity has changed.
TableRecord with_capacity(const api::dynamodb::UpdateTableInput& request, TableRecord table);

}  // namespace fallstreak::services::dynamodb
