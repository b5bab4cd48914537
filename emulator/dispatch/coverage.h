#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "dispatch/registry.h"

/// What of AWS is there, computed from the models and the bindings, never typed.
namespace fallstreak::dispatch {

struct OperationCoverage {
  std::string_view name;
  bool is_implemented = false;
  /// AWS's page; empty when this build has no model of the operation.
  std::string_view documentation;
  /// Parameters that a caller gets 501 for.
  std::vector<std::string> refused;
  /// Parameters that are stored or checked and change nothing else yet.
  std::vector<std::string> without_effect;
};

struct ServiceCoverage {
  std::string_view id;
  std::string_view service_id;
  std::size_t implemented = 0;
  /// All that AWS has, sorted by name.
  std::vector<OperationCoverage> operations;
};

struct Coverage {
  std::vector<ServiceCoverage> services;
};

Coverage coverage(const Registry& registry);

}  // namespace fallstreak::dispatch
