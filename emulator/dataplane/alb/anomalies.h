#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "base/time.h"
#include "dataplane/alb/target_choice.h"

/// Targets that fail more often than the others of their group, and how much they get meanwhile:
/// decisions that the live proxy and the traffic simulator both take here.
/// AWS: automatic target weights find, "for any HTTP/HTTPS target group with at least three healthy
/// targets", those with a disproportionate ratio of errors (5xx answers, failed connections), and
/// send them less until they do better. It gives no numbers: those here are chosen.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/automatic-target-weights.html
namespace fallstreak::dataplane::alb {

inline constexpr std::size_t kFewestTargets = 3;
/// Chosen: how often a group is judged, and from how many requests on a target.
inline constexpr std::chrono::seconds kAnomalyWindow{10};
inline constexpr std::uint64_t kFewestRequests = 10;
/// Chosen: what a target keeps of its share however bad it is, or nobody would see it get better.
inline constexpr std::uint32_t kLeastShare = kFullShare / 16;

enum class RequestOutcome : std::uint8_t { answered, failed };

/// What was seen of a target since it was judged last.
struct TargetWindow {
  std::uint64_t requests = 0;
  std::uint64_t failures = 0;
};

struct TargetAnomaly {
  bool is_anomalous = false;
  std::uint32_t share = kFullShare;
  /// Mitigated: it gets less than its share, or has not got it back yet.
  [[nodiscard]] bool is_mitigated() const { return share < kFullShare; }
  bool operator==(const TargetAnomaly&) const = default;
};

/// What a group's healthy targets are found to be after a window, each from what it was before.
/// A target of which too little was seen stays what it is.
std::vector<TargetAnomaly> judge_targets(std::span<const TargetWindow> windows,
                                         std::span<const TargetAnomaly> before);

/// The targets of one group, as those who route to it see them. `Key` names a target.
template <class Key>
class AnomalyWatch {
 public:
  void note(const Key& target, RequestOutcome outcome) {
    TargetWindow& window = targets_[target].window;
    ++window.requests;
    if (outcome == RequestOutcome::failed) ++window.failures;
  }
  /// `since_start` is any clock that all calls read.
  [[nodiscard]] bool is_due(Duration since_start) const {
    return since_start / kAnomalyWindow != judged_;
  }
  /// Judges the healthy targets and forgets all others; true when a verdict changed.
  bool judge(Duration since_start, std::span<const Key> healthy) {
    judged_ = since_start / kAnomalyWindow;
    std::vector<TargetWindow> windows;
    std::vector<TargetAnomaly> before;
    for (const Key& target : healthy) {
      windows.push_back(targets_[target].window);
      before.push_back(targets_[target].anomaly);
    }
    const auto after = judge_targets(windows, before);
    bool has_changed = false;
    std::map<Key, Seen> kept;
    for (std::size_t i = 0; i < healthy.size(); ++i) {
      has_changed = has_changed || after[i] != before[i];
      // Too few requests to judge by are kept for the next window.
      const bool is_used = windows[i].requests >= kFewestRequests;
      kept[healthy[i]] = {is_used ? TargetWindow{} : windows[i], after[i]};
    }
    for (const auto& [target, seen] : targets_) {
      has_changed = has_changed || (!kept.contains(target) && seen.anomaly != TargetAnomaly{});
    }
    targets_ = std::move(kept);
    return has_changed;
  }
  [[nodiscard]] TargetAnomaly of(const Key& target) const {
    const auto found = targets_.find(target);
    return found == targets_.end() ? TargetAnomaly{} : found->second.anomaly;
  }
  /// Those that are anomalous or mitigated.
  [[nodiscard]] std::map<Key, TargetAnomaly> anomalies() const {
    std::map<Key, TargetAnomaly> found;
    for (const auto& [target, seen] : targets_) {
      if (seen.anomaly != TargetAnomaly{}) found.emplace(target, seen.anomaly);
    }
    return found;
  }

 private:
  struct Seen {
    TargetWindow window;
    TargetAnomaly anomaly;
  };
  std::map<Key, Seen> targets_;
  std::int64_t judged_ = 0;  // the number of the window in which judge was called last
};

/// One of the routable targets at random, by their shares; `bits` are random. With full shares it
/// is what evenly_random chooses.
template <class Share>
requires requires(const Share& share) { std::uint32_t{share(std::uint32_t{})}; }
std::size_t random_by_share(std::span<const std::uint32_t> routable, std::uint64_t bits,
                            const Share& share) {
  std::uint64_t total = 0;
  for (const std::uint32_t target : routable) total += share(target);
  // Shares are at most 2^16 and targets (AWS) at most 1,000: the product fits.
  std::uint64_t point = ((bits & 0xffff'ffff) * total) >> 32;
  std::size_t position = 0;
  while (point >= share(routable[position])) point -= share(routable[position++]);
  return position;
}

}  // namespace fallstreak::dataplane::alb
