#include "scenarios/report/run_result.h"

#include <algorithm>

namespace fallstreak::scenarios {
namespace {

std::string confidence_of(std::string_view source) {
  if (source.starts_with("AWS")) return "exact";
  if (source.starts_with("Observed")) return "observed";
  return "assumed";
}

}  // namespace

std::string_view verdict_name(RunVerdict verdict) {
  switch (verdict) {
    case RunVerdict::passed:
      return "passed";
    case RunVerdict::missed:
      return "missed";
    case RunVerdict::unsteady:
      return "unsteady";
    case RunVerdict::stopped:
      return "stopped";
    case RunVerdict::nondeterministic:
      return "nondeterministic";
    case RunVerdict::failed:
      return "failed";
  }
  return "failed";
}

ExitCode exit_code(RunVerdict verdict) {
  switch (verdict) {
    case RunVerdict::passed:
      return ExitCode::passed;
    case RunVerdict::missed:
      return ExitCode::missed;
    case RunVerdict::unsteady:
      return ExitCode::unsteady;
    case RunVerdict::stopped:
      return ExitCode::stopped;
    case RunVerdict::nondeterministic:
      return ExitCode::nondeterministic;
    case RunVerdict::failed:
      return ExitCode::internal_error;
  }
  return ExitCode::internal_error;
}

void judge(RunResult& result) {
  result.expectations.clear();
  for (const Assertion& assertion : result.scenario.expect) {
    result.expectations.push_back(
        {assertion.text, evaluate(assertion, result.scenario, result.recording)});
  }
  // What was steady before the first break must be so again at the end.
  for (const Assertion& assertion : result.scenario.steady) {
    if (result.recording.seconds == 0) break;
    result.expectations.push_back(
        {"steady at the end: " + assertion.text,
         evaluate_at(assertion, result.scenario, result.recording, result.recording.seconds - 1)});
  }
  const bool ended_early = result.verdict == RunVerdict::unsteady ||
                           result.verdict == RunVerdict::stopped ||
                           result.verdict == RunVerdict::nondeterministic;
  if (ended_early) return;
  const auto missed = std::ranges::find_if(result.expectations, [](const ExpectationResult& one) {
    return one.verdict.held != Held::yes;
  });
  result.verdict = missed == result.expectations.end() ? RunVerdict::passed : RunVerdict::missed;
  if (missed == result.expectations.end()) {
    result.reason.clear();
    return;
  }
  result.reason = "`" + missed->text + "` " +
                  (missed->verdict.held == Held::no ? "did not hold: " : "is unknown: ") +
                  missed->verdict.observed;
  if (missed->verdict.at)
    result.reason += ", at " + result.scenario.clock_text(*missed->verdict.at);
}

std::vector<Assumption> assumptions_of(const Scenario& scenario) {
  std::vector<Assumption> assumptions{
      {"DNS time to live of a load balancer's name", "1m", "exact", "AWS: 60 seconds"},
      {"a load balancer's time to connect to a target", "10s", "exact", "AWS: then 504"},
      {"clients honour the time to live", "yes", "assumed", "Chosen: each at a phase of its own"},
      {"a client's time to connect", "5s", "assumed", "Chosen: the defaults of AWS's SDKs differ"},
      {"a client's wait on a silent connection", "1m", "typical",
       "the read timeout of AWS's Python SDK"}};
  for (const ResolvedValue& value : scenario.resolved) {
    const bool is_written = value.place.line != 0;
    const bool is_boot =
        value.path.ends_with(".boot") || value.path.find(".boot.") != std::string::npos;
    if (is_written && is_boot) {
      assumptions.push_back(
          {value.path, value.value, "assumed", "the file; AWS publishes no boot time"});
    } else if (!is_written) {
      assumptions.push_back({value.path, value.value, confidence_of(value.source), value.source});
    }
  }
  return assumptions;
}

}  // namespace fallstreak::scenarios
