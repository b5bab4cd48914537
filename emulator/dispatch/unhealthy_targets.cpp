#include "dispatch/unhealthy_targets.h"

namespace fallstreak::dispatch {

UnhealthyTargetState& unhealthy_targets(world::World& world, std::string_view scope) {
  return world.state<UnhealthyTargetState>("unhealthy-targets", scope);
}

}  // namespace fallstreak::dispatch
