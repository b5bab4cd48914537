#pragma once

#include <string_view>

#include "faults/faults.h"

/// What a fault of zones means for services that a whole region serves.
namespace fallstreak::faults {

/// True while a regional service that keeps everything in three zones cannot agree on a write
/// there.
///
/// Chosen: when two zones of the region or more have no power. AWS promises that the loss of one
/// zone changes nothing, and says nothing of two; whoever keeps three copies and asks two of them
/// cannot go on.
bool region_is_out(const FaultState& state, std::string_view region);

}  // namespace fallstreak::faults
