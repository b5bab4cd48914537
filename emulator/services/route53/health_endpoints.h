#pragma once

#include <string>

#include "services/route53/state.h"

/// A health checker's look at an endpoint.
namespace fallstreak::services::route53 {

struct Look {
  enum class Kind { passed, failed, timed_out } kind = Kind::passed;
  /// AWS's words for GetHealthCheckStatus.
  std::string status;
};

/// `region` is where the checker is.
Look look_at_endpoint(Context& context, const std::string& id, std::string_view region);
std::string timed_out_status();

}  // namespace fallstreak::services::route53
