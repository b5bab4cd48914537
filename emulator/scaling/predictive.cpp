#include "scaling/predictive.h"

#include <algorithm>
#include <cmath>

namespace fallstreak::scaling {
namespace {

constexpr std::int64_t kDay = 24;
constexpr std::int64_t kWeek = 7 * kDay;
constexpr double kMostCapacity = 1e9;

/// The mean of the known values that are a whole number of steps before an hour.
std::optional<double> mean_before(const HourlyValues& history, std::int64_t hour,
                                  std::int64_t step) {
  double sum = 0;
  int count = 0;
  for (std::int64_t past = hour - step; past >= history.begin()->first; past -= step) {
    const auto known = history.find(past);
    if (known == history.end()) continue;
    sum += known->second;
    ++count;
  }
  if (count == 0) return {};
  return sum / count;
}

double mean(const HourlyValues& history) {
  double sum = 0;
  for (const auto& [hour, value] : history) sum += value;
  return sum / double(history.size());
}

}  // namespace

std::optional<HourlyValues> forecast(const HourlyValues& history, std::int64_t first_hour) {
  if (std::ssize(history) < kLeastHistoryHours) return {};
  HourlyValues expected;
  for (std::int64_t hour = first_hour; hour < first_hour + kForecastHours; ++hour) {
    auto value = mean_before(history, hour, kWeek);
    if (!value) value = mean_before(history, hour, kDay);
    expected[hour] = value.value_or(mean(history));
  }
  return expected;
}

double demand_per_load(const HourlyValues& load, const HourlyValues& demand) {
  double products = 0;
  double squares = 0;
  for (const auto& [hour, value] : load) {
    const auto known = demand.find(hour);
    if (known == demand.end()) continue;
    products += value * known->second;
    squares += value * value;
  }
  return squares > 0 ? products / squares : 0;
}

std::int64_t capacity_for_demand(double demand, double target) {
  // What is a whole number but for the last bit is one.
  return std::int64_t(std::ceil(std::clamp(demand / target, 0.0, kMostCapacity) - 1e-9));
}

}  // namespace fallstreak::scaling
