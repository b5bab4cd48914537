#pragma once

#include <cstddef>
#include <deque>

#include "base/time.h"
#include "world/snapshot.h"

namespace fallstreak::world {

/// Which moments stay. Older than `every_second_for` before the newest, one a minute stays.
struct HistoryPolicy {
  Duration every_second_for = std::chrono::hours(1);
  std::size_t most_snapshots = 20'000;
};

/// The moments that a world can go back to: at most one per virtual second in which something
/// changed.
class History {
 public:
  explicit History(HistoryPolicy policy) : policy_(policy) {}

  /// Adds the newest moment, in place of an earlier one of the same second.
  void add(Snapshot snapshot);
  /// The latest moment that is not after `time`, or null.
  [[nodiscard]] const Snapshot* at(Time time) const;
  /// Drops what was to come after `time`: the world has taken another course.
  void forget_after(Time time);

  [[nodiscard]] const std::deque<Snapshot>& snapshots() const { return snapshots_; }

 private:
  void thin();

  HistoryPolicy policy_;
  std::deque<Snapshot> snapshots_;  // oldest first
  /// Snapshots before this were thinned to one a minute.
  Time thinned_until_ = Time::min();
};

}  // namespace fallstreak::world
