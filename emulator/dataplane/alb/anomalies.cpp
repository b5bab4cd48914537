#include "dataplane/alb/anomalies.h"

#include <algorithm>

namespace fallstreak::dataplane::alb {
namespace {

/// Chosen: failures in a hundred requests that are never called anomalous, and how many times the
/// others' ratio is.
constexpr std::uint64_t kUsualPercent = 5;
constexpr std::uint64_t kTimesTheOthers = 3;

/// Whether the target fails disproportionately often.
bool is_anomalous(const TargetWindow& target, const TargetWindow& others) {
  if (target.failures * 100 <= target.requests * kUsualPercent) return false;
  if (others.requests == 0) return false;
  return target.failures * others.requests >= kTimesTheOthers * others.failures * target.requests;
}

}  // namespace

std::vector<TargetAnomaly> judge_targets(std::span<const TargetWindow> windows,
                                         std::span<const TargetAnomaly> before) {
  // AWS: with fewer healthy targets there is no telling which is the odd one.
  if (windows.size() < kFewestTargets) return std::vector<TargetAnomaly>(windows.size());
  TargetWindow all;
  for (const TargetWindow& window : windows) {
    all.requests += window.requests;
    all.failures += window.failures;
  }
  std::vector<TargetAnomaly> after(before.begin(), before.end());
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const TargetWindow& own = windows[i];
    if (own.requests < kFewestRequests) continue;
    after[i].is_anomalous =
        is_anomalous(own, {all.requests - own.requests, all.failures - own.failures});
    // Chosen: halved with every bad window, doubled with every good one.
    after[i].share = after[i].is_anomalous ? std::max(after[i].share / 2, kLeastShare)
                                           : std::min(after[i].share * 2, kFullShare);
  }
  return after;
}

}  // namespace fallstreak::dataplane::alb
