#include "world/history.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace fallstreak::world {
namespace {

auto second_of(Time time) { return std::chrono::floor<std::chrono::seconds>(time); }
auto minute_of(Time time) { return std::chrono::floor<std::chrono::minutes>(time); }

}  // namespace

void History::add(Snapshot snapshot) {
  if (!snapshots_.empty() && second_of(snapshots_.back().now) == second_of(snapshot.now)) {
    snapshots_.back() = std::move(snapshot);
    return;
  }
  snapshots_.push_back(std::move(snapshot));
  // Once a minute is often enough, and makes the work per snapshot constant.
  const Time limit = snapshots_.back().now - policy_.every_second_for;
  if (thinned_until_ == Time::min() || limit - thinned_until_ >= std::chrono::minutes(1)) thin();
  while (snapshots_.size() > policy_.most_snapshots) snapshots_.pop_front();
}

void History::thin() {
  // Whole minutes only, or a minute that was cut in two would keep two.
  const Time limit = minute_of(snapshots_.back().now - policy_.every_second_for);
  const auto begin = std::ranges::lower_bound(snapshots_, thinned_until_, {}, &Snapshot::now);
  const auto end = std::ranges::lower_bound(snapshots_, limit, {}, &Snapshot::now);
  // The last of each minute stays: it is what a rewind to any later moment of another minute needs.
  auto kept = begin;
  for (auto at = begin; at != end; ++at) {
    const auto following = std::next(at);
    if (following != end && minute_of(following->now) == minute_of(at->now)) continue;
    if (kept != at) *kept = std::move(*at);
    ++kept;
  }
  snapshots_.erase(kept, end);
  thinned_until_ = limit;
}

const Snapshot* History::at(Time time) const {
  const auto after = std::ranges::upper_bound(snapshots_, time, {}, &Snapshot::now);
  return after == snapshots_.begin() ? nullptr : &*std::prev(after);
}

void History::forget_after(Time time) {
  while (!snapshots_.empty() && snapshots_.back().now > time) snapshots_.pop_back();
  thinned_until_ = std::min(thinned_until_, time);
}

}  // namespace fallstreak::world
