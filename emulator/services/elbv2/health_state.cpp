#include "services/elbv2/health_state.h"

#include <algorithm>
#include <charconv>

namespace fallstreak::services::elbv2 {
namespace {

std::optional<int> parse_number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

HealthRecord after_pass(const HealthRecord& before, const Thresholds& thresholds) {
  if (before.status != HealthStatus::unhealthy) return {.status = HealthStatus::healthy};
  HealthRecord after = before;
  after.failures = 0;
  if (++after.successes >= thresholds.healthy) return {.status = HealthStatus::healthy};
  return after;
}

HealthRecord after_failure(const HealthRecord& before, const CheckResult& check,
                           const Thresholds& thresholds) {
  HealthRecord after = before;
  after.successes = 0;
  const bool was_unhealthy = before.status == HealthStatus::unhealthy;
  // Counting on would make every further failure a change of state that nobody sees.
  if (!was_unhealthy) ++after.failures;
  if (was_unhealthy || after.failures >= thresholds.unhealthy) {
    after.status = HealthStatus::unhealthy;
    after.reason = check.reason;
    after.description = check.description;
  } else if (before.status == HealthStatus::invalid) {
    // AWS: an instance that runs again is checked like a new one.
    after.status = HealthStatus::initial;
    after.reason.clear();
    after.description.clear();
  }
  return after;
}

}  // namespace

HealthRecord after_check(const HealthRecord& before, const CheckResult& check,
                         const Thresholds& thresholds) {
  return check.has_passed ? after_pass(before, thresholds)
                          : after_failure(before, check, thresholds);
}

HealthRecord with_instance_in_state(std::string_view instance_state) {
  return {.status = HealthStatus::invalid,
          .reason = "Target.InvalidState",
          .description = "Target is in the " + std::string(instance_state) + " state"};
}

std::optional<StatusMatcher> StatusMatcher::parse(std::string_view text, int lowest, int highest) {
  StatusMatcher matcher;
  while (true) {
    const auto comma = text.find(',');
    const std::string_view part = text.substr(0, comma);
    const auto dash = part.find('-');
    const auto first = parse_number(part.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : parse_number(part.substr(dash + 1));
    if (!first || !last || *first < lowest || *last > highest || *first > *last) return {};
    matcher.ranges_.push_back({*first, *last});
    if (comma == std::string_view::npos) return matcher;
    text.remove_prefix(comma + 1);
  }
}

bool StatusMatcher::matches(int status) const {
  return std::ranges::any_of(
      ranges_, [&](const Range& range) { return range.first <= status && status <= range.last; });
}

bool is_health_check_port(std::string_view text) {
  if (text == "traffic-port") return true;
  const auto port = parse_number(text);
  return port && *port >= 1 && *port <= 65535;
}

CheckResult passed_check() { return {}; }

CheckResult timed_out_check() { return {false, "Target.Timeout", "Request timed out"}; }

CheckResult refused_check() { return {false, "Target.FailedHealthChecks", "Health checks failed"}; }

CheckResult mismatched_check(int status) {
  return {false, "Target.ResponseCodeMismatch",
          "Health checks failed with these codes: [" + std::to_string(status) + "]"};
}

}  // namespace fallstreak::services::elbv2
