#include "front/pacer.h"

#include <algorithm>
#include <cmath>

#include "cloud.h"

namespace fallstreak::front {
namespace {

/// After a request the queue is looked at this much later, so that a stream of requests does not
/// wake the idle thread for each.
constexpr std::chrono::milliseconds kSettle{20};
/// An event may be due after longer than a condition variable can wait for.
constexpr std::chrono::hours kLongestSleep{1};
/// A long jump holds the cloud this long at a time, then leaves it to whoever waits.
constexpr std::chrono::milliseconds kTurn{2};
constexpr std::chrono::microseconds kBreak{100};

constexpr const char* kFrozen = "clock_frozen";
constexpr const char* kSpeed = "clock_speed_millionths";

}  // namespace

Time machine_time() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

std::optional<PacerOptions> kept_pace(const Cloud& cloud) {
  const auto frozen = cloud.kept_value(kFrozen);
  const auto speed = cloud.kept_value(kSpeed);
  if (!frozen || !speed) return std::nullopt;
  return PacerOptions{.speed = double(*speed) / 1e6, .is_frozen = *frozen != 0};
}

Pacer::Pacer(Cloud& cloud, PacerOptions options)
    : cloud_(cloud), born_(RealClock::now()), speed_(options.speed), is_frozen_(options.is_frozen) {
  anchor();
  keep_pace();
}
Pacer::~Pacer() { stop(); }

void Pacer::keep_pace() {
  cloud_.keep_value(kFrozen, is_frozen_ ? 1 : 0);
  cloud_.keep_value(kSpeed, std::llround(speed_ * 1e6));
}

void Pacer::start() {
  thread_ = std::thread([this] { run(); });
}

void Pacer::stop() {
  {
    const std::lock_guard held(idle_mutex_);
    is_stopping_ = true;
  }
  wake_.notify_one();
  break_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Pacer::anchor() {
  virtual_anchor_ = cloud_.now();
  real_anchor_ = RealClock::now();
}

Time Pacer::target() const {
  const auto elapsed = std::chrono::duration_cast<Duration>(RealClock::now() - real_anchor_);
  if (speed_ == 1) return virtual_anchor_ + elapsed;
  return virtual_anchor_ + Duration(std::int64_t(double(elapsed.count()) * speed_));
}

void Pacer::catch_up_now() {
  if (!is_frozen_) cloud_.catch_up(target());
}

Time Pacer::catch_up() {
  const std::lock_guard held(mutex_);
  catch_up_now();
  return cloud_.now();
}

void Pacer::touch() {
  if (was_touched_.load(std::memory_order_relaxed)) return;
  {
    // Under the lock, or the thread could miss it between its look and its sleep.
    const std::lock_guard held(idle_mutex_);
    was_touched_ = true;
  }
  wake_.notify_one();
}

void Pacer::freeze() {
  const std::lock_guard held(mutex_);
  catch_up_now();
  is_frozen_ = true;
  keep_pace();
}

void Pacer::resume() {
  {
    const std::lock_guard held(mutex_);
    if (is_frozen_) anchor();
    is_frozen_ = false;
    keep_pace();
  }
  touch();
}

void Pacer::set_speed(double speed) {
  {
    const std::lock_guard held(mutex_);
    catch_up_now();
    anchor();
    speed_ = speed;
    keep_pace();
  }
  touch();
}

bool Pacer::advance(Duration duration) {
  const std::lock_guard alone(advancing_);
  Time target{};
  std::uint64_t re_timed = 0;
  {
    const std::lock_guard held(mutex_);
    catch_up_now();
    target = cloud_.now() + duration;
    re_timed = re_timed_;
  }
  while (true) {
    {
      const std::lock_guard held(mutex_);
      if (re_timed_ != re_timed) return false;
      if (advance_a_little(target)) break;
    }
    std::unique_lock idle(idle_mutex_);
    if (break_.wait_for(idle, kBreak, [this] { return is_stopping_; })) return false;
  }
  touch();
  return true;
}

bool Pacer::advance_a_little(Time target) {
  const auto end = RealClock::now() + kTurn;
  bool is_done = false;
  while (!is_done && RealClock::now() < end) {
    const auto due = cloud_.next_due();
    is_done = !due || *due > target;
    cloud_.catch_up(is_done ? target : *due);
  }
  anchor();
  return is_done;
}

void Pacer::re_time(const std::function<void()>& change) {
  {
    const std::lock_guard held(mutex_);
    catch_up_now();
    ++re_timed_;
    change();
    anchor();
  }
  touch();
}

Pacer::Status Pacer::status() {
  const std::lock_guard held(mutex_);
  catch_up_now();
  return {cloud_.now(), speed_, is_frozen_, cloud_.next_due()};
}

Duration Pacer::uptime() const {
  return std::chrono::duration_cast<Duration>(RealClock::now() - born_);
}

std::optional<Pacer::RealClock::time_point> Pacer::next_wake() {
  const std::lock_guard held(mutex_);
  catch_up_now();
  const auto due = cloud_.next_due();
  if (is_frozen_ || !due) return std::nullopt;
  const double wait = double((*due - virtual_anchor_).count()) / speed_;
  const auto longest = double(Duration(kLongestSleep).count());
  const auto now = RealClock::now();
  const double passed = double(Duration(now - real_anchor_).count());
  return now + Duration(std::int64_t(std::clamp(wait - passed, 0.0, longest)));
}

void Pacer::run() {
  std::unique_lock held(idle_mutex_);
  const auto stops = [this] { return is_stopping_; };
  while (!is_stopping_) {
    was_touched_ = false;
    held.unlock();
    const auto wake = next_wake();
    held.lock();
    const auto stirs = [this] { return is_stopping_ || was_touched_; };
    if (wake) {
      wake_.wait_until(held, *wake, stirs);
    } else {
      wake_.wait(held, stirs);
    }
    if (was_touched_) wake_.wait_for(held, kSettle, stops);
  }
}

}  // namespace fallstreak::front
