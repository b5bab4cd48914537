#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "dispatch/context.h"
#include "scenarios/language/scenario.h"

namespace fallstreak::scenarios {

/// What runs on the instances of a scenario: when it has booted, and how it answers health checks.
class Workload {
 public:
  Workload(const Scenario& scenario, std::uint64_t seed) : scenario_(&scenario), seed_(seed) {}

  /// The instance belongs to this group and runs this version; until that is known, nothing answers
  /// on it.
  void belongs(const std::string& instance_id, const AutoScalingGroup& group, const Serve& serve) {
    instances_.try_emplace(instance_id, &group, &serve);
  }
  /// How long a request to an instance would wait for a worker now.
  using Wait = std::function<Duration(const std::string& instance_id)>;
  void set_wait(Wait wait) { wait_ = std::move(wait); }
  /// When the process on an instance launched at `launch_time` answers. The same seed and instance
  /// give the same time.
  [[nodiscard]] std::optional<Time> ready_at(std::string_view instance_id, Time launch_time) const;
  /// How a health check finds it. AWS: a host without a listening process refuses, and an answer
  /// that takes longer than the check's timeout is none.
  [[nodiscard]] dispatch::ProbeAnswer answer(const dispatch::Probe& probe) const;

 private:
  /// Of the first load balancer that checks it: probes of several are not told apart.
  [[nodiscard]] Duration check_timeout(const AutoScalingGroup& group) const;

  const Scenario* scenario_;
  std::uint64_t seed_;
  using Running = std::pair<const AutoScalingGroup*, const Serve*>;
  std::map<std::string, Running, std::less<>> instances_;
  Wait wait_;
};

/// One draw of a distribution from 64 random bits.
Duration draw_duration(const Distribution& distribution, std::uint64_t bits);

}  // namespace fallstreak::scenarios
