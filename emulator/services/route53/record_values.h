#pragma once

#include <optional>
#include <string>
#include <string_view>

/// What AWS finds wrong with the values of records.
/// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html
namespace fallstreak::services::route53 {

/// `Invalid Resource Record: ...`; empty when the value is one of the type.
std::optional<std::string> wrong_value(std::string_view type, std::string_view value);

}  // namespace fallstreak::services::route53
