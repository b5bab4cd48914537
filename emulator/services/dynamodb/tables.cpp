#include "services/dynamodb/tables.h"

#include "services/dynamodb/account_limits.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/observers.h"
#include "services/dynamodb/point_in_time.h"
#include "services/dynamodb/realism.h"
#include "services/dynamodb/replicas.h"
#include "services/dynamodb/stream.h"
#include "services/dynamodb/strong_groups.h"
#include "services/dynamodb/table_access.h"
#include "services/dynamodb/table_description.h"
#include "services/dynamodb/table_schema.h"
#include "services/dynamodb/table_settings.h"
#include "services/dynamodb/table_storage.h"
#include "services/dynamodb/time_to_live.h"
#include "services/dynamodb/timing.h"

namespace fallstreak::services::dynamodb {
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
api::dynamodb::CreateTableOutput create_table(Context& context,
                                              const api::dynamodb::CreateTableInput& request) {
  const std::string name(table_name_of(context, *request.TableName));
  TableRecord table = checked_table(request);
  read_settings(context, request, table);
  if (context.state.tables.contains(name)) throw table_already_exists(name);
  check_may_add_table(context);
  check_may_change_tables(context);
  check_may_create(context, table);
  check_account_capacity(context, name, table);

  table.id = new_storage_id(context);
  table.uuid = context.new_uuid("table-id");
  table.created = context.now();
  make_contents(context, table.id);
  for (IndexRecord& index : table.indexes) {
    index.id = new_storage_id(context);
    make_contents(context, index.id);
  }
  if (request.StreamSpecification && *request.StreamSpecification->StreamEnabled)
    apply_stream(context, *request.StreamSpecification, name, table);
  take_over_realism(context, name, table);
  context.schedule(kCreateTable, kTableActive, name);
  api::dynamodb::CreateTableOutput output{.TableDescription = describe(context, name, table)};
  context.state.tables.insert(name, std::move(table));
  return output;
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTable.html
api::dynamodb::DescribeTableOutput describe_table(
    Context& context, const api::dynamodb::DescribeTableInput& request) {
  const std::string_view name = table_name_of(context, *request.TableName);
  const TableRecord* table = context.state.tables.find(name);
  if (table == nullptr) throw table_not_found(name);
  return {.Table = describe(context, name, *table)};
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTables.html
api::dynamodb::ListTablesOutput list_tables(Context& context,
                                            const api::dynamodb::ListTablesInput& request) {
  api::dynamodb::ListTablesOutput output;
  auto& names = output.TableNames.emplace();
  const auto limit = static_cast<std::size_t>(request.Limit.value_or(100));
  const auto& tables = context.state.tables;
  auto at = request.ExclusiveStartTableName ? tables.upper_bound(*request.ExclusiveStartTableName)
                                            : tables.begin();
  for (; at != tables.end() && names.size() < limit; ++at) names.push_back(at->first);
  if (at != tables.end() && !names.empty()) output.LastEvaluatedTableName = names.back();
  return output;
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteTable.html
api::dynamodb::DeleteTableOutput delete_table(Context& context,
                                              const api::dynamodb::DeleteTableInput& request) {
  const std::string name(table_name_of(context, *request.TableName));
  const TableRecord* table = context.state.tables.find(name);
  if (table == nullptr) throw table_not_found(name);
  if (table->status == TableStatus::creating && table->is_global) throw table_being_used(name);
  if (table->status == TableStatus::creating) throw table_being_created(name);
  if (table->status == TableStatus::deleting) throw table_being_deleted(name);
  check_members_are_settled(*table);
  if (table->status == TableStatus::updating) throw table_being_updated(name);
  if (table->is_protected_from_deletion) {
    throw validation_exception(
        "Resource cannot be deleted as it is currently protected against deletion. Disable "
        "deletion protection first.");
  }
  check_may_change_tables(context);
  check_can_be_deleted(*table);
  check_may_leave(context, *table);
  begin_to_leave(context, name, *table);
  const Duration duration = table->is_global ? kDeleteReplica : kDeleteTable;

  context.state.tables.update(name,
                              [](TableRecord& record) { record.status = TableStatus::deleting; });
  context.schedule(duration, kTableDeleted, name);
  return {.TableDescription = describe(context, name, *context.state.tables.find(name))};
}

void table_active(Context& context, const world::Event& event) {
  context.state.tables.update(event.entity,
                              [](TableRecord& record) { record.status = TableStatus::active; });
}

void table_deleted(Context& context, const world::Event& event) {
  TableRecord table = *context.state.tables.find(event.entity);
  forget_realism(context, event.entity, table);
  end_stream(context, event.entity, table);
  if (table.is_global) leave_group(context, event.entity, table);
  forget_expiries(context, table.id);
  forget_past(context, table.id);
  forget_observers(context, event.entity);
  clear_contents(context, table.id);
  for (const IndexRecord& index : table.indexes) clear_contents(context, index.id);
  context.state.tables.erase(event.entity);
}

}  // namespace fallstreak::services::dynamodb
