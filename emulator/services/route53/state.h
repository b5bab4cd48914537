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
        child_checks(prefix + "child_checks") {}
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
  }

  world::Table<HostedZoneRecord> hosted_zones;  // by id: `Z0123...`
  /// dispatch::zone_key() -> id.
  world::Table<std::string> zone_names;
  /// `zone <reference>` and `check <reference>` -> id. AWS: a reference is used once for ever.
  world::Table<std::string> caller_references;
  /// `<region>/<VPC id> <zone id>` -> the zone's name.
  world::Table<std::string> vpc_zones;
  /// By dispatch::record_set_key(): as the API shows them, whether the name servers know or not.
  world::Table<api::route53::ResourceRecordSet> record_sets;
  world::Table<ChangeRecord> changes;  // by id: `C0123...`
  world::Table<HealthCheckRecord> health_checks;
  /// `<child id> <parent id>` -> the parent's id.
  world::Table<std::string> child_checks;
};
using Context = dispatch::Context<Route53State>;

}  // namespace fallstreak::services::route53
