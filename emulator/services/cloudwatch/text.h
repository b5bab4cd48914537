#pragma once

#include <string>
#include <string_view>

#include "base/time.h"

/// How CloudWatch writes values into texts and JSON documents.
namespace fallstreak::services::cloudwatch {

/// As Java prints a double: `85.0`, `0.1`, `1.0E10`.
std::string number_text(double number);
/// `01/01/26 00:01:00`: day, month, year.
std::string short_date(Time time);
/// `2026-01-01T00:01:00.000+0000`.
std::string json_date(Time time);
/// With its quotes.
std::string json_string(std::string_view text);
/// True when the text is one JSON value.
bool is_json(std::string_view text);

}  // namespace fallstreak::services::cloudwatch
