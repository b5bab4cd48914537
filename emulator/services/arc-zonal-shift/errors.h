#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

/// The refusals of zonal shift: each code and message once.
namespace fallstreak::services::arc_zonal_shift {

ApiError invalid_resource_identifier(std::string_view identifier);
ApiError invalid_zone(std::string_view zone_id, std::string_view resource_arn);
ApiError invalid_expiry(std::string_view text);
ApiError invalid_token();
ApiError zonal_shift_already_exists(const std::string& zonal_shift_id);
ApiError zonal_shift_not_active(const std::string& zonal_shift_id);
ApiError resource_not_found(std::string_view identifier);
ApiError zonal_shift_not_found(std::string_view zonal_shift_id);

}  // namespace fallstreak::services::arc_zonal_shift
