#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace fallstreak::front {

/// Names requests: the same seed gives the same ids in the same order. May be used from any thread.
class RequestIds {
 public:
  explicit RequestIds(std::uint64_t seed) : seed_(seed) {}

  /// A v4-shaped UUID, as most services answer.
  std::string next_uuid();
  /// Sixteen digits, as S3 answers.
  std::string next_of_s3();
  [[nodiscard]] std::uint64_t count() const { return count_.load(std::memory_order_relaxed); }

 private:
  std::uint64_t seed_;
  std::atomic<std::uint64_t> count_{0};
};

}  // namespace fallstreak::front
