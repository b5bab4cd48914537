#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

/// The refusals of what is bought otherwise than on demand, Spot capacity and reservations: each
/// code and message once.
namespace fallstreak::services::ec2 {

ApiError spot_request_ids_not_found(const std::vector<std::string>& ids);
ApiError spot_max_price_too_low(std::string_view max_price, std::string_view price);
ApiError no_spot_capacity();
ApiError spot_price_malformed(std::string_view text);
ApiError spot_request_is_one_time(std::string_view instance_id);
ApiError interruption_needs_persistent(std::string_view behavior);
ApiError valid_until_needs_persistent();
ApiError spot_count_malformed(std::int32_t count);
ApiError max_spot_instance_count_exceeded();
ApiError target_capacity_limit_exceeded();
ApiError fleet_weight_malformed();
ApiError invalid_fleet_id_not_found(const std::vector<std::string>& ids);
ApiError invalid_spot_fleet_request_id_not_found(const std::vector<std::string>& ids);
ApiError invalid_spot_fleet_request_config(std::string_view member);
ApiError fleet_is_not_maintained(std::string_view fleet_id);
ApiError fleet_is_not_active(std::string_view fleet_id);
ApiError instant_fleet_unsupported(std::string_view operation);
ApiError fleet_validity_malformed(std::string_view member);
ApiError type_and_requirements();
ApiError no_type_meets_requirements();
ApiError invalid_reserved_offering_id(std::string_view id);
ApiError invalid_reservation_ids(const std::vector<std::string>& ids);
ApiError reserved_instances_limit_exceeded();

// Capacity reservations.
ApiError invalid_capacity_reservation_id_not_found(const std::vector<std::string>& ids);
ApiError capacity_reservation_is_not_active(std::string_view id);
ApiError capacity_reservation_is_in_use(std::string_view id);
ApiError reservation_capacity_exceeded();

}  // namespace fallstreak::services::ec2
