#include "services/dynamodb/replica_overrides.h"

#include <algorithm>

#include "services/dynamodb/errors.h"

namespace fallstreak::services::dynamodb {
namespace {

using api::dynamodb::ReplicaDescription;

/// Of a table or of an index.
template <class Override, class Record>
void override_reads(const Override& wanted, Record& record) {
  if (wanted.read_capacity_units) {
    record.read_capacity_units = *wanted.read_capacity_units;
    record.has_own_reads = true;
  }
  if (!wanted.max_read_request_units) return;
  if (!record.on_demand_throughput) record.on_demand_throughput.emplace();
  record.on_demand_throughput->MaxReadRequestUnits = wanted.max_read_request_units;
}

template <class Action, class Override>
void read_throughput(const Action& action, Override& wanted) {
  if (action.ProvisionedThroughputOverride)
    wanted.read_capacity_units = action.ProvisionedThroughputOverride->ReadCapacityUnits;
  if (action.OnDemandThroughputOverride)
    wanted.max_read_request_units = action.OnDemandThroughputOverride->MaxReadRequestUnits;
}

template <class Action>
void read_overrides_of(const Action& action, Time now, ReplicaRecord& replica) {
  read_throughput(action, replica);
  for (const auto& index : api::each(action.GlobalSecondaryIndexes))
    read_throughput(index, override_of(replica, *index.IndexName));
  if (action.KMSMasterKeyId) replica.kms_key = *action.KMSMasterKeyId;
  if (action.TableClassOverride) {
    replica.table_class = *action.TableClassOverride;
    replica.table_class_changed = now;
  }
}

template <class Action>
void check_overrides_of(const TableRecord& table, const Action& action) {
  const bool is_on_demand = table.billing_mode == BillingMode::pay_per_request;
  if (action.ProvisionedThroughputOverride && is_on_demand) {
    throw validation_exception(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
        "PAY_PER_REQUEST");
  }
  for (const auto& wanted : api::each(action.GlobalSecondaryIndexes)) {
    const auto found = std::ranges::find(table.indexes, *wanted.IndexName, &IndexRecord::name);
    if (found == table.indexes.end() || found->kind != IndexKind::global) {
      throw validation_exception("The table does not have the specified index: " +
                                 *wanted.IndexName);
    }
    if (wanted.ProvisionedThroughputOverride && is_on_demand) {
      throw invalid_parameter_values("ProvisionedThroughput should not be specified for index: " +
                                     *wanted.IndexName + " when BillingMode is PAY_PER_REQUEST");
    }
  }
}

api::dynamodb::ReplicaGlobalSecondaryIndexDescription described_index(const ReplicaRecord& replica,
                                                                      const std::string& name) {
  api::dynamodb::ReplicaGlobalSecondaryIndexDescription shown{.IndexName = name};
  const auto found = std::ranges::find(replica.indexes, name, &ReplicaIndexRecord::name);
  if (found == replica.indexes.end()) return shown;
  if (found->read_capacity_units)
    shown.ProvisionedThroughputOverride = {{.ReadCapacityUnits = found->read_capacity_units}};
  if (found->max_read_request_units)
    shown.OnDemandThroughputOverride = {{.MaxReadRequestUnits = found->max_read_request_units}};
  return shown;
}

}  // namespace

void check_overrides(const TableRecord& table,
                     const api::dynamodb::CreateReplicationGroupMemberAction& action) {
  check_overrides_of(table, action);
}

void check_overrides(const TableRecord& table,
                     const api::dynamodb::UpdateReplicationGroupMemberAction& action) {
  check_overrides_of(table, action);
}

void read_overrides(const api::dynamodb::CreateReplicationGroupMemberAction& action, Time now,
                    ReplicaRecord& replica) {
  read_overrides_of(action, now, replica);
}

void read_overrides(const api::dynamodb::UpdateReplicationGroupMemberAction& action, Time now,
                    ReplicaRecord& replica) {
  read_overrides_of(action, now, replica);
}

void override_settings(const ReplicaRecord& replica, TableRecord& table) {
  override_reads(replica, table);
  if (!replica.table_class.empty()) table.table_class = replica.table_class;
  for (const ReplicaIndexRecord& wanted : replica.indexes) {
    // The index may have gone in the meantime.
    const auto index = std::ranges::find(table.indexes, wanted.name, &IndexRecord::name);
    if (index != table.indexes.end()) override_reads(wanted, *index);
  }
}

ReplicaIndexRecord& override_of(ReplicaRecord& replica, std::string_view name) {
  const auto found = std::ranges::find(replica.indexes, name, &ReplicaIndexRecord::name);
  if (found != replica.indexes.end()) return *found;
  return replica.indexes.emplace_back(ReplicaIndexRecord{.name = std::string(name)});
}

std::vector<ReplicaDescription> described_replicas(const TableRecord& table) {
  constexpr const char* kNames[] = {"CREATING", "ACTIVE", "UPDATING", "DELETING"};
  std::vector<ReplicaDescription> described;
  for (const ReplicaRecord& replica : table.replicas) {
    ReplicaDescription& shown = described.emplace_back(
        ReplicaDescription{.RegionName = replica.region,
                           .ReplicaStatus = kNames[static_cast<std::size_t>(replica.status)]});
    if (replica.read_capacity_units)
      shown.ProvisionedThroughputOverride = {{.ReadCapacityUnits = replica.read_capacity_units}};
    if (replica.max_read_request_units)
      shown.OnDemandThroughputOverride = {{.MaxReadRequestUnits = replica.max_read_request_units}};
    if (!replica.kms_key.empty()) shown.KMSMasterKeyId = replica.kms_key;
    if (!replica.table_class.empty()) {
      shown.ReplicaTableClassSummary = {
          {.TableClass = replica.table_class, .LastUpdateDateTime = replica.table_class_changed}};
    }
    for (const IndexRecord& index : table.indexes) {
      if (index.kind != IndexKind::global) continue;
      if (!shown.GlobalSecondaryIndexes) shown.GlobalSecondaryIndexes.emplace();
      shown.GlobalSecondaryIndexes->push_back(described_index(replica, index.name));
    }
  }
  return described;
}

}  // namespace fallstreak::services::dynamodb
