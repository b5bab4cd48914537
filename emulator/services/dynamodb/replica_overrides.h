#pragma once

#include <string_view>
#include <vector>

#include "api/dynamodb/tables.h"
#include "services/dynamodb/records.h"

/// What a replica has otherwise than the table that it is a replica of.
namespace fallstreak::services::dynamodb {

/// Refuses what does not go with the table.
void check_overrides(const TableRecord& table,
                     const api::dynamodb::CreateReplicationGroupMemberAction& action);
void check_overrides(const TableRecord& table,
                     const api::dynamodb::UpdateReplicationGroupMemberAction& action);
/// Notes what a request wants.
void read_overrides(const api::dynamodb::CreateReplicationGroupMemberAction& action, Time now,
                    ReplicaRecord& replica);
void read_overrides(const api::dynamodb::UpdateReplicationGroupMemberAction& action, Time now,
                    ReplicaRecord& replica);
/// Gives a replica's table what was noted of it.
void override_settings(const ReplicaRecord& replica, TableRecord& table);
std::vector<api::dynamodb::ReplicaDescription> described_replicas(const TableRecord& table);
/// What an index of a replica has otherwise; new when it has nothing yet.
ReplicaIndexRecord& override_of(ReplicaRecord& replica, std::string_view index);

}  // namespace fallstreak::services::dynamodb
