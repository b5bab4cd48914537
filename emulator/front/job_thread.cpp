#include "front/job_thread.h"

#include <utility>

namespace fallstreak::front {

JobThread::~JobThread() { stop(); }

void JobThread::start() {
  is_working_ = true;
  thread_ = std::thread([this] { run(); });
}

void JobThread::stop() {
  {
    const std::lock_guard held(mutex_);
    is_working_ = false;
  }
  stirred_.notify_one();
  if (thread_.joinable()) thread_.join();
}

bool JobThread::post(std::function<void()> job) {
  {
    const std::lock_guard held(mutex_);
    if (!is_working_ || waiting_.size() >= most_waiting_) return false;
    waiting_.push_back(std::move(job));
  }
  stirred_.notify_one();
  return true;
}

void JobThread::run() {
  std::unique_lock held(mutex_);
  while (true) {
    stirred_.wait(held, [this] { return !is_working_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const auto job = std::move(waiting_.front());
    waiting_.pop_front();
    held.unlock();
    job();
    held.lock();
  }
}

}  // namespace fallstreak::front
