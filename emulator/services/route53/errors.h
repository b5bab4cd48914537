#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

/// Route 53's refusals: each code and message once.
namespace fallstreak::services::route53 {

ApiError invalid_input(std::string message);
ApiError invalid_pagination_token();

ApiError invalid_domain_name(std::string_view name);
ApiError reserved_domain_name(std::string_view name);
ApiError hosted_zone_already_exists();
ApiError hosted_zone_not_empty();
ApiError no_such_hosted_zone(std::string_view id);
ApiError too_many_hosted_zones();
ApiError no_such_change(std::string_view id);

ApiError invalid_vpc_id(std::string_view vpc_id, std::string_view region);
ApiError conflicting_domain_exists(std::string_view vpc_id, std::string_view region,
                                   std::string_view zone_id);
ApiError public_zone_vpc_association(std::string_view zone_id);
ApiError vpc_association_not_found(std::string_view vpc_id, std::string_view zone_id);
ApiError last_vpc_association(std::string_view vpc_id, std::string_view zone_id);
ApiError hosted_zone_not_private(std::string_view zone_id);

/// All that is wrong with a batch, as AWS lists it: `[first, second]`.
ApiError invalid_change_batch(const std::vector<std::string>& messages);

ApiError no_such_health_check(std::string_view id);
ApiError health_check_already_exists(std::string_view caller_reference);
ApiError health_check_version_mismatch(std::string_view id);
ApiError too_many_health_checks();

}  // namespace fallstreak::services::route53
