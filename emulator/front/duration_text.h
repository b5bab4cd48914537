#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace fallstreak::front {

/// `1h30m`, `90s`, `250ms`, `2d`; empty when the text is no duration, or one of more than fifty
/// years.
std::optional<Duration> parse_duration(std::string_view text);

}  // namespace fallstreak::front
