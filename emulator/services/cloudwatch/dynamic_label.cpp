#include "services/cloudwatch/dynamic_label.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "services/cloudwatch/errors.h"

namespace fallstreak::services::cloudwatch {
namespace {

constexpr std::string_view kBegin = "${";

double sum(const TimeSeries& series) {
  double total = 0;
  for (const auto& [time, value] : series.points) total += value;
  return total;
}

/// Chosen: as few digits as say the value, at most three after the point; AWS shows no rule.
std::string shown(double value) {
  char text[400];
  const double rounded = std::round(value * 1000) / 1000;
  const auto [end, problem] =
      std::to_chars(std::begin(text), std::end(text), std::isfinite(rounded) ? rounded : value);
  return {text, end};
}

/// A statistic of the datapoints that are shown; empty: there is none of that name.
std::optional<double> statistic(std::string_view name, const TimeSeries& series) {
  const auto& points = series.points;
  const auto by_value = [](const auto& one, const auto& other) {
    return one.second < other.second;
  };
  if (name == "AVG") return sum(series) / double(points.size());
  if (name == "SUM") return sum(series);
  if (name == "MIN") return std::ranges::min_element(points, by_value)->second;
  if (name == "MAX") return std::ranges::max_element(points, by_value)->second;
  if (name == "FIRST") return points.begin()->second;
  if (name == "LAST") return points.rbegin()->second;
  return {};
}

bool is_statistic(std::string_view name) {
  constexpr std::string_view kNames[] = {"AVG", "SUM", "MIN", "MAX", "FIRST", "LAST"};
  return std::ranges::find(kNames, name) != std::end(kNames);
}

/// `PROP('Dim.InstanceId')`; empty text when the metric has no such property.
std::optional<std::string> property(std::string_view name, const TimeSeries& series) {
  constexpr std::string_view kCall = "PROP('";
  if (!name.starts_with(kCall) || !name.ends_with("')")) return {};
  name.remove_prefix(kCall.size());
  name.remove_suffix(2);
  if (name == "AccountId" || name == "AccountLabel" || name == "Region") {
    throw not_implemented("A dynamic label with PROP('" + std::string(name) + "')");
  }
  const auto found = series.properties.find(name);
  return found == series.properties.end() ? std::string() : found->second;
}

std::string value_of(std::string_view name, const TimeSeries& series, std::string_view own) {
  if (name == "LABEL") return std::string(own);
  if (name == "DATAPOINT_COUNT") return std::to_string(series.points.size());
  if (is_statistic(name)) {
    // Chosen: what has no datapoints has no value.
    return series.points.empty() ? "--" : shown(*statistic(name, series));
  }
  if (auto text = property(name, series)) return std::move(*text);
  throw not_implemented("The dynamic label ${" + std::string(name) + "}");
}

}  // namespace

bool is_dynamic_label(std::string_view label) { return label.find(kBegin) != label.npos; }

std::string expanded_label(std::string_view label, const TimeSeries& series, std::string_view own) {
  std::string text;
  while (true) {
    const auto begin = label.find(kBegin);
    const auto end = begin == label.npos ? label.npos : label.find('}', begin);
    // Chosen: what does not end is no dynamic part.
    if (end == label.npos) return text += label;
    text += label.substr(0, begin);
    text += value_of(label.substr(begin + kBegin.size(), end - begin - kBegin.size()), series, own);
    label.remove_prefix(end + 1);
  }
}

void add_properties(TimeSeries& series, const api::cloudwatch::Metric& metric,
                    std::string_view statistic) {
  series.properties["Namespace"] = metric.Namespace.value_or("");
  series.properties["MetricName"] = metric.MetricName.value_or("");
  series.properties["Stat"] = statistic;
  series.properties["Period"] = std::to_string(series.period.count());
  for (const auto& dimension : api::each(metric.Dimensions)) {
    series.properties["Dim." + *dimension.Name] = *dimension.Value;
  }
}

}  // namespace fallstreak::services::cloudwatch
