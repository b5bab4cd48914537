#include "dispatch/held_metric.h"

#include "world/record_codec.h"

namespace fallstreak::dispatch {

namespace {

template <class Payload>
void send(ContextBase& context, std::string_view owner, std::string_view kind,
          const Payload& payload) {
  world::Event event;
  event.due = context.now();
  event.event_class = world::EventClass::metrics;
  event.entity = owner;
  event.kind = kind;
  event.scope = context.caller().scope(Scope::regional);
  world::encode(payload, event.payload);
  context.world().events().schedule(std::move(event));
}

}  // namespace

void hold_metric(ContextBase& context, std::string_view owner, const HeldMetric& metric) {
  send(context, owner, kHeldMetricEvent, metric);
}

void count_in_group(ContextBase& context, const std::string& instance_id, const std::string& group,
                    Time from) {
  send(context, instance_id, kGroupCountEvent, GroupCount{group, from});
}

}  // namespace fallstreak::dispatch
