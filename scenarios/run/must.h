#pragma once

#include <type_traits>
#include <utility>

#include "base/error.h"

namespace fallstreak::scenarios {

/// What the cloud answered. Throws its refusal, without which the run cannot go on.
template <class Value>
Value must(Outcome<Value> outcome) {
  if (!outcome) throw std::move(outcome.error());
  if constexpr (!std::is_void_v<Value>) return std::move(*outcome);
}

}  // namespace fallstreak::scenarios
