#include "scaling/cron.h"

#include <array>
#include <charconv>
#include <chrono>
#include <string>
#include <vector>

namespace fallstreak::scaling {
namespace {

using std::chrono::days;

struct Field {
  int least;
  int most;
  /// Names of the values from `least` on, in capitals.
  std::string_view names;
};
constexpr std::array<Field, 5> kFields = {{{0, 59, {}},
                                           {0, 23, {}},
                                           {1, 31, {}},
                                           {1, 12, "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"},
                                           {0, 7, "SUNMONTUEWEDTHUFRISAT"}}};

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<int> parse_value(std::string_view text, const Field& field) {
  int value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end.ec == std::errc() && end.ptr == text.data() + text.size()) {
    if (value < field.least || value > field.most) return {};
    return value;
  }
  if (text.size() != 3) return {};
  std::string capitals;
  for (const char letter : text) {
    capitals += letter >= 'a' && letter <= 'z' ? char(letter - 32) : letter;
  }
  for (std::size_t at = 0; at < field.names.size(); at += 3) {
    if (field.names.substr(at, 3) == capitals) return field.least + int(at / 3);
  }
  return {};
}

/// One element of a list: `*`, `5`, `1-5`, and any of them with `/2`.
std::optional<std::uint64_t> parse_element(std::string_view text, const Field& field) {
  int step = 1;
  const auto slash = text.find('/');
  if (slash != std::string_view::npos) {
    const std::string_view number = text.substr(slash + 1);
    const auto end = std::from_chars(number.data(), number.data() + number.size(), step);
    if (end.ec != std::errc() || end.ptr != number.data() + number.size() || step < 1) return {};
    text = text.substr(0, slash);
  }
  int first = field.least;
  int last = field.most;
  if (text != "*") {
    const auto dash = text.find('-');
    const auto low = parse_value(text.substr(0, dash), field);
    if (!low) return {};
    first = *low;
    if (dash != std::string_view::npos) {
      const auto high = parse_value(text.substr(dash + 1), field);
      if (!high || *high < first) return {};
      last = *high;
    } else if (slash == std::string_view::npos) {
      last = first;
    }
  }
  std::uint64_t bits = 0;
  for (int value = first; value <= last; value += step) bits |= std::uint64_t{1} << value;
  return bits;
}

std::optional<std::uint64_t> parse_field(std::string_view text, const Field& field) {
  std::uint64_t bits = 0;
  for (const auto element : split(text, ',')) {
    const auto parsed = parse_element(element, field);
    if (!parsed) return {};
    bits |= *parsed;
  }
  return bits;
}

bool has(std::uint64_t bits, unsigned value) { return (bits >> value & 1U) != 0; }

bool is_day(const Cron& cron, std::chrono::sys_days day) {
  const std::chrono::year_month_day date(day);
  if (!has(cron.months, unsigned(date.month()))) return false;
  const bool is_in_month = has(cron.days, unsigned(date.day()));
  const bool is_in_week = has(cron.weekdays, std::chrono::weekday(day).c_encoding());
  if (cron.restricts_days && cron.restricts_weekdays) return is_in_month || is_in_week;
  return is_in_month && is_in_week;
}

}  // namespace

std::optional<Cron> parse_cron(std::string_view text) {
  std::vector<std::string_view> fields;
  for (const auto part : split(text, ' ')) {
    if (!part.empty()) fields.push_back(part);
  }
  if (fields.size() != kFields.size()) return {};
  std::array<std::uint64_t, 5> bits{};
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto parsed = parse_field(fields[i], kFields[i]);
    if (!parsed) return {};
    bits[i] = *parsed;
  }
  // Sunday is 0 and 7.
  if (has(bits[4], 7)) bits[4] |= 1;
  return Cron{.minutes = bits[0],
              .hours = bits[1],
              .days = bits[2],
              .months = bits[3],
              .weekdays = bits[4],
              .restricts_days = !fields[2].starts_with('*'),
              .restricts_weekdays = !fields[4].starts_with('*')};
}

std::optional<Time> next_time(const Cron& cron, const TimeZone& zone, Time after) {
  const auto first_day = std::chrono::floor<days>(zone.to_local(after));
  constexpr int kFarthest = 5 * 366;
  for (int ahead = 0; ahead < kFarthest; ++ahead) {
    const auto day = first_day + days(ahead);
    if (!is_day(cron, std::chrono::sys_days(day.time_since_epoch()))) continue;
    for (unsigned hour = 0; hour < 24; ++hour) {
      if (!has(cron.hours, hour)) continue;
      for (unsigned minute = 0; minute < 60; ++minute) {
        if (!has(cron.minutes, minute)) continue;
        const Time local(day + std::chrono::hours(hour) + std::chrono::minutes(minute));
        const auto moment = zone.to_time(local);
        if (moment && *moment > after) return *moment;
      }
    }
  }
  return {};
}

}  // namespace fallstreak::scaling
