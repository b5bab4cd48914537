#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "services/route53/state.h"

/// How handlers find what an id names, and how they read what they were sent.
namespace fallstreak::services::route53 {

/// `/hostedzone/Z123` or `Z123`: SDKs send what they were given, with the prefix or without.
std::string bare_id(std::string_view id);

/// Each throws AWS's error when nothing has the id.
const HostedZoneRecord& find_zone(const Context& context, std::string_view id);
const HealthCheckRecord& find_health_check(const Context& context, std::string_view id);

const DelegationSetRecord& find_delegation_set(const Context& context, std::string_view id);

bool is_private(const HostedZoneRecord& record);
/// As the API shows it, with its count of record sets.
api::route53::HostedZone shown(const HostedZoneRecord& record);

/// `eu-central-1/vpc-1234`.
std::string vpc_key(const api::route53::VPC& vpc);

/// How many rows a page has: AWS sends numbers of this kind as text. `most` is also the default.
std::size_t page_size(const std::optional<std::string>& max_items, std::size_t most);

/// `Z0` and 19 capital letters and digits.
std::string new_identifier(Context& context, std::string_view prefix, std::string_view stream);

}  // namespace fallstreak::services::route53
