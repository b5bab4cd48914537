#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace fallstreak::front {

/// One thread that does, in order, what may take long, so that the threads of the connections do
/// not. Bounded: who comes when the queue is full is sent away.
class JobThread {
 public:
  explicit JobThread(std::size_t most_waiting = 100) : most_waiting_(most_waiting) {}
  JobThread(const JobThread&) = delete;
  JobThread& operator=(const JobThread&) = delete;
  ~JobThread();

  void start();
  /// Does what was accepted, accepts no more, and joins what `start` began.
  void stop();
  /// False when too many wait already, or nobody works. A job must not throw. From any thread.
  bool post(std::function<void()> job);

 private:
  void run();

  const std::size_t most_waiting_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable stirred_;
  std::deque<std::function<void()>> waiting_;
  bool is_working_ = false;
  std::thread thread_;
};

}  // namespace fallstreak::front
