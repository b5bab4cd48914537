#include "services/cloudwatch/mute_schedule.h"

#include <algorithm>
#include <charconv>

#include "services/cloudwatch/errors.h"

namespace fallstreak::services::cloudwatch {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

// AWS: PT1M to P15D.
constexpr Duration kShortestMute = minutes(1);
constexpr Duration kLongestMute = days(15);

/// The number that a part of a duration begins with, up to its unit; both are taken off the text.
std::optional<std::int64_t> take_number(std::string_view& text, char unit) {
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto length = std::size_t(read.ptr - text.data());
  constexpr std::int64_t kMost = 100'000;
  if (read.ec != std::errc() || number < 0 || number > kMost || length == text.size() ||
      text[length] != unit) {
    return {};
  }
  text.remove_prefix(length + 1);
  return number;
}

/// `P2DT12H30M`. Chosen: no weeks, which Java's durations have not, and no seconds.
std::optional<Duration> parse_duration(std::string_view text) {
  if (!text.starts_with('P')) return {};
  text.remove_prefix(1);
  Duration length{};
  if (const auto number = take_number(text, 'D')) length += days(*number);
  if (text.empty()) return length;
  if (!text.starts_with('T') || text.size() == 1) return {};
  text.remove_prefix(1);
  if (const auto number = take_number(text, 'H')) length += hours(*number);
  if (const auto number = take_number(text, 'M')) length += minutes(*number);
  if (!text.empty()) return {};
  return length;
}

ApiError not_an_expression(const std::string& text) {
  return validation_error("The schedule expression " + text + " is not valid.");
}

Time parse_at(const std::string& text, const std::string& inside, const TimeZone& zone) {
  constexpr std::string_view kForm = "yyyy-MM-ddThh:mm";
  const auto local =
      inside.size() == kForm.size() ? parse_iso8601(inside + ":00Z") : std::optional<Time>();
  if (!local) throw not_an_expression(text);
  const auto begin = zone.to_time(*local);
  if (!begin) throw validation_error(begin.error());
  return *begin;
}

scaling::Cron parse_recurrence(const std::string& text, const std::string& inside) {
  // AWS: "The characters *, -, and , are supported in all fields."
  const bool has_other = inside.find_first_of("/?#") != std::string::npos;
  const auto cron = has_other ? std::optional<scaling::Cron>() : scaling::parse_cron(inside);
  if (!cron) throw not_an_expression(text);
  return *cron;
}

}  // namespace

MuteSchedule parse_mute_schedule(const api::cloudwatch::Schedule& schedule) {
  MuteSchedule parsed;
  if (schedule.Timezone) {
    auto zone = TimeZone::load(*schedule.Timezone);
    if (!zone) throw validation_error("The time zone " + *schedule.Timezone + " is not valid.");
    parsed.zone = std::move(*zone);
  }
  const auto length = parse_duration(*schedule.Duration);
  if (!length) throw validation_error("The duration " + *schedule.Duration + " is not valid.");
  if (*length < kShortestMute || *length > kLongestMute) {
    throw validation_error("The duration must be between PT1M and P15D.");
  }
  parsed.length = *length;
  const std::string& text = *schedule.Expression;
  const auto open = text.find('(');
  if (open == std::string::npos || !text.ends_with(')')) throw not_an_expression(text);
  const std::string kind = text.substr(0, open);
  const std::string inside = text.substr(open + 1, text.size() - open - 2);
  if (kind == "at") {
    parsed.begin = parse_at(text, inside, parsed.zone);
  } else if (kind == "cron") {
    parsed.begin = parse_recurrence(text, inside);
  } else {
    throw not_an_expression(text);
  }
  return parsed;
}

MuteMoment mute_moment(const MuteSchedule& schedule, std::optional<Time> start,
                       std::optional<Time> expire, Time now) {
  using enum MuteMoment::Status;
  if (expire && now >= *expire) return {.status = expired, .until = {}};
  if (start && now < *start) return {.status = scheduled, .until = start};
  // The first window that has not ended.
  std::optional<Time> begin;
  if (const auto* only = std::get_if<Time>(&schedule.begin)) {
    if (now >= *only + schedule.length) return {.status = expired, .until = {}};
    begin = *only;
  } else {
    begin = scaling::next_time(std::get<scaling::Cron>(schedule.begin), schedule.zone,
                               now - schedule.length);
  }
  MuteMoment moment;
  if (begin && *begin <= now) {
    moment = {.status = active, .until = *begin + schedule.length};
  } else {
    moment.until = begin;
  }
  if (expire) moment.until = std::min(moment.until.value_or(*expire), *expire);
  return moment;
}

}  // namespace fallstreak::services::cloudwatch
