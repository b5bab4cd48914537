#pragma once

#include "services/dynamodb/state.h"

namespace fallstreak::services::dynamodb {

/// Puts an entry for every item that has the index's key into an index that has none. Items whose
/// values cannot be keys are left out, as AWS does. The write capacity that this consumed, which
/// no request pays for.
double fill_index(Context& context, const TableRecord& table, const IndexRecord& index);

}  // namespace fallstreak::services::dynamodb
