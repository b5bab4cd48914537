#include "base/time.h"

#include <array>
#include <cctype>
#include <cmath>
#include <cstdio>

namespace fallstreak {
namespace {

using namespace std::chrono;

constexpr std::array<std::string_view, 7> kWeekdays = {"Sun", "Mon", "Tue", "Wed",
                                                       "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct Fields {
  int year;
  unsigned month, day;
  int hour, minute, second, millisecond;
  unsigned weekday;
};

Fields split(Time time) {
  const auto days = floor<std::chrono::days>(time);
  const year_month_day date(days);
  const hh_mm_ss clock(floor<milliseconds>(time - days));
  return {int(date.year()),
          unsigned(date.month()),
          unsigned(date.day()),
          int(clock.hours().count()),
          int(clock.minutes().count()),
          int(clock.seconds().count()),
          int(clock.subseconds().count()),
          std::chrono::weekday(days).c_encoding()};
}

template <class... Values>
std::string print(const char* format, Values... values) {
  std::array<char, 64> buffer;
  const int length = std::snprintf(buffer.data(), buffer.size(), format, values...);
  return {buffer.data(), std::size_t(length)};
}

/// Reads fixed-width text from left to right; `ok` turns false at the first thing that does not
/// fit.
struct Reader {
  std::string_view text;
  bool ok = true;

  int digits(std::size_t count) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (text.empty() || !std::isdigit(static_cast<unsigned char>(text.front()))) {
        ok = false;
        return 0;
      }
      value = value * 10 + (text.front() - '0');
      text.remove_prefix(1);
    }
    return value;
  }
  bool accept(char expected) {
    if (text.empty() || text.front() != expected) return false;
    text.remove_prefix(1);
    return true;
  }
  void expect(char expected) { ok = accept(expected) && ok; }
  void expect(std::string_view expected) {
    if (text.starts_with(expected)) {
      text.remove_prefix(expected.size());
    } else {
      ok = false;
    }
  }
};

/// With zeros before it. Dates are written often, and printf takes ten times as long.
void append_digits(std::string& text, unsigned number, int digits) {
  const std::size_t begin = text.size();
  text.append(std::size_t(digits), '0');
  for (std::size_t at = begin + std::size_t(digits); number > 0 && at > begin; number /= 10) {
    text[--at] = char('0' + number % 10);
  }
}

std::optional<Time> assemble(int year, int month, int day, int hour, int minute, int second,
                             Duration fraction) {
  const year_month_day date{std::chrono::year(year), std::chrono::month(unsigned(month)),
                            std::chrono::day(unsigned(day))};
  // A 64-bit nanosecond clock ends in 2262 and begins in 1677.
  if (!date.ok() || year < 1678 || year > 2261) return std::nullopt;
  if (hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return Time(sys_days(date)) + hours(hour) + minutes(minute) + seconds(second) + fraction;
}

}  // namespace

std::int64_t to_epoch_seconds(Time time) { return floor<seconds>(time).time_since_epoch().count(); }

Time from_epoch_seconds(double value) {
  const double whole = std::floor(value);
  // Milliseconds are what AWS keeps; finer digits of a double are rounding noise.
  return Time(seconds(std::int64_t(whole)) + milliseconds(std::llround((value - whole) * 1000)));
}

std::string to_iso8601(Time time, Precision precision) {
  const Fields f = split(time);
  std::string text;
  text.reserve(sizeof "2026-01-01T00:00:00.000Z");
  append_digits(text, unsigned(f.year), 4);
  for (const auto& [before, number] :
       {std::pair('-', f.month), std::pair('-', f.day), std::pair('T', unsigned(f.hour)),
        std::pair(':', unsigned(f.minute)), std::pair(':', unsigned(f.second))}) {
    text += before;
    append_digits(text, number, 2);
  }
  if (precision != Precision::seconds) {
    text += '.';
    append_digits(text, unsigned(f.millisecond), 3);
  }
  text += 'Z';
  return text;
}

std::string to_http_date(Time time) {
  const Fields f = split(time);
  return print("%s, %02u %s %04d %02d:%02d:%02d GMT", kWeekdays[f.weekday].data(), f.day,
               kMonths[f.month - 1].data(), f.year, f.hour, f.minute, f.second);
}

std::string to_basic_iso8601(Time time) {
  const Fields f = split(time);
  return print("%04d%02u%02uT%02d%02d%02dZ", f.year, f.month, f.day, f.hour, f.minute, f.second);
}

std::optional<Time> parse_iso8601(std::string_view text) {
  Reader in{text};
  const int year = in.digits(4);
  in.expect('-');
  const int month = in.digits(2);
  in.expect('-');
  const int day = in.digits(2);
  if (!in.ok) return std::nullopt;
  if (in.text.empty()) return assemble(year, month, day, 0, 0, 0, {});

  if (!in.accept('T') && !in.accept('t') && !in.accept(' ')) return std::nullopt;
  const int hour = in.digits(2);
  in.expect(':');
  const int minute = in.digits(2);
  int second = 0;
  Duration fraction{};
  if (in.accept(':')) {
    second = in.digits(2);
    if (in.accept('.')) {
      std::int64_t unit = 100'000'000;
      const auto digits_left = in.text.size();
      while (!in.text.empty() && std::isdigit(static_cast<unsigned char>(in.text.front()))) {
        fraction += Duration((in.text.front() - '0') * unit);
        unit /= 10;
        in.text.remove_prefix(1);
      }
      if (in.text.size() == digits_left) return std::nullopt;
    }
  }
  minutes offset{};
  if (in.text.starts_with('+') || in.text.starts_with('-')) {
    const int sign = in.text.front() == '-' ? -1 : 1;
    in.text.remove_prefix(1);
    const int offset_hours = in.digits(2);
    in.accept(':');
    offset = minutes(sign * (offset_hours * 60 + in.digits(2)));
  } else if (!in.accept('Z') && !in.accept('z') && !in.text.empty()) {
    return std::nullopt;
  }
  if (!in.ok || !in.text.empty()) return std::nullopt;
  const auto local = assemble(year, month, day, hour, minute, second, fraction);
  if (!local) return std::nullopt;
  return *local - offset;
}

std::optional<Time> parse_http_date(std::string_view text) {
  // Only the form that HTTP allows senders to make: "Tue, 29 Apr 2014 18:30:38 GMT".
  const auto comma = text.find(", ");
  if (comma == std::string_view::npos) return std::nullopt;
  Reader in{text.substr(comma + 2)};
  const int day = in.digits(2);
  in.expect(' ');
  int month = 0;
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    if (in.text.starts_with(kMonths[i])) month = int(i) + 1;
  }
  if (month == 0) return std::nullopt;
  in.text.remove_prefix(3);
  in.expect(' ');
  const int year = in.digits(4);
  in.expect(' ');
  const int hour = in.digits(2);
  in.expect(':');
  const int minute = in.digits(2);
  in.expect(':');
  const int second = in.digits(2);
  in.expect(" GMT");
  if (!in.ok || !in.text.empty()) return std::nullopt;
  return assemble(year, month, day, hour, minute, second, {});
}

std::optional<Time> parse_basic_iso8601(std::string_view text) {
  Reader in{text};
  const int year = in.digits(4);
  const int month = in.digits(2);
  const int day = in.digits(2);
  in.expect('T');
  const int hour = in.digits(2);
  const int minute = in.digits(2);
  const int second = in.digits(2);
  in.expect('Z');
  if (!in.ok || !in.text.empty()) return std::nullopt;
  return assemble(year, month, day, hour, minute, second, {});
}

}  // namespace fallstreak
