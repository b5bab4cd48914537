#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/route53/record_sets.h"
#include "base/time.h"
#include "world/table.h"
#include "world/world.h"

/// The data plane of DNS: what the name servers of a world have been told. Services write it when a
/// change has propagated; the resolver, health checks and certificate validation read it. Faults of
/// Route 53's API do not touch it, as on AWS.
namespace fallstreak::dispatch {

/// A hosted zone as its name servers know it.
struct ServedZone {
  std::string account_id;
  std::string zone_id;
  std::string name;
  Time created{};
  bool is_private = false;
  /// Whose resolvers see a private zone: `eu-central-1/vpc-1234`.
  std::vector<std::string> vpcs;
};
template <class Visitor>
void visit_fields(ServedZone& zone, Visitor&& visit) {
  visit("account_id", zone.account_id);
  visit("zone_id", zone.zone_id);
  visit("name", zone.name);
  visit("created", zone.created);
  visit("is_private", zone.is_private);
  visit("vpcs", zone.vpcs);
}

/// What a health check says, as all name servers know it.
struct ServedHealth {
  bool is_healthy = true;
};
template <class Visitor>
void visit_fields(ServedHealth& health, Visitor&& visit) {
  visit("is_healthy", health.is_healthy);
}

/// A node of a load balancer.
struct ServedNode {
  std::string zone;
  std::string ip_address;    // of A records; empty: it has none that clients may use
  std::string ipv6_address;  // of AAAA records, as far as there are any
  /// In each target group with targets, at least one of the node's zone is healthy.
  bool is_healthy = false;
};
template <class Visitor>
void visit_fields(ServedNode& node, Visitor&& visit) {
  visit("zone", node.zone);
  visit("ip_address", node.ip_address);
  visit("ipv6_address", node.ipv6_address);
  visit("is_healthy", node.is_healthy);
}

/// A DNS name that AWS gave to a resource.
struct ServedEndpoint {
  std::string account_id, region;
  std::string resource_arn;
  /// Which an alias to it must name.
  std::string hosted_zone_id;
  std::vector<ServedNode> nodes;
};
template <class Visitor>
void visit_fields(ServedEndpoint& endpoint, Visitor&& visit) {
  visit("account_id", endpoint.account_id);
  visit("region", endpoint.region);
  visit("resource_arn", endpoint.resource_arn);
  visit("hosted_zone_id", endpoint.hosted_zone_id);
  visit("nodes", endpoint.nodes);
}

struct NameServerState {
  explicit NameServerState(const std::string& prefix)
      : zones(prefix + "zones"),
        record_sets(prefix + "record_sets"),
        health(prefix + "health"),
        endpoints(prefix + "endpoints") {}
  template <class Visitor>
  void visit_tables(Visitor&& visit) {
    visit(zones);
    visit(record_sets);
    visit(health);
    visit(endpoints);
  }

  world::Table<ServedZone> zones;                             // by zone_key()
  world::Table<api::route53::ResourceRecordSet> record_sets;  // by record_set_key()
  world::Table<ServedHealth> health;                          // by health check id
  world::Table<ServedEndpoint> endpoints;                     // by canonical name
};
NameServerState& name_servers(world::World& world);

/// `com.example. Z123`: all zones of a name follow each other.
std::string zone_key(std::string_view name, std::string_view zone_id);
/// `Z123 com.example.www. `: what the keys of a name's record sets in a zone begin with.
std::string name_prefix(std::string_view zone_id, std::string_view name);
/// In Route 53's order: by name, type, set identifier.
std::string record_set_key(std::string_view zone_id,
                           const api::route53::ResourceRecordSet& record_set);

/// The public zone that answers for a name: the closest one above it; of equal names the oldest.
/// Chosen: without registered domains nobody else could decide between them.
const ServedZone* public_zone_of(const NameServerState& servers, std::string_view name);

/// The record sets of a name and type in the public DNS of the world; none when there are none. A
/// wildcard is not applied: those who ask look for what was put there for them.
std::vector<api::route53::ResourceRecordSet> public_record_sets(const NameServerState& servers,
                                                                std::string_view name,
                                                                std::string_view type);

/// The endpoint of a name, `dualstack.` before it or not; null when AWS gave it to nothing.
const ServedEndpoint* find_endpoint(const NameServerState& servers, std::string_view name);

}  // namespace fallstreak::dispatch
