#pragma once

#include <string>
#include <string_view>

#include "world/table.h"
#include "world/world.h"

/// What the nodes of load balancers found of targets: those that fail more often than the others of
/// their group. Whoever serves load balancers writes it; ELBv2 shows it.
namespace fallstreak::dispatch {

struct AnomalousTarget {
  bool is_anomalous = false;
  bool is_mitigated = false;
};
template <class Visitor>
void visit_fields(AnomalousTarget& target, Visitor&& visit) {
  visit("is_anomalous", target.is_anomalous);
  visit("is_mitigated", target.is_mitigated);
}

struct TargetAnomalyState {
  explicit TargetAnomalyState(const std::string& prefix) : targets(prefix + "targets") {}
  template <class Visitor>
  void visit_tables(Visitor&& visit) {
    visit(targets);
  }

  world::Table<AnomalousTarget> targets;  // by `<target group ARN>|<id>:<port>`
};

/// Those of an account in a region, of which `scope` is the text: `123456789012/eu-central-1`.
TargetAnomalyState& target_anomalies(world::World& world, std::string_view scope);

}  // namespace fallstreak::dispatch
