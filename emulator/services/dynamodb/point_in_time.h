#pragma once

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

}  // namespace fallstreak::services::dynamodb
