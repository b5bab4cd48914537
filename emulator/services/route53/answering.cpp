#include "services/route53/answering.h"

#include <algorithm>

#include "base/dns_name.h"
#include "dispatch/cidr_locations.h"
#include "dispatch/name_servers.h"
#include "dispatch/zonal_shifts.h"

namespace fallstreak::services::route53 {
namespace {

namespace dns = dataplane::dns;
using dispatch::NameServerState;

std::optional<dns::Zone> private_zone_of(const NameServerState& servers, std::string_view name,
                                         const std::string& vpc) {
  for (std::string_view above = name; !above.empty(); above = parent_dns_name(above)) {
    for (const auto& row : servers.zones.range(dispatch::zone_key(above, ""))) {
      const auto& zone = row.second;
      const bool is_seen = std::ranges::find(zone.vpcs, vpc) != zone.vpcs.end();
      if (zone.is_private && is_seen) return dns::Zone{zone.zone_id, zone.name};
    }
  }
  return std::nullopt;
}

/// `ec2-198-18-0-1.eu-central-1.compute.amazonaws.com.`: the address stands in the name.
std::optional<std::string> address_in_name(std::string_view name) {
  const bool is_instance =
      name.starts_with("ec2-") &&
      (name.ends_with(".compute.amazonaws.com.") || name.ends_with(".compute-1.amazonaws.com."));
  if (!is_instance) return std::nullopt;
  std::string address(name.substr(4, name.find('.') - 4));
  std::ranges::replace(address, '-', '.');
  return address;
}

/// Chosen: all website endpoints of S3 have this address, of the reserved 240.0.0.0/4.
bool is_website(std::string_view name) {
  return name.starts_with("s3-website") && name.ends_with(".amazonaws.com.");
}
constexpr const char* kWebsiteAddress = "240.1.0.1";

std::optional<std::vector<dns::Node>> nodes_of(world::World& world, std::string_view name) {
  const auto& servers = dispatch::name_servers(world);
  if (const auto* endpoint = dispatch::find_endpoint(servers, name)) {
    std::vector<dns::Node> nodes;
    for (const auto& node : dispatch::judged_nodes(world, *endpoint)) {
      nodes.push_back({node.ip_address, node.is_healthy, node.ipv6_address});
    }
    return nodes;
  }
  if (auto address = address_in_name(name)) return {{{std::move(*address), true}}};
  if (is_website(name)) return {{{kWebsiteAddress, true}}};
  return std::nullopt;
}

}  // namespace

dns::Knowledge name_server_knowledge(world::World& world, const std::string& vpc) {
  const NameServerState& servers = dispatch::name_servers(world);
  return {.zone_of = [&servers, vpc](std::string_view name) -> std::optional<dns::Zone> {
            // AWS: a private zone hides the public one of its name from its VPCs.
            if (auto zone = private_zone_of(servers, name, vpc)) return zone;
            const auto* zone = dispatch::public_zone_of(servers, name);
            if (zone == nullptr) return std::nullopt;
            return dns::Zone{zone->zone_id, zone->name};
          },
          .record_sets =
              [&servers](const dns::Zone& zone, std::string_view name) {
                std::vector<api::route53::ResourceRecordSet> found;
                for (const auto& row :
                     servers.record_sets.range(dispatch::name_prefix(zone.id, name))) {
                  found.push_back(row.second);
                }
                return found;
              },
          .has_names_below =
              [&servers](const dns::Zone& zone, std::string_view name) {
                // Behind the name's own record sets come those of the names below.
                const std::string below = zone.id + " " + reversed_dns_name(name);
                const auto next = servers.record_sets.lower_bound(below + "!");
                return next != servers.record_sets.end() && next->first.starts_with(below);
              },
          .is_healthy =
              [&servers](std::string_view check) {
                // Chosen: a check that was deleted fails nothing.
                const auto* health = servers.health.find(check);
                return health == nullptr || health->is_healthy;
              },
          .nodes = [&world](std::string_view name) { return nodes_of(world, name); },
          .cidr_location =
              [&world](std::string_view collection, const IpBlock& client) {
                return dispatch::cidr_location_of(dispatch::cidr_locations(world), collection,
                                                  client);
              }};
}

}  // namespace fallstreak::services::route53
