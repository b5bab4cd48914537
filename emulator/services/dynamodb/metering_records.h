#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

/// What is stored of the load on tables and indexes, while it is counted.
namespace fallstreak::services::dynamodb {

/// The reads, or the writes, of a table or an index.
struct FlowRecord {
  /// What may be consumed; less than nothing when the last request took more than there was.
  double units = 0;
  Time since{};
  /// On-demand: the most units a second that were ever reached, and how much it was since
  /// `window_begin`, which counts when the window is over.
  double peak = 0;
  double window_peak = 0;
  Time window_begin{};
  std::int64_t second = 0;
  double units_in_second = 0;
};
template <class Visitor>
void visit_fields(FlowRecord& record, Visitor&& visit) {
  visit("units", record.units);
  visit("since", record.since);
  visit("peak", record.peak);
  visit("window_peak", record.window_peak);
  visit("window_begin", record.window_begin);
  visit("second", record.second);
  visit("units_in_second", record.units_in_second);
}

/// How many calls of an operation are left, or of all of them; see control_plane.h.
struct CallsRecord {
  double left = 0;
  Time since{};
};
template <class Visitor>
void visit_fields(CallsRecord& record, Visitor&& visit) {
  visit("left", record.left);
  visit("since", record.since);
}

/// A metric of the minute that passes, by its name and dimensions; see metrics.h.
struct UsageRecord {
  /// Units that a table or an index consumed are counted in its meter, which this names; or 0.
  std::uint64_t meter = 0;
  double count = 0;
  double sum = 0;
  double least = 0;
  double most = 0;
};
template <class Visitor>
void visit_fields(UsageRecord& record, Visitor&& visit) {
  visit("meter", record.meter);
  visit("count", record.count);
  visit("sum", record.sum);
  visit("least", record.least);
  visit("most", record.most);
}

/// By the id of the table or the index: one row, because every request changes it.
struct MeterRecord {
  FlowRecord reads;
  FlowRecord writes;
  /// Of this minute.
  UsageRecord consumed_reads;
  UsageRecord consumed_writes;
};
template <class Visitor>
void visit_fields(MeterRecord& record, Visitor&& visit) {
  visit("reads", record.reads);
  visit("writes", record.writes);
  visit("consumed_reads", record.consumed_reads);
  visit("consumed_writes", record.consumed_writes);
}

/// What was refused by a partition that was too hot.
struct HeatRecord {
  /// For how many minutes in a row it was too hot, up to the one that is `hot_minute`.
  std::int64_t hot_minutes = 0;
  std::int64_t hot_minute = 0;
  /// How much was refused in those, the key that has a majority of it, if one has, and by how much.
  std::int64_t refusals = 0;
  std::string hot_key;
  std::int64_t votes = 0;
  /// The latest keys that were refused, in a ring.
  std::vector<std::string> refused_keys;
};
template <class Visitor>
void visit_fields(HeatRecord& record, Visitor&& visit) {
  visit("hot_minutes", record.hot_minutes);
  visit("hot_minute", record.hot_minute);
  visit("refusals", record.refusals);
  visit("hot_key", record.hot_key);
  visit("votes", record.votes);
  visit("refused_keys", record.refused_keys);
}

/// A range of keys that one server holds, by its first key; it ends where the next one begins.
struct PartitionRecord {
  double reads = 0;
  double writes = 0;
  Time since{};
  /// None while nothing was refused: the record is copied for every request.
  std::optional<HeatRecord> heat;
};
template <class Visitor>
void visit_fields(PartitionRecord& record, Visitor&& visit) {
  visit("reads", record.reads);
  visit("writes", record.writes);
  visit("since", record.since);
  visit("heat", record.heat);
}

/// What a row of `items` was until it changed; see stale_reads.h.
struct VersionRecord {
  Time until{};
  /// Packed; none when it was not there.
  std::optional<std::string> item;
  std::uint32_t size = 0;
};
template <class Visitor>
void visit_fields(VersionRecord& record, Visitor&& visit) {
  visit("until", record.until);
  visit("item", record.item);
  visit("size", record.size);
}

/// A version that no read can see any more after a moment; by that moment.
struct VersionEndRecord {
  std::string version;
  Time gone{};
};
template <class Visitor>
void visit_fields(VersionEndRecord& record, Visitor&& visit) {
  visit("version", record.version);
  visit("gone", record.gone);
}

}  // namespace fallstreak::services::dynamodb
