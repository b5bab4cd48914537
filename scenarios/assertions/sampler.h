#pragma once

#include <optional>
#include <vector>

#include "scenarios/language/scenario.h"
#include "scenarios/recording/recording.h"

namespace fallstreak::scenarios {

/// The left side of an assertion, second by second or over a window. Empty where there was no data.
///
/// Windows slide forwards: asking for ever later seconds costs each second once.
class Sampler {
 public:
  Sampler(const Assertion& assertion, const Recording& recording);

  /// Whether the value is that of a window of requests, and not a sample of a gauge.
  [[nodiscard]] bool is_aggregate() const { return is_aggregate_; }
  /// Over the seconds [begin, end); a gauge gives its last sample there.
  std::optional<double> over(std::size_t begin, std::size_t end);
  /// At the end of a second: over the trailing window for an aggregate, else the sample.
  std::optional<double> at(std::size_t second);
  /// The first second that `at` can say something about.
  [[nodiscard]] std::size_t first_second() const { return is_aggregate_ ? window_ - 1 : 0; }

 private:
  void move_to(std::size_t begin, std::size_t end);
  void add(std::size_t second, bool is_entering);
  [[nodiscard]] std::optional<double> value() const;

  const Assertion& assertion_;
  bool is_aggregate_ = false;
  std::size_t window_ = 60;
  const SourceSeries* series_ = nullptr;
  const std::vector<double>* gauge_ = nullptr;

  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t requests_ = 0;
  std::uint64_t failed_ = 0;
  std::uint64_t throttled_ = 0;
  std::uint64_t answered_ = 0;
  std::vector<std::uint64_t> counts_;
};

bool compare(double left, Comparison comparison, double right);

/// `1m12s`, `0.03%`, `$4.50`, `7`.
std::string quantity_text(double value, Quantity quantity);

}  // namespace fallstreak::scenarios
