#pragma once

#include <optional>
#include <variant>

#include "api/cloudwatch/alarm_mute_rules.h"
#include "base/time.h"
#include "base/time_zone.h"
#include "scaling/cron.h"

/// When an alarm mute rule mutes, as a pure function of time.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-mute-rules.html
namespace fallstreak::services::cloudwatch {

struct MuteSchedule {
  /// The only window begins then, or one at each of these local times.
  std::variant<Time, scaling::Cron> begin;
  TimeZone zone = TimeZone::utc();
  Duration length{};
};
/// Throws AWS's error of what is none.
MuteSchedule parse_mute_schedule(const api::cloudwatch::Schedule& schedule);

struct MuteMoment {
  enum class Status { scheduled, active, expired } status = Status::scheduled;
  /// When the status may become another; empty when it stays for ever.
  std::optional<Time> until;
};
/// `start` and `expire` bound the schedule. Chosen: they cut a window that lies across them.
MuteMoment mute_moment(const MuteSchedule& schedule, std::optional<Time> start,
                       std::optional<Time> expire, Time now);

}  // namespace fallstreak::services::cloudwatch
