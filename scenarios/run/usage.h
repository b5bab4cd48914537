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
  /// What the nodes counted of simulated attempts, clients' tries again included. The capacity
  /// units that follow are metered: the cloud asks once for each minute.
  std::optional<dispatch::Traffic> of_load_balancer(const dispatch::TrafficQuestion& question);

 private:
  /// Totals at the ends of the last periods, oldest first.
  struct Mark {
    Time at;
    traffic::TargetTotals totals;
  };
  traffic::TargetTotals since(std::vector<Mark>& marks, const traffic::TargetTotals& now,
                              Time start, Time end) const;
  const Scenario* scenario_;
  const Sites* sites_;
  const traffic::Simulator* simulator_;
  std::map<std::string, std::vector<Mark>, std::less<>> instances_;
  /// By load balancer: what its nodes had counted when somebody asked last.
  std::map<std::uint32_t, std::vector<traffic::NodeTotals>> counted_;
};

}  // namespace fallstreak::scenarios
