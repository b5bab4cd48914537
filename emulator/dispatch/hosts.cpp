#include "dispatch/hosts.h"

namespace fallstreak::dispatch {

HostState& hosts(world::World& world, std::string_view scope) {
  return world.state<HostState>("hosts", scope);
}

}  // namespace fallstreak::dispatch
