#include "services/application-autoscaling/schedule.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "dispatch/dispatcher.h"
#include "services/application-autoscaling/errors.h"

namespace fallstreak::services::application_autoscaling {
namespace {

ApiError not_a_schedule(const std::string& text) {
  return validation_exception("Schedule expression is not valid: " + text);
}

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::string word;
  for (const char letter : text + " ") {
    if (letter != ' ') {
      word += letter;
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  return words;
}

/// AWS counts days of the week from 1, which is Sunday; numbers behind a slash are steps.
std::string weekdays_from_zero(std::string field) {
  bool is_step = false;
  for (char& letter : field) {
    if (letter >= '1' && letter <= '7' && !is_step) letter = static_cast<char>(letter - 1);
    is_step = letter == '/' || (is_step && letter >= '0' && letter <= '9');
  }
  return field;
}

Schedule parse_rate(const std::string& text, const std::string& inside) {
  const auto words = words_of(inside);
  const auto count = words.size() == 2 ? number_in(words[0]) : std::nullopt;
  constexpr std::int64_t kMost = 1'000'000;
  if (!count || *count < 1 || *count > kMost) throw not_a_schedule(text);
  std::string unit = words[1];
  if (unit.ends_with('s')) unit.pop_back();
  if (unit == "minute") return {Schedule::Rate{std::chrono::minutes(*count)}};
  if (unit == "hour") return {Schedule::Rate{std::chrono::hours(*count)}};
  constexpr std::int64_t kMostDays = 36'500;
  if (unit == "day" && *count <= kMostDays) return {Schedule::Rate{std::chrono::days(*count)}};
  throw not_a_schedule(text);
}

Schedule parse_cron(const std::string& text, const std::string& inside) {
  auto fields = words_of(inside);
  if (fields.size() != 6) throw not_a_schedule(text);
  // AWS: one of the two days is not told.
  if ((fields[2] == "?") == (fields[4] == "?") && fields[2] == "?") throw not_a_schedule(text);
  const bool has_special = fields[2].find_first_of("LW") != std::string::npos ||
                           fields[4].find('#') != std::string::npos || fields[4].ends_with('L');
  if (has_special) throw dispatch::not_implemented("L, W and # in a cron schedule");
  Schedule::Yearly yearly;
  if (fields[5] != "*") {
    const auto year = number_in(fields[5]);
    if (!year) throw dispatch::not_implemented("A list of years in a cron schedule");
    if (*year < 1970 || *year > 2199) throw not_a_schedule(text);
    yearly.year = static_cast<int>(*year);
  }
  std::string five;
  for (std::size_t index = 0; index < 5; ++index) {
    std::string field = fields[index] == "?" ? "*" : fields[index];
    if (index == 4) field = weekdays_from_zero(std::move(field));
    five += (five.empty() ? "" : " ") + field;
  }
  const auto cron = scaling::parse_cron(five);
  if (!cron) throw not_a_schedule(text);
  yearly.cron = *cron;
  return {yearly};
}

std::optional<Time> next_of(const Schedule::Yearly& yearly, const TimeZone& zone, Time after) {
  using namespace std::chrono;
  if (yearly.year) {
    const Time first{sys_days(year(*yearly.year) / January / 1)};
    after = std::max(after, first - days(2));
  }
  // Chosen: at most a week of recurrences are passed over until the year begins.
  for (int tries = 0; tries < 7 * 24 * 60; ++tries) {
    const auto next = scaling::next_time(yearly.cron, zone, after);
    if (!next || !yearly.year) return next;
    const year_month_day date(floor<days>(zone.to_local(*next)));
    if (date.year() == year(*yearly.year)) return next;
    if (date.year() > year(*yearly.year)) return std::nullopt;
    after = *next;
  }
  return std::nullopt;
}

}  // namespace

Schedule parse_schedule(const std::string& text) {
  const auto open = text.find('(');
  if (open == std::string::npos || !text.ends_with(')')) throw not_a_schedule(text);
  const std::string kind = text.substr(0, open);
  const std::string inside = text.substr(open + 1, text.size() - open - 2);
  if (kind == "rate") return parse_rate(text, inside);
  if (kind == "cron") return parse_cron(text, inside);
  const auto local = kind == "at" ? parse_iso8601(inside + "Z") : std::nullopt;
  if (!local) throw not_a_schedule(text);
  return {Schedule::At{*local}};
}

std::optional<Time> next_time(const Schedule& schedule, const TimeZone& zone, Time start,
                              Time after) {
  const auto from = std::max(after, start - Duration(1));
  if (const auto* at = std::get_if<Schedule::At>(&schedule.kind)) {
    const auto time = zone.to_time(at->local);
    return time && *time > from ? std::optional(*time) : std::nullopt;
  }
  if (const auto* rate = std::get_if<Schedule::Rate>(&schedule.kind)) {
    if (from < start) return start;
    return start + ((from - start) / rate->every + 1) * rate->every;
  }
  return next_of(std::get<Schedule::Yearly>(schedule.kind), zone, from);
}

}  // namespace fallstreak::services::application_autoscaling
