#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "api/shape.h"

namespace fallstreak::api {

/// What one look of a waiter is held against.
struct Acceptor {
  enum class Matches : std::uint8_t {
    value,   // what is at the path is `expected`
    all,     // there is something at the path, and all of it is `expected`
    any,     // something at the path is `expected`
    some,    // there is something at the path
    status,  // the answer's HTTP status is `expected`
    error,   // the answer is the error of code `expected`
  };
  enum class Then : std::uint8_t { success, failure, retry };
  Matches matches;
  /// Members with dots between them; `[]` goes through all elements: `Vpcs[].State`.
  std::string_view path;
  std::string_view expected;
  Then then;
};

/// An operation that is repeated until what it describes has come about, as AWS's SDKs do; from
/// the models.
struct Waiter {
  std::string_view name;
  const Operation* operation;
  int delay_seconds;
  int attempts;
  std::span<const Acceptor> acceptors;  // the first that matches decides
};

}  // namespace fallstreak::api
