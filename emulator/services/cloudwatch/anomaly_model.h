#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "base/time.h"

/// What values a metric is expected to have, as a pure function of those it had.
///
/// Chosen: AWS does not publish its model. This one is small and the same in every run: the mean
/// and the standard deviation of the values that were of the same hour of the same day of the week;
/// of the same hour of any day while there are few of those; of all while there are few of these.
namespace fallstreak::services::cloudwatch {

struct AnomalyBand {
  double lower = 0;
  double upper = 0;
};

class AnomalyModel {
 public:
  /// Fewer values teach nothing.
  static constexpr std::size_t kFewestValues = 30;

  /// `local` is in the metric's time zone, read as if UTC.
  void add(Time local, double value);
  [[nodiscard]] bool is_trained() const { return all_.count >= kFewestValues; }
  /// So many standard deviations to each side of what is expected; empty when it is not trained.
  [[nodiscard]] std::optional<AnomalyBand> band_at(Time local, double deviations) const;

  /// All that it has learned, to be kept, and a model that knows it again.
  [[nodiscard]] std::vector<double> numbers() const;
  static AnomalyModel of(const std::vector<double>& numbers);

 private:
  struct Season {
    std::size_t count = 0;
    double mean = 0;
    /// The squares of the distances from the mean.
    double squares = 0;
  };
  static void add(Season& season, double value);
  static std::size_t hour_of_day(Time local);
  static std::size_t hour_of_week(Time local);

  std::array<Season, 24 * 7> hours_of_week_{};
  std::array<Season, 24> hours_of_day_{};
  Season all_;
  bool has_negative_ = false;
};

}  // namespace fallstreak::services::cloudwatch
