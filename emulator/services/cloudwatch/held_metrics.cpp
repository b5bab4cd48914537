#include "services/cloudwatch/held_metrics.h"

#include <algorithm>

#include "base/check.h"
#include "dispatch/held_metric.h"
#include "services/cloudwatch/ordered_key.h"
#include "services/cloudwatch/periods.h"
#include "services/cloudwatch/timing.h"
#include "world/record_codec.h"

namespace fallstreak::services::cloudwatch {
namespace {

using std::chrono::seconds;

constexpr seconds kMinute(60);

std::string runs_prefix(const MetricRecord& metric) {
  std::string key;
  append_big_endian(key, metric.id);
  return key;
}

std::string run_key(const MetricRecord& metric, Time start) {
  std::string key = runs_prefix(metric);
  append_time(key, start);
  return key;
}

Time start_of(std::string_view key) { return time_at(key, 8); }

/// The run that began last, not after `time`; end() when there is none.
auto run_at(const CloudWatchState& state, const MetricRecord& metric, Time time) {
  auto row = state.held.upper_bound(run_key(metric, time));
  const auto rows = state.held.range(runs_prefix(metric));
  return row == rows.begin() ? state.held.end() : --row;
}

/// Chosen: a minute's datapoint is what was so at its end. It exists once the minute is over.
/// The whole minutes that end after `from` and not after `to`.
std::int64_t minutes_ending_in(Time from, Time to) {
  return std::max<std::int64_t>(0, (floor_to(to, kMinute) - floor_to(from, kMinute)) / kMinute);
}

Aggregate repeated(double value, std::int64_t count) {
  Aggregate aggregate;
  add_value(aggregate, value, double(count));
  return aggregate;
}

void read_run(const HeldRun& run, Time start, Time now, const Span& span, Series& series) {
  const Time until = std::min({run.until.value_or(now), now, span.end});
  const Time from = std::max(start, span.start);
  if (from >= until) return;
  const Duration period = span.period;
  for (auto index = (from - span.start) / period;; ++index) {
    const Time begin = span.start + index * period;
    if (begin >= until) return;
    const Duration kept_for = now - begin;
    const auto tier = std::ranges::find_if(kRetention, [&](const RetentionTier& each) {
      return each.period >= kMinute && kept_for <= each.kept;
    });
    if (tier == kRetention.end() || span.period % tier->period != seconds::zero()) continue;
    const auto count = minutes_ending_in(std::max(begin, from), std::min(begin + period, until));
    if (count > 0) merge(series[begin], repeated(run.value, count));
  }
}

/// How many runs that are older than anything that is kept go whenever one is added.
constexpr int kForgottenRuns = 2;

void forget_old(CloudWatchState& state, const MetricRecord& metric, Time now) {
  for (int forgotten = 0; forgotten < kForgottenRuns; ++forgotten) {
    const auto rows = state.held.range(runs_prefix(metric));
    if (rows.empty()) return;
    const auto& oldest = *rows.begin();
    if (!oldest.second.until || now - *oldest.second.until <= kRetention.back().kept) return;
    state.held.erase(std::string(oldest.first));
  }
}

api::cloudwatch::MetricDatum datum_of(const dispatch::HeldMetric& metric) {
  api::cloudwatch::MetricDatum datum;
  datum.MetricName = metric.name;
  datum.Unit = metric.unit;
  auto& dimensions = datum.Dimensions.emplace();
  for (const auto& [name, value] : metric.dimensions) {
    dimensions.push_back({.Name = name, .Value = value});
  }
  return datum;
}

}  // namespace

void read_held(const CloudWatchState& state, Time now, const MetricRecord& metric,
               std::optional<std::uint8_t> unit, const Span& span, Series& series) {
  auto row = run_at(state, metric, span.start);
  const auto rows = state.held.range(runs_prefix(metric));
  if (row == state.held.end()) row = rows.begin();
  for (; row != rows.end() && start_of(row->first) < span.end; ++row) {
    if (unit && row->second.unit != *unit) continue;
    read_run(row->second, start_of(row->first), now, span, series);
  }
}

std::optional<Time> newest_held(const CloudWatchState& state, Time now,
                                const MetricRecord& metric) {
  const auto last = run_at(state, metric, now);
  if (last == state.held.end()) return {};
  const Time end = floor_to(std::min(last->second.until.value_or(now), now), kMinute);
  if (end <= start_of(last->first)) return {};
  return end - kMinute;
}

void on_metric_held(Context& context, const world::Event& event) {
  dispatch::HeldMetric held;
  const auto problem = world::decode(event.payload, held);
  CHECK(!problem) << "a held metric that does not decode: " << problem.value_or("");
  auto& state = context.state;
  const auto datum = datum_of(held);
  const std::string key = metric_key(held.metric_namespace, held.name, datum.Dimensions);
  if (!held.value && !state.metrics.contains(key)) return;
  const Stream stream = open_stream(state, held.metric_namespace, datum);
  if (!state.metrics.find(key)->is_held) {
    state.metrics.update(key, [](MetricRecord& record) { record.is_held = true; });
  }
  const MetricRecord& metric = *state.metrics.find(key);
  const auto last = run_at(state, metric, context.now());
  if (last != state.held.end() && !last->second.until) {
    if (held.value && last->second.value == *held.value) return;
    const std::string last_key = last->first;
    if (start_of(last_key) == context.now()) {
      state.held.erase(last_key);
    } else {
      state.held.update(last_key, [&](HeldRun& run) { run.until = context.now(); });
    }
  }
  if (held.value) {
    state.held.put(run_key(metric, context.now()),
                   {.value = *held.value, .unit = stream.unit, .until = {}});
  }
  forget_old(state, metric, context.now());
}

}  // namespace fallstreak::services::cloudwatch
