#pragma once

#include <cstdint>

#include "base/time.h"
#include "services/dynamodb/capacity.h"
#include "services/dynamodb/metering_records.h"
#include "services/dynamodb/records.h"

/// How much a table, an index and a partition can serve: pure functions.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html
namespace fallstreak::services::dynamodb {

/// AWS: what a new table in on-demand mode can serve at once, and twice the previous peak after.
constexpr double kNewReads = 12'000;
constexpr double kNewWrites = 4'000;
/// AWS: the default quota of a table in on-demand mode.
constexpr double kQuotaOfTable = 40'000;
/// AWS: a partition serves so many reads and writes a second, and holds so many bytes.
constexpr double kReadsOfPartition = 3'000;
constexpr double kWritesOfPartition = 1'000;
constexpr std::int64_t kBytesOfPartition = 10LL * 1024 * 1024 * 1024;
/// AWS: unused capacity is kept for five minutes; a peak counts after half an hour.
constexpr double kBurstSeconds = 300;
constexpr Duration kPeakWindow = std::chrono::minutes(30);

/// Why something is throttled, in the order in which AWS lists its reasons.
enum class Limit : std::uint8_t { provisioned, account, key_range, max_on_demand };

/// The capacity of a table, or of an index when that is not null.
struct Rate {
  double units_per_second = 0;
  /// For how long unused units are kept.
  double seconds_kept = 1;
  Limit limit = Limit::provisioned;
};
Rate rate_of(const TableRecord& table, const IndexRecord* index, Access access, double peak);
/// AWS: an on-demand table serves twice its previous peak, and never less than when it was new.
double on_demand_units(double units_when_new, double previous_peak);

/// Adds what has come in since. Chosen: a second's units can be kept even by what has no burst.
void refill(FlowRecord& flow, const Rate& rate, Time now);
/// Notes what an on-demand table served, for its peak. Chosen: the peak is the busiest second.
void note_traffic(FlowRecord& flow, double units, Time now);

/// AWS: partitions are added by throughput and by size. Chosen: a power of two, because partitions
/// are split in halves; at most 4096.
std::uint64_t partitions_needed(double reads, double writes, bool shares_units, std::int64_t bytes);

}  // namespace fallstreak::services::dynamodb
