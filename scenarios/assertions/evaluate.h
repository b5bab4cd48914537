#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "scenarios/language/scenario.h"
#include "scenarios/recording/recording.h"

namespace fallstreak::scenarios {

/// An assertion that had no data is unknown, and unknown is not a pass.
enum class Held { yes, no, unknown };

struct Verdict {
  Held held = Held::unknown;
  std::string observed;        // `1m12s`, `0.03%`, or why nothing is known
  std::optional<Duration> at;  // since the start: when it was decided, or was at its worst
};

/// Judges one expectation over a whole run. Pure: it reads the scenario for clock times and steady
/// checks only.
Verdict evaluate(const Assertion& assertion, const Scenario& scenario, const Recording& recording);

/// Whether an assertion holds at the end of one second, over its trailing window: for `steady`,
/// `when` and `stop_if`. A window without requests makes an aggregate unknown.
Verdict evaluate_at(const Assertion& assertion, const Scenario& scenario,
                    const Recording& recording, std::size_t second);

/// What the runner prints beside RTO and RPO.
inline constexpr std::string_view kRtoDefinition =
    "RTO(x): from the first instant a steady check on x is broken after a break until the first "
    "instant it holds "
    "again for 60s.";
inline constexpr std::string_view kRpoDefinition =
    "RPO(x): fault time minus commit time of the oldest acknowledged write to x that is missing at "
    "the end; 0 if none "
    "is missing.";

}  // namespace fallstreak::scenarios
