#pragma once

#include <string_view>

#include "api/dynamodb/backups.h"
#include "services/dynamodb/state.h"

/// Backups on demand, and tables made of them.
namespace fallstreak::services::dynamodb {

api::dynamodb::CreateBackupOutput create_backup(Context& context,
                                                const api::dynamodb::CreateBackupInput& request);
api::dynamodb::DescribeBackupOutput describe_backup(
    Context& context, const api::dynamodb::DescribeBackupInput& request);
api::dynamodb::ListBackupsOutput list_backups(Context& context,
                                              const api::dynamodb::ListBackupsInput& request);
api::dynamodb::DeleteBackupOutput delete_backup(Context& context,
                                                const api::dynamodb::DeleteBackupInput& request);
api::dynamodb::RestoreTableFromBackupOutput restore_table_from_backup(
    Context& context, const api::dynamodb::RestoreTableFromBackupInput& request);

/// Event: a backup can be used.
constexpr std::string_view kBackupAvailable = "backup-available";
void backup_available(Context& context, const world::Event& event);

}  // namespace fallstreak::services::dynamodb
