#pragma once

#include <string>
#include <string_view>

#include "services/dynamodb/state.h"

/// How changes of a global table's items go from region to region.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
///
/// Each member sends what its own callers change to each other member, in order; it arrives after a
/// lag. The last writer wins. While a region is out nothing leaves or reaches it; when it is back,
/// what has been waiting arrives at once.
namespace fallstreak::services::dynamodb {

/// Sends a change of an item to the other members; null: it was deleted.
void replicate(Context& context, const TableRecord& table, std::string_view key,
               const ItemRecord* item);

/// Lets changes go to a region.
void begin_replication(Context& context, const std::string& name, const TableRecord& table,
                       const std::string& region);
/// Ends that; what is on its way is lost.
void end_replication(Context& context, std::uint64_t table_id, std::string_view region);
/// Forgets everything about a table that is gone, or no longer part of a global table.
void forget_replications(Context& context, std::uint64_t table_id);

/// Fills the table of another region with the items of this one, and with when they were written.
void copy_items(Context& context, const TableRecord& table, Context& peer,
                const TableRecord& replica);
/// What is on its way to one region goes to another as well.
void copy_outgoing(Context& context, const TableRecord& table, std::string_view region,
                   const std::string& other_region);

/// Events: changes arrive, and how long they took is told.
constexpr std::string_view kChangesArrive = "changes-arrive";
constexpr std::string_view kTellLatency = "tell-replication-latency";
void changes_arrive(Context& context, const world::Event& event);
void tell_latency(Context& context, const world::Event& event);

/// A fault began or ended: tables are out or back, and what waits goes on.
void region_may_be_out(Context& context, const world::Event& event);

}  // namespace fallstreak::services::dynamodb
