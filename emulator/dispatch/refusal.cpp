#include "dispatch/refusal.h"

#include "dispatch/registry.h"
#include "world/record_codec.h"

namespace fallstreak::dispatch {
namespace {

std::string subject_of(const api::Operation& operation, const void* request) {
  if (operation.input == nullptr) return {};
  for (const api::Member& member : operation.input->members) {
    if (!member.required || member.shape->kind != api::Kind::string) continue;
    if (!api::has(member, request)) return {};
    return *static_cast<const std::string*>(api::get(member, request));
  }
  return {};
}

}  // namespace

void tell_refusal(world::World& world, const Environment& environment, const Caller& caller,
                  const api::Operation& operation, const void* request, const ApiError& error) {
  const Binding* binding = environment.registry->find(operation);
  if (binding == nullptr) return;
  const std::string kind = std::string(binding->service()) + "." + std::string(kRefused);
  const EventBinding* listener = environment.registry->find_event(kind);
  if (listener == nullptr) return;
  Refusal refusal{.operation = std::string(operation.name),
                  .code = error.code,
                  .status = error.status,
                  .subject = subject_of(operation, request)};
  if (const auto* traced = dynamic_cast<const TracedError*>(&error)) refusal.trace = traced->trace;

  world::Event event;
  event.due = world.now();
  event.event_class = world::EventClass::metrics;
  event.entity = refusal.operation;
  event.kind = kind;
  event.scope = caller.scope(binding->scope());
  world::encode(refusal, event.payload);
  world::Transaction transaction(world);
  listener->invoke(*listener, world, environment, event);
  transaction.commit();
}

}  // namespace fallstreak::dispatch
