#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "base/traffic_counts.h"

/// What a world asks whoever passes traffic through its load balancers: a simulation, a test, or
/// the load balancers that serve. Without somebody to ask, nothing is published.
namespace fallstreak::dispatch {

/// What passed through a load balancer between two moments?
struct TrafficQuestion {
  std::string account_id, region;
  std::string load_balancer_arn;
  std::vector<std::string> target_group_arns;  // which it forwards to
  Time start{};
  Time end{};
};

/// What was counted at its nodes of one zone, of one target group.
struct TrafficPart {
  std::string zone;              // `eu-central-1a`; empty where zones were not told apart
  std::string target_group_arn;  // empty: of what belongs to none
  TrafficCounts counts;
};
struct Traffic {
  std::vector<TrafficPart> parts;
  /// Everything was counted: zeros are published that AWS always reports, and so is what follows
  /// from all counts together.
  bool is_complete = false;
  /// Targets are watched for anomalies: what is not in `target_anomalies.h` is none.
  bool watches_anomalies = false;
};

}  // namespace fallstreak::dispatch
