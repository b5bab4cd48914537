#pragma once

#include "api/dynamodb/tables.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/state.h"

/// How billing modes and provisioned throughput change.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
namespace fallstreak::services::dynamodb {

/// The billing mode that the table will have.
BillingMode mode_after(const api::dynamodb::UpdateTableInput& request, const TableRecord& table);

/// Refuses capacity that cannot be set, is what the table has, or changes too often.
void check_capacity(Context& context, const api::dynamodb::UpdateTableInput& request,
                    const TableRecord& table);
void apply_capacity(Context& context, const api::dynamodb::UpdateTableInput& request,
                    TableRecord& table);

/// `mode_stays`: a switch of the billing mode sets the same capacity anew.
void check_index_capacity(const api::dynamodb::UpdateGlobalSecondaryIndexAction& action,
                          BillingMode mode, bool mode_stays, const IndexRecord& index);
void apply_index_capacity(const api::dynamodb::UpdateGlobalSecondaryIndexAction& action,
                          IndexRecord& index);

ApiError capacity_in_on_demand_mode();

}  // namespace fallstreak::services::dynamodb
