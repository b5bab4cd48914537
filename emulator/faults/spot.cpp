#include "faults/spot.h"

#include <algorithm>

namespace fallstreak::faults {
namespace {

bool has_fault(const FaultState& state, std::string_view kind, std::string_view zone,
               std::string_view instance_type) {
  return std::ranges::any_of(state.active, [&](const auto& row) {
    // What is said of one instance says nothing of its pool.
    return row.second.kind == kind && row.second.instance_id.empty() &&
           concerns_pool(row.second, zone, instance_type);
  });
}

}  // namespace

bool concerns_pool(const FaultRecord& fault, std::string_view zone,
                   std::string_view instance_type) {
  return (fault.zone.empty() || fault.zone == zone) &&
         (fault.instance_type.empty() || fault.instance_type == instance_type);
}

bool has_spot_capacity(const FaultState& state, std::string_view zone,
                       std::string_view instance_type) {
  return has_capacity(state, zone, instance_type) &&
         !has_fault(state, "spot-interruption", zone, instance_type);
}

bool is_at_risk(const FaultState& state, std::string_view zone, std::string_view instance_type) {
  return has_fault(state, "spot-rebalance", zone, instance_type) ||
         has_fault(state, "spot-interruption", zone, instance_type);
}

}  // namespace fallstreak::faults
