#pragma once

#include <string>

#include "dispatch/context.h"
#include "services/route53/records.h"
#include "world/table.h"

namespace fallstreak::services::route53 {

struct Route53State {
  explicit Route53State(const std::string& prefix)
      : hosted_zones(prefix + "hosted_zones"),
        zone_names(prefix + "zone_names"),
        caller_references(prefix + "caller_references"),
        vpc_zones(prefix + "vpc_zones"),
        record_sets(prefix + "record_sets"),
        changes(prefix + "changes"),
        health_checks(prefix + "health_checks"),
        child_checks(prefix + "child_checks"),
        delegation_sets(prefix + "delegation_sets"),
        delegation_zones(prefix + "delegation_zones"),
        cidr_collections(prefix + "cidr_collections"),
        cidr_names(prefix + "cidr_names"),
        cidr_blocks(prefix + "cidr_blocks"),
        cidr_places(prefix + "cidr_places"),
        cidr_uses(prefix + "cidr_uses"),
        traffic_policies(prefix + "traffic_policies"),
        traffic_policy_names(prefix + "traffic_policy_names"),
        traffic_policy_versions(prefix + "traffic_policy_versions"),
        traffic_policy_instances(prefix + "traffic_policy_instances"),
        zone_instances(prefix + "zone_instances"),
        policy_instances(prefix + "policy_instances") {}
  template <class Visitor>
  void visit_tables(Visitor&& visit) {
    visit(hosted_zones);
    visit(zone_names);
    visit(caller_references);
    visit(vpc_zones);
    visit(record_sets);
    visit(changes);
    visit(health_checks);
    visit(child_checks);
    visit(delegation_sets);
    visit(delegation_zones);
    visit(cidr_collections);
    visit(cidr_names);
    visit(cidr_blocks);
    visit(cidr_places);
    visit(cidr_uses);
    visit(traffic_policies);
    visit(traffic_policy_names);
    visit(traffic_policy_versions);
    visit(traffic_policy_instances);
    visit(zone_instances);
    visit(policy_instances);
  }

  world::Table<HostedZoneRecord> hosted_zones;  // by id: `Z0123...`
  /// dispatch::zone_key() -> id.
  world::Table<std::string> zone_names;
  /// `zone <reference>`, `check <reference>` and `delegation <reference>` -> id. AWS: a reference
  /// is used once for ever.
  world::Table<std::string> caller_references;
  /// `<region>/<VPC id> <zone id>` -> the zone's name.
  world::Table<std::string> vpc_zones;
  /// By dispatch::record_set_key(): as the API shows them, whether the name servers know or not.
  world::Table<api::route53::ResourceRecordSet> record_sets;
  world::Table<ChangeRecord> changes;  // by id: `C0123...`
  world::Table<HealthCheckRecord> health_checks;
  /// `<child id> <parent id>` -> the parent's id.
  world::Table<std::string> child_checks;

  world::Table<DelegationSetRecord> delegation_sets;  // by id: `N0123...`
  world::Table<std::string> delegation_zones;         // `<set id> <zone id>` -> zone id

  world::Table<CidrCollectionRecord> cidr_collections;  // by id
  world::Table<std::string> cidr_names;                 // name -> id
  world::Table<std::string>
      cidr_blocks;  // `<collection> <location> 4 c0000200/24` -> the block as it came
  world::Table<std::string> cidr_places;  // dispatch::cidr_key() -> location
  /// `<collection> <location> <record set key>`: the record sets that route by it.
  world::Table<std::string> cidr_uses;

  world::Table<TrafficPolicySeriesRecord> traffic_policies;                    // by id
  world::Table<std::string> traffic_policy_names;                              // name -> id
  world::Table<api::route53::TrafficPolicy> traffic_policy_versions;           // `<id> 0001`
  world::Table<api::route53::TrafficPolicyInstance> traffic_policy_instances;  // by id
  /// `<zone id> com.example.www. A` -> instance id.
  world::Table<std::string> zone_instances;
  /// `<policy id> 0001 <zone id> com.example.www. A` -> instance id.
  world::Table<std::string> policy_instances;
};
using Context = dispatch::Context<Route53State>;

}  // namespace fallstreak::services::route53
