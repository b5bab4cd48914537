#include "front/pacer.h"

#include <algorithm>

#include "cloud.h"

namespace fallstreak::front {
namespace {

/// After a request the queue is looked at this much later, so that a stream of requests does not
/// wake the idle thread for each.
constexpr std::chrono::milliseconds kSettle{20};
/// An event may be due after longer than a condition variable can wait for.
constexpr std::chrono::hours kLongestSleep{1};

}  // namespace

Time machine_time() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

Pacer::Pacer(Cloud& cloud, PacerOptions options)
    : cloud_(cloud), born_(RealClock::now()), speed_(options.speed), is_frozen_(options.is_frozen) {
  anchor();
}
Pacer::~Pacer() { stop(); }

void Pacer::start() {
  thread_ = std::thread([this] { run(); });
}

void Pacer::stop() {
  {
    const std::lock_guard held(idle_mutex_);
    is_stopping_ = true;
  }
  wake_.notify_one();
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
}

void Pacer::resume() {
  {
    const std::lock_guard held(mutex_);
    if (is_frozen_) anchor();
    is_frozen_ = false;
  }
  touch();
}

void Pacer::set_speed(double speed) {
  {
    const std::lock_guard held(mutex_);
    catch_up_now();
    anchor();
    speed_ = speed;
  }
  touch();
}

void Pacer::advance(Duration duration) {
  {
    const std::lock_guard held(mutex_);
    catch_up_now();
    cloud_.advance(duration);
    anchor();
  }
  touch();
}

void Pacer::re_time(const std::function<void()>& change) {
  {
    const std::lock_guard held(mutex_);
    catch_up_now();
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
