#pragma once

#include <optional>
#include <string>
#include <variant>

#include "base/time.h"
#include "base/time_zone.h"
#include "scaling/cron.h"

/// `at(...)`, `rate(...)` and `cron(...)`: when scheduled actions happen.
/// https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html
namespace fallstreak::services::application_autoscaling {

struct Schedule {
  struct At {
    /// A local time, read as if UTC.
    Time local{};
  };
  struct Rate {
    Duration every{};
  };
  struct Yearly {
    scaling::Cron cron;
    /// Empty: every year.
    std::optional<int> year;
  };
  std::variant<At, Rate, Yearly> kind;
};
/// Refuses what is none; what AWS knows and this version does not (L, W, #, lists of years) by
/// name.
Schedule parse_schedule(const std::string& text);

/// The first time after `after` and not before `start`; rates count from `start`. Empty when there
/// is none.
std::optional<Time> next_time(const Schedule& schedule, const TimeZone& zone, Time start,
                              Time after);

}  // namespace fallstreak::services::application_autoscaling
