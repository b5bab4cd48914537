#include "scenarios/assertions/recovery.h"

#include <algorithm>

#include "scenarios/assertions/sampler.h"

namespace fallstreak::scenarios {
namespace {

constexpr std::size_t kHoldSeconds = 60;

/// Of every second, whether all steady checks on a subject hold.
std::vector<Held> steadiness(const std::string& subject, const Scenario& scenario,
                             const Recording& recording) {
  std::vector<Held> held(recording.seconds, Held::yes);
  bool has_check = false;
  for (const Assertion& check : scenario.steady) {
    if (check.subject != subject) continue;
    has_check = true;
    Sampler sampler(check, recording);
    for (std::size_t second = 0; second < recording.seconds; ++second) {
      const auto value = sampler.at(second);
      if (!value) {
        if (held[second] == Held::yes) held[second] = Held::unknown;
      } else if (!compare(*value, check.comparison, check.value)) {
        held[second] = Held::no;
      }
    }
  }
  if (!has_check) std::ranges::fill(held, Held::unknown);
  return held;
}

struct Outage {
  std::size_t broken = 0;               // the first second that is not steady
  std::optional<std::size_t> restored;  // the first that is, and stays so for the hold
};

/// The first outage from a second on; empty when there is none.
std::optional<Outage> first_outage(const std::vector<Held>& held, std::size_t from) {
  std::size_t broken = from;
  while (broken < held.size() && held[broken] != Held::no) ++broken;
  if (broken >= held.size()) return std::nullopt;
  Outage outage{.broken = broken};
  std::size_t steady = 0;
  for (std::size_t second = broken; second < held.size(); ++second) {
    steady = held[second] == Held::yes ? steady + 1 : 0;
    if (steady < kHoldSeconds) continue;
    outage.restored = second + 1 - kHoldSeconds;
    break;
  }
  return outage;
}

std::string length_text(std::size_t seconds) {
  return duration_text(std::chrono::seconds(seconds));
}

}  // namespace

Verdict evaluate_rto(const Assertion& assertion, const Scenario& scenario,
                     const Recording& recording) {
  const std::vector<Held> held = steadiness(assertion.subject, scenario, recording);
  std::optional<std::size_t> longest;
  Duration longest_at{0};
  bool has_break = false;
  for (const BreakRecord& fault : recording.breaks) {
    const auto from = static_cast<std::size_t>(fault.at / std::chrono::seconds(1));
    if (from >= held.size()) continue;
    const bool has_data = std::any_of(held.begin() + static_cast<std::ptrdiff_t>(from), held.end(),
                                      [](Held one) { return one != Held::unknown; });
    if (!has_data)
      return {Held::unknown, "no data: nothing was measured after the break", std::nullopt};
    has_break = true;
    const auto outage = first_outage(held, from);
    if (!outage) continue;
    const Duration broken_at = std::chrono::seconds(outage->broken + 1);
    if (!outage->restored) {
      const std::size_t elapsed = held.size() - outage->broken;
      const bool is_over =
          !compare(static_cast<double>(elapsed) * 1e9, assertion.comparison, assertion.value);
      return {is_over ? Held::no : Held::unknown, "not recovered after " + length_text(elapsed),
              broken_at};
    }
    const std::size_t length = *outage->restored - outage->broken;
    if (!longest || length > *longest) {
      longest = length;
      longest_at = broken_at;
    }
  }
  if (!has_break) return {Held::unknown, "no data: nothing was broken", std::nullopt};
  if (!longest) {
    const bool is_met = compare(0, assertion.comparison, assertion.value);
    return {is_met ? Held::yes : Held::no, "0s, steady throughout", std::nullopt};
  }
  const bool is_met =
      compare(static_cast<double>(*longest) * 1e9, assertion.comparison, assertion.value);
  return {is_met ? Held::yes : Held::no, length_text(*longest), longest_at};
}

Verdict evaluate_rpo(const Assertion& assertion, const Recording& recording) {
  if (!recording.ledger.is_verified)
    return {Held::unknown, "no data: the tables were not read back", std::nullopt};
  const auto of_table = recording.ledger.acknowledged.find(assertion.subject);
  if (of_table == recording.ledger.acknowledged.end())
    return {Held::unknown, "no data: no write was acknowledged", std::nullopt};
  std::size_t missing = 0;
  Duration worst{0};
  Duration worst_fault{0};
  for (const MissingWrite& write : recording.ledger.missing) {
    if (write.table != assertion.subject) continue;
    ++missing;
    // The fault that took the write is the first one after it; without one, the run's end is when
    // it is known to be gone.
    Duration fault = std::chrono::seconds(recording.seconds);
    for (const BreakRecord& record : recording.breaks) {
      if (record.at >= write.committed_at) fault = std::min(fault, record.at);
    }
    if (fault - write.committed_at >= worst) {
      worst = std::max(fault - write.committed_at, Duration(1));
      worst_fault = fault;
    }
  }
  const bool is_met =
      compare(static_cast<double>(worst.count()), assertion.comparison, assertion.value);
  std::string observed =
      missing == 0 ? "0s" : quantity_text(static_cast<double>(worst.count()), Quantity::duration);
  observed += ", " + std::to_string(missing) + " of " + std::to_string(of_table->second) +
              " acknowledged writes missing";
  return {is_met ? Held::yes : Held::no, std::move(observed),
          missing == 0 ? std::nullopt : std::optional(worst_fault)};
}

}  // namespace fallstreak::scenarios
