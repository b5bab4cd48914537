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
#include "dispatch/context.h"
#include "scenarios/recording/recording.h"
#include "scenarios/report/run_result.h"
#include "scenarios/run/load_balancer_look.h"
#include "scenarios/run/meter.h"
#include "scenarios/run/workload.h"
#include "scenarios/traffic/simulator.h"

namespace fallstreak::scenarios {

/// A zone's load balancer node: what happens to packets sent to it, and whether DNS still names it.
struct ZoneState {
  bool has_power = true;
  bool is_in_dns = true;
};

/// What the runner sees of the cloud, through the API alone: targets and their health, groups and
/// their instances. It turns that into the simulator's views, the recorded gauges and lines of the
/// timeline.
class CloudView {
 public:
  /// Of one region; its instances are numbered from `first_number` on.
  CloudView(const Scenario& scenario, const std::string& region, std::uint64_t first_number,
            Cloud& cloud, client::Transport& transport, Workload& workload, Meter& meter,
            std::function<void(RunEvent)> tell);

  /// Looks at everything again. `now` is the cloud's time, `at` the same since the scenario's
  /// start.
  Outcome<void> refresh(Time now, Duration at);
  /// From the next look on, listeners and attributes are read again too: somebody may have changed
  /// them.
  void settings_may_have_changed() { next_look_at_settings_ = Time{}; }
  /// The load balancer as the simulator wants it.
  [[nodiscard]] traffic::LoadBalancerView view(const LoadBalancer& load_balancer,
                                               const std::map<std::string, ZoneState>& zones) const;
  /// What the load balancer behind a DNS name, which is the target of another, answers a health
  /// check: it gives it to a target as any request. `bits` decide what is left to chance.
  [[nodiscard]] std::optional<dispatch::ProbeAnswer> answer_of_load_balancer(
      const dispatch::Probe& probe, const std::map<std::string, ZoneState>& zones,
      std::uint64_t bits) const;
  /// Sets the gauges of one second: healthy, size and spread of every group.
  void sample(Recording& recording, std::size_t second) const;
  /// Instances of a group that are in service, in a zone when one is given, in order of id.
  [[nodiscard]] std::vector<std::string> in_service(const std::string& group,
                                                    const std::optional<std::string>& zone) const;
  /// An instance of the scenario's groups, as the simulator knows it.
  struct InstancePlace {
    std::uint64_t number;
    const Serve* serve;
  };
  [[nodiscard]] std::optional<InstancePlace> find_instance(std::string_view id) const;
  /// The ARN of a target group whose number a view has; empty for any other number.
  [[nodiscard]] std::string_view target_group_of(std::uint64_t number) const;
  [[nodiscard]] const std::string& load_balancer_arn(const std::string& name) const;
  /// `eu-central-1a` of `a`.
  [[nodiscard]] std::string zone_name(const std::string& letter) const { return region_ + letter; }
  /// Of the target groups that it forwards to.
  [[nodiscard]] std::vector<std::string> target_group_arns(const std::string& load_balancer) const;

 private:
  struct Instance {
    std::string zone, state, type, group;
    const Serve* serve = nullptr;  // of the version that runs on it
    Time launched{};
    bool is_spot = false;
    bool answers = false;  // its process has booted
  };
  struct Group {
    std::map<std::string, std::string> instances;  // id -> lifecycle state
    std::map<std::string, const Serve*> serves;    // by number of the launch template's version
    std::map<std::string, const Serve*> runs;      // by id of the instance
    int desired = 0;
    int direction = 0;                 // of the last change: 1 grew, -1 shrank
    std::vector<Duration> turns;       // when growing turned to shrinking or back
    std::string newest_activity;       // with its status
    std::set<std::string> activities;  // told already
  };

  void look_at_instances(Time now, Duration at);
  /// From its launch on.
  void charge(const std::string& id, const Instance& instance, Time now, Duration at);
  /// What a version of a group's launch template does, by its description.
  const Serve& serve_of(const AutoScalingGroup& group,
                        const api::autoscaling::LaunchTemplateSpecification& version);
  /// True when a group's instances or their lifecycle changed.
  bool look_at_groups(Duration at);
  void note_desired(const std::string& name, Group& group, int desired, Duration at);
  /// Its own because a launch that fails changes no instance.
  bool has_new_activity(const std::string& name, Group& group);
  void look_at_activities(const std::string& group, Duration at);
  /// A target group's targets before a look.
  struct TargetsBefore {
    const std::string* load_balancer;
    const SeenTargetGroup* group;
    std::vector<SeenTarget> targets;
  };
  /// The groups whose targets changed.
  std::vector<TargetsBefore> look_at_load_balancers(Time now, Duration at);
  /// Tells when traffic is shifted away from a zone, and when it comes back.
  void look_at_shift(const std::string& load_balancer, Duration at);
  /// Tells when clients no longer trust a certificate, and when it is renewed.
  void look_at_certificate(const std::string& load_balancer, Duration at);
  void tell_changes(const TargetsBefore& change, Duration at);
  /// No node of another zone is in DNS, so that a zonal shift has no effect.
  [[nodiscard]] bool is_alone(const SeenLoadBalancer& seen,
                              const std::map<std::string, ZoneState>& zones) const;
  /// Whether each target group has enough healthy targets for a node to be in DNS.
  [[nodiscard]] bool is_healthy_in_dns(const SeenLoadBalancer& seen,
                                       const std::string& zone_name) const;
  [[nodiscard]] std::optional<traffic::TargetView> view_of(
      const SeenTarget& target, const std::map<std::string, ZoneState>& zones) const;
  /// `web-1` of its ARN; what is no load balancer of the scenario has its own name.
  [[nodiscard]] std::string name_of_target(const std::string& id) const;
  /// Of an instance, by its id, or of a target group, by its ARN.
  [[nodiscard]] std::uint64_t number_of(const std::string& id) const;
  [[nodiscard]] traffic::Answer answer_of(const Instance& instance,
                                          const std::map<std::string, ZoneState>& zones) const;
  [[nodiscard]] std::uint32_t zone_index(const std::string& letter) const;

  const Scenario* scenario_;
  std::string region_;
  std::uint64_t first_number_;
  Cloud* cloud_;
  client::Transport* transport_;
  client::Ec2 ec2_;
  client::ElbV2 elbv2_;
  client::AutoScaling autoscaling_;
  Workload* workload_;
  Meter* meter_;
  std::function<void(RunEvent)> tell_;
  std::map<std::string, SeenLoadBalancer> load_balancers_;
  std::map<std::string, Time> told_expiries_;       // of certificates, by load balancer
  std::map<std::string, std::string> told_shifts_;  // zones, by load balancer
  std::set<std::string> distrusted_;                // load balancers whose certificate has expired
  Time now_{};                                      // of the last look
  std::map<std::string, Instance> instances_;
  std::map<std::string, Group> groups_;
  Time next_look_at_instances_{};
  Time next_look_at_settings_{};
  mutable std::map<std::string, std::uint64_t> numbers_;
  bool is_first_look_ = true;
};

}  // namespace fallstreak::scenarios
