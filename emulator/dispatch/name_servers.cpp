#include "dispatch/name_servers.h"

#include "base/dns_name.h"

namespace fallstreak::dispatch {

NameServerState& name_servers(world::World& world) {
  return world.state<NameServerState>("dns", "world");
}

std::string zone_key(std::string_view name, std::string_view zone_id) {
  return reversed_dns_name(name) + " " + std::string(zone_id);
}

std::string name_prefix(std::string_view zone_id, std::string_view name) {
  return std::string(zone_id) + " " + reversed_dns_name(name) + " ";
}

std::string record_set_key(std::string_view zone_id,
                           const api::route53::ResourceRecordSet& record_set) {
  return name_prefix(zone_id, *record_set.Name) + *record_set.Type + " " +
         record_set.SetIdentifier.value_or("");
}

const ServedZone* public_zone_of(const NameServerState& servers, std::string_view name) {
  for (std::string_view above = name; !above.empty(); above = parent_dns_name(above)) {
    const ServedZone* oldest = nullptr;
    for (const auto& row : servers.zones.range(zone_key(above, ""))) {
      if (row.second.is_private) continue;
      if (oldest == nullptr || row.second.created < oldest->created) oldest = &row.second;
    }
    if (oldest != nullptr) return oldest;
  }
  return nullptr;
}

std::vector<api::route53::ResourceRecordSet> public_record_sets(const NameServerState& servers,
                                                                std::string_view name,
                                                                std::string_view type) {
  std::vector<api::route53::ResourceRecordSet> found;
  const ServedZone* zone = public_zone_of(servers, name);
  if (zone == nullptr) return found;
  const std::string prefix = name_prefix(zone->zone_id, name) + std::string(type) + " ";
  for (const auto& row : servers.record_sets.range(prefix)) found.push_back(row.second);
  return found;
}

const ServedEndpoint* find_endpoint(const NameServerState& servers, std::string_view name) {
  constexpr std::string_view kDualStack = "dualstack.";
  if (name.starts_with(kDualStack)) name.remove_prefix(kDualStack.size());
  return servers.endpoints.find(name);
}

}  // namespace fallstreak::dispatch
