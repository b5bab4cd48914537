#include "services/dynamodb/backups.h"

#include <algorithm>

#include "base/arn.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/jobs.h"
#include "services/dynamodb/peer.h"
#include "services/dynamodb/restore.h"
#include "services/dynamodb/table_access.h"
#include "services/dynamodb/table_description.h"
#include "services/dynamodb/table_storage.h"
#include "services/dynamodb/timing.h"

namespace fallstreak::services::dynamodb {
namespace {

using api::dynamodb::BackupDescription;
using api::dynamodb::BackupDetails;
using api::dynamodb::BackupSummary;
using api::dynamodb::SourceTableDetails;
using api::dynamodb::SourceTableFeatureDetails;

constexpr std::int32_t kMostBackups = 100;

std::string arn_of(const Context& context, std::string_view key) {
  const std::size_t slash = key.find('/');
  return context.arn("dynamodb", "table/" + std::string(key.substr(0, slash)) + "/backup/" +
                                     std::string(key.substr(slash + 1)));
}

ApiError backup_not_found(std::string_view arn) {
  return {"BackupNotFoundException", "Backup not found: " + std::string(arn)};
}

/// `table/label` of a backup's ARN; empty when it is elsewhere. Refuses what is none.
std::string key_of_arn(const Context& context, const std::string& text) {
  const auto arn = Arn::parse(text);
  constexpr std::string_view kTable = "table/";
  constexpr std::string_view kBackup = "/backup/";
  const std::string resource = arn ? std::string(arn->resource) : std::string();
  const std::size_t backup = resource.find(kBackup);
  if (!arn || arn->service != "dynamodb" || !resource.starts_with(kTable) ||
      backup == std::string::npos) {
    throw validation_exception("Invalid Backup ARN: " + text);
  }
  if (arn->account_id != context.account_id() || arn->region != context.region()) return {};
  return resource.substr(kTable.size(), backup - kTable.size()) + "/" +
         resource.substr(backup + kBackup.size());
}

const BackupRecord& backup_of(const Context& context, const std::string& arn, std::string& key) {
  key = key_of_arn(context, arn);
  const BackupRecord* backup = context.state.backups.find(key);
  if (backup == nullptr) throw backup_not_found(arn);
  return *backup;
}

BackupDetails details_of(const Context& context, std::string_view key, const BackupRecord& backup) {
  return {.BackupArn = arn_of(context, key),
          .BackupName = backup.name,
          .BackupSizeBytes = contents_of(context, backup.id).size_bytes,
          .BackupStatus = backup.is_available ? "AVAILABLE" : "CREATING",
          .BackupType = "USER",
          .BackupCreationDateTime = backup.created};
}

SourceTableFeatureDetails features_of(const api::dynamodb::TableDescription& table) {
  SourceTableFeatureDetails features{.StreamDescription = table.StreamSpecification,
                                     .SSEDescription = table.SSEDescription};
  if (table.LocalSecondaryIndexes) {
    auto& indexes = features.LocalSecondaryIndexes.emplace();
    for (const auto& index : *table.LocalSecondaryIndexes) {
      indexes.push_back({.IndexName = index.IndexName,
                         .KeySchema = index.KeySchema,
                         .Projection = index.Projection});
    }
  }
  if (table.GlobalSecondaryIndexes) {
    auto& indexes = features.GlobalSecondaryIndexes.emplace();
    for (const auto& index : *table.GlobalSecondaryIndexes) {
      const auto& throughput = *index.ProvisionedThroughput;
      indexes.push_back(
          {.IndexName = index.IndexName,
           .KeySchema = index.KeySchema,
           .Projection = index.Projection,
           .ProvisionedThroughput = {{throughput.ReadCapacityUnits, throughput.WriteCapacityUnits}},
           .OnDemandThroughput = index.OnDemandThroughput});
    }
  }
  return features;
}

BackupDescription described(const Context& context, std::string_view key,
                            const BackupRecord& backup) {
  const ContentsRecord contents = contents_of(context, backup.id);
  const TableRecord& table = backup.table;
  const bool is_provisioned = table.billing_mode == BillingMode::provisioned;
  BackupDescription description;
  description.BackupDetails = details_of(context, key, backup);
  description.SourceTableDetails = SourceTableDetails{
      .TableName = backup.table_name,
      .TableId = table.uuid,
      .TableArn = table_arn(context, backup.table_name),
      .TableSizeBytes = contents.size_bytes,
      .KeySchema = described(table.keys),
      .TableCreationDateTime = table.created,
      .ProvisionedThroughput = {{table.read_capacity_units, table.write_capacity_units}},
      .OnDemandThroughput = table.on_demand_throughput,
      .ItemCount = contents.item_count,
      .BillingMode = is_provisioned ? "PROVISIONED" : "PAY_PER_REQUEST"};
  description.SourceTableFeatureDetails = backup.features;
  return description;
}

BackupSummary summary_of(const Context& context, std::string_view key, const BackupRecord& backup) {
  const BackupDetails details = details_of(context, key, backup);
  return {.TableName = backup.table_name,
          .TableId = backup.table.uuid,
          .TableArn = table_arn(context, backup.table_name),
          .BackupArn = details.BackupArn,
          .BackupName = details.BackupName,
          .BackupCreationDateTime = details.BackupCreationDateTime,
          .BackupStatus = details.BackupStatus,
          .BackupType = details.BackupType,
          .BackupSizeBytes = details.BackupSizeBytes};
}

}  // namespace

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateBackup.html
api::dynamodb::CreateBackupOutput create_backup(Context& context,
                                                const api::dynamodb::CreateBackupInput& request) {
  const std::string name(table_name_of(context, *request.TableName));
  const TableRecord& table = table_to_save(context, name);
  BackupRecord backup{.id = new_storage_id(context),
                      .name = *request.BackupName,
                      .created = context.now(),
                      .table_name = name,
                      .table = table,
                      .features = features_of(describe(context, name, table))};
  copy_contents(context, table.id, backup.id);
  const std::string key = name + "/" + new_label(context, backup.id);
  context.schedule(kCreateBackup, kBackupAvailable, key);
  context.state.backups.insert(key, std::move(backup));
  return {.BackupDetails = details_of(context, key, *context.state.backups.find(key))};
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeBackup.html
api::dynamodb::DescribeBackupOutput describe_backup(
    Context& context, const api::dynamodb::DescribeBackupInput& request) {
  std::string key;
  const BackupRecord& backup = backup_of(context, *request.BackupArn, key);
  return {.BackupDescription = described(context, key, backup)};
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListBackups.html
api::dynamodb::ListBackupsOutput list_backups(Context& context,
                                              const api::dynamodb::ListBackupsInput& request) {
  const auto& backups = context.state.backups;
  const std::string prefix =
      request.TableName ? std::string(table_name_of(context, *request.TableName)) + "/" : "";
  const std::string start = request.ExclusiveStartBackupArn
                                ? key_of_arn(context, *request.ExclusiveStartBackupArn)
                                : std::string();
  const auto limit = static_cast<std::size_t>(request.Limit.value_or(kMostBackups));
  const std::string type = request.BackupType.value_or("ALL");
  api::dynamodb::ListBackupsOutput output;
  auto& shown = output.BackupSummaries.emplace();
  auto at = start > prefix ? backups.upper_bound(start) : backups.lower_bound(prefix);
  for (; at != backups.end(); ++at) {
    const std::string_view key = at->first;
    if (!key.starts_with(prefix)) break;
    const BackupRecord& backup = at->second;
    const bool is_wanted =
        (type == "ALL" || type == "USER") &&
        (!request.TimeRangeLowerBound || backup.created >= *request.TimeRangeLowerBound) &&
        (!request.TimeRangeUpperBound || backup.created < *request.TimeRangeUpperBound);
    if (!is_wanted) continue;
    if (shown.size() == limit) {
      output.LastEvaluatedBackupArn = shown.back().BackupArn;
      break;
    }
    shown.push_back(summary_of(context, key, backup));
  }
  return output;
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteBackup.html
api::dynamodb::DeleteBackupOutput delete_backup(Context& context,
                                                const api::dynamodb::DeleteBackupInput& request) {
  std::string key;
  const BackupRecord& backup = backup_of(context, *request.BackupArn, key);
  if (!backup.is_available) throw backup_in_use_exception(*request.BackupArn);
  api::dynamodb::DeleteBackupOutput output{.BackupDescription = described(context, key, backup)};
  output.BackupDescription->BackupDetails->BackupStatus = "DELETED";
  clear_contents(context, backup.id);
  context.state.backups.erase(key);
  return output;
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableFromBackup.html
api::dynamodb::RestoreTableFromBackupOutput restore_table_from_backup(
    Context& context, const api::dynamodb::RestoreTableFromBackupInput& request) {
  const std::string target(target_name_of(context, *request.TargetTableName));
  std::string key;
  // AWS: the backup may be one of another region.
  Peer source(context, Peer::region_of(context, *request.BackupArn));
  const BackupRecord& backup = backup_of(source.context, *request.BackupArn, key);
  if (!backup.is_available) throw backup_in_use_exception(*request.BackupArn);
  TableRecord table = restored_table(context, backup.table, request);
  table.restore =
      api::dynamodb::RestoreSummary{.SourceBackupArn = request.BackupArn,
                                    .SourceTableArn = table_arn(source.context, backup.table_name),
                                    .RestoreDateTime = context.now(),
                                    .RestoreInProgress = true};
  copy_contents(source.context, backup.id, context, table.id);
  return {.TableDescription = begin_restore(context, target, std::move(table))};
}

void backup_available(Context& context, const world::Event& event) {
  context.state.backups.update(event.entity,
                               [](BackupRecord& backup) { backup.is_available = true; });
}

}  // namespace fallstreak::services::dynamodb
