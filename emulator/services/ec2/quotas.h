#pragma once

#include <cstddef>
#include <string_view>

#include "services/ec2/state.h"

/// What an account may have, as Service Quotas says.
namespace fallstreak::services::ec2 {

struct Quota {
  std::string_view service_code;
  std::string_view code;
  /// AWS's default, below which nobody needs to ask; it holds while Service Quotas does not answer.
  std::size_t usual = 0;
};
inline constexpr Quota kElasticAddresses{"ec2", "L-0263D0A3", 5};
inline constexpr Quota kSubnetsPerVpc{"vpc", "L-407747CB", 200};
inline constexpr Quota kRouteTablesPerVpc{"vpc", "L-589F43AA", 200};
inline constexpr Quota kInternetGateways{"vpc", "L-A4707A72", 5};
inline constexpr Quota kSecurityGroups{"vpc", "L-E79EC296", 2500};
inline constexpr Quota kVpcs{"vpc", "L-F678F1CE", 5};
inline constexpr Quota kNatGatewaysPerZone{"vpc", "L-FE5A380F", 5};

/// Whether an account that has so many may have no more.
bool is_used_up(Context& context, const Quota& quota, std::size_t count);

}  // namespace fallstreak::services::ec2
