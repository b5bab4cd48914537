#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

/// What a world asks whoever models the workloads: the one seam between the emulated services,
/// which publish metrics, and a simulation, a test or a live workload, which knows what happened.
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

/// What passed from a load balancer to a target group between two moments?
struct TrafficQuestion {
  std::string account_id, region;
  std::string load_balancer_arn;
  std::string target_group_arn;
  Time start{};
  Time end{};
};
/// Response times of one length, in seconds, and how many requests took it.
struct ResponseTime {
  double seconds = 0;
  double count = 0;
};
/// What a load balancer counted.
struct Traffic {
  double requests = 0;
  std::vector<ResponseTime> response_times;
  /// By their first digit, 2 to 5: what targets answered, and what the load balancer answered
  /// itself.
  double target_answers[6] = {};
  double load_balancer_answers[6] = {};
};

}  // namespace fallstreak::dispatch
