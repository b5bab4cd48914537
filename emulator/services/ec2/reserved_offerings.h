#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/ec2/reserved_instances.h"

/// What can be reserved in a region: constant data, made from the catalogue.
namespace fallstreak::services::ec2 {

/// All offerings of a region for one type, or for all when it is empty: by type, then the region
/// before its zones, then term and payment.
std::vector<api::ec2::ReservedInstancesOffering> reserved_offerings(std::string_view region,
                                                                    std::string_view type);
std::optional<api::ec2::ReservedInstancesOffering> find_reserved_offering(std::string_view region,
                                                                          std::string_view id);

}  // namespace fallstreak::services::ec2
