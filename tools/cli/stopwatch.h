#pragma once

#include <chrono>

namespace fallstreak::cli {

/// How long something took for the person who waits: shown, never part of a result's hash.
class Stopwatch {
 public:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace fallstreak::cli
