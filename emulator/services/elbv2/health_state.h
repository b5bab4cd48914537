#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// What a target's health checks say about it: pure functions of what was known and what was seen.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
namespace fallstreak::services::elbv2 {

enum class HealthStatus : std::uint8_t {
  unchecked,    // the group has no load balancer, or the target's zone is not enabled
  registering,  // Elb.RegistrationInProgress
  initial,      // Elb.InitialHealthChecking
  healthy,
  unhealthy,
  invalid,  // the instance does not run: Target.InvalidState
};

struct HealthRecord {
  HealthStatus status = HealthStatus::unchecked;
  /// Checks in a row that contradict the status.
  std::int32_t successes = 0;
  std::int32_t failures = 0;
  /// AWS's reason code and its description, for what is not healthy.
  std::string reason;
  std::string description;
  bool operator==(const HealthRecord&) const = default;
};
template <class Visitor>
void visit_fields(HealthRecord& record, Visitor&& visit) {
  visit("status", record.status);
  visit("successes", record.successes);
  visit("failures", record.failures);
  visit("reason", record.reason);
  visit("description", record.description);
}

struct Thresholds {
  std::int32_t healthy = 5;
  std::int32_t unhealthy = 2;
};

/// One check's outcome; the reason says why it failed.
struct CheckResult {
  bool has_passed = true;
  std::string reason;
  std::string description;
  bool operator==(const CheckResult&) const = default;
};

/// AWS: a new target needs one pass; one that was unhealthy needs `healthy` passes in a row; a
/// healthy or new one becomes unhealthy after `unhealthy` failures in a row.
HealthRecord after_check(const HealthRecord& before, const CheckResult& check,
                         const Thresholds& thresholds);

/// The health of a target whose instance is in a state other than `running`.
HealthRecord with_instance_in_state(std::string_view instance_state);

/// The status codes that count as a pass: `200`, `200,202`, `200-299`.
class StatusMatcher {
 public:
  /// Empty when the text is none of those, or names codes outside [lowest, highest].
  static std::optional<StatusMatcher> parse(std::string_view text, int lowest, int highest);
  [[nodiscard]] bool matches(int status) const;

 private:
  struct Range {
    int first, last;
  };
  /// Seldom more than one, which needs no memory of its own.
  boost::container::small_vector<Range, 2> ranges_;
};

/// `traffic-port`, or a port number.
bool is_health_check_port(std::string_view text);

CheckResult passed_check();
CheckResult timed_out_check();
CheckResult refused_check();
/// Of a check whose answer is not one that the group wants.
CheckResult mismatched_check(int status);

}  // namespace fallstreak::services::elbv2
