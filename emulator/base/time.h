#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fallstreak {

/// A moment of a world: nanoseconds since the Unix epoch, UTC. It comes from the world's clock only.
using Time = std::chrono::sys_time<std::chrono::nanoseconds>;
using Duration = std::chrono::nanoseconds;

/// Nanoseconds since the epoch, for ordering, hashing and storing.
constexpr std::int64_t to_nanoseconds(Time time) { return time.time_since_epoch().count(); }
constexpr Time from_nanoseconds(std::int64_t nanoseconds) { return Time(Duration(nanoseconds)); }
/// Whole seconds since the epoch, rounded towards the past.
std::int64_t to_epoch_seconds(Time time);
Time from_epoch_seconds(double seconds);

/// How many digits of a second a text shows.
enum class Precision { seconds, milliseconds };

/// `2014-04-29T18:30:38Z`, or with `.000` before the Z.
std::string to_iso8601(Time time, Precision precision = Precision::seconds);
/// `Tue, 29 Apr 2014 18:30:38 GMT`.
std::string to_http_date(Time time);
/// `20140429T183038Z`, as SigV4 writes it.
std::string to_basic_iso8601(Time time);

/// RFC 3339 with any fraction and offset, or a date alone. Empty when the text is none.
std::optional<Time> parse_iso8601(std::string_view text);
std::optional<Time> parse_http_date(std::string_view text);
std::optional<Time> parse_basic_iso8601(std::string_view text);

}  // namespace fallstreak
