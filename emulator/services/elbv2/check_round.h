#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "dispatch/context.h"
#include "dispatch/hosts.h"
#include "services/elbv2/health_state.h"
#include "services/elbv2/records.h"

namespace fallstreak::services::elbv2 {

/// A health check of a target as far as tables say how it goes: all but the answer of who is asked.
/// It holds, with all that it refers to, as long as none of these tables changes.
struct PreparedCheck {
  enum class Course : std::uint8_t {
    asked,
    silent,       // nothing that answers is reached
    refused,      // nobody listens there
    not_running,  // the instance exists, in another state
    gone,         // the instance is no more
  };
  std::string_view key;
  const TargetGroupRecord* group = nullptr;
  const TargetRecord* target = nullptr;
  const dispatch::Host* host = nullptr;  // null when the target is no instance
  Course course = Course::asked;
  dispatch::Probe probe;  // without account and region, which the round does not know
  /// What the answer must be; empty when any is right.
  std::optional<StatusMatcher> accepted;
};

/// The checks that are made at one moment, remembered from one interval to the next: nearly always
/// nothing has changed that they follow from.
struct CheckRound {
  using Changes = std::array<std::uint64_t, 8>;
  Changes changes{};  // of those tables, when the checks were prepared
  std::vector<PreparedCheck> checks;
};

}  // namespace fallstreak::services::elbv2
