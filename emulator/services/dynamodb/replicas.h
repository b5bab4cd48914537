#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/dynamodb/tables.h"
#include "services/dynamodb/state.h"

/// Global tables, version 2019.11.21: tables of the same name in several regions.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
namespace fallstreak::services::dynamodb {

/// Refuses what is wrong with ReplicaUpdates whatever the table.
void check_replica_updates(const api::dynamodb::UpdateTableInput& request);
/// UpdateTable with ReplicaUpdates.
api::dynamodb::UpdateTableOutput update_replicas(Context& context, const std::string& name,
                                                 const api::dynamodb::UpdateTableInput& request);

/// Refuses another change while members come and go.
void check_members_are_settled(const TableRecord& table);
/// Whether anything but the members is to change.
bool changes_settings(const api::dynamodb::UpdateTableInput& request);
/// What of an update concerns every member.
api::dynamodb::UpdateTableInput shared_part(const api::dynamodb::UpdateTableInput& request);

/// Refuses to delete a table that cannot leave its group.
void check_may_leave(const Context& context, const TableRecord& table);
/// The others see that a table is being deleted.
void begin_to_leave(Context& context, const std::string& name, const TableRecord& table);
/// The others forget a table that is gone.
void leave_group(Context& context, const std::string& name, const TableRecord& table);

std::vector<api::dynamodb::ReplicaDescription> described_replicas(const TableRecord& table);

/// Events, at the table whose endpoint was called: a new replica shows, has all items, is about to
/// go, has its new settings. The payload is its region, or the request.
constexpr std::string_view kReplicaShows = "replica-shows";
constexpr std::string_view kReplicaFilled = "replica-filled";
constexpr std::string_view kReplicaGoes = "replica-goes";
constexpr std::string_view kReplicaUpdated = "replica-updated";
void replica_shows(Context& context, const world::Event& event);
void replica_filled(Context& context, const world::Event& event);
void replica_goes(Context& context, const world::Event& event);
void replica_updated(Context& context, const world::Event& event);

}  // namespace fallstreak::services::dynamodb
