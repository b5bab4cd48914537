#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "base/time.h"

namespace fallstreak {
class Cloud;
}

namespace fallstreak::front {

/// The wall clock: where a served cloud's time starts. This and the pacer are the only places of
/// the front that look at a real clock.
Time machine_time();

struct PacerOptions {
  /// Virtual seconds in a real one.
  double speed = 1;
  bool is_frozen = false;
};

/// How a cloud that is kept in a folder was paced when it was last served.
std::optional<PacerOptions> kept_pace(const Cloud& cloud);

/// Moves a served cloud's time: real time times a factor, unless it is frozen.
///
/// Whoever serves a request calls `catch_up` first, so events that were due before it have
/// happened. `start` adds a thread that lets them happen when no request comes. May be used from
/// any thread.
class Pacer {
 public:
  Pacer(Cloud& cloud, PacerOptions options);
  Pacer(const Pacer&) = delete;
  Pacer& operator=(const Pacer&) = delete;
  ~Pacer();

  void start();
  /// Joins what `start` began.
  void stop();

  /// Brings the cloud to the present and says when that is.
  Time catch_up();
  /// Something happened that may have scheduled an event.
  void touch();

  void freeze();
  void resume();
  /// `speed` is greater than zero.
  void set_speed(double speed);
  /// Jumps: everything due until then happens before it returns. Others use the cloud between the
  /// events meanwhile. False when it ended early, because the pacer stops or the cloud was put into
  /// another time.
  bool advance(Duration duration);
  /// Runs `change`, which may put the cloud into another time, and goes on from there.
  void re_time(const std::function<void()>& change);

  struct Status {
    Time now{};
    double speed = 1;
    bool is_frozen = false;
    std::optional<Time> next_due;
  };
  [[nodiscard]] Status status();
  /// Real time since the pacer was made.
  [[nodiscard]] Duration uptime() const;

 private:
  using RealClock = std::chrono::steady_clock;

  [[nodiscard]] Time target() const;
  void catch_up_now();
  void anchor();
  void keep_pace();
  /// What is due until `target`, for a moment of real time; true when all of it has happened.
  bool advance_a_little(Time target);
  void run();
  std::optional<RealClock::time_point> next_wake();

  Cloud& cloud_;
  const RealClock::time_point born_;
  std::mutex advancing_;  // one jump at a time, so that two of them add up
  std::mutex mutex_;      // guards what follows, and holds the cloud's time still
  std::uint64_t re_timed_ = 0;
  double speed_;
  bool is_frozen_;
  Time virtual_anchor_{};
  RealClock::time_point real_anchor_{};

  std::mutex idle_mutex_;
  std::condition_variable wake_;
  std::condition_variable break_;
  std::atomic<bool> was_touched_{false};
  bool is_stopping_ = false;  // guarded by idle_mutex_
  std::thread thread_;
};

}  // namespace fallstreak::front
