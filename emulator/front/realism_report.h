#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cloud.h"
#include "dynamodb_realism.h"

/// How much of DynamoDB's burdens a cloud has, as `/_fallstreak/dynamodb` tells and changes it.
namespace fallstreak::front {

/// `{"capacity": "ignored", "stale_reads": "0ms"}`
std::string realism_json(Cloud& cloud);
/// Changes what the JSON object names and leaves the rest. Says what is wrong with it, if anything.
std::optional<std::string> change_realism(Cloud& cloud, std::string_view json);

/// `ignored`, `counted` or `enforced`.
std::optional<dispatch::CapacityMode> parse_capacity_mode(std::string_view name);
/// The longest lag of eventually consistent reads. Chosen: a minute at most; AWS's is below a
/// second nearly always.
std::optional<Duration> parse_stale_reads(std::string_view text);

}  // namespace fallstreak::front
