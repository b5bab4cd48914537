#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "base/time_zone.h"

/// The recurrence of scheduled actions, in the cron format of five fields.
/// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scheduled-scaling.html
namespace fallstreak::scaling {

/// Minutes, hours, days of the month, months and days of the week, a bit each.
struct Cron {
  std::uint64_t minutes = 0;
  std::uint64_t hours = 0;
  std::uint64_t days = 0;
  std::uint64_t months = 0;
  std::uint64_t weekdays = 0;
  /// A day that both fields restrict needs to be in one of them.
  bool restricts_days = false;
  bool restricts_weekdays = false;
};

/// `0 9 * * MON-FRI`. Empty when the text is none.
std::optional<Cron> parse_cron(std::string_view text);

/// The first moment after `after` in the zone's local time. Chosen: a local time that the clocks
/// skip does not happen that day, one that comes twice happens first time only. Empty when there is
/// none within five years, as on a 30th of February.
std::optional<Time> next_time(const Cron& cron, const TimeZone& zone, Time after);

}  // namespace fallstreak::scaling
