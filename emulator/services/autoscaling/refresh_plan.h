#pragma once

#include <cstdint>
#include <span>
#include <vector>

/// How an instance refresh goes on: pure functions of how far it is.
/// https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
namespace fallstreak::services::autoscaling {

struct RefreshState {
  /// Instances to replace in all, and how many of them are still in service.
  std::int32_t total = 0;
  std::int32_t remaining = 0;
  std::int32_t desired = 0;
  /// In service and healthy; new ones only once they are warm.
  std::int32_t ready = 0;
  std::int32_t min_healthy_percentage = 90;
  std::int32_t max_healthy_percentage = 100;
};

/// How many instances are replaced when each of the checkpoints is reached; the last is the end.
/// AWS: checkpoints that come to the same number are one.
std::vector<std::int32_t> checkpoint_counts(std::int32_t total,
                                            std::span<const std::int32_t> percentages);

/// Replaced, and the replacements are ready.
std::int32_t replaced_count(const RefreshState& state);

struct RefreshStep {
  /// So many old instances are terminated now.
  std::int32_t terminate = 0;
  /// So many more than desired are launched before others are terminated.
  std::int32_t extra = 0;
};
/// The next step, if no more than `limit` instances may be replaced for now. AWS: at least one
/// instance is replaced at a time, however high the minimum is.
RefreshStep next_step(const RefreshState& state, std::int32_t limit);

}  // namespace fallstreak::services::autoscaling
