#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "scenarios/report/run_result.h"
#include "scenarios/run/reserved_coverage.h"

namespace fallstreak::scenarios {

/// What a run costs so far: AWS's list prices over virtual time.
///
/// AWS: instances per second of `running`, 60 s at least at every start; load balancers per started
/// hour and by the capacity units that they use; DynamoDB on demand per write request unit. Not
/// metered, and named in the report: data transfer, public addresses, storage, requests to
/// CloudWatch.
class Meter {
 public:
  explicit Meter(std::string region) : region_(std::move(region)) {}

  /// The instance is running (or not any more) from `at` on, since the start of the scenario.
  void running(const std::string& instance_id, const std::string& type, const std::string& zone,
               Duration at);
  /// A Spot Instance, at the price that its pool had when it began to run.
  void running_spot(const std::string& instance_id, double usd_per_hour, Duration at);
  [[nodiscard]] bool is_running(const std::string& instance_id) const {
    return running_.contains(instance_id);
  }
  void not_running(const std::string& instance_id, Duration at);
  /// Reserved Instances, at what one costs an hour with its part of what is paid at once. Before
  /// anything runs: what they cover is not billed on demand.
  void reserve(ReservedCapacity capacity, double usd_per_hour);
  /// A table has so much provisioned from `at` on. Chosen: by the second, where AWS charges hours.
  void provisioned(const std::string& table, double reads, double writes, Duration at);
  enum class LoadBalancerType { application, network };
  void add_load_balancer(LoadBalancerType type) { ++balancers_of(type).count; }
  /// Of one of them, in one minute: what base/capacity_units.h makes of its traffic.
  void add_capacity_units(LoadBalancerType type, double units) {
    balancers_of(type).units += units;
  }
  void add_writes(std::uint64_t units) { write_units_ += units; }

  /// Dollars until `at`.
  [[nodiscard]] double cost(Duration at) const;
  /// Which prices were used and where they are from, and what was not metered.
  [[nodiscard]] std::vector<Assumption> assumptions() const;

 private:
  struct Running {
    Duration since;
    double usd_per_second;
    std::string type, zone;  // of an On-Demand Instance
  };
  /// An On-Demand Instance that ran, while there are reservations: hours are billed as a whole.
  struct Ran {
    Running running;
    Duration until;
  };
  double usd_per_second(const std::string& type);
  static double charge(const Running& running, Duration until);
  /// What is not covered of an hour of On-Demand Instances, as far as it has come by `at`.
  [[nodiscard]] double hour_cost(std::int64_t hour, Duration at) const;
  [[nodiscard]] double on_demand_cost(Duration at) const;

  std::string region_;
  std::map<std::string, Running> running_;
  double finished_ = 0;
  std::vector<std::pair<ReservedCapacity, double>> reserved_;
  std::vector<Ran> ran_;
  mutable std::int64_t settled_hours_ = 0;  // whose cost does not change any more
  mutable double settled_ = 0;
  struct LoadBalancers {
    LoadBalancers(std::string the_name, std::string_view hour, std::string_view unit)
        : name(std::move(the_name)), hour_price(hour), unit_price(unit) {}
    std::string name;
    std::string_view hour_price, unit_price;  // items
    std::uint64_t count = 0;
    double units = 0;  // capacity units in hours
  };
  LoadBalancers& balancers_of(LoadBalancerType type) {
    return type == LoadBalancerType::network ? network_ : application_;
  }
  LoadBalancers application_{"an Application Load Balancer", "alb-hour", "lcu-hour"};
  LoadBalancers network_{"a Network Load Balancer", "nlb-hour", "nlcu-hour"};
  std::uint64_t write_units_ = 0;
  std::map<std::string, double> types_;  // dollars a second
  bool has_spot_ = false;
  bool has_provisioned_ = false;
};

}  // namespace fallstreak::scenarios
