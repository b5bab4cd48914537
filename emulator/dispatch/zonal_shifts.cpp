#include "dispatch/zonal_shifts.h"

namespace fallstreak::dispatch {

ZonalShiftState& zonal_shifts(world::World& world, std::string_view scope) {
  return world.state<ZonalShiftState>("zonal-shifts", scope);
}

std::string_view shifted_zone(const ZonalShiftState& shifts, std::string_view resource_arn) {
  if (shifts.active.size() == 0 || !shifts.resources.contains(resource_arn)) return {};
  const std::string* zone = shifts.active.find(resource_arn);
  return zone == nullptr ? std::string_view() : std::string_view(*zone);
}

std::vector<ServedNode> judged_nodes(world::World& world, const ServedEndpoint& endpoint) {
  std::vector<ServedNode> nodes = endpoint.nodes;
  const auto& shifts = zonal_shifts(world, endpoint.account_id + "/" + endpoint.region);
  const std::string_view zone = shifted_zone(shifts, endpoint.resource_arn);
  for (auto& node : nodes) {
    if (node.zone == zone) node.is_healthy = false;
  }
  return nodes;
}

}  // namespace fallstreak::dispatch
