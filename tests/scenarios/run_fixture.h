#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "scenarios/assertions/evaluate.h"
#include "scenarios/language/scenario.h"
#include "scenarios/recording/latency_buckets.h"
#include "scenarios/report/run_result.h"

namespace fallstreak::scenarios {

using std::chrono::minutes;
using std::chrono::seconds;

/// A ten-minute scenario from 12:00 UTC on with the given lines of `steady` and `expect`.
inline Scenario small_scenario(const std::vector<std::string>& steady,
                               const std::vector<std::string>& expect) {
  std::string text = R"(scenario: Small & <quick>
why: To judge a recording made by hand.
start: 2025-11-03 12:00
run: 10m
cloud:
  region: eu-central-1
  asg: {web: {type: m4.large, size: 4}}
  alb: {edge: {to: web}}
  dynamodb: {orders: {}}
load:
  shoppers: {to: edge, rate: 10/s, writes: orders}
timeline:
  - {at: "12:02", break: az-power, az: a, for: 3m}
steady:
)";
  for (const std::string& line : steady) text += "  - " + line + "\n";
  if (steady.empty()) text.replace(text.rfind("steady:\n"), 8, "");
  text += "expect:\n";
  for (const std::string& line : expect) text += "  - " + line + "\n";
  const ParsedScenario parsed = parse_scenario(text, "small.yaml");
  for (const ParseError& error : parsed.errors) ADD_FAILURE() << error.to_string();
  return parsed.scenario.value_or(Scenario{});
}

/// One second's requests: so many answered after a latency, so many failed.
struct Traffic {
  std::uint32_t answered = 10;
  std::uint32_t failed = 0;
  Duration latency = std::chrono::milliseconds(20);
  RequestError error = RequestError::gateway_timeout;
};

inline void add_second(SourceSeries& series, const Traffic& traffic) {
  SecondSummary summary;
  summary.requests = traffic.answered + traffic.failed;
  summary.errors[static_cast<std::size_t>(traffic.error)] = traffic.failed;
  summary.latency_sum = traffic.latency.count() * traffic.answered;
  summary.latency_max = traffic.latency.count();
  summary.histogram_begin = static_cast<std::uint32_t>(series.histogram.size());
  if (traffic.answered > 0) {
    series.histogram.push_back(
        {LatencyBuckets::index_of(traffic.latency.count()), traffic.answered});
  }
  summary.histogram_end = static_cast<std::uint32_t>(series.histogram.size());
  series.seconds.push_back(summary);
}

/// Ten minutes of `shoppers`, second by second as `traffic_at` says, with the break of
/// small_scenario.
template <class TrafficAt>
Recording recording_of(const TrafficAt& traffic_at, std::size_t length = 600) {
  Recording recording;
  recording.seconds = length;
  SourceSeries& series = recording.sources["shoppers"];
  series.name = "shoppers";
  for (std::size_t second = 0; second < length; ++second) add_second(series, traffic_at(second));
  recording.breaks.push_back({seconds(120), seconds(300), "az-power a"});
  return recording;
}

inline Traffic calm(std::size_t) { return {}; }
inline Traffic failing_between(std::size_t second, std::size_t from, std::size_t to) {
  return second >= from && second < to ? Traffic{.answered = 0, .failed = 10} : Traffic{};
}

/// Sets a gauge for every second of a recording.
template <class ValueAt>
void fill_gauge(Recording& recording, const GaugeKey& key, const ValueAt& value_at) {
  for (std::size_t second = 0; second < recording.seconds; ++second)
    recording.sample(key, second, value_at(second));
}

}  // namespace fallstreak::scenarios
