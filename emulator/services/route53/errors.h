#pragma once

#include <cstdint>
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
ApiError no_such_geo_location(std::string_view code);
ApiError no_such_change(std::string_view id);

ApiError invalid_vpc_id(std::string_view vpc_id, std::string_view region);
ApiError conflicting_domain_exists(std::string_view vpc_id, std::string_view region,
                                   std::string_view zone_id);
ApiError public_zone_vpc_association(std::string_view zone_id);
ApiError vpc_association_not_found(std::string_view vpc_id, std::string_view zone_id);
ApiError last_vpc_association(std::string_view vpc_id, std::string_view zone_id);
ApiError hosted_zone_not_private(std::string_view zone_id);

ApiError not_authorized(std::string_view zone_id, std::string_view vpc_id);
ApiError too_many_vpc_association_authorizations(std::string_view zone_id);
ApiError vpc_association_authorization_not_found(std::string_view vpc_id, std::string_view zone_id);

/// `limit` as AWS calls it: `MAX_VPCS_ASSOCIATED_BY_ZONE`.
ApiError limits_exceeded(std::string_view limit);
ApiError invalid_argument(std::string message);

ApiError no_such_delegation_set(std::string_view id);
ApiError conflicting_delegation_set(std::string_view zone_name, std::string_view set_id);
ApiError delegation_set_already_created(std::string_view caller_reference);
ApiError delegation_set_already_reusable(std::string_view zone_id);
ApiError delegation_set_in_use(std::string_view id);
ApiError hosted_zone_not_found(std::string_view id);

ApiError no_such_cidr_collection(std::string_view id);
ApiError no_such_cidr_location(std::string_view location);
ApiError cidr_collection_already_exists(std::string_view name);
ApiError cidr_collection_version_mismatch(std::int64_t sent, std::int64_t current);
ApiError cidr_collection_in_use(std::string_view id);
ApiError cidr_block_in_use(std::string_view block);

ApiError invalid_traffic_policy_document(std::string_view why);
ApiError no_such_traffic_policy(std::string_view id);
ApiError no_such_traffic_policy_instance(std::string_view id);
ApiError traffic_policy_already_exists(std::string_view name);
ApiError traffic_policy_in_use(std::string_view id);
ApiError traffic_policy_instance_already_exists(std::string_view name);
ApiError too_many_traffic_policies();
ApiError too_many_traffic_policy_versions(std::string_view id);
ApiError too_many_traffic_policy_instances();
ApiError conflicting_types(std::string_view wanted, std::string_view current);

ApiError dnssec_not_found(std::string_view zone_id);
ApiError key_signing_key_with_active_status_not_found(std::string_view zone_id);
ApiError no_such_key_signing_key(std::string_view name);
ApiError no_such_query_logging_config();

/// All that is wrong with a batch, as AWS lists it: `[first, second]`.
ApiError invalid_change_batch(const std::vector<std::string>& messages);

ApiError no_such_health_check(std::string_view id);
ApiError health_check_already_exists(std::string_view caller_reference);
ApiError health_check_version_mismatch(std::string_view id);
ApiError too_many_health_checks();

}  // namespace fallstreak::services::route53
