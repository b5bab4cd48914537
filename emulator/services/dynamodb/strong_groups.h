#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/dynamodb/tables.h"
#include "services/dynamodb/state.h"

/// Global tables with multi-Region strong consistency: three regions of one set, of which one may
/// be a witness that keeps changes and serves nobody.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
///
/// AWS tells the rules and none of the words in which it refuses what is against them: these are
/// Chosen. Calls come one after the other here, so that two regions never change an item at the
/// same time: ReplicatedWriteConflictException is only what a fault injects.
namespace fallstreak::services::dynamodb {

/// Whether an update of a table makes such a group or ends one.
bool concerns_strong_group(const api::dynamodb::UpdateTableInput& request,
                           const TableRecord& table);
/// Notes in the table what is to become of its group, and begins it.
void update_strong_group(Context& context, const std::string& name,
                         const api::dynamodb::UpdateTableInput& request, TableRecord& table);

/// AWS: such a table has neither transactions nor TTL.
void check_has_transactions(const TableRecord& table);
void check_can_expire(const TableRecord& table);
/// AWS: no single member of a group can go.
void check_can_be_deleted(const TableRecord& table);
/// Refuses a write that cannot reach a second region.
void check_reaches_another(Context& context, const TableRecord& table);

std::vector<api::dynamodb::GlobalTableWitnessDescription> described_witnesses(
    const TableRecord& table);

/// Event: a witness is there, or gone. The payload is its region.
constexpr std::string_view kWitnessSettles = "witness-settles";
void witness_settles(Context& context, const world::Event& event);

}  // namespace fallstreak::services::dynamodb
