#pragma once

#include <optional>
#include <string>

#include "api/shape.h"
#include "base/error.h"

namespace fallstreak::client {

/// Carries one operation to a cloud: in process, or over HTTP to the emulator or to AWS.
///
/// `request` and `response` are values of the operation's input and output shapes; `response` is
/// default-constructed.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual Outcome<void> call(const api::Operation& operation, const void* request,
                             void* response) = 0;
  /// Lets `duration` pass before a retry or between two looks of a waiter: the world's clock in
  /// process, the wall's over HTTP.
  virtual void pause(Duration duration) = 0;
  /// A new UUID for a call whose caller gave no idempotency token, so that it happens once however
  /// often the transport sends it. Nothing where a call is never sent again.
  virtual std::optional<std::string> new_token() { return std::nullopt; }
};

}  // namespace fallstreak::client
