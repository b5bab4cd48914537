#include "services/cloudwatch/datapoints.h"

#include <algorithm>

#include "services/cloudwatch/held_metrics.h"
#include "services/cloudwatch/ordered_key.h"
#include "services/cloudwatch/periods.h"
#include "services/cloudwatch/timing.h"

namespace fallstreak::services::cloudwatch {
namespace {

using std::chrono::seconds;

constexpr std::size_t kTimeOffset = 8 + 1 + 1;

/// All rows of a metric in one unit and tier begin with this.
std::string row_prefix(std::uint64_t metric_id, std::uint8_t unit, std::size_t tier) {
  std::string key;
  key.reserve(kTimeOffset + 8);
  append_big_endian(key, metric_id);
  key += char(unit);
  key += char(tier);
  return key;
}

std::string row_key(const std::string& prefix, Time time) {
  std::string key = prefix;
  append_time(key, time);
  return key;
}

Time time_of(std::string_view key) { return time_at(key, kTimeOffset); }

/// The tier that still holds a datapoint of this age; one past the last when none does.
std::size_t tier_of_age(Duration age) {
  const auto kept =
      std::ranges::find_if(kRetention, [&](const RetentionTier& tier) { return age <= tier.kept; });
  return std::size_t(kept - kRetention.begin());
}

void add_row(CloudWatchState& state, const std::string& key, const Aggregate& added) {
  if (state.datapoints.try_insert(key, added)) return;
  state.datapoints.update(key, [&](Aggregate& row) { merge(row, added); });
}

/// One in so many published rows takes outlived rows of its metric along, and how many: more than
/// one each on average, so that they get fewer, and few, so that no publication is slow.
constexpr std::uint64_t kRollUpEvery = 8;
constexpr int kRollUpRows = 16;

/// Which ones do: a mixture of the metric and the period, so that whatever rhythm a metric has, its
/// turn comes.
bool is_roll_up_due(const Stream& stream, Time start) {
  const std::uint64_t minute = std::uint64_t(to_epoch_seconds(start)) / 60;
  const std::uint64_t mixed =
      (stream.metric_id * 0x9e3779b97f4a7c15U) ^ (minute * 0xbf58476d1ce4e5b9U);
  return (mixed >> 32U) % kRollUpEvery == 0;
}

void roll_up(CloudWatchState& state, Time now, const Stream& stream, std::size_t tier) {
  const std::string prefix = row_prefix(stream.metric_id, stream.unit, tier);
  for (int moved = 0; moved < kRollUpRows; ++moved) {
    const auto oldest = state.datapoints.lower_bound(prefix);
    if (oldest == state.datapoints.end() || !oldest->first.starts_with(prefix)) return;
    const Time time = time_of(oldest->first);
    if (now - time <= kRetention[tier].kept) return;
    const std::string key = oldest->first;
    if (tier + 1 < kRetention.size()) {
      const Aggregate row = oldest->second;
      const Time rounded = floor_to(time, kRetention[tier + 1].period);
      add_row(state, row_key(row_prefix(stream.metric_id, stream.unit, tier + 1), rounded), row);
    }
    state.datapoints.erase(key);
  }
}

void read_unit(const CloudWatchState& state, Time now, std::uint64_t metric_id, std::uint8_t unit,
               const Span& span, Series& series) {
  for (std::size_t tier = 0; tier < kRetention.size(); ++tier) {
    // Nothing comes into these two before its time in the tier below is over.
    if (tier > 1 && now - span.start <= kRetention[tier - 1].kept) return;
    const std::string prefix = row_prefix(metric_id, unit, tier);
    const std::string last = row_key(prefix, span.end);
    for (auto row = state.datapoints.lower_bound(row_key(prefix, span.start));
         row != state.datapoints.end() && row->first < last; ++row) {
      const Time time = time_of(row->first);
      // AWS: data is only there for periods that are a multiple of what is kept of its age.
      const std::size_t held = tier_of_age(now - time);
      if (held == kRetention.size()) continue;
      if (span.period % kRetention[held].period != seconds::zero()) continue;
      const auto index = (time - span.start) / Duration(span.period);
      merge(series[span.start + index * Duration(span.period)], row->second);
    }
  }
}

}  // namespace

Stream open_stream(CloudWatchState& state, const std::string& metric_namespace,
                   const api::cloudwatch::MetricDatum& datum) {
  const std::uint8_t unit = datum.Unit ? unit_number(*datum.Unit) : unit_none();
  const std::uint64_t unit_bit = std::uint64_t{1} << unit;
  std::string key = metric_key(metric_namespace, *datum.MetricName, datum.Dimensions);
  const MetricRecord* known = state.metrics.find(key);
  if (known == nullptr) {
    MetricRecord made{.id = state.next("metric"), .units = unit_bit};
    made.metric.Namespace = metric_namespace;
    made.metric.MetricName = *datum.MetricName;
    made.metric.Dimensions = sorted(datum.Dimensions);
    const std::uint64_t id = made.id;
    state.metrics.insert(std::move(key), std::move(made));
    return {id, unit};
  }
  const std::uint64_t id = known->id;
  if ((known->units & unit_bit) == 0) {
    state.metrics.update(key, [&](MetricRecord& record) { record.units |= unit_bit; });
  }
  return {id, unit};
}

void publish(CloudWatchState& state, Time now, const Stream& stream, Resolution resolution,
             Time timestamp, const Aggregate& added) {
  if (added.count == 0) return;
  const std::size_t tier = resolution == Resolution::high ? 0 : 1;
  const Time start = floor_to(timestamp, kRetention[tier].period);
  add_row(state, row_key(row_prefix(stream.metric_id, stream.unit, tier), start), added);
  if (!is_roll_up_due(stream, start)) return;
  for (std::size_t older = tier; older < kRetention.size(); ++older) {
    roll_up(state, now, stream, older);
  }
}

Series read_series(const CloudWatchState& state, Time now, const MetricRecord& metric,
                   std::optional<std::uint8_t> unit, const Span& span) {
  Series series;
  for (std::uint8_t each = 0; each < 64; ++each) {
    const bool has_data = (metric.units >> each & 1U) != 0;
    if (has_data && (!unit || *unit == each)) {
      read_unit(state, now, metric.id, each, span, series);
    }
  }
  if (metric.is_held) read_held(state, now, metric, unit, span, series);
  return series;
}

std::optional<Time> newest_datapoint(const CloudWatchState& state, Time now,
                                     const MetricRecord& metric) {
  // What is younger than two weeks is in one of the first two tiers.
  std::optional<Time> newest;
  if (metric.is_held) newest = newest_held(state, now, metric);
  for (std::uint8_t unit = 0; unit < 64; ++unit) {
    if ((metric.units >> unit & 1U) == 0) continue;
    for (std::size_t tier = 0; tier < 2; ++tier) {
      const auto rows = state.datapoints.range(row_prefix(metric.id, unit, tier));
      if (rows.empty()) continue;
      const Time time = time_of((--rows.end())->first);
      newest = newest ? std::max(*newest, time) : time;
    }
  }
  return newest;
}

Time rounded_start(Time now, Time start, seconds period) {
  if (period < seconds(60)) return floor_to(start, period);
  const std::size_t tier = std::min(tier_of_age(now - start), kRetention.size() - 1);
  return floor_to(start, std::max(kRetention[tier].period, seconds(60)));
}

}  // namespace fallstreak::services::cloudwatch
