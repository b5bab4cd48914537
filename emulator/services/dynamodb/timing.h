#pragma once

#include <chrono>

#include "base/time.h"

namespace fallstreak::services::dynamodb {

/// Observed: a new table is ACTIVE after 5 to 10 seconds; AWS promises no time.
constexpr Duration kCreateTable = std::chrono::seconds(8);
/// Observed: a table without secondary indexes is gone after a few seconds.
constexpr Duration kDeleteTable = std::chrono::seconds(4);

}  // namespace fallstreak::services::dynamodb
