#pragma once

#include <functional>
#include <memory>

#include "base/error.h"
#include "scenarios/language/scenario.h"
#include "scenarios/report/run_result.h"

namespace fallstreak {
class Cloud;
}

namespace fallstreak::scenarios {

struct RunOptions {
  std::uint64_t seed = 1;
  /// Told of each line of the timeline as it happens.
  std::function<void(const RunEvent&)> on_event;
  /// Gets the cloud as it is at the end of a run that was judged.
  std::function<void(std::unique_ptr<Cloud>)> take_cloud = {};
};

/// Runs a scenario: provisions its stack into a fresh emulated cloud, lets its traffic and its
/// faults happen on virtual time, and judges its expectations. A function of (scenario, seed,
/// build); `wall_seconds` is left to the caller.
Outcome<RunResult> run(const Scenario& scenario, const RunOptions& options);

}  // namespace fallstreak::scenarios
