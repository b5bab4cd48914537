#include <algorithm>

#include "services/dynamodb/errors.h"
#include "services/dynamodb/replicas.h"

namespace fallstreak::services::dynamodb {
namespace {

using api::dynamodb::ReplicationGroupUpdate;
using api::dynamodb::UpdateTableInput;

bool has_new_settings(const api::dynamodb::UpdateReplicationGroupMemberAction& action) {
  return action.ProvisionedThroughputOverride || action.OnDemandThroughputOverride ||
         action.TableClassOverride;
}

}  // namespace

void check_replica_updates(const UpdateTableInput& request) {
  if (request.MultiRegionConsistency == "STRONG")
    throw not_implemented("MultiRegionConsistency STRONG of UpdateTable");
  if (changes_settings(request)) {
    throw invalid_parameter_values(
        "Replica modification must be the only operation in the request");
  }
  std::vector<std::string> regions;
  bool has_create = false;
  bool has_update = false;
  bool has_delete = false;
  for (const ReplicationGroupUpdate& update : *request.ReplicaUpdates) {
    const bool does_nothing = !update.Create && !update.Update && !update.Delete;
    if (does_nothing || (update.Update && !has_new_settings(*update.Update))) {
      throw validation_exception(
          "There are no actions specified in the Replica Update Action of the request.");
    }
    has_create = has_create || update.Create;
    has_update = has_update || update.Update;
    has_delete = has_delete || update.Delete;
    const auto& region = update.Create   ? *update.Create->RegionName
                         : update.Update ? *update.Update->RegionName
                                         : *update.Delete->RegionName;
    // Observed: the same action twice counts once.
    if (std::ranges::find(regions, region) == regions.end()) regions.push_back(region);
  }
  if (int{has_create} + int{has_update} + int{has_delete} > 1) {
    throw validation_exception(
        "Update table operation with more than one type of replica actions not allowed");
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

UpdateTableInput shared_part(const UpdateTableInput& request) {
  // AWS: these belong to each member alone.
  UpdateTableInput shared = request;
  shared.DeletionProtectionEnabled.reset();
  shared.StreamSpecification.reset();
  return shared;
}

bool changes_settings(const UpdateTableInput& request) {
  return request.BillingMode || request.ProvisionedThroughput ||
         request.GlobalSecondaryIndexUpdates || request.StreamSpecification ||
         request.SSESpecification || request.TableClass || request.DeletionProtectionEnabled ||
         request.OnDemandThroughput || request.WarmThroughput;
}

}  // namespace fallstreak::services::dynamodb
