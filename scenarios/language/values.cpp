#include "scenarios/language/values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

namespace fallstreak::scenarios {
namespace {

using std::chrono::nanoseconds;

struct Unit {
  std::string_view name;
  std::int64_t size;
};
// Longest names first where one begins another.
constexpr std::array<Unit, 7> kDurationUnits{{{"ns", 1},
                                              {"us", 1'000},
                                              {"ms", 1'000'000},
                                              {"s", 1'000'000'000},
                                              {"m", 60'000'000'000},
                                              {"h", 3'600'000'000'000},
                                              {"d", 86'400'000'000'000}}};

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// Takes an unsigned decimal number off the front.
std::optional<double> take_number(std::string_view& text) {
  double value = 0;
  const char* begin = text.data();
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  const auto [end, error] =
      std::from_chars(begin, begin + text.size(), value, std::chars_format::fixed);
  if (error != std::errc() || !std::isfinite(value)) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - begin));
  return value;
}

std::string without_underscores(std::string_view text) {
  std::string plain;
  for (const char byte : text) {
    if (byte != '_') plain += byte;
  }
  return plain;
}

std::optional<std::int64_t> to_int64(double value) {
  if (!(std::abs(value) < 9e18)) return std::nullopt;
  return static_cast<std::int64_t>(std::llround(value));
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  text = trim(text);
  if (text == "0") return Duration(0);
  double sum = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    const auto number = take_number(text);
    if (!number) return std::nullopt;
    std::size_t letters = 0;
    while (letters < text.size() && text[letters] >= 'a' && text[letters] <= 'z') ++letters;
    const auto unit = std::ranges::find(kDurationUnits, text.substr(0, letters), &Unit::name);
    if (unit == kDurationUnits.end()) return std::nullopt;
    sum += *number * static_cast<double>(unit->size);
    text.remove_prefix(letters);
  }
  const auto whole = to_int64(sum);
  if (!whole) return std::nullopt;
  return Duration(*whole);
}

std::optional<ClockTime> parse_clock_time(std::string_view text) {
  text = trim(text);
  ClockTime result;
  if (const auto plus = text.find('+'); plus != std::string_view::npos) {
    const std::string_view days = text.substr(plus + 1);
    if (days.size() < 2 || days.size() > 4 || days.back() != 'd') return std::nullopt;
    const auto count = parse_integer(days.substr(0, days.size() - 1));
    if (!count || *count < 0) return std::nullopt;
    result.days = static_cast<int>(*count);
    text = text.substr(0, plus);
  }
  const auto two_digits = [](std::string_view digits, int limit) -> std::optional<int> {
    if (digits.size() != 2 || digits[0] < '0' || digits[0] > '9' || digits[1] < '0' ||
        digits[1] > '9') {
      return std::nullopt;
    }
    const int value = (digits[0] - '0') * 10 + (digits[1] - '0');
    return value < limit ? std::optional(value) : std::nullopt;
  };
  if (text.size() != 5 && text.size() != 8) return std::nullopt;
  const auto hour = two_digits(text.substr(0, 2), 24);
  const auto minute = two_digits(text.substr(3, 2), 60);
  const auto second = text.size() == 8 ? two_digits(text.substr(6, 2), 60) : std::optional(0);
  if (text[2] != ':' || (text.size() == 8 && text[5] != ':') || !hour || !minute || !second)
    return std::nullopt;
  result.seconds_of_day = *hour * 3600 + *minute * 60 + *second;
  return result;
}

std::optional<double> parse_rate(std::string_view text) {
  const std::string plain = without_underscores(trim(text));
  std::string_view rest = plain;
  const auto number = take_number(rest);
  if (!number) return std::nullopt;
  if (rest.empty() || rest == "/s") return number;
  if (rest == "/m" || rest == "/min") return *number / 60;
  if (rest == "/h") return *number / 3600;
  return std::nullopt;
}

std::optional<double> parse_money(std::string_view text) {
  text = trim(text);
  if (text.empty() || text.front() != '$') return std::nullopt;
  text.remove_prefix(1);
  const auto number = take_number(text);
  return text.empty() ? number : std::nullopt;
}

std::optional<std::int64_t> parse_bytes(std::string_view text) {
  const std::string plain = without_underscores(trim(text));
  std::string_view rest = plain;
  const auto number = take_number(rest);
  constexpr std::pair<std::string_view, double> kUnits[] = {
      {"B", 1}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}};
  for (const auto& [unit, bytes] : kUnits) {
    if (number && rest == unit) return static_cast<std::int64_t>(std::llround(*number * bytes));
  }
  return std::nullopt;
}

std::optional<double> parse_percent(std::string_view text) {
  text = trim(text);
  const auto number = take_number(text);
  if (!number || text != "%") return std::nullopt;
  return *number / 100;
}

std::optional<double> parse_number(std::string_view text) {
  text = trim(text);
  if (const auto space = text.find(' ');
      space != std::string_view::npos && trim(text.substr(space)) == "rows") {
    text = text.substr(0, space);
  }
  const std::string plain = without_underscores(text);
  std::string_view rest = plain;
  const bool is_negative = !rest.empty() && rest.front() == '-';
  if (is_negative) rest.remove_prefix(1);
  const auto number = take_number(rest);
  if (!number || !rest.empty()) return std::nullopt;
  return is_negative ? -*number : *number;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  const std::string plain = without_underscores(trim(text));
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  if (plain.empty() || error != std::errc() || end != plain.data() + plain.size())
    return std::nullopt;
  return value;
}

std::optional<Distribution> parse_distribution(std::string_view text) {
  text = trim(text);
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const auto space = std::min(text.find(' '), text.size());
    words.push_back(text.substr(0, space));
    text = trim(text.substr(space));
  }
  if (words.empty()) return std::nullopt;
  const auto duration_at = [&](std::size_t index) { return parse_duration(words[index]); };
  if (words.size() == 1) {
    if (const auto value = duration_at(0))
      return Distribution{Distribution::Kind::fixed, *value, {}};
    return std::nullopt;
  }
  const auto scale = duration_at(1);
  if (!scale || *scale <= Duration(0)) return std::nullopt;
  if (words.size() == 2 && words[0] == "exp")
    return Distribution{Distribution::Kind::exponential, *scale, {}};
  if (words.size() == 2 && words[0] == "fixed")
    return Distribution{Distribution::Kind::fixed, *scale, {}};
  if (words.size() == 3 && words[0] == "lognormal") {
    const auto p99 = duration_at(2);
    if (p99 && *p99 >= *scale) return Distribution{Distribution::Kind::lognormal, *scale, *p99};
  }
  return std::nullopt;
}

std::optional<DurationRange> parse_duration_range(std::string_view text) {
  const auto dots = text.find("..");
  if (dots == std::string_view::npos) return std::nullopt;
  const auto low = parse_duration(text.substr(0, dots));
  const auto high = parse_duration(text.substr(dots + 2));
  if (!low || !high || *low > *high) return std::nullopt;
  return DurationRange{*low, *high};
}

std::optional<SeedRange> parse_seed_range(std::string_view text) {
  const auto dots = text.find("..");
  const auto first = parse_integer(text.substr(0, dots));
  const auto last = dots == std::string_view::npos ? first : parse_integer(text.substr(dots + 2));
  if (!first || !last || *first < 0 || *last < *first) return std::nullopt;
  return SeedRange{static_cast<std::uint64_t>(*first), static_cast<std::uint64_t>(*last)};
}

std::string duration_text(Duration duration) {
  std::int64_t left = duration.count();
  if (left == 0) return "0s";
  std::string text = left < 0 ? "-" : "";
  left = left < 0 ? -left : left;
  for (auto unit = kDurationUnits.rbegin(); unit != kDurationUnits.rend(); ++unit) {
    // A day and a half is easier to read in hours.
    if (unit->name == "d" && left % unit->size != 0) continue;
    const std::int64_t count = left / unit->size;
    if (count == 0) continue;
    text += std::to_string(count) + std::string(unit->name);
    left %= unit->size;
  }
  return text;
}

std::string distribution_text(const Distribution& distribution) {
  switch (distribution.kind) {
    case Distribution::Kind::fixed:
      return "fixed " + duration_text(distribution.scale);
    case Distribution::Kind::exponential:
      return "exp " + duration_text(distribution.scale);
    case Distribution::Kind::lognormal:
      return "lognormal " + duration_text(distribution.scale) + " " +
             duration_text(distribution.p99);
  }
  return {};
}

std::string number_text(double number) {
  std::array<char, 64> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  return error == std::errc() ? std::string(buffer.data(), end) : std::string("?");
}

}  // namespace fallstreak::scenarios
