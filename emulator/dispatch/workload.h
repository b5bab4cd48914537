#pragma once

#include <optional>
#include <string>

#include "base/time.h"

/// What a world asks whoever models the workloads of instances: the seam between the emulated
/// services, which publish metrics, and a simulation, a test or a live workload, which knows what
/// happened. What passes through load balancers is in dispatch/traffic.h.
/// Without somebody to ask, nothing is invented and nothing is published.
namespace fallstreak::dispatch {

/// What did an instance do between two moments?
struct UsageQuestion {
  std::string account_id, region;
  std::string instance_id;
  std::string instance_type;
  Time launch_time{};
  Time start{};
  Time end{};
};
/// What an instance's hypervisor measured.
struct InstanceUsage {
  std::optional<double> cpu_percent;
  /// Bytes on all network interfaces in the whole period.
  std::optional<double> network_in;
  std::optional<double> network_out;
};

}  // namespace fallstreak::dispatch
