#include "services/dynamodb/dynamodb.h"

#include "api/dynamodb/service.h"
#include "api/dynamodbstreams/service.h"
#include "services/dynamodb/backups.h"
#include "services/dynamodb/control_plane.h"
#include "services/dynamodb/exports.h"
#include "services/dynamodb/global_tables.h"
#include "services/dynamodb/imports.h"
#include "services/dynamodb/items.h"
#include "services/dynamodb/metrics.h"
#include "services/dynamodb/observers.h"
#include "services/dynamodb/point_in_time.h"
#include "services/dynamodb/replica_scaling.h"
#include "services/dynamodb/replicas.h"
#include "services/dynamodb/replication.h"
#include "services/dynamodb/resource_policies.h"
#include "services/dynamodb/restore.h"
#include "services/dynamodb/statements.h"
#include "services/dynamodb/stream.h"
#include "services/dynamodb/streams.h"
#include "services/dynamodb/strong_groups.h"
#include "services/dynamodb/tables.h"
#include "services/dynamodb/throttling.h"
#include "services/dynamodb/time_to_live.h"
#include "services/dynamodb/transactions.h"

namespace fallstreak::services {

namespace dynamodb {
namespace {

/// Binds what an account may call so often.
template <class Tag, auto Handler>
dispatch::Binding& bind_rated(dispatch::Operations<State>& operations) {
  return operations.bind<Tag>(rated<Tag, Handler>);
}

void bind_tables(dispatch::Operations<State>& operations) {
  // Throughput counts where the world's realism says so; nothing reads table classes and
  // encryption.
  bind_rated<api::dynamodb::CreateTable, create_table>(operations)
      .accepts({"TableName", "AttributeDefinitions", "KeySchema", "LocalSecondaryIndexes",
                "GlobalSecondaryIndexes.IndexName", "GlobalSecondaryIndexes.KeySchema",
                "GlobalSecondaryIndexes.Projection", "DeletionProtectionEnabled", "Tags",
                "StreamSpecification", "BillingMode", "ProvisionedThroughput", "OnDemandThroughput",
                "WarmThroughput", "GlobalSecondaryIndexes.ProvisionedThroughput",
                "GlobalSecondaryIndexes.OnDemandThroughput",
                "GlobalSecondaryIndexes.WarmThroughput"})
      .no_effect({"TableClass", "SSESpecification"});
  bind_rated<api::dynamodb::DescribeTable, describe_table>(operations).accepts_all();
  bind_rated<api::dynamodb::ListTables, list_tables>(operations).accepts_all();
  bind_rated<api::dynamodb::DeleteTable, delete_table>(operations).accepts_all();
  operations.on_event(kTableUpdated, table_updated);
  operations.on_event(kIndexFilled, index_filled);
  operations.on_event(kIndexProgresses, index_progresses);
  bind_rated<api::dynamodb::TagResource, tag_resource>(operations).accepts_all();
  bind_rated<api::dynamodb::UntagResource, untag_resource>(operations).accepts_all();
  bind_rated<api::dynamodb::ListTagsOfResource, list_tags_of_resource>(operations).accepts_all();
  bind_rated<api::dynamodb::DescribeLimits, describe_limits>(operations).accepts_all();
  bind_rated<api::dynamodb::DescribeEndpoints, describe_endpoints>(operations).accepts_all();
  bind_rated<api::dynamodb::UpdateTimeToLive, update_time_to_live>(operations).accepts_all();
  bind_rated<api::dynamodb::DescribeTimeToLive, describe_time_to_live>(operations).accepts_all();
  operations.on_event(kTimeToLiveChanged, time_to_live_changed);
  operations.on_event(kItemsExpire, items_expire);
  operations.on_event(kStreamGone, stream_gone);

  operations.on_event("metrics-due", metrics_due);
  operations.on_event(dispatch::kRefused, operation_refused);
  operations.on_event(kTableActive, table_active);
  operations.on_event(kTableDeleted, table_deleted);
}

void bind_update_table(dispatch::Operations<State>& operations) {
  bind_rated<api::dynamodb::UpdateTable, update_table>(operations)
      .accepts({"TableName",
                "AttributeDefinitions",
                "GlobalSecondaryIndexUpdates.Delete",
                "GlobalSecondaryIndexUpdates.Create.IndexName",
                "GlobalSecondaryIndexUpdates.Create.KeySchema",
                "GlobalSecondaryIndexUpdates.Create.Projection",
                "GlobalSecondaryIndexUpdates.Update.IndexName",
                "DeletionProtectionEnabled",
                "StreamSpecification",
                "BillingMode",
                "ProvisionedThroughput",
                "OnDemandThroughput",
                "WarmThroughput",
                "GlobalSecondaryIndexUpdates.Create.ProvisionedThroughput",
                "GlobalSecondaryIndexUpdates.Create.OnDemandThroughput",
                "GlobalSecondaryIndexUpdates.Create.WarmThroughput",
                "GlobalSecondaryIndexUpdates.Update.ProvisionedThroughput",
                "GlobalSecondaryIndexUpdates.Update.OnDemandThroughput",
                "GlobalSecondaryIndexUpdates.Update.WarmThroughput",
                "ReplicaUpdates.Create.RegionName",
                "ReplicaUpdates.Create.ProvisionedThroughputOverride",
                "ReplicaUpdates.Create.OnDemandThroughputOverride",
                "ReplicaUpdates.Create.GlobalSecondaryIndexes",
                "ReplicaUpdates.Update.RegionName",
                "ReplicaUpdates.Update.ProvisionedThroughputOverride",
                "ReplicaUpdates.Update.OnDemandThroughputOverride",
                "ReplicaUpdates.Update.GlobalSecondaryIndexes",
                "ReplicaUpdates.Delete",
                "GlobalTableWitnessUpdates",
                "MultiRegionConsistency"})
      .no_effect({"TableClass", "SSESpecification", "ReplicaUpdates.Create.TableClassOverride",
                  "ReplicaUpdates.Create.KMSMasterKeyId",
                  "ReplicaUpdates.Update.TableClassOverride",
                  "ReplicaUpdates.Update.KMSMasterKeyId"});
}

void bind_global_tables(dispatch::Operations<State>& operations) {
  operations.on_event(kReplicaShows, replica_shows);
  operations.on_event(kReplicaFilled, replica_filled);
  operations.on_event(kReplicaGoes, replica_goes);
  operations.on_event(kReplicaUpdated, replica_updated);
  operations.on_event(kWitnessSettles, witness_settles);
  operations.on_event(kChangesArrive, changes_arrive);
  operations.on_event(kTellLatency, tell_latency);
  operations.on_fault(region_may_be_out);

  bind_rated<api::dynamodb::CreateGlobalTable, create_global_table>(operations).accepts_all();
  bind_rated<api::dynamodb::DescribeGlobalTable, describe_global_table>(operations).accepts_all();
  bind_rated<api::dynamodb::ListGlobalTables, list_global_tables>(operations).accepts_all();
  bind_rated<api::dynamodb::UpdateGlobalTable, update_global_table>(operations).accepts_all();
  bind_rated<api::dynamodb::DescribeGlobalTableSettings, describe_global_table_settings>(operations)
      .accepts_all();
  bind_rated<api::dynamodb::UpdateGlobalTableSettings, update_global_table_settings>(operations)
      .accepts_all();
  bind_rated<api::dynamodb::DescribeTableReplicaAutoScaling, describe_table_replica_auto_scaling>(
      operations)
      .accepts_all();
  // A service-linked role takes the place of whatever role is named.
  bind_rated<api::dynamodb::UpdateTableReplicaAutoScaling, update_table_replica_auto_scaling>(
      operations)
      .accepts_all()
      .no_effect({"ProvisionedWriteCapacityAutoScalingUpdate.AutoScalingRoleArn",
                  "GlobalSecondaryIndexUpdates.ProvisionedWriteCapacityAutoScalingUpdate."
                  "AutoScalingRoleArn",
                  "ReplicaUpdates.ReplicaProvisionedReadCapacityAutoScalingUpdate."
                  "AutoScalingRoleArn",
                  "ReplicaUpdates.ReplicaGlobalSecondaryIndexUpdates."
                  "ProvisionedReadCapacityAutoScalingUpdate.AutoScalingRoleArn"});
}

void bind_backups(dispatch::Operations<State>& operations) {
  bind_rated<api::dynamodb::CreateBackup, create_backup>(operations).accepts_all();
  bind_rated<api::dynamodb::DescribeBackup, describe_backup>(operations).accepts_all();
  bind_rated<api::dynamodb::ListBackups, list_backups>(operations).accepts_all();
  bind_rated<api::dynamodb::DeleteBackup, delete_backup>(operations).accepts_all();
  bind_rated<api::dynamodb::RestoreTableFromBackup, restore_table_from_backup>(operations)
      .accepts({"TargetTableName", "BackupArn", "GlobalSecondaryIndexOverride.IndexName",
                "GlobalSecondaryIndexOverride.KeySchema", "GlobalSecondaryIndexOverride.Projection",
                "LocalSecondaryIndexOverride", "BillingModeOverride",
                "ProvisionedThroughputOverride", "OnDemandThroughputOverride"})
      .no_effect({"SSESpecificationOverride"});
  bind_rated<api::dynamodb::DescribeContinuousBackups, describe_continuous_backups>(operations)
      .accepts_all();
  bind_rated<api::dynamodb::UpdateContinuousBackups, update_continuous_backups>(operations)
      .accepts_all();
  bind_rated<api::dynamodb::RestoreTableToPointInTime, restore_table_to_point_in_time>(operations)
      .accepts({"SourceTableName", "SourceTableArn", "TargetTableName", "UseLatestRestorableTime",
                "RestoreDateTime", "GlobalSecondaryIndexOverride.IndexName",
                "GlobalSecondaryIndexOverride.KeySchema", "GlobalSecondaryIndexOverride.Projection",
                "LocalSecondaryIndexOverride", "BillingModeOverride",
                "ProvisionedThroughputOverride", "OnDemandThroughputOverride"})
      .no_effect({"SSESpecificationOverride"});
  operations.on_event(kBackupAvailable, backup_available);
  operations.on_event(kTableRestored, table_restored);
}

void bind_exports_and_imports(dispatch::Operations<State>& operations) {
  bind_rated<api::dynamodb::ExportTableToPointInTime, export_table_to_point_in_time>(operations)
      .accepts({"TableArn", "ExportTime", "ClientToken", "S3Bucket", "S3BucketOwner", "S3Prefix",
                "ExportFormat", "ExportType", "IncrementalExportSpecification"})
      .no_effect({"S3SseAlgorithm", "S3SseKmsKeyId"});
  bind_rated<api::dynamodb::DescribeExport, describe_export>(operations).accepts_all();
  bind_rated<api::dynamodb::ListExports, list_exports>(operations).accepts_all();
  operations.on_event(kExportDone, export_done);

  bind_rated<api::dynamodb::ImportTable, import_table>(operations)
      .accepts({"ClientToken", "S3BucketSource", "InputFormat", "InputFormatOptions",
                "InputCompressionType", "TableCreationParameters.TableName",
                "TableCreationParameters.AttributeDefinitions", "TableCreationParameters.KeySchema",
                "TableCreationParameters.GlobalSecondaryIndexes.IndexName",
                "TableCreationParameters.GlobalSecondaryIndexes.KeySchema",
                "TableCreationParameters.GlobalSecondaryIndexes.Projection"})
      .no_effect(
          {"TableCreationParameters.BillingMode", "TableCreationParameters.ProvisionedThroughput",
           "TableCreationParameters.OnDemandThroughput", "TableCreationParameters.SSESpecification",
           "TableCreationParameters.GlobalSecondaryIndexes.ProvisionedThroughput",
           "TableCreationParameters.GlobalSecondaryIndexes.OnDemandThroughput",
           "TableCreationParameters.GlobalSecondaryIndexes.WarmThroughput"});
  bind_rated<api::dynamodb::DescribeImport, describe_import>(operations).accepts_all();
  bind_rated<api::dynamodb::ListImports, list_imports>(operations).accepts_all();
  operations.on_event(kImportBegins, import_begins);
  operations.on_event(kImportShowsTable, import_shows_table);
  operations.on_event(kImportDone, import_done);
}

void bind_observers(dispatch::Operations<State>& operations) {
  bind_rated<api::dynamodb::PutResourcePolicy, put_resource_policy>(operations)
      .accepts({"ResourceArn", "ExpectedRevisionId"})
      .no_effect({"Policy", "ConfirmRemoveSelfResourceAccess"});
  bind_rated<api::dynamodb::GetResourcePolicy, get_resource_policy>(operations).accepts_all();
  bind_rated<api::dynamodb::DeleteResourcePolicy, delete_resource_policy>(operations).accepts_all();

  // Nobody is counted, and nothing is sent to Kinesis.
  bind_rated<api::dynamodb::UpdateContributorInsights, update_contributor_insights>(operations)
      .accepts({"TableName", "IndexName"})
      .no_effect({"ContributorInsightsAction", "ContributorInsightsMode"});
  bind_rated<api::dynamodb::DescribeContributorInsights, describe_contributor_insights>(operations)
      .accepts_all();
  bind_rated<api::dynamodb::ListContributorInsights, list_contributor_insights>(operations)
      .accepts_all();
  bind_rated<api::dynamodb::EnableKinesisStreamingDestination,
             enable_kinesis_streaming_destination>(operations)
      .accepts({"TableName"})
      .no_effect({"StreamArn", "EnableKinesisStreamingConfiguration"});
  bind_rated<api::dynamodb::DisableKinesisStreamingDestination,
             disable_kinesis_streaming_destination>(operations)
      .accepts({"TableName", "StreamArn"});
  bind_rated<api::dynamodb::UpdateKinesisStreamingDestination,
             update_kinesis_streaming_destination>(operations)
      .accepts({"TableName", "StreamArn"})
      .no_effect({"UpdateKinesisStreamingConfiguration"});
  bind_rated<api::dynamodb::DescribeKinesisStreamingDestination,
             describe_kinesis_streaming_destination>(operations)
      .accepts_all();
  operations.on_event(kInsightsSettled, insights_settled);
  operations.on_event(kDestinationSettled, destination_settled);
}

void bind_items(dispatch::Operations<State>& operations) {
  operations.bind<api::dynamodb::PutItem>(put_item).accepts_all();
  operations.bind<api::dynamodb::GetItem>(get_item).accepts_all();
  operations.bind<api::dynamodb::UpdateItem>(update_item).accepts_all();
  operations.bind<api::dynamodb::DeleteItem>(delete_item).accepts_all();
  operations.bind<api::dynamodb::Query>(query).accepts_all();
  operations.bind<api::dynamodb::Scan>(scan).accepts_all();
  operations.bind<api::dynamodb::BatchGetItem>(batch_get_item).accepts_all();
  operations.bind<api::dynamodb::BatchWriteItem>(batch_write_item).accepts_all();
  operations.bind<api::dynamodb::TransactWriteItems>(transact_write_items).accepts_all();
  operations.bind<api::dynamodb::TransactGetItems>(transact_get_items).accepts_all();
  operations.bind<api::dynamodb::ExecuteStatement>(execute_statement).accepts_all();
  operations.bind<api::dynamodb::BatchExecuteStatement>(batch_execute_statement).accepts_all();
  operations.bind<api::dynamodb::ExecuteTransaction>(execute_transaction).accepts_all();
}

}  // namespace
}  // namespace dynamodb

void bind_dynamodb(dispatch::Registry& registry) {
  dispatch::Operations<dynamodb::State> operations(registry, api::dynamodb::kService,
                                                   dispatch::Scope::regional);
  dynamodb::bind_tables(operations);
  dynamodb::bind_update_table(operations);
  dynamodb::bind_global_tables(operations);
  dynamodb::bind_backups(operations);
  dynamodb::bind_exports_and_imports(operations);
  dynamodb::bind_observers(operations);
  dynamodb::bind_items(operations);
}

void bind_dynamodb_streams(dispatch::Registry& registry) {
  using namespace dynamodb;
  dispatch::Operations<StreamsState> operations(registry, api::dynamodbstreams::kService,
                                                dispatch::Scope::regional);
  operations.bind<api::dynamodbstreams::ListStreams>(list_streams).accepts_all();
  operations.bind<api::dynamodbstreams::DescribeStream>(describe_stream).accepts_all();
  operations.bind<api::dynamodbstreams::GetShardIterator>(get_shard_iterator).accepts_all();
  operations.bind<api::dynamodbstreams::GetRecords>(get_records).accepts_all();
  operations.on_event(dispatch::kRefused, stream_call_refused);
}

}  // namespace fallstreak::services
