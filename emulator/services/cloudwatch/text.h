#pragma once

#include <string>
#include <string_view>

#include "base/time.h"

/// How CloudWatch writes numbers and times into texts.
namespace fallstreak::services::cloudwatch {

/// As Java prints a double: `85.0`, `0.1`, `1.0E10`.
std::string number_text(double number);
/// `01/01/26 00:01:00`: day, month, year.
std::string short_date(Time time);
/// `2026-01-01T00:01:00.000+0000`.
std::string json_date(Time time);
/// The first bytes of a text, at most so many, that are whole characters.
std::string shortened(std::string text, std::size_t most);
/// True when the text is one JSON value.
bool is_json(std::string_view text);

}  // namespace fallstreak::services::cloudwatch
