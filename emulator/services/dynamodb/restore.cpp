#include "services/dynamodb/restore.h"

#include "services/dynamodb/account_limits.h"
#include "services/dynamodb/index_fill.h"
#include "services/dynamodb/realism.h"
#include "services/dynamodb/table_access.h"
#include "services/dynamodb/table_description.h"
#include "services/dynamodb/table_storage.h"
#include "services/dynamodb/timing.h"

namespace fallstreak::services::dynamodb {

const TableRecord& table_to_save(const Context& context, std::string_view name) {
  const TableRecord* table = context.state.tables.find(name);
  if (table == nullptr)
    throw ApiError("TableNotFoundException", "Table not found: " + std::string(name));
  if (!table->is_usable()) {
    throw ApiError("TableInUseException",
                   "Table is being created or deleted: " + std::string(name));
  }
  return *table;
}

std::string_view target_name_of(const Context& context, const std::string& name) {
  const std::string_view target = table_name_of(context, name);
  if (context.state.tables.contains(target)) {
    throw ApiError("TableAlreadyExistsException", "Table already exists: " + std::string(target));
  }
  return target;
}

ApiError backup_in_use_exception(std::string_view arn) {
  return {"BackupInUseException", "Backup is being created: " + std::string(arn)};
}

TableRecord new_table_like(Context& context, const TableRecord& saved) {
  TableRecord table{.id = new_storage_id(context),
                    .uuid = context.new_uuid("table-id"),
                    .created = context.now(),
                    .keys = saved.keys,
                    .attribute_definitions = saved.attribute_definitions,
                    .billing_mode = saved.billing_mode,
                    .read_capacity_units = saved.read_capacity_units,
                    .write_capacity_units = saved.write_capacity_units,
                    .table_class = saved.table_class,
                    .on_demand_throughput = saved.on_demand_throughput,
                    .encryption = saved.encryption};
  for (const IndexRecord& index : saved.indexes) {
    if (!index.is_filled()) continue;
    IndexRecord& copy = table.indexes.emplace_back(index);
    copy.id = new_storage_id(context);
    copy.status = IndexStatus::active;
    copy.has_own_reads = false;
  }
  return table;
}

void keep_indexes(IndexKind kind, const std::vector<std::string>& names, TableRecord& table) {
  for (const std::string& name : names) {
    const auto found = std::ranges::find(table.indexes, name, &IndexRecord::name);
    if (found != table.indexes.end() && found->kind == kind) continue;
    throw validation_exception(
        "One or more parameter values were invalid: Index not found in source: " + name);
  }
  std::erase_if(table.indexes, [&](const IndexRecord& index) {
    return index.kind == kind && std::ranges::find(names, index.name) == names.end();
  });
  std::erase_if(table.attribute_definitions, [&](const KeyAttribute& definition) {
    return !table.keys.has(definition.name) &&
           std::ranges::none_of(table.indexes, [&](const IndexRecord& index) {
             return index.keys.has(definition.name);
           });
  });
}

void override_capacity(const std::optional<std::string>& billing_mode,
                       const std::optional<api::dynamodb::ProvisionedThroughput>& throughput,
                       TableRecord& table) {
  if (billing_mode) {
    table.billing_mode =
        *billing_mode == "PROVISIONED" ? BillingMode::provisioned : BillingMode::pay_per_request;
  }
  if (table.billing_mode == BillingMode::pay_per_request) {
    if (throughput) {
      throw invalid_parameter_values(
          "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
          "PAY_PER_REQUEST");
    }
    table.read_capacity_units = 0;
    table.write_capacity_units = 0;
    return;
  }
  if (throughput) {
    table.read_capacity_units = *throughput->ReadCapacityUnits;
    table.write_capacity_units = *throughput->WriteCapacityUnits;
  }
  if (table.read_capacity_units == 0) {
    throw invalid_parameter_values(
        "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is "
        "PROVISIONED");
  }
}

api::dynamodb::TableDescription begin_restore(Context& context, const std::string& name,
                                              TableRecord table) {
  check_may_add_table(context);
  check_may_change_tables(context);
  check_may_restore(context);
  for (const IndexRecord& index : table.indexes) {
    make_contents(context, index.id);
    fill_index(context, table, index);
  }
  take_over_realism(context, name, table);
  const auto bytes = contents_of(context, table.id).size_bytes;
  context.schedule(kRestoreLeast + std::chrono::seconds(bytes / kBackfillBytesPerSecond),
                   kTableRestored, name);
  api::dynamodb::TableDescription description = describe(context, name, table);
  context.state.tables.insert(name, std::move(table));
  return description;
}

void table_restored(Context& context, const world::Event& event) {
  context.state.tables.update(event.entity, [](TableRecord& table) {
    table.status = TableStatus::active;
    table.restore->RestoreInProgress = false;
  });
}

}  // namespace fallstreak::services::dynamodb
