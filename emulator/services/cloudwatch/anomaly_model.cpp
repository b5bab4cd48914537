#include "services/cloudwatch/anomaly_model.h"

#include <algorithm>
#include <cmath>

namespace fallstreak::services::cloudwatch {
namespace {

/// With fewer values a season is not taken for one.
constexpr std::size_t kFewestOfSeason = 10;
/// The band of a flat metric is so wide, for one deviation: what differs by less is no anomaly.
constexpr double kLeastDeviation = 0.01;

}  // namespace

std::size_t AnomalyModel::hour_of_day(Time local) {
  const auto hours = std::chrono::floor<std::chrono::hours>(local).time_since_epoch().count();
  return std::size_t((hours % 24 + 24) % 24);
}

std::size_t AnomalyModel::hour_of_week(Time local) {
  constexpr int kWeek = 24 * 7;
  const auto hours = std::chrono::floor<std::chrono::hours>(local).time_since_epoch().count();
  return std::size_t((hours % kWeek + kWeek) % kWeek);
}

void AnomalyModel::add(Season& season, double value) {
  ++season.count;
  const double distance = value - season.mean;
  season.mean += distance / double(season.count);
  season.squares += distance * (value - season.mean);
}

void AnomalyModel::add(Time local, double value) {
  add(hours_of_week_[hour_of_week(local)], value);
  add(hours_of_day_[hour_of_day(local)], value);
  add(all_, value);
  has_negative_ = has_negative_ || value < 0;
}

std::optional<AnomalyBand> AnomalyModel::band_at(Time local, double deviations) const {
  if (!is_trained()) return {};
  const Season* season = &hours_of_week_[hour_of_week(local)];
  if (season->count < kFewestOfSeason) season = &hours_of_day_[hour_of_day(local)];
  if (season->count < kFewestOfSeason) season = &all_;
  const double spread = std::sqrt(season->squares / double(season->count));
  const double width = deviations * std::max(spread, kLeastDeviation * std::abs(season->mean));
  AnomalyBand band{.lower = season->mean - width, .upper = season->mean + width};
  // AWS: the band of what cannot be negative does not go below zero.
  if (!has_negative_) band.lower = std::max(band.lower, 0.0);
  return band;
}

std::vector<double> AnomalyModel::numbers() const {
  std::vector<double> numbers;
  const auto add_season = [&](const Season& season) {
    numbers.insert(numbers.end(), {double(season.count), season.mean, season.squares});
  };
  std::ranges::for_each(hours_of_week_, add_season);
  std::ranges::for_each(hours_of_day_, add_season);
  add_season(all_);
  numbers.push_back(has_negative_ ? 1 : 0);
  return numbers;
}

AnomalyModel AnomalyModel::of(const std::vector<double>& numbers) {
  AnomalyModel model;
  auto next = numbers.begin();
  const auto read_season = [&](Season& season) {
    season.count = std::size_t(*next++);
    season.mean = *next++;
    season.squares = *next++;
  };
  std::ranges::for_each(model.hours_of_week_, read_season);
  std::ranges::for_each(model.hours_of_day_, read_season);
  read_season(model.all_);
  model.has_negative_ = *next != 0;
  return model;
}

}  // namespace fallstreak::services::cloudwatch
