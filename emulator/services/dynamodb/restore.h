#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "api/dynamodb/backups.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/state.h"
#include "services/dynamodb/table_settings.h"

/// Making tables of what was saved.
namespace fallstreak::services::dynamodb {

/// A table that can be saved, or a refusal in the words of backups.
const TableRecord& table_to_save(const Context& context, std::string_view name);
/// The name of a table that does not exist yet.
std::string_view target_name_of(const Context& context, const std::string& name);
ApiError backup_in_use_exception(std::string_view arn);

/// A new table as the saved one was, without what AWS does not restore: tags, stream, TTL,
/// protection from deletion and point-in-time recovery.
TableRecord new_table_like(Context& context, const TableRecord& saved);
void override_capacity(const std::optional<std::string>& billing_mode,
                       const std::optional<api::dynamodb::ProvisionedThroughput>& throughput,
                       TableRecord& table);
/// Keeps the indexes of one kind that an override names; refuses others.
void keep_indexes(IndexKind kind, const std::vector<std::string>& names, TableRecord& table);

template <class Override>
void override_indexes(IndexKind kind, const std::optional<std::vector<Override>>& indexes,
                      TableRecord& table) {
  if (!indexes) return;
  std::vector<std::string> names;
  for (const Override& index : *indexes) names.push_back(*index.IndexName);
  keep_indexes(kind, names, table);
}

/// The same with what a request to restore wants otherwise.
template <class Request>
TableRecord restored_table(Context& context, const TableRecord& saved, const Request& request) {
  TableRecord table = new_table_like(context, saved);
  override_indexes(IndexKind::global, request.GlobalSecondaryIndexOverride, table);
  override_indexes(IndexKind::local, request.LocalSecondaryIndexOverride, table);
  override_capacity(request.BillingModeOverride, request.ProvisionedThroughputOverride, table);
  // A maximum of request units is for tables that are paid by request.
  if (table.billing_mode == BillingMode::provisioned) table.on_demand_throughput.reset();
  if (request.OnDemandThroughputOverride) {
    check_on_demand_throughput(*request.OnDemandThroughputOverride, table.billing_mode,
                               Operation::create_table);
    table.on_demand_throughput = request.OnDemandThroughputOverride;
  }
  if (request.SSESpecificationOverride)
    table.encryption = read_encryption(context, *request.SSESpecificationOverride);
  return table;
}

/// Fills the indexes of a table whose items are there, and lets it become active.
api::dynamodb::TableDescription begin_restore(Context& context, const std::string& name,
                                              TableRecord table);

/// Event: a restored table can be used.
constexpr std::string_view kTableRestored = "table-restored";
void table_restored(Context& context, const world::Event& event);

}  // namespace fallstreak::services::dynamodb
