#pragma once

#include <string>
#include <vector>

#include "cloud.h"
#include "scenarios/language/scenario.h"
#include "scenarios/run/hosted_zones.h"
#include "scenarios/run/site.h"

namespace fallstreak::scenarios {

/// The names that a scenario has in Route 53: made by its API, and asked of its name servers as a
/// client's resolver asks.
class DnsNames {
 public:
  DnsNames(const Scenario& scenario, Cloud& cloud, const Sites& sites, HostedZones& zones)
      : scenario_(&scenario), cloud_(&cloud), sites_(&sites), zones_(&zones) {}

  /// Makes records for load balancers that are there. Throws ApiError.
  void create();
  /// The load balancer behind a name now; empty when it answers no address of any.
  [[nodiscard]] std::string answer(const DnsName& name) const;

 private:
  struct Endpoint {
    std::string dns_name, hosted_zone_id;
  };
  [[nodiscard]] Endpoint endpoint_of(const std::string& load_balancer) const;
  [[nodiscard]] std::vector<std::string> addresses_of(const std::string& dns_name) const;

  const Scenario* scenario_;
  Cloud* cloud_;
  const Sites* sites_;
  HostedZones* zones_;
  std::map<std::string, Endpoint> endpoints_;  // by load balancer
};

}  // namespace fallstreak::scenarios
