#include "services/dynamodb/tables.h"

#include "services/dynamodb/errors.h"
#include "services/dynamodb/keys.h"
#include "services/dynamodb/table_access.h"
#include "services/dynamodb/table_schema.h"
#include "services/dynamodb/timing.h"

namespace fallstreak::services::dynamodb {
namespace {

using api::dynamodb::TableDescription;

std::string prefix_of(std::uint64_t id) {
  KeyBytes key;
  append_table(key, id);
  return std::string(key.view());
}

std::uint64_t next_id(Context& context) {
  constexpr std::string_view kName = "table-id";
  const SequenceRecord* sequence = context.state.sequences.find(kName);
  const std::uint64_t id = sequence == nullptr ? 1 : sequence->last + 1;
  context.state.sequences.put(std::string(kName), {id});
  return id;
}

/// Everything that lies under an id of a table or an index: its items, and the record of how many.
void clear(Context& context, std::uint64_t id) {
  context.state.items.erase_prefix(prefix_of(id));
  context.state.contents.erase(prefix_of(id));
}

std::vector<api::dynamodb::KeySchemaElement> described(const KeySchema& keys) {
  std::vector<api::dynamodb::KeySchemaElement> elements{
      {.AttributeName = keys.hash.name, .KeyType = "HASH"}};
  if (keys.range) elements.push_back({.AttributeName = keys.range->name, .KeyType = "RANGE"});
  return elements;
}

api::dynamodb::Projection described_projection(const IndexRecord& index) {
  switch (index.projection) {
    case ProjectionType::all:
      return {.ProjectionType = "ALL"};
    case ProjectionType::keys_only:
      return {.ProjectionType = "KEYS_ONLY"};
    case ProjectionType::include:
      break;
  }
  return {.ProjectionType = "INCLUDE", .NonKeyAttributes = index.non_key_attributes};
}

api::dynamodb::ProvisionedThroughputDescription described_throughput(std::int64_t reads,
                                                                     std::int64_t writes) {
  return {.NumberOfDecreasesToday = 0, .ReadCapacityUnits = reads, .WriteCapacityUnits = writes};
}

std::string status_name(TableStatus status) {
  switch (status) {
    case TableStatus::creating:
      return "CREATING";
    case TableStatus::active:
      return "ACTIVE";
    case TableStatus::deleting:
      break;
  }
  return "DELETING";
}

void describe_indexes(const Context& context, const TableRecord& table,
                      TableDescription& description) {
  const std::string arn = *description.TableArn + "/index/";
  for (const IndexRecord& index : table.indexes) {
    const ContentsRecord contents = *context.state.contents.find(prefix_of(index.id));
    if (index.kind == IndexKind::local) {
      if (!description.LocalSecondaryIndexes) description.LocalSecondaryIndexes.emplace();
      description.LocalSecondaryIndexes->push_back({.IndexName = index.name,
                                                    .KeySchema = described(index.keys),
                                                    .Projection = described_projection(index),
                                                    .IndexSizeBytes = contents.size_bytes,
                                                    .ItemCount = contents.item_count,
                                                    .IndexArn = arn + index.name});
      continue;
    }
    if (!description.GlobalSecondaryIndexes) description.GlobalSecondaryIndexes.emplace();
    description.GlobalSecondaryIndexes->push_back(
        {.IndexName = index.name,
         .KeySchema = described(index.keys),
         .Projection = described_projection(index),
         .IndexStatus = status_name(table.status),
         .ProvisionedThroughput =
             described_throughput(index.read_capacity_units, index.write_capacity_units),
         .IndexSizeBytes = contents.size_bytes,
         .ItemCount = contents.item_count,
         .IndexArn = arn + index.name});
  }
}

TableDescription describe(const Context& context, std::string_view name, const TableRecord& table) {
  TableDescription description;
  description.TableName = std::string(name);
  description.TableStatus = status_name(table.status);
  description.TableArn = context.arn("dynamodb", "table/" + std::string(name));
  description.TableId = table.uuid;
  description.ProvisionedThroughput =
      described_throughput(table.read_capacity_units, table.write_capacity_units);
  // Chosen: always exact, where AWS brings these up to date about every six hours.
  const ContentsRecord contents = *context.state.contents.find(prefix_of(table.id));
  description.TableSizeBytes = contents.size_bytes;
  description.ItemCount = contents.item_count;
  description.DeletionProtectionEnabled = table.is_protected_from_deletion;
  if (table.billing_mode == BillingMode::pay_per_request) {
    description.BillingModeSummary =
        api::dynamodb::BillingModeSummary{.BillingMode = "PAY_PER_REQUEST"};
    if (table.status == TableStatus::active) {
      description.BillingModeSummary->LastUpdateToPayPerRequestDateTime = table.created;
    }
  }
  if (!table.table_class.empty()) {
    description.TableClassSummary =
        api::dynamodb::TableClassSummary{.TableClass = table.table_class};
  }
  describe_indexes(context, table, description);
  // AWS: a table that is being deleted shows neither its keys nor when it was made.
  if (table.status == TableStatus::deleting) return description;
  description.CreationDateTime = table.created;
  description.KeySchema = described(table.keys);
  auto& definitions = description.AttributeDefinitions.emplace();
  for (const KeyAttribute& definition : table.attribute_definitions) {
    definitions.push_back(
        {.AttributeName = definition.name, .AttributeType = std::string(name_of(definition.type))});
  }
  return description;
}

}  // namespace

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
api::dynamodb::CreateTableOutput create_table(Context& context,
                                              const api::dynamodb::CreateTableInput& request) {
  const std::string name(table_name_of(context, *request.TableName));
  TableRecord table = checked_table(request);
  if (context.state.tables.contains(name)) throw table_already_exists(name);

  table.id = next_id(context);
  table.uuid = context.new_uuid("table-id");
  table.created = context.now();
  context.state.contents.insert(prefix_of(table.id), {});
  for (IndexRecord& index : table.indexes) {
    index.id = next_id(context);
    context.state.contents.insert(prefix_of(index.id), {});
  }
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
  if (table->status == TableStatus::creating) throw table_being_created(name);
  if (table->status == TableStatus::deleting) throw table_being_deleted(name);
  if (table->is_protected_from_deletion) {
    throw validation_exception(
        "Resource cannot be deleted as it is currently protected against deletion. Disable "
        "deletion protection first.");
  }

  context.state.tables.update(name,
                              [](TableRecord& record) { record.status = TableStatus::deleting; });
  context.schedule(kDeleteTable, kTableDeleted, name);
  return {.TableDescription = describe(context, name, *context.state.tables.find(name))};
}

void table_active(Context& context, const world::Event& event) {
  context.state.tables.update(event.entity,
                              [](TableRecord& record) { record.status = TableStatus::active; });
}

void table_deleted(Context& context, const world::Event& event) {
  const TableRecord table = *context.state.tables.find(event.entity);
  clear(context, table.id);
  for (const IndexRecord& index : table.indexes) clear(context, index.id);
  context.state.tables.erase(event.entity);
}

}  // namespace fallstreak::services::dynamodb
