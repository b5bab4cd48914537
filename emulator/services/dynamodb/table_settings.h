#pragma once

#include "api/dynamodb/tables.h"
#include "services/dynamodb/state.h"

/// Settings of a table that CreateTable and UpdateTable share.
namespace fallstreak::services::dynamodb {

/// Reads what CreateTable sets beside keys, indexes and capacity.
void read_settings(Context& context, const api::dynamodb::CreateTableInput& request,
                   TableRecord& table);

/// The two operations refuse the same in different words.
enum class Operation { create_table, update_table };
void check_on_demand_throughput(const api::dynamodb::OnDemandThroughput& throughput,
                                BillingMode billing_mode, Operation operation);
/// Warm throughput only grows. `of` is `table` or `index: <name>`.
/// Refuses what no table could ever have.
void check_bounds(const api::dynamodb::ProvisionedThroughput& throughput);
void check_warm_throughput(const api::dynamodb::WarmThroughput& wanted,
                           const std::optional<api::dynamodb::WarmThroughput>& current,
                           std::string_view of);
std::optional<api::dynamodb::SSEDescription> read_encryption(
    Context& context, const api::dynamodb::SSESpecification& specification);

}  // namespace fallstreak::services::dynamodb
