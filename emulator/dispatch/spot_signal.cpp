#include "dispatch/spot_signal.h"

#include "dispatch/registry.h"

namespace fallstreak::dispatch {

void recommend_rebalance(ContextBase& context, const std::string& instance_id) {
  if (context.environment().registry->find_event(kRebalanceRecommendationEvent) == nullptr) return;
  world::Event event;
  event.due = context.now();
  event.entity = instance_id;
  event.kind = kRebalanceRecommendationEvent;
  event.scope = context.caller().scope(Scope::regional);
  context.world().events().schedule(std::move(event));
}

}  // namespace fallstreak::dispatch
