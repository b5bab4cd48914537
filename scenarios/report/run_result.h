#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "scenarios/assertions/evaluate.h"
#include "scenarios/exit_code.h"
#include "scenarios/recording/recording.h"

namespace fallstreak::scenarios {

enum class RunVerdict { passed, missed, unsteady, stopped, nondeterministic, failed };
std::string_view verdict_name(RunVerdict verdict);
ExitCode exit_code(RunVerdict verdict);

/// Something that happened, for the timeline of console and report.
struct RunEvent {
  /// What kind of line it is; decides its mark and colour.
  enum class Kind { information, fault, recovery, action, health, capacity, say };
  Duration at{0};
  Kind kind = Kind::information;
  std::string text;
};

struct ExpectationResult {
  std::string text;
  Verdict verdict;
};

/// A constant that the run used and how well it is known.
struct Assumption {
  std::string name;
  std::string value;
  std::string confidence;  // exact, typical, observed, assumed
  std::string authority;
  bool operator==(const Assumption&) const = default;
};

/// Everything the reports need.
struct RunResult {
  Scenario scenario;
  std::uint64_t seed = 0;
  std::uint64_t hash = 0;
  RunVerdict verdict = RunVerdict::failed;
  std::string reason;  // one sentence when not passed
  Duration virtual_time{0};
  double wall_seconds = 0;  // measured by the caller; not part of the hash
  std::vector<ExpectationResult> expectations;
  std::vector<RunEvent> events;
  std::vector<Assumption> assumptions;
  Recording recording;
};

/// Judges all expectations of a finished run and sets `expectations`, `verdict` and `reason`,
/// unless the verdict is already one that ended the run early (unsteady, stopped,
/// nondeterministic).
void judge(RunResult& result);

/// The assumptions that follow from the scenario's defaults.
std::vector<Assumption> assumptions_of(const Scenario& scenario);

}  // namespace fallstreak::scenarios
