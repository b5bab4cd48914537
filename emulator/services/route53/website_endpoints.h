#pragma once

#include <string_view>

/// The names under which S3 serves buckets as websites, to which aliases may point.
/// https://docs.aws.amazon.com/general/latest/gr/s3.html#s3_website_region_endpoints
namespace fallstreak::services::route53 {

bool is_website_zone(std::string_view hosted_zone_id);
/// True when the canonical name is the endpoint of the region whose hosted zone that is.
bool is_website_endpoint(std::string_view hosted_zone_id, std::string_view name);

}  // namespace fallstreak::services::route53
