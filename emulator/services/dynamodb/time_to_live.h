#pragma once

#include <string_view>

#include "api/dynamodb/tables.h"
#include "services/dynamodb/state.h"

/// Items that go when their time has come.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
namespace fallstreak::services::dynamodb {

api::dynamodb::UpdateTimeToLiveOutput update_time_to_live(
    Context& context, const api::dynamodb::UpdateTimeToLiveInput& request);
api::dynamodb::DescribeTimeToLiveOutput describe_time_to_live(
    Context& context, const api::dynamodb::DescribeTimeToLiveInput& request);

/// Events: the setting takes effect; items of a table are due.
constexpr std::string_view kTimeToLiveChanged = "time-to-live-changed";
constexpr std::string_view kItemsExpire = "items-expire";
void time_to_live_changed(Context& context, const world::Event& event);
void items_expire(Context& context, const world::Event& event);

/// Notes when an item is to go, for a table with TTL. Either item may be null.
void note_expiry(Context& context, const TableRecord& table, std::string_view key,
                 const ItemRecord* old_item, const ItemRecord* new_item);
/// Forgets all of a table.
void forget_expiries(Context& context, std::uint64_t table_id);

}  // namespace fallstreak::services::dynamodb
