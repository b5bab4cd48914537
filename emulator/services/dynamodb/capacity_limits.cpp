#include "services/dynamodb/capacity_limits.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace fallstreak::services::dynamodb {
namespace {

constexpr double kMostPartitions = 4096;

double seconds_between(Time from, Time to) {
  return std::chrono::duration<double>(to - from).count();
}

double set_units(const std::optional<std::int64_t>& units) {
  return units ? static_cast<double>(*units) : 0;
}

}  // namespace

double on_demand_units(double units_when_new, double previous_peak) {
  return std::max(units_when_new, 2 * previous_peak);
}

Rate rate_of(const TableRecord& table, const IndexRecord* index, Access access, double peak) {
  const bool is_read = access == Access::read;
  if (table.billing_mode == BillingMode::provisioned) {
    const std::int64_t units =
        index == nullptr ? (is_read ? table.read_capacity_units : table.write_capacity_units)
                         : (is_read ? index->read_capacity_units : index->write_capacity_units);
    return {static_cast<double>(units), kBurstSeconds, Limit::provisioned};
  }
  Rate rate{on_demand_units(is_read ? kNewReads : kNewWrites, peak), 1, Limit::key_range};
  const auto& warm = index == nullptr ? table.warm_throughput : index->warm_throughput;
  double quota = kQuotaOfTable;
  if (warm) {
    const double units = set_units(is_read ? warm->ReadUnitsPerSecond : warm->WriteUnitsPerSecond);
    rate.units_per_second = std::max(rate.units_per_second, units);
    // Chosen: whoever got more than the quota warmed up had the quota raised.
    quota = std::max(quota, units);
  }
  if (rate.units_per_second > quota) rate = {quota, 1, Limit::account};
  const auto& most = index == nullptr ? table.on_demand_throughput : index->on_demand_throughput;
  if (most) {
    // AWS: -1 takes the maximum away.
    const double units =
        set_units(is_read ? most->MaxReadRequestUnits : most->MaxWriteRequestUnits);
    if (units > 0 && units < rate.units_per_second) rate = {units, 1, Limit::max_on_demand};
  }
  return rate;
}

void refill(FlowRecord& flow, const Rate& rate, Time now) {
  const double most = rate.units_per_second * std::max(1.0, rate.seconds_kept);
  flow.units += rate.units_per_second * seconds_between(flow.since, now);
  flow.units = std::min(flow.units, most);
  flow.since = now;
}

void note_traffic(FlowRecord& flow, double units, Time now) {
  const std::int64_t second =
      std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
  if (second != flow.second) {
    flow.second = second;
    flow.units_in_second = 0;
  }
  flow.units_in_second += units;
  if (now - flow.window_begin >= kPeakWindow) {
    flow.peak = std::max(flow.peak, flow.window_peak);
    flow.window_peak = 0;
    flow.window_begin = now;
  }
  flow.window_peak = std::max(flow.window_peak, flow.units_in_second);
}

std::uint64_t partitions_needed(double reads, double writes, bool shares_units,
                                std::int64_t bytes) {
  const double for_reads = reads / kReadsOfPartition;
  const double for_writes = writes / kWritesOfPartition;
  const double for_units = shares_units ? for_reads + for_writes : std::max(for_reads, for_writes);
  const double for_bytes = static_cast<double>(bytes) / static_cast<double>(kBytesOfPartition);
  const double needed = std::ceil(std::max({1.0, for_units, for_bytes}));
  return std::bit_ceil(static_cast<std::uint64_t>(std::min(needed, kMostPartitions)));
}

}  // namespace fallstreak::services::dynamodb
