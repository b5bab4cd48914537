#include <algorithm>

#include "services/dynamodb/errors.h"
#include "services/dynamodb/replicas.h"

namespace fallstreak::services::dynamodb {
namespace {

using api::dynamodb::ReplicationGroupUpdate;
using api::dynamodb::UpdateTableInput;

bool has_new_settings(const api::dynamodb::UpdateReplicationGroupMemberAction& action) {
  return action.ProvisionedThroughputOverride || action.OnDemandThroughputOverride ||
         action.TableClassOverride || action.GlobalSecondaryIndexes || action.KMSMasterKeyId;
}

/// AWS: the write capacity is that of every member, the read capacity may be a member's own. What
/// is the same there already is no change.
template <class Record>
void keep_reads(bool are_own, const Record& there,
                std::optional<api::dynamodb::ProvisionedThroughput>& wanted) {
  if (!wanted) return;
  if (are_own) wanted->ReadCapacityUnits = there.read_capacity_units;
  if (wanted->ReadCapacityUnits == there.read_capacity_units &&
      wanted->WriteCapacityUnits == there.write_capacity_units) {
    wanted.reset();
  }
}

const IndexRecord* global_index_of(const TableRecord& table, std::string_view name) {
  const auto found = std::ranges::find(table.indexes, name, &IndexRecord::name);
  const bool is_there = found != table.indexes.end() && found->kind == IndexKind::global;
  return is_there ? &*found : nullptr;
}

}  // namespace

void check_replica_updates(const UpdateTableInput& request) {
  if (changes_settings(request)) {
    throw invalid_parameter_values(
        "Replica modification must be the only operation in the request");
  }
  bool has_create = false;
  bool has_update = false;
  bool has_delete = false;
  for (const ReplicationGroupUpdate& update : api::each(request.ReplicaUpdates)) {
    const bool does_nothing = !update.Create && !update.Update && !update.Delete;
    if (does_nothing || (update.Update && !has_new_settings(*update.Update))) {
      throw validation_exception(
          "There are no actions specified in the Replica Update Action of the request.");
    }
    has_create = has_create || update.Create;
    has_update = has_update || update.Update;
    has_delete = has_delete || update.Delete;
  }
  if (int{has_create} + int{has_update} + int{has_delete} > 1) {
    throw validation_exception(
        "Update table operation with more than one type of replica actions not allowed");
  }
  // Two members make and end a strongly consistent group.
  if (request.MultiRegionConsistency != "STRONG" && !has_delete) check_is_about_one(request);
}

void check_is_about_one(const UpdateTableInput& request) {
  std::vector<std::string> regions;
  for (const ReplicationGroupUpdate& update : api::each(request.ReplicaUpdates)) {
    const auto& region = update.Create   ? *update.Create->RegionName
                         : update.Update ? *update.Update->RegionName
                                         : *update.Delete->RegionName;
    // Observed: the same action twice counts once.
    if (std::ranges::find(regions, region) == regions.end()) regions.push_back(region);
  }
  if (regions.size() > 1) {
    throw validation_exception(
        "Update table operation with more than one create or delete replica actions not allowed");
  }
}

void check_members_are_settled(const TableRecord& table) {
  const auto comes_or_goes = [](const ReplicaRecord& replica) {
    return replica.status == ReplicaStatus::creating || replica.status == ReplicaStatus::deleting;
  };
  const bool is_busy =
      table.status == TableStatus::updating || std::ranges::any_of(table.replicas, comes_or_goes);
  if (!table.is_global || !is_busy) return;
  throw ApiError("ResourceInUseException",
                 "The resource which you are attempting to change is in use.");
}

UpdateTableInput shared_part(const UpdateTableInput& request, const TableRecord& here,
                             const TableRecord& there) {
  // AWS: these belong to each member alone.
  UpdateTableInput shared = request;
  shared.DeletionProtectionEnabled.reset();
  shared.StreamSpecification.reset();
  if (there.billing_mode != BillingMode::provisioned || request.BillingMode == "PAY_PER_REQUEST")
    return shared;
  keep_reads(here.has_own_reads || there.has_own_reads, there, shared.ProvisionedThroughput);
  if (!shared.GlobalSecondaryIndexUpdates) return shared;
  auto& updates = *shared.GlobalSecondaryIndexUpdates;
  for (auto& update : updates) {
    if (!update.Update) continue;
    const IndexRecord* ours = global_index_of(here, *update.Update->IndexName);
    const IndexRecord* theirs = global_index_of(there, *update.Update->IndexName);
    if (ours == nullptr || theirs == nullptr) continue;
    keep_reads(ours->has_own_reads || theirs->has_own_reads, *theirs,
               update.Update->ProvisionedThroughput);
  }
  std::erase_if(updates, [](const api::dynamodb::GlobalSecondaryIndexUpdate& update) {
    return update.Update && !update.Update->ProvisionedThroughput &&
           !update.Update->OnDemandThroughput && !update.Update->WarmThroughput;
  });
  if (updates.empty()) shared.GlobalSecondaryIndexUpdates.reset();
  return shared;
}

bool changes_settings(const UpdateTableInput& request) {
  return request.BillingMode || request.ProvisionedThroughput ||
         request.GlobalSecondaryIndexUpdates || request.StreamSpecification ||
         request.SSESpecification || request.TableClass || request.DeletionProtectionEnabled ||
         request.OnDemandThroughput || request.WarmThroughput;
}

}  // namespace fallstreak::services::dynamodb
