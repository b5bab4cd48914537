#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "client/acm.h"
#include "client/elbv2.h"
#include "cloud.h"
#include "dataplane/alb/target_choice.h"

namespace fallstreak::scenarios {

struct SeenTarget {
  std::string instance_id, state, reason;
  dataplane::alb::Override override_state = dataplane::alb::Override::none;
  /// `eu-central-1a`: from whose nodes simulated clients' requests do not reach it.
  std::vector<std::string> stopped_zones = {};
  bool operator==(const SeenTarget&) const = default;
};

struct SeenTargetGroup {
  std::string arn;
  std::uint32_t weight = 1;
  dataplane::alb::CrossZone cross_zone = dataplane::alb::CrossZone::on;
  dataplane::alb::Algorithm algorithm = dataplane::alb::Algorithm::round_robin;
  bool mitigates_anomalies = false;
  HealthyMinimum routing_minimum = {};
  HealthyMinimum dns_minimum = {};
  std::vector<SeenTarget> targets;
};

/// What a load balancer's listener serves with, and when clients trust it.
struct SeenCertificate {
  Time not_before{}, not_after{};
  /// Observed: OpenSSL calls a certificate expired in the second that it names as its last.
  [[nodiscard]] bool is_valid(Time now) const { return now >= not_before && now < not_after; }
  bool operator==(const SeenCertificate&) const = default;
};

/// A load balancer as its own API describes it: what decides where requests go.
struct SeenLoadBalancer {
  std::string arn;
  std::string dns_name;
  std::optional<SeenCertificate> certificate;  // of an HTTPS listener
  std::vector<std::string> zones;              // names, `eu-central-1a`
  Duration idle_timeout{0};
  /// Its security groups let clients in that may be anywhere in the internet.
  bool is_admitted = true;
  bool allows_shifts = false;
  std::string shifted_zone;             // `eu-central-1a`, or empty
  std::vector<SeenTargetGroup> groups;  // of the listener's default action
};

/// Reads the listener, its weights and the attributes. Targets stay as they were. Throws ApiError.
void look_at_settings(client::Transport& transport, const std::string& physical_name,
                      SeenLoadBalancer& seen);
/// Reads the targets and their health.
std::vector<SeenTarget> look_at_targets(Cloud& cloud, client::ElbV2& elbv2,
                                        const std::string& target_group_arn);

}  // namespace fallstreak::scenarios
