#pragma once

#include <span>
#include <string_view>

/// AWS's quotas, as far as somebody is held to them here.
/// https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
namespace fallstreak::services::service_quotas {

struct Service {
  std::string_view code;
  std::string_view name;
};
std::span<const Service> services();

struct Quota {
  std::string_view service_code;
  std::string_view code;
  std::string_view name;
  double default_value = 0;
  bool is_adjustable = true;
  /// AWS: some follow another quota, and cannot be raised alone.
  std::string_view follows = {};
};
std::span<const Quota> quotas();

/// Null when there is none.
const Service* find_service(std::string_view code);
const Quota* find_quota(std::string_view service_code, std::string_view code);

}  // namespace fallstreak::services::service_quotas
