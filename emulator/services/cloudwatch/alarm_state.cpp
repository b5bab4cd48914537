#include "services/cloudwatch/alarm_state.h"

#include <algorithm>
#include <array>
#include <utility>

#include "services/cloudwatch/text.h"

namespace fallstreak::services::cloudwatch {
namespace {

template <class Value, std::size_t size>
using NameTable = std::array<std::pair<std::string_view, Value>, size>;

template <class Value, std::size_t size>
std::optional<Value> parse(const NameTable<Value, size>& names, std::string_view text) {
  for (const auto& [name, value] : names) {
    if (name == text) return value;
  }
  return {};
}

constexpr NameTable<AlarmState, 3> kStates = {
    {{"OK", AlarmState::ok},
     {"ALARM", AlarmState::alarm},
     {"INSUFFICIENT_DATA", AlarmState::insufficient_data}}};
constexpr NameTable<Comparison, 7> kComparisons = {
    {{"GreaterThanOrEqualToThreshold", Comparison::greater_or_equal},
     {"GreaterThanThreshold", Comparison::greater},
     {"LessThanThreshold", Comparison::less},
     {"LessThanOrEqualToThreshold", Comparison::less_or_equal},
     {"LessThanLowerOrGreaterThanUpperThreshold", Comparison::outside},
     {"GreaterThanUpperThreshold", Comparison::above_upper},
     {"LessThanLowerThreshold", Comparison::below_lower}}};
constexpr NameTable<MissingData, 4> kMissingData = {{{"missing", MissingData::missing},
                                                     {"ignore", MissingData::ignore},
                                                     {"breaching", MissingData::breaching},
                                                     {"notBreaching", MissingData::not_breaching}}};

/// The state when too few datapoints are there and none is put in their place.
std::optional<AlarmState> judge_few(const AlarmRule& rule, std::int32_t received,
                                    std::int32_t breaching, std::int32_t oldest_breaching_age) {
  const bool keeps = rule.missing_data == MissingData::ignore;
  if (received == 0) return keeps ? std::nullopt : std::optional(AlarmState::insufficient_data);
  if (breaching >= rule.datapoints_to_alarm) return AlarmState::alarm;
  if (breaching < received) return AlarmState::ok;
  // AWS: "avoiding premature transitions": with nothing but breaching and missing datapoints the
  // alarm goes off once the oldest breaching one is at least as old as DatapointsToAlarm.
  if (!keeps && oldest_breaching_age >= rule.datapoints_to_alarm) return AlarmState::alarm;
  return {};
}

std::string plural(std::int32_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string_view comparison_words(Comparison comparison) {
  switch (comparison) {
    case Comparison::greater_or_equal:
      return "greater than or equal to";
    case Comparison::greater:
    case Comparison::above_upper:
    case Comparison::outside:
      return "greater than";
    case Comparison::less:
    case Comparison::below_lower:
      return "less than";
    case Comparison::less_or_equal:
      return "less than or equal to";
  }
  return {};
}

/// `[20.0, 21.5]`: one end of the band at each of the datapoints.
std::string ends_text(std::span<const AlarmDatapoint> shown, double AlarmDatapoint::*end) {
  std::string list;
  for (const auto& datapoint : shown) {
    list += (list.empty() ? "[" : ", ") + number_text(datapoint.*end);
  }
  return list + "]";
}

/// Observed: `was not less than the lower thresholds [0.41] or not greater than the upper
/// thresholds [0.47]`, with the ends of the band at each datapoint.
std::string comparison_text(const AlarmRule& rule, std::span<const AlarmDatapoint> shown,
                            bool is_alarm) {
  const std::string_view no = is_alarm ? "" : "not ";
  std::string text(no);
  if (!is_range(rule.comparison)) {
    text += comparison_words(rule.comparison);
    return text + " the threshold (" + number_text(rule.threshold) + ")";
  }
  const std::string lower =
      "less than the lower thresholds " + ends_text(shown, &AlarmDatapoint::lower);
  const std::string upper =
      "greater than the upper thresholds " + ends_text(shown, &AlarmDatapoint::upper);
  if (rule.comparison == Comparison::below_lower) return text + lower;
  if (rule.comparison == Comparison::above_upper) return text + upper;
  text += lower + " or ";
  text += no;
  return text + upper;
}

std::string missing_text(const AlarmRule& rule, std::int32_t filled) {
  return plural(filled, "missing datapoint") + (filled == 1 ? " was" : " were") + " treated as [" +
         (rule.missing_data == MissingData::breaching ? "Breaching" : "NonBreaching") + "]";
}

}  // namespace

std::string_view name_of(AlarmState state) {
  return std::ranges::find(kStates, state, &std::pair<std::string_view, AlarmState>::second)->first;
}
std::optional<AlarmState> parse_alarm_state(std::string_view name) { return parse(kStates, name); }
std::optional<Comparison> parse_comparison(std::string_view name) {
  return parse(kComparisons, name);
}
std::optional<MissingData> parse_missing_data(std::string_view name) {
  return parse(kMissingData, name);
}

bool is_breaching(const AlarmRule& rule, const AlarmDatapoint& datapoint) {
  const double value = datapoint.value;
  switch (rule.comparison) {
    case Comparison::greater_or_equal:
      return value >= rule.threshold;
    case Comparison::greater:
      return value > rule.threshold;
    case Comparison::less:
      return value < rule.threshold;
    case Comparison::less_or_equal:
      return value <= rule.threshold;
    case Comparison::outside:
      return value < datapoint.lower || value > datapoint.upper;
    case Comparison::above_upper:
      return value > datapoint.upper;
    case Comparison::below_lower:
      return value < datapoint.lower;
  }
  return false;
}

Evaluation evaluate(const AlarmRule& rule, std::span<const std::optional<AlarmDatapoint>> range) {
  Evaluation result;
  std::int32_t breaching = 0;
  std::int32_t oldest_breaching_age = 0;
  for (std::size_t age = 1; age <= range.size(); ++age) {
    const auto& datapoint = range[range.size() - age];
    if (!datapoint) continue;
    // AWS: when enough datapoints are real, those farther back are not looked at.
    if (std::ssize(result.evaluated) == rule.evaluation_periods) break;
    result.evaluated.push_back(*datapoint);
    if (!is_breaching(rule, *datapoint)) continue;
    ++breaching;
    oldest_breaching_age = std::int32_t(age);
  }
  const auto received = std::int32_t(result.evaluated.size());
  const std::int32_t missing = rule.evaluation_periods - received;
  const bool is_filled = rule.missing_data == MissingData::breaching ||
                         rule.missing_data == MissingData::not_breaching;
  if (missing > 0 && !is_filled) {
    result.state = judge_few(rule, received, breaching, oldest_breaching_age);
    return result;
  }
  result.filled = missing;
  if (rule.missing_data == MissingData::breaching) breaching += missing;
  result.state = breaching >= rule.datapoints_to_alarm ? AlarmState::alarm : AlarmState::ok;
  return result;
}

std::string state_reason(const AlarmRule& rule, const Evaluation& evaluation) {
  const AlarmState after = *evaluation.state;
  if (after == AlarmState::insufficient_data) {
    return "Insufficient Data: " + plural(rule.evaluation_periods, "datapoint") +
           (rule.evaluation_periods == 1 ? " was" : " were") + " unknown.";
  }
  const bool is_alarm = after == AlarmState::alarm;
  // Observed: there are many thresholds in a band.
  std::string reason = is_range(rule.comparison) ? "Thresholds Crossed: " : "Threshold Crossed: ";
  if (evaluation.evaluated.empty()) {
    return reason + "no datapoints were received for " + plural(evaluation.filled, "period") +
           " and " + missing_text(rule, evaluation.filled) + ".";
  }
  // AWS shows those datapoints that speak for the new state.
  std::vector<AlarmDatapoint> shown;
  std::string list;
  for (const auto& datapoint : evaluation.evaluated) {
    if (is_breaching(rule, datapoint) != is_alarm) continue;
    if (!shown.empty()) list += ", ";
    list += number_text(datapoint.value) + " (" + short_date(datapoint.timestamp) + ")";
    shown.push_back(datapoint);
  }
  if (!shown.empty()) {
    reason += std::to_string(shown.size()) + " out of the last " +
              plural(std::int32_t(evaluation.evaluated.size()), "datapoint");
    // Observed in every notification: the plural, also of one.
    if (evaluation.evaluated.size() == 1) reason += 's';
    reason += " [" + list + "] " + (shown.size() == 1 ? "was " : "were ") +
              comparison_text(rule, shown, is_alarm);
    if (evaluation.filled > 0) reason += " and ";
  }
  // Chosen: AWS shows no text for datapoints of which some were real and some put in.
  if (evaluation.filled > 0) reason += missing_text(rule, evaluation.filled);
  const std::int32_t least =
      is_alarm ? rule.datapoints_to_alarm : rule.evaluation_periods - rule.datapoints_to_alarm + 1;
  // Observed: the same two texts when the state before was INSUFFICIENT_DATA.
  return reason + " (minimum " + plural(least, "datapoint") + " for " +
         (is_alarm ? "OK -> ALARM" : "ALARM -> OK") + " transition).";
}

}  // namespace fallstreak::services::cloudwatch
