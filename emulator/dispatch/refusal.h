#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "dispatch/context.h"

/// What remains of operations that were refused. Everything that they changed is undone; a service
/// that counts refusals, as AWS's metrics do, learns of them afterwards.
namespace fallstreak::dispatch {

/// An error with a message to the service that threw it, which the refusal brings.
struct TracedError : ApiError {
  TracedError(ApiError error, std::string what_remains)
      : ApiError(std::move(error)), trace(std::move(what_remains)) {}
  std::string trace;
};

struct Refusal {
  std::string operation;
  std::string code;
  std::int32_t status = 400;
  /// The first text that the operation requires: a table's name.
  std::string subject;
  /// Of a TracedError.
  std::string trace;
};
template <class Visitor>
void visit_fields(Refusal& refusal, Visitor&& visit) {
  visit("operation", refusal.operation);
  visit("code", refusal.code);
  visit("status", refusal.status);
  visit("subject", refusal.subject);
  visit("trace", refusal.trace);
}

/// The event of a service, `dynamodb.refused`, whose payload is a Refusal. It is handled at once,
/// in a transaction of its own, and is no part of the queue.
constexpr std::string_view kRefused = "refused";

/// Tells the operation's service, if it wants to know.
void tell_refusal(world::World& world, const Environment& environment, const Caller& caller,
                  const api::Operation& operation, const void* request, const ApiError& error);

}  // namespace fallstreak::dispatch
