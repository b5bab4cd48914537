#include "services/dynamodb/dynamodb.h"

#include "api/dynamodb/service.h"
#include "services/dynamodb/items.h"
#include "services/dynamodb/tables.h"

namespace fallstreak::services {

void bind_dynamodb(dispatch::Registry& registry) {
  using namespace dynamodb;
  dispatch::Operations<State> operations(registry, api::dynamodb::kService,
                                         dispatch::Scope::regional);

  // Throughput is described but not enforced, and nothing reads table classes and tags yet.
  operations.bind<api::dynamodb::CreateTable>(create_table)
      .accepts({"TableName", "AttributeDefinitions", "KeySchema", "LocalSecondaryIndexes",
                "GlobalSecondaryIndexes.IndexName", "GlobalSecondaryIndexes.KeySchema",
                "GlobalSecondaryIndexes.Projection", "DeletionProtectionEnabled"})
      .no_effect({"BillingMode", "ProvisionedThroughput",
                  "GlobalSecondaryIndexes.ProvisionedThroughput", "TableClass", "Tags"});
  operations.bind<api::dynamodb::DescribeTable>(describe_table).accepts_all();
  operations.bind<api::dynamodb::ListTables>(list_tables).accepts_all();
  operations.bind<api::dynamodb::DeleteTable>(delete_table).accepts_all();
  operations.on_event(kTableActive, table_active);
  operations.on_event(kTableDeleted, table_deleted);

  operations.bind<api::dynamodb::PutItem>(put_item).accepts_all();
  operations.bind<api::dynamodb::GetItem>(get_item).accepts_all();
  operations.bind<api::dynamodb::UpdateItem>(update_item).accepts_all();
  operations.bind<api::dynamodb::DeleteItem>(delete_item).accepts_all();
  operations.bind<api::dynamodb::Query>(query).accepts_all();
  operations.bind<api::dynamodb::Scan>(scan).accepts_all();
  operations.bind<api::dynamodb::BatchGetItem>(batch_get_item).accepts_all();
  operations.bind<api::dynamodb::BatchWriteItem>(batch_write_item).accepts_all();
}

}  // namespace fallstreak::services
