#pragma once

#include <functional>
#include <string_view>

#include "api/dynamodb/backups.h"
#include "services/dynamodb/state.h"

/// Tables as they were at any second of the last days.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html
namespace fallstreak::services::dynamodb {

api::dynamodb::DescribeContinuousBackupsOutput describe_continuous_backups(
    Context& context, const api::dynamodb::DescribeContinuousBackupsInput& request);
api::dynamodb::UpdateContinuousBackupsOutput update_continuous_backups(
    Context& context, const api::dynamodb::UpdateContinuousBackupsInput& request);
api::dynamodb::RestoreTableToPointInTimeOutput restore_table_to_point_in_time(
    Context& context, const api::dynamodb::RestoreTableToPointInTimeInput& request);

/// Keeps what an item was before it changes; null: it was not there.
void keep_past(Context& context, const TableRecord& table, std::string_view key,
               const ItemRecord* old_item);
void forget_past(Context& context, std::uint64_t table_id);
/// What items were before each change after a moment, the latest change first.
void each_change_since(const Context& context, const TableRecord& table, Time moment,
                       const std::function<void(const PastRecord&)>& take);
/// The first and the last moment to which a table that keeps its past can go back.
Time earliest_restorable(const TableRecord& table, Time now);
Time latest_restorable(const TableRecord& table, Time now);

}  // namespace fallstreak::services::dynamodb
