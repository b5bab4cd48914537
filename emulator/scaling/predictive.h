#pragma once

#include <cstdint>
#include <map>
#include <optional>

/// What a predictive scaling policy expects: pure functions of what was measured.
/// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-predictive-scaling.html
///
/// Chosen: AWS does not publish its model. This one repeats the past: an hour will have the mean of
/// the same hour of the same day of the weeks before, where a week is known; else the mean of the
/// same hour of the days before; else the mean of all.
namespace fallstreak::scaling {

/// Values by their hour, counted from the epoch.
using HourlyValues = std::map<std::int64_t, double>;

/// AWS: a forecast needs a day of data, is made of two weeks, and is for two days.
constexpr std::int64_t kLeastHistoryHours = 24;
constexpr std::int64_t kHistoryHours = 14 * 24;
constexpr std::int64_t kForecastHours = 48;

/// The hours from `first_hour` on. Empty while too little is known.
std::optional<HourlyValues> forecast(const HourlyValues& history, std::int64_t first_hour);

/// How much demand a unit of load makes, by least squares over the hours in which both are known.
/// A demand is what the scaling metric would be if a single unit of capacity bore it all.
double demand_per_load(const HourlyValues& load, const HourlyValues& demand);

/// The capacity at which the scaling metric is at its target. AWS: what is added is rounded up.
std::int64_t capacity_for_demand(double demand, double target);

}  // namespace fallstreak::scaling
