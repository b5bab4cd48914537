#pragma once

#include <functional>
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
/// AWS: an eventually consistent group changes by one member at a time.
void check_is_about_one(const api::dynamodb::UpdateTableInput& request);
/// UpdateTable with ReplicaUpdates.
api::dynamodb::UpdateTableOutput update_replicas(Context& context, const std::string& name,
                                                 const api::dynamodb::UpdateTableInput& request);

/// Refuses another change while members come and go.
void check_members_are_settled(const TableRecord& table);
/// Whether anything but the members is to change.
bool changes_settings(const api::dynamodb::UpdateTableInput& request);
/// What of an update of one member changes another.
api::dynamodb::UpdateTableInput shared_part(const api::dynamodb::UpdateTableInput& request,
                                            const TableRecord& here, const TableRecord& there);
/// From now on the read capacity of a member, or of its index, is its own; the others see it.
void keep_own_reads(Context& context, const std::string& name, std::string_view index);
/// The others see what capacity of its own the member has now.
void tell_own_reads(Context& context, const std::string& name, const TableRecord& table);

ApiError replica_not_found(const std::string& region);

/// Begins to add a member, or to take one away, where nothing is against it.
void begin_replica(Context& context, const std::string& name,
                   const api::dynamodb::CreateReplicationGroupMemberAction& action,
                   TableRecord& table);
void end_replica(Context& context, const std::string& name, const std::string& region,
                 TableRecord& table);
/// What was begun for the members of a table is over, unless others still come.
void settle(Context& context, const std::string& name);
/// Changes the table and the same table of every other member.
void change_group(Context& context, const std::string& name,
                  const std::function<void(TableRecord&)>& change);

/// Refuses to delete a table that cannot leave its group.
void check_may_leave(const Context& context, const TableRecord& table);
/// The others see that a table is being deleted.
void begin_to_leave(Context& context, const std::string& name, const TableRecord& table);
/// The others forget a table that is gone.
void leave_group(Context& context, const std::string& name, const TableRecord& table);

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
