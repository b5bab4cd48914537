#pragma once

#include <string_view>

#include "dispatch/target_paths.h"
#include "services/elbv2/check_round.h"
#include "services/elbv2/state.h"

/// One health check of a target: what it follows from, and what it sees.
namespace fallstreak::services::elbv2 {

/// What checks look at besides targets and groups: found once for all of a moment.
struct Surroundings {
  const faults::FaultState& faults;
  const world::Table<dispatch::StoppedPath>& stopped;
  const world::Table<dispatch::Host>& hosts;
};
Surroundings surroundings(Context& context);

/// How often the tables have changed from which checks follow.
CheckRound::Changes changes_behind_checks(const Context& context, const Surroundings& around);

/// `host` is the target's instance; null when it has none.
PreparedCheck prepare_check(const Context& context, std::string_view key,
                            const TargetGroupRecord& group, const TargetRecord& target,
                            const dispatch::Host* host, const Surroundings& around);

struct Sight {
  enum class Kind : std::uint8_t { passed, failed, timed_out, not_running, gone, unknown };
  Kind kind = Kind::passed;
  CheckResult result;  // of one that passed or failed
};
/// Makes the check.
Sight see(const Context& context, const PreparedCheck& check);

}  // namespace fallstreak::services::elbv2
