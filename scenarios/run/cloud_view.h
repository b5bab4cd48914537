#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "client/autoscaling.h"
#include "client/ec2.h"
#include "client/elbv2.h"
#include "client/transport.h"
#include "scenarios/recording/recording.h"
#include "scenarios/report/run_result.h"
#include "scenarios/run/meter.h"
#include "scenarios/run/workload.h"
#include "scenarios/traffic/simulator.h"

namespace fallstreak::scenarios {

/// A zone's load balancer node: what happens to packets sent to it, and whether DNS still names it.
struct ZoneState {
  bool has_power = true;
  bool is_in_dns = true;
};

/// What the runner sees of the cloud, through the API alone: targets and their health, groups and their instances.
/// It turns that into the simulator's views, the recorded gauges and lines of the timeline.
class CloudView {
 public:
  CloudView(const Scenario& scenario, client::Transport& transport, Workload& workload, Meter& meter,
            std::function<void(RunEvent)> tell);

  /// Looks at everything again. `now` is the cloud's time, `at` the same since the scenario's start.
  Outcome<void> refresh(Time now, Duration at);
  /// The load balancer as the simulator wants it.
  [[nodiscard]] traffic::LoadBalancerView view(const LoadBalancer& load_balancer,
                                               const std::map<std::string, ZoneState>& zones) const;
  /// Sets the gauges of one second: healthy, size and spread of every group.
  void sample(Recording& recording, std::size_t second) const;
  /// Instances of a group that are in service, in a zone when one is given, in order of id.
  [[nodiscard]] std::vector<std::string> in_service(const std::string& group,
                                                    const std::optional<std::string>& zone) const;

 private:
  struct Instance {
    std::string zone, state, type, group;
    Time launched{};
    bool answers = false;  // its process has booted
  };
  struct Target {
    std::string instance_id, state, reason;
    bool operator==(const Target&) const = default;
  };
  struct Group {
    std::map<std::string, std::string> instances;  // id -> lifecycle state
    std::set<std::string> activities;              // told already
  };

  void look_at_instances(Time now, Duration at);
  /// True when a group's instances or their lifecycle changed.
  bool look_at_groups(Duration at);
  void look_at_activities(const std::string& group, Duration at);
  using TargetsByLoadBalancer = std::map<std::string, std::vector<Target>>;
  TargetsByLoadBalancer look_at_targets();
  void tell_changes(const std::string& load_balancer, const std::vector<Target>& before,
                    const std::vector<Target>& after, Duration at);
  [[nodiscard]] std::uint64_t number_of(const std::string& instance_id) const;
  [[nodiscard]] traffic::Answer answer_of(const Instance& instance,
                                          const std::map<std::string, ZoneState>& zones) const;
  [[nodiscard]] std::uint32_t zone_index(const std::string& letter) const;

  const Scenario* scenario_;
  client::Ec2 ec2_;
  client::ElbV2 elbv2_;
  client::AutoScaling autoscaling_;
  Workload* workload_;
  Meter* meter_;
  std::function<void(RunEvent)> tell_;
  std::map<std::string, std::string> target_group_arns_;  // by load balancer
  std::map<std::string, Instance> instances_;
  std::map<std::string, Group> groups_;
  TargetsByLoadBalancer targets_;
  Time next_look_at_instances_{};
  mutable std::map<std::string, std::uint64_t> numbers_;
  bool is_first_look_ = true;
};

}  // namespace fallstreak::scenarios
