#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/elbv2/state.h"

/// Where a load balancer is: a VPC, one subnet in each of its zones, and its security groups.
namespace fallstreak::services::elbv2 {

struct Placement {
  std::string vpc_id;
  /// By name; with the static addresses that were asked for.
  std::vector<api::elbv2::AvailabilityZone> zones;
};

/// What a request says about places.
struct WantedPlacement {
  std::string_view type;
  std::string_view scheme;
  const std::optional<std::vector<std::string>>& subnets;
  const std::optional<std::vector<api::elbv2::SubnetMapping>>& mappings;
  std::string_view ip_address_type = "ipv4";
};
/// Throws AWS's error when a load balancer cannot be there.
Placement place(Context& context, const WantedPlacement& wanted);

/// Throws when the subnets of these zones cannot have such addresses.
void check_ip_address_type(Context& context, std::string_view ip_address_type,
                           std::string_view load_balancer_type, std::string_view scheme,
                           const std::vector<api::elbv2::AvailabilityZone>& zones);

/// The security groups that a request names, checked.
std::vector<std::string> checked_security_groups(Context& context,
                                                 const std::vector<std::string>& group_ids,
                                                 const std::string& vpc_id);
/// The default group of a VPC.
std::vector<std::string> default_security_groups(Context& context, const std::string& vpc_id);

}  // namespace fallstreak::services::elbv2
