#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// The names under which load balancers are reached.
namespace fallstreak::services::elbv2 {

struct Endpoint {
  std::string_view name;
  std::string_view type;
  std::string_view scheme;
  std::string_view region;
  std::string_view id;
};
/// `name-1234567890.eu-central-1.elb.amazonaws.com`, with `internal-` before it when it is; a
/// Network Load Balancer's has its id instead of the number.
std::string dns_name(const Endpoint& endpoint, std::int64_t number);

/// The hosted zone that alias records name; empty in a region that the table does not have.
std::string canonical_hosted_zone_id(std::string_view type, std::string_view region);

}  // namespace fallstreak::services::elbv2
