#pragma once

#include <map>
#include <string>
#include <vector>

#include "dispatch/traffic.h"
#include "dispatch/workload.h"
#include "scenarios/language/scenario.h"
#include "scenarios/run/site.h"
#include "scenarios/traffic/simulator.h"

namespace fallstreak::scenarios {

/// What the simulated load did to instances and load balancers, for the metrics that the cloud
/// publishes of itself: here the loop closes from traffic to metrics, alarms and scaling.
///
/// The cloud asks at the end of each period, when the simulation has come as far.
class Usage {
 public:
  Usage(const Scenario& scenario, const Sites& sites, const traffic::Simulator& simulator)
      : scenario_(&scenario), sites_(&sites), simulator_(&simulator) {}

  /// Busy workers as a share of all. Chosen: an instance that boots uses no processor, because
  /// nobody publishes how much it does.
  std::optional<dispatch::InstanceUsage> of_instance(const dispatch::UsageQuestion& question);
  /// Requests are those that reached the groups' targets. Answers and response times are what
  /// clients saw of the load balancer, their retries included; with several target groups behind it
  /// or a name of Route 53 before it nobody can tell them apart, and none are published. Neither
  /// are zones, connections and bytes, which the simulation does not count.
  std::optional<dispatch::Traffic> of_load_balancer(const dispatch::TrafficQuestion& question);

 private:
  /// Totals at the ends of the last periods, oldest first.
  struct Mark {
    Time at;
    traffic::TargetTotals totals;
  };
  traffic::TargetTotals since(std::vector<Mark>& marks, const traffic::TargetTotals& now,
                              Time start, Time end) const;
  /// What targets answered, and what the load balancer did by itself.
  void add_client_view(const LoadBalancer& load_balancer, const dispatch::TrafficQuestion& question,
                       TrafficCounts& of_targets, TrafficCounts& own) const;

  const Scenario* scenario_;
  const Sites* sites_;
  const traffic::Simulator* simulator_;
  std::map<std::string, std::vector<Mark>, std::less<>> instances_;
  std::map<std::string, std::vector<Mark>, std::less<>> target_groups_;
};

}  // namespace fallstreak::scenarios
