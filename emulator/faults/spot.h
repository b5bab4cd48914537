#pragma once

#include <string_view>

#include "faults/faults.h"

/// What faults mean to Spot Instances: those of one type in one zone come from one pool.
namespace fallstreak::faults {

/// Whether a fault is about this pool.
bool concerns_pool(const FaultRecord& fault, std::string_view zone, std::string_view instance_type);
/// True when a Spot Instance can be launched from this pool: EC2 is not taking its capacity back.
bool has_spot_capacity(const FaultState& state, std::string_view zone,
                       std::string_view instance_type);
/// True when the pool's instances are at an elevated risk of interruption.
bool is_at_risk(const FaultState& state, std::string_view zone, std::string_view instance_type);

}  // namespace fallstreak::faults
