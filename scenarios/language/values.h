#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "provisioner/desired/nearest_word.h"

namespace fallstreak::scenarios {

/// How long something takes: drawn anew for every request, boot and so on.
struct Distribution {
  enum class Kind { fixed, exponential, lognormal };
  Kind kind = Kind::fixed;
  /// The value (fixed), the mean (exponential) or the median (lognormal).
  Duration scale{0};
  /// Lognormal only.
  Duration p99{0};
  bool operator==(const Distribution&) const = default;
};

struct DurationRange {
  Duration low{0};
  Duration high{0};
  bool operator==(const DurationRange&) const = default;
};

struct SeedRange {
  std::uint64_t first = 1;
  std::uint64_t last = 1;
  bool operator==(const SeedRange&) const = default;
};

/// A time of day and how many days after the start's day it falls; without days, the first such
/// time from the start on.
struct ClockTime {
  int seconds_of_day = 0;
  std::optional<int> days;
  bool operator==(const ClockTime&) const = default;
};

// Every parser is empty when the text is not such a value.

/// `90ms 30s 5m 24h 1d`, and sums of them: `1h30m`.
std::optional<Duration> parse_duration(std::string_view text);
/// `14:00`, `14:01:59`, `18:00+1d`.
std::optional<ClockTime> parse_clock_time(std::string_view text);
/// `900/s`, `900`, `1.5/s`, `60/m`, `3600/h`: per second.
std::optional<double> parse_rate(std::string_view text);
/// `$12`, `$0.01`.
std::optional<double> parse_money(std::string_view text);
/// `300B`, `10KB`, `1.5MB`: thousands, as AWS counts what its load balancers process.
std::optional<std::int64_t> parse_bytes(std::string_view text);
/// `50%` is 0.5.
std::optional<double> parse_percent(std::string_view text);
/// `2_000_000`, `-3`, `0.25`; a trailing unit of count (`rows`) is dropped.
std::optional<double> parse_number(std::string_view text);
std::optional<std::int64_t> parse_integer(std::string_view text);
/// `exp 20ms`, `fixed 5ms`, `5ms` (fixed), `lognormal 20ms 90ms` (median and 99th percentile).
std::optional<Distribution> parse_distribution(std::string_view text);
/// `100ms..2s`.
std::optional<DurationRange> parse_duration_range(std::string_view text);
/// `7` or `1..50`.
std::optional<SeedRange> parse_seed_range(std::string_view text);

/// `90ms`, `2m`, `1h30m`: the shortest exact form of what parse_duration reads.
std::string duration_text(Duration duration);
std::string distribution_text(const Distribution& distribution);
/// A number without trailing zeros.
std::string number_text(double number);

using provisioner::edit_distance;
using provisioner::nearest_word;

}  // namespace fallstreak::scenarios
