#include "dispatch/held_metric.h"

#include "world/record_codec.h"

namespace fallstreak::dispatch {

void hold_metric(ContextBase& context, std::string_view owner, const HeldMetric& metric) {
  world::Event event;
  event.due = context.now();
  event.event_class = world::EventClass::metrics;
  event.entity = owner;
  event.kind = kHeldMetricEvent;
  event.scope = context.caller().scope(Scope::regional);
  world::encode(metric, event.payload);
  context.world().events().schedule(std::move(event));
}

}  // namespace fallstreak::dispatch
