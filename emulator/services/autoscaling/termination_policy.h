#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "services/autoscaling/zone_balance.h"

/// Which instance goes when a group shrinks: pure functions.
/// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html
namespace fallstreak::services::autoscaling {

/// An instance that may be terminated.
struct Candidate {
  std::string instance_id;
  std::string zone;
  Time launch_time{};
  /// How much of the desired capacity it stands for.
  std::int32_t weight = 1;
  /// When the launch configuration was made that it came from; empty: from a template.
  std::optional<Time> configuration_created = {};
  /// False: launched from another template than the group has now.
  bool has_current_template = true;
  std::int64_t template_version = 0;
  bool is_protected = false;
  /// Of a purchase option of which the group has more than its policy wants.
  bool is_of_surplus_market = false;
};

/// The names that AWS knows; whether this version implements one.
enum class PolicySupport { implemented, known, unknown };
PolicySupport termination_policy_support(std::string_view policy);
std::span<const std::string_view> termination_policy_names();

/// The instance to terminate. AWS: of the zones with the most instances, those that hold one that
/// is not protected; then each policy in turn narrows the choice; what is left is decided by
/// `tie_break`. Empty when all are protected.
std::optional<std::string> instance_to_terminate(std::span<const Candidate> candidates,
                                                 std::span<const ZoneCount> zones,
                                                 std::span<const std::string> policies, Time now,
                                                 std::uint64_t tie_break);

}  // namespace fallstreak::services::autoscaling
