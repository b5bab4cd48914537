#pragma once

#include <string>
#include <utility>

#include "api/shape.h"
#include "base/error.h"
#include "dispatch/context.h"
#include "dispatch/registry.h"

/// One operation from start to end: is it there, is the request valid, does a fault hit it, the handler in its
/// transaction. The caller holds the world.
namespace fallstreak::dispatch {

/// An error that a fault put in the operation's place, so it need not be one that the model lists.
struct InjectedError : ApiError {
  explicit InjectedError(ApiError error) : ApiError(std::move(error)) {}
};

/// Performs an operation and throws its ApiError. Nothing that it changed remains when it throws.
void perform(world::World& world, const Environment& environment, const Caller& caller,
             const api::Operation& operation, const void* request, void* response);

/// Handles one due event; called by the world inside a transaction.
void handle_event(world::World& world, const Environment& environment, const world::Event& event);

/// AWS has the operation or the parameter and this version does not: 501, by name.
ApiError not_implemented(std::string_view what);

/// Begins or ends a fault now: rows of `faults.active`, and word to every service that listens.
void begin_fault(world::World& world, const Environment& environment, std::string_view id,
                 const faults::FaultRecord& fault);
void end_fault(world::World& world, const Environment& environment, std::string_view id);

}  // namespace fallstreak::dispatch
