#include "services/autoscaling/target_lifecycle.h"

#include "services/autoscaling/lifecycle.h"
#include "services/autoscaling/state.h"
#include "services/autoscaling/warm_pool.h"

namespace fallstreak::services::autoscaling {
namespace {

std::string pool_state_of(const AutoScalingState& state, const std::string& group_name) {
  const GroupRecord* group = state.groups.find(group_name);
  const auto* pool = group == nullptr ? nullptr : &group->group.WarmPoolConfiguration;
  const bool runs = pool != nullptr && *pool && (*pool)->PoolState == "Running";
  return runs ? "Warmed:Running" : "Warmed:Stopped";
}

}  // namespace

std::string target_lifecycle_state_of(world::World& world, const std::string& scope,
                                      const std::string& instance_id) {
  const auto& state = world.state<AutoScalingState>("autoscaling", scope);
  const InstanceRecord* record = state.instances.find(instance_id);
  if (record == nullptr) return {};
  const std::string lifecycle = record->instance.LifecycleState.value_or("");
  const std::string_view step = without_warmed(lifecycle);
  // AWS: an instance that goes back to the pool is on its way to the pool's state.
  if (is_terminating(step) && !record->returns_to_pool) return "Terminated";
  if (is_warmed(lifecycle) || record->returns_to_pool) {
    return pool_state_of(state, record->group_name);
  }
  if (lifecycle == kEnteringStandby || lifecycle == kStandby) return std::string(kStandby);
  if (lifecycle == kDetaching) return "Detached";
  return std::string(kInService);
}

}  // namespace fallstreak::services::autoscaling
