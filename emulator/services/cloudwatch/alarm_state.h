#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

/// Which state an alarm is in, as a pure function of the datapoints of its evaluation range.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
namespace fallstreak::services::cloudwatch {

enum class AlarmState { ok, alarm, insufficient_data };
std::string_view name_of(AlarmState state);  // `INSUFFICIENT_DATA`
std::optional<AlarmState> parse_alarm_state(std::string_view name);

enum class Comparison {
  greater_or_equal,
  greater,
  less,
  less_or_equal,
  // With a band, which has a threshold on each side.
  outside,
  above_upper,
  below_lower,
};
std::optional<Comparison> parse_comparison(std::string_view name);
/// Whether the threshold is the band of what is expected, another in each period.
constexpr bool is_range(Comparison comparison) { return comparison >= Comparison::outside; }

enum class MissingData { missing, ignore, breaching, not_breaching };
std::optional<MissingData> parse_missing_data(std::string_view name);

/// What decides about an alarm, apart from its datapoints.
struct AlarmRule {
  Comparison comparison = Comparison::greater;
  double threshold = 0;
  std::int32_t datapoints_to_alarm = 1;
  std::int32_t evaluation_periods = 1;
  MissingData missing_data = MissingData::missing;
};

/// How many periods an alarm looks back. Chosen: two more than it evaluates, as in AWS's example;
/// AWS says that the number depends on the period and the metric's resolution, not how.
constexpr std::int32_t evaluation_range(std::int32_t evaluation_periods) {
  return evaluation_periods + 2;
}

/// The value of a period that has one.
struct AlarmDatapoint {
  Time timestamp{};
  double value = 0;
  double sample_count = 0;
  /// The ends of the band, of alarms that have one.
  double lower = 0;
  double upper = 0;
};

struct Evaluation {
  /// Empty: the alarm keeps its state.
  std::optional<AlarmState> state;
  /// The real datapoints that decided, newest first.
  std::vector<AlarmDatapoint> evaluated;
  /// How many missing datapoints were put in their place.
  std::int32_t filled = 0;
};

bool is_breaching(const AlarmRule& rule, const AlarmDatapoint& datapoint);

/// `range` is the evaluation range, oldest first; empty where nothing was received.
Evaluation evaluate(const AlarmRule& rule, std::span<const std::optional<AlarmDatapoint>> range);

/// AWS's words for a transition: `Threshold Crossed: 1 out of the last 1 datapoints [...`. The
/// evaluation has a state.
std::string state_reason(const AlarmRule& rule, const Evaluation& evaluation);

}  // namespace fallstreak::services::cloudwatch
