#pragma once

#include <string>
#include <string_view>

#include "world/table.h"
#include "world/world.h"

/// What load balancers tell Auto Scaling of targets: those that fail their health checks, which are
/// few or none. ELBv2 writes it with every change of a target's health. Faults of ELBv2's API do
/// not touch it, as on AWS.
namespace fallstreak::dispatch {

struct UnhealthyTarget {};
template <class Visitor>
void visit_fields(UnhealthyTarget&, Visitor&&) {}

struct UnhealthyTargetState {
  explicit UnhealthyTargetState(const std::string& prefix) : targets(prefix + "targets") {}
  template <class Visitor>
  void visit_tables(Visitor&& visit) {
    visit(targets);
  }

  world::Table<UnhealthyTarget> targets;  // by `<target group ARN>|<id>:<port>`
};

/// Those of an account in a region, of which `scope` is the text: `123456789012/eu-central-1`.
UnhealthyTargetState& unhealthy_targets(world::World& world, std::string_view scope);

}  // namespace fallstreak::dispatch
