#include "scaling/target_tracking.h"

#include <algorithm>
#include <cmath>

namespace fallstreak::scaling {

std::int64_t capacity_for_target(std::int64_t measured, double metric, double target) {
  if (target <= 0) return measured;
  const double exact = double(measured) * metric / target;
  // No group is that large, and no integer holds what is larger.
  constexpr double kLargest = 1e9;
  if (!(exact < kLargest)) return std::int64_t(kLargest);
  // A capacity that fits but for rounding errors of the division fits.
  return std::int64_t(std::ceil(exact - 1e-9));
}

std::int64_t scaled_out(std::int64_t desired, std::int64_t measured, double metric, double target) {
  return std::max(desired, capacity_for_target(measured, metric, target));
}

std::int64_t scaled_in(std::int64_t desired, std::int64_t measured, std::int64_t warming,
                       double metric, double target) {
  if (warming > 0) return desired;
  return std::min(desired,
                  std::max<std::int64_t>(0, capacity_for_target(measured, metric, target)));
}

std::optional<std::int64_t> agreed_scale_in(std::span<const std::optional<std::int64_t>> wanted) {
  std::optional<std::int64_t> largest;
  for (const auto& one : wanted) {
    if (!one) return {};
    largest = std::max(largest.value_or(*one), *one);
  }
  return largest;
}

}  // namespace fallstreak::scaling
