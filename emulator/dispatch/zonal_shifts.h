#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dispatch/name_servers.h"
#include "world/table.h"
#include "world/world.h"

/// What services tell Application Recovery Controller, and it them: which resources' traffic can be
/// shifted away from a zone, and of which it is. Faults of an API touch neither, as on AWS.
/// https://docs.aws.amazon.com/r53recovery/latest/dg/arc-zonal-shift.how-it-works.html
namespace fallstreak::dispatch {

/// A resource that its service has registered.
struct ShiftableResource {
  struct Zone {
    std::string name;  // `eu-central-1a`
    std::string id;    // `euc1-az2`
  };
  std::string name;
  std::vector<Zone> zones;
};
template <class Visitor>
void visit_fields(ShiftableResource::Zone& zone, Visitor&& visit) {
  visit("name", zone.name);
  visit("id", zone.id);
}
template <class Visitor>
void visit_fields(ShiftableResource& resource, Visitor&& visit) {
  visit("name", resource.name);
  visit("zones", resource.zones);
}

struct ZonalShiftState {
  explicit ZonalShiftState(const std::string& prefix)
      : resources(prefix + "resources"), active(prefix + "active") {}
  template <class Visitor>
  void visit_tables(Visitor&& visit) {
    visit(resources);
    visit(active);
  }

  world::Table<ShiftableResource> resources;  // by ARN
  /// By ARN of the resource: the name of the zone that its traffic is shifted away from. Means
  /// nothing while the resource is not registered.
  world::Table<std::string> active;
};

/// Those of an account in a region, of which `scope` is the text: `123456789012/eu-central-1`.
ZonalShiftState& zonal_shifts(world::World& world, std::string_view scope);

/// The zone that a resource's traffic is shifted away from; empty when it is not.
std::string_view shifted_zone(const ZonalShiftState& shifts, std::string_view resource_arn);

/// The nodes of a load balancer as name servers judge them: AWS: a zonal shift sets the health
/// check of the zone to unhealthy, so that its address leaves DNS.
std::vector<ServedNode> judged_nodes(world::World& world, const ServedEndpoint& endpoint);

}  // namespace fallstreak::dispatch
