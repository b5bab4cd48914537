#include "faults/regions.h"

#include <algorithm>
#include <string>
#include <vector>

namespace fallstreak::faults {
namespace {

/// `eu-west-1b` is of `eu-west-1`.
bool is_zone_of(std::string_view zone, std::string_view region) {
  return zone.size() == region.size() + 1 && zone.starts_with(region);
}

}  // namespace

bool region_is_out(const FaultState& state, std::string_view region) {
  std::vector<std::string> zones;
  for (const auto& row : state.active) {
    const FaultRecord& fault = row.second;
    const bool concerns_it = fault.kind == "az-power" && is_zone_of(fault.zone, region);
    if (!concerns_it || std::ranges::find(zones, fault.zone) != zones.end()) continue;
    zones.push_back(fault.zone);
    if (zones.size() == 2) return true;
  }
  return false;
}

}  // namespace fallstreak::faults
