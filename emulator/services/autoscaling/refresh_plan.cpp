#include "services/autoscaling/refresh_plan.h"

#include <algorithm>

namespace fallstreak::services::autoscaling {
namespace {

std::int32_t rounded_up(std::int32_t part, std::int32_t percentage) {
  return std::int32_t((std::int64_t{part} * percentage + 99) / 100);
}

}  // namespace

std::vector<std::int32_t> checkpoint_counts(std::int32_t total,
                                            std::span<const std::int32_t> percentages) {
  std::vector<std::int32_t> counts;
  for (const std::int32_t percentage : percentages) {
    const std::int32_t count = rounded_up(total, percentage);
    if (counts.empty() || count > counts.back()) counts.push_back(count);
  }
  if (counts.empty()) counts.push_back(total);
  return counts;
}

std::int32_t replaced_count(const RefreshState& state) {
  const std::int32_t missing = std::max(0, state.desired - state.ready);
  return std::clamp(state.total - state.remaining - missing, 0, state.total);
}

RefreshStep next_step(const RefreshState& state, std::int32_t limit) {
  const std::int32_t open = std::min(limit - (state.total - state.remaining), state.remaining);
  if (open <= 0) return {};
  RefreshStep step;
  std::int32_t least = rounded_up(state.desired, state.min_healthy_percentage);
  const bool launches_first = state.max_healthy_percentage > 100;
  if (!launches_first) least = std::min(least, state.desired - 1);
  step.terminate = std::clamp(state.ready - least, 0, open);
  if (launches_first) {
    const std::int32_t room = state.desired * (state.max_healthy_percentage - 100) / 100;
    step.extra = std::min(std::max(1, room), open - step.terminate);
  }
  return step;
}

}  // namespace fallstreak::services::autoscaling
