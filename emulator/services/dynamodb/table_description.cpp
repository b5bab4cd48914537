#include "services/dynamodb/table_description.h"

#include <algorithm>
#include <string>

#include "services/dynamodb/replica_overrides.h"
#include "services/dynamodb/stream.h"
#include "services/dynamodb/strong_groups.h"
#include "services/dynamodb/table_storage.h"

namespace fallstreak::services::dynamodb {
namespace {

using api::dynamodb::ProvisionedThroughputDescription;
using api::dynamodb::TableDescription;

/// AWS: what a new table in on-demand mode can serve at once.
constexpr std::int64_t kWarmReads = 12'000;
constexpr std::int64_t kWarmWrites = 4'000;

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

std::string status_name(TableStatus status) {
  switch (status) {
    case TableStatus::creating:
      return "CREATING";
    case TableStatus::active:
      return "ACTIVE";
    case TableStatus::updating:
      return "UPDATING";
    case TableStatus::deleting:
      break;
  }
  return "DELETING";
}

/// Indexes come and go with their table.
std::string status_name(const TableRecord& table, const IndexRecord& index) {
  if (!table.is_usable()) return status_name(table.status);
  switch (index.status) {
    case IndexStatus::active:
      return "ACTIVE";
    case IndexStatus::creating:
      return "CREATING";
    case IndexStatus::updating:
      return "UPDATING";
    case IndexStatus::deleting:
      break;
  }
  return "DELETING";
}

/// What of provisioned and warm throughput is there, as AWS tells it of tables and of indexes.
template <class Warm>
Warm described_warm(const std::optional<api::dynamodb::WarmThroughput>& wanted,
                    BillingMode billing_mode, std::int64_t reads, std::int64_t writes,
                    std::string status) {
  const bool is_on_demand = billing_mode == BillingMode::pay_per_request;
  Warm warm{.ReadUnitsPerSecond = is_on_demand ? kWarmReads : reads,
            .WriteUnitsPerSecond = is_on_demand ? kWarmWrites : writes,
            .Status = std::move(status)};
  if (!wanted) return warm;
  if (wanted->ReadUnitsPerSecond) {
    warm.ReadUnitsPerSecond = std::max(*warm.ReadUnitsPerSecond, *wanted->ReadUnitsPerSecond);
  }
  if (wanted->WriteUnitsPerSecond) {
    warm.WriteUnitsPerSecond = std::max(*warm.WriteUnitsPerSecond, *wanted->WriteUnitsPerSecond);
  }
  return warm;
}

api::dynamodb::GlobalSecondaryIndexDescription described_global(const TableRecord& table,
                                                                const IndexRecord& index,
                                                                const ContentsRecord& contents) {
  api::dynamodb::GlobalSecondaryIndexDescription description{
      .IndexName = index.name,
      .KeySchema = described(index.keys),
      .Projection = described_projection(index),
      .IndexStatus = status_name(table, index),
      .ProvisionedThroughput =
          ProvisionedThroughputDescription{.NumberOfDecreasesToday = 0,
                                           .ReadCapacityUnits = index.read_capacity_units,
                                           .WriteCapacityUnits = index.write_capacity_units},
      .IndexSizeBytes = contents.size_bytes,
      .ItemCount = contents.item_count,
      .OnDemandThroughput = index.on_demand_throughput,
      .WarmThroughput =
          described_warm<api::dynamodb::GlobalSecondaryIndexWarmThroughputDescription>(
              index.warm_throughput, table.billing_mode, index.read_capacity_units,
              index.write_capacity_units, status_name(table, index))};
  if (table.is_usable() && index.status == IndexStatus::creating)
    description.Backfilling = index.is_backfilling;
  return description;
}

void describe_indexes(const Context& context, const TableRecord& table,
                      TableDescription& description) {
  const std::string arn = *description.TableArn + "/index/";
  for (const IndexRecord& index : table.indexes) {
    const ContentsRecord contents = contents_of(context, index.id);
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
    auto& global =
        description.GlobalSecondaryIndexes->emplace_back(described_global(table, index, contents));
    global.IndexArn = arn + index.name;
  }
}

std::optional<Time> set_time(Time time) {
  return time == Time{} ? std::nullopt : std::optional(time);
}

/// AWS counts decreases by the day in UTC.
std::int64_t decreases_today(const ThroughputHistory& history, Time now) {
  using std::chrono::days;
  const bool is_today =
      std::chrono::floor<days>(history.last_decrease) == std::chrono::floor<days>(now);
  return is_today ? history.decreases_that_day : 0;
}

void describe_capacity(const Context& context, const TableRecord& table,
                       TableDescription& description) {
  const ThroughputHistory& history = table.throughput_history;
  description.ProvisionedThroughput = ProvisionedThroughputDescription{
      .LastIncreaseDateTime = set_time(history.last_increase),
      .LastDecreaseDateTime = set_time(history.last_decrease),
      .NumberOfDecreasesToday = decreases_today(history, context.now()),
      .ReadCapacityUnits = table.read_capacity_units,
      .WriteCapacityUnits = table.write_capacity_units};
  const auto& switches = history.switches_to_on_demand;
  if (table.billing_mode == BillingMode::pay_per_request) {
    description.BillingModeSummary =
        api::dynamodb::BillingModeSummary{.BillingMode = "PAY_PER_REQUEST"};
    if (table.is_usable()) {
      description.BillingModeSummary->LastUpdateToPayPerRequestDateTime =
          switches.empty() ? table.created : switches.back();
    }
  } else if (!switches.empty()) {
    description.BillingModeSummary = api::dynamodb::BillingModeSummary{
        .BillingMode = "PROVISIONED", .LastUpdateToPayPerRequestDateTime = switches.back()};
  }
  description.OnDemandThroughput = table.on_demand_throughput;
  description.WarmThroughput = described_warm<api::dynamodb::TableWarmThroughputDescription>(
      table.warm_throughput, table.billing_mode, table.read_capacity_units,
      table.write_capacity_units, status_name(table.status));
}

}  // namespace

std::vector<api::dynamodb::KeySchemaElement> described(const KeySchema& keys) {
  std::vector<api::dynamodb::KeySchemaElement> elements{
      {.AttributeName = keys.hash.name, .KeyType = "HASH"}};
  const auto add = [&](const KeyAttribute& attribute, std::string type) {
    elements.push_back({.AttributeName = attribute.name, .KeyType = std::move(type)});
  };
  for (const KeyAttribute& attribute : keys.more_hash) add(attribute, "HASH");
  if (keys.range) add(*keys.range, "RANGE");
  for (const KeyAttribute& attribute : keys.more_range) add(attribute, "RANGE");
  return elements;
}

std::string table_arn(const Context& context, std::string_view name) {
  return context.arn("dynamodb", "table/" + std::string(name));
}

TableDescription describe(const Context& context, std::string_view name, const TableRecord& table) {
  TableDescription description;
  description.TableName = std::string(name);
  description.TableStatus = status_name(table.status);
  description.TableArn = table_arn(context, name);
  description.TableId = table.uuid;
  describe_capacity(context, table, description);
  // Chosen: always exact, where AWS brings these up to date about every six hours.
  const ContentsRecord contents = contents_of(context, table.id);
  description.TableSizeBytes = contents.size_bytes;
  description.ItemCount = contents.item_count;
  description.DeletionProtectionEnabled = table.is_protected_from_deletion;
  description.SSEDescription = table.encryption;
  description.RestoreSummary = table.restore;
  if (!table.table_class.empty()) {
    description.TableClassSummary = api::dynamodb::TableClassSummary{
        .TableClass = table.table_class, .LastUpdateDateTime = set_time(table.table_class_changed)};
  }
  if (!table.stream_label.empty()) {
    description.LatestStreamLabel = table.stream_label;
    description.LatestStreamArn = stream_arn(context, name, table.stream_label);
  }
  if (table.stream_id != 0) {
    description.StreamSpecification = api::dynamodb::StreamSpecification{
        .StreamEnabled = true, .StreamViewType = table.stream_view_type};
  }
  describe_indexes(context, table, description);
  if (table.is_global) {
    description.GlobalTableVersion = "2019.11.21";
    description.GlobalTableSettingsReplicationMode = "ENABLED_WITH_OVERRIDES";
    description.Replicas = described_replicas(table);
    if (table.is_strong) description.MultiRegionConsistency = "STRONG";
    if (!table.witness_region.empty())
      description.GlobalTableWitnesses = described_witnesses(table);
  }
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

}  // namespace fallstreak::services::dynamodb
