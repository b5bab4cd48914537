#include "dispatch/target_anomalies.h"

namespace fallstreak::dispatch {

TargetAnomalyState& target_anomalies(world::World& world, std::string_view scope) {
  return world.state<TargetAnomalyState>("target-anomalies", scope);
}

}  // namespace fallstreak::dispatch
