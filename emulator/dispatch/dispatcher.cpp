#include "dispatch/dispatcher.h"

#include <algorithm>

#include "base/check.h"
#include "dispatch/refusal.h"

namespace fallstreak::dispatch {
namespace {

bool is_ec2(const api::Operation& operation) {
  return operation.service->protocols.front() == api::Protocol::ec2;
}

/// AWS: EC2 checks everything, changes nothing and says so with an error.
/// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonParameters.html
bool is_dry_run(const api::Operation& operation, const void* request) {
  if (!is_ec2(operation)) return false;
  const api::Member* member = operation.input->member("DryRun");
  return member != nullptr && api::has(*member, request) &&
         *static_cast<const bool*>(api::get(*member, request));
}

void ask_faults(world::World& world, const Caller& caller, const api::Operation& operation) {
  const auto& state = world.state<faults::FaultState>("faults", "world");
  const auto is_of_api = [](const auto& row) { return row.second.kind == "api-error"; };
  if (std::ranges::none_of(state.active, is_of_api)) return;
  const std::string stream =
      std::string(caller.scope(Scope::regional)) + "/faults." + std::string(operation.name);
  // Drawing changes a counter, which must not be undone with the refused operation.
  world::Transaction draw(world);
  const auto drawn = world.random().uniform(stream, 0, 99);
  draw.commit();
  if (auto error = faults::api_error(state, operation, std::uint64_t(drawn))) throw InjectedError(std::move(*error));
}

void carry_out(world::World& world, const Environment& environment, const Caller& caller,
               const api::Operation& operation, const void* request, void* response) {
  const Binding* binding = environment.registry->find(operation);
  if (binding == nullptr) throw not_implemented(operation.name);

  if (binding->plan() != nullptr) {
    if (auto wrong = api::validate(*binding->plan(), operation, request)) throw std::move(*wrong);
  }
  if (const std::string path = binding->accepted().first_refused(request); !path.empty()) {
    const bool dry_run_alone = path == "DryRun" && is_ec2(operation);
    if (!dry_run_alone) {
      throw not_implemented("Parameter " + path + " of " + std::string(operation.name));
    }
  }
  ask_faults(world, caller, operation);

  world::Transaction transaction(world);
  binding->invoke(world, environment, caller, request, response);
  if (is_dry_run(operation, request)) {
    throw ApiError("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412);
  }
  transaction.commit();
}

}  // namespace

ApiError not_implemented(std::string_view what) {
  return ApiError("NotImplemented", std::string(what) + " is not implemented by this version of Fallstreak.",
                  501);
}

void perform(world::World& world, const Environment& environment, const Caller& caller,
             const api::Operation& operation, const void* request, void* response) {
  try {
    carry_out(world, environment, caller, operation, request, response);
  } catch (const ApiError& error) {
    tell_refusal(world, environment, caller, operation, request, error);
    throw;
  }
}

void handle_event(world::World& world, const Environment& environment, const world::Event& event) {
  if (event.kind == "faults.end") {
    end_fault(world, environment, event.entity);
    return;
  }
  const EventBinding* binding = environment.registry->find_event(event.kind);
  CHECK(binding != nullptr) << "nobody handles event " << event.kind;
  binding->invoke(*binding, world, environment, event);
}

namespace {

void tell_services(world::World& world, const Environment& environment, std::string_view kind,
                   std::string_view id) {
  for (const auto& listener : environment.registry->fault_listeners()) {
    for (const auto& scope : world.scopes(listener.service)) {
      world::Event event;
      event.due = world.now();
      event.event_class = world::EventClass::fault;
      event.entity = id;
      event.kind = kind;
      event.scope = scope;
      listener.invoke(listener, world, environment, event);
    }
  }
}

}  // namespace

void begin_fault(world::World& world, const Environment& environment, std::string_view id,
                 const faults::FaultRecord& fault) {
  world::Transaction transaction(world);
  world.state<faults::FaultState>("faults", "world").active.put(std::string(id), fault);
  tell_services(world, environment, "faults.begin", id);
  transaction.commit();
}

void end_fault(world::World& world, const Environment& environment, std::string_view id) {
  world::Transaction transaction(world);
  if (!world.state<faults::FaultState>("faults", "world").active.erase(id)) return;
  tell_services(world, environment, "faults.end", id);
  transaction.commit();
}

}  // namespace fallstreak::dispatch
