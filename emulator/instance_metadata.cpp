#include "instance_metadata.h"

#include <mutex>

#include "services/autoscaling/target_lifecycle.h"
#include "services/ec2/instance_metadata.h"
#include "world/world.h"

namespace fallstreak {

std::optional<dispatch::InstanceMetadata> instance_metadata(Cloud& cloud,
                                                            const std::string& instance_id) {
  const std::lock_guard held(cloud.lock());
  world::World& world = cloud.world();
  for (const auto& scope : world.scopes("ec2")) {
    auto found = services::ec2::metadata_of(world, scope, instance_id);
    if (!found) continue;
    const auto owner = dispatch::Caller::of_scope(scope);
    found->account_id = owner.account_id;
    found->region = owner.region;
    found->target_lifecycle_state =
        services::autoscaling::target_lifecycle_state_of(world, scope, instance_id);
    return found;
  }
  return std::nullopt;
}

}  // namespace fallstreak
