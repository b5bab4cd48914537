#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cloud.h"
#include "scenarios/language/scenario.h"
#include "scenarios/run/hosted_zones.h"
#include "scenarios/run/site.h"

namespace fallstreak::scenarios {

/// The certificates of a run: requested from ACM long before the scenario begins, and validated by
/// records in Route 53. Its functions throw ApiError.
class Certificates {
 public:
  Certificates(const Scenario& scenario, Cloud& cloud, const Sites& sites, HostedZones& zones)
      : scenario_(&scenario), cloud_(&cloud), sites_(&sites), zones_(&zones) {}

  /// How long before everything else the oldest is requested.
  [[nodiscard]] static Duration oldest(const Scenario& scenario);
  /// Requests each at its age before `stands`, when the stack is made, and waits until it is
  /// issued.
  void issue(Time stands);
  /// The ARNs in a region, by name.
  [[nodiscard]] const std::map<std::string, std::string>& in(const std::string& region) {
    return arns_[region];
  }

  void change_record(const ChangeRecord& verb);
  void replace(const ReplaceCertificate& verb);
  /// Puts replacements that are issued by now in place; the load balancers whose they are.
  std::vector<std::string> take_replacements();

 private:
  void issue_in(const std::string& name, const std::string& region);
  std::string request(const std::string& name, const std::string& region);
  [[nodiscard]] api::acm::CertificateDetail describe(const std::string& arn,
                                                     const std::string& region) const;
  void set_record(const std::string& name, const std::string& action);

  const Scenario* scenario_;
  Cloud* cloud_;
  const Sites* sites_;
  HostedZones* zones_;
  std::map<std::string, std::map<std::string, std::string>> arns_;  // by region and name
  std::map<std::string, api::acm::ResourceRecord> records_;         // by name
  struct Replacement {
    std::string load_balancer, arn;
  };
  std::vector<Replacement> replacements_;  // that are not issued yet
};

}  // namespace fallstreak::scenarios
