#pragma once

#include <string>

#include "api/dynamodb/global_tables.h"
#include "services/dynamodb/state.h"

/// Application Auto Scaling of all members of a global table at once. Targets and policies are
/// those of the service in each region; nothing of them is kept here.
namespace fallstreak::services::dynamodb {

api::dynamodb::DescribeTableReplicaAutoScalingOutput describe_table_replica_auto_scaling(
    Context& context, const api::dynamodb::DescribeTableReplicaAutoScalingInput& request);
api::dynamodb::UpdateTableReplicaAutoScalingOutput update_table_replica_auto_scaling(
    Context& context, const api::dynamodb::UpdateTableReplicaAutoScalingInput& request);

/// Whether the write capacity of a table and of its global indexes is scaled automatically here.
bool scales_writes(Context& context, const std::string& name, const TableRecord& table);
/// Scales a new replica as the table is scaled here.
void copy_scaling(Context& context, Context& peer, const std::string& name,
                  const TableRecord& table);

}  // namespace fallstreak::services::dynamodb
