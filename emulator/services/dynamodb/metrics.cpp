#include "services/dynamodb/metrics.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "dispatch/held_metric.h"
#include "dispatch/metric_publisher.h"
#include "services/dynamodb/table_storage.h"
#include "services/dynamodb/tables.h"

namespace fallstreak::services::dynamodb {
namespace {

using std::chrono::minutes;

constexpr std::string_view kNamespace = "AWS/DynamoDB";
/// Between the parts of a key; no name has it.
constexpr char kBetween = '\n';

std::string key_of(const Metric& metric) {
  std::string key;
  key.reserve(metric.name.size() + metric.table.size() + metric.index.size() +
              metric.operation.size() + metric.stream_label.size() + 4);
  key += metric.name;
  for (const std::string_view part :
       {metric.table, metric.index, metric.operation, metric.stream_label}) {
    key += kBetween;
    key += part;
  }
  return key;
}

void add_datum(dispatch::MetricPublisher& publisher, std::string_view key, const UsageRecord& usage,
               Time timestamp) {
  static constexpr std::string_view kDimensions[] = {"TableName", "GlobalSecondaryIndexName",
                                                     "Operation", "StreamLabel"};
  std::size_t end = key.find(kBetween);
  const std::string_view name = key.substr(0, end);
  std::vector<std::pair<std::string_view, std::string_view>> dimensions;
  for (const std::string_view dimension : kDimensions) {
    key.remove_prefix(end + 1);
    end = std::min(key.find(kBetween), key.size());
    if (end > 0) dimensions.emplace_back(dimension, key.substr(0, end));
  }
  const std::string_view unit = name == "ReturnedBytes" ? "Bytes" : "Count";
  publisher.add(name, dimensions, timestamp, unit).StatisticValues = {{.SampleCount = usage.count,
                                                                       .Sum = usage.sum,
                                                                       .Minimum = usage.least,
                                                                       .Maximum = usage.most}};
}

/// What is set of a table and of its indexes, by index and metric; the table is "".
using Settings = std::map<std::pair<std::string, std::string_view>, std::int64_t>;

void add_settings(Settings& all, const std::string& index, std::int64_t reads, std::int64_t writes,
                  const std::optional<api::dynamodb::OnDemandThroughput>& most, BillingMode mode) {
  if (mode == BillingMode::provisioned) {
    all[{index, "ProvisionedReadCapacityUnits"}] = reads;
    all[{index, "ProvisionedWriteCapacityUnits"}] = writes;
  } else if (most) {
    // AWS: -1 takes the maximum away.
    const auto add = [&](std::string_view name, const std::optional<std::int64_t>& units) {
      if (units.value_or(-1) > 0) all[{index, name}] = *units;
    };
    add("OnDemandMaxReadRequestUnits", most->MaxReadRequestUnits);
    add("OnDemandMaxWriteRequestUnits", most->MaxWriteRequestUnits);
  }
}

Settings settings_of(const TableRecord* table) {
  Settings all;
  if (table == nullptr || !table->is_metered()) return all;
  add_settings(all, "", table->read_capacity_units, table->write_capacity_units,
               table->on_demand_throughput, table->billing_mode);
  for (const IndexRecord& index : table->indexes) {
    if (index.kind != IndexKind::global) continue;
    add_settings(all, index.name, index.read_capacity_units, index.write_capacity_units,
                 index.on_demand_throughput, table->billing_mode);
  }
  return all;
}

void hold(Context& context, const std::string& table, const std::string& index,
          std::string_view metric_name, std::optional<std::int64_t> before,
          std::optional<std::int64_t> after) {
  if (before == after) return;
  dispatch::HeldMetric metric{.metric_namespace = std::string(kNamespace),
                              .name = std::string(metric_name),
                              .dimensions = {{"TableName", table}}};
  if (!index.empty()) metric.dimensions.push_back({"GlobalSecondaryIndexName", index});
  if (after) metric.value = static_cast<double>(*after);
  dispatch::hold_metric(context, table, metric);
}

/// How much of what an account may provision it has provisioned.
struct AccountLoad {
  bool is_metered = false;
  std::int64_t reads = 0;
  std::int64_t writes = 0;
  /// Of the table or index that has the most.
  std::int64_t most_reads = 0;
  std::int64_t most_writes = 0;

  void add(std::int64_t more_reads, std::int64_t more_writes) {
    reads += more_reads;
    writes += more_writes;
    most_reads = std::max(most_reads, more_reads);
    most_writes = std::max(most_writes, more_writes);
  }
  void add(const TableRecord& table) {
    is_metered = is_metered || table.is_metered();
    if (table.billing_mode != BillingMode::provisioned) return;
    add(table.read_capacity_units, table.write_capacity_units);
    for (const IndexRecord& index : table.indexes)
      add(index.read_capacity_units, index.write_capacity_units);
  }
};

void hold_of_account(Context& context, const char* name, const char* unit,
                     std::optional<double> value) {
  dispatch::hold_metric(context, "account",
                        {.metric_namespace = std::string(kNamespace),
                         .name = name,
                         .dimensions = {},
                         .unit = unit,
                         .value = value});
}

UsageRecord& consumed(MeterRecord& meter, Access access) {
  return access == Access::read ? meter.consumed_reads : meter.consumed_writes;
}

std::string_view name_of(Access access) {
  return access == Access::read ? "ConsumedReadCapacityUnits" : "ConsumedWriteCapacityUnits";
}

void add(UsageRecord& usage, double value) {
  usage.least = usage.count == 0 ? value : std::min(usage.least, value);
  usage.most = usage.count == 0 ? value : std::max(usage.most, value);
  usage.count += 1;
  usage.sum += value;
}

/// Whoever is the first in a minute sees to its end.
void see_to_publication(Context& context) {
  const auto& usage = context.state.usage;
  if (usage.begin() == usage.end()) dispatch::schedule_publication(context, "dynamodb");
}

/// What a meter counted in the minute, which begins anew.
UsageRecord read_off(Context& context, std::uint64_t id, std::string_view key) {
  const Access access = key.starts_with(name_of(Access::read)) ? Access::read : Access::write;
  UsageRecord usage;
  context.state.meters.update(prefix_of(id), [&](MeterRecord& meter) {
    usage = std::exchange(consumed(meter, access), UsageRecord());
  });
  return usage;
}

}  // namespace

void count_metric(Context& context, const Metric& metric, double value) {
  see_to_publication(context);
  const std::string key = key_of(metric);
  const UsageRecord* known = context.state.usage.find(key);
  UsageRecord record;
  if (known != nullptr) record = *known;
  add(record, value);
  context.state.usage.put(key, std::move(record));
}

void metrics_due(Context& context, const world::Event& event) {
  const Time minute = event.due - minutes(1);
  std::vector<std::pair<std::string, UsageRecord>> counted;
  for (const auto& [key, usage] : context.state.usage) {
    counted.emplace_back(std::string_view(key), usage);
  }
  dispatch::MetricPublisher publisher(context, std::string(kNamespace));
  for (auto& [key, usage] : counted) {
    if (usage.meter != 0) usage = read_off(context, usage.meter, key);
    add_datum(publisher, key, usage, minute);
    context.state.usage.erase(key);
  }
  publisher.send();
}

void count_consumed(Context& context, const Metric& place, Access access, double units,
                    std::uint64_t id, MeterRecord& meter) {
  UsageRecord& usage = consumed(meter, access);
  if (usage.count == 0) {
    see_to_publication(context);
    Metric metric = place;
    metric.name = name_of(access);
    context.state.usage.put(key_of(metric), {.meter = id});
  }
  add(usage, units);
}

void hold_provisioned(Context& context, const std::string& name, const TableRecord* before,
                      const TableRecord* after) {
  const Settings old_values = settings_of(before);
  const Settings new_values = settings_of(after);
  Settings all = new_values;
  all.insert(old_values.begin(), old_values.end());
  for (const auto& setting : all) {
    const auto& key = setting.first;
    const auto in = [&](const Settings& values) {
      const auto found = values.find(key);
      return found == values.end() ? std::nullopt : std::optional(found->second);
    };
    hold(context, name, key.first, key.second, in(old_values), in(new_values));
  }
}

void hold_account(Context& context, std::string_view name, const TableRecord* table) {
  AccountLoad load;
  if (table != nullptr) load.add(*table);
  for (const auto& row : context.state.tables) {
    if (std::string_view(row.first) != name) load.add(row.second);
  }
  const auto limits = describe_limits(context, {});
  const auto hold_limit = [&](const char* metric, std::int64_t limit) {
    const auto value = static_cast<double>(limit);
    hold_of_account(context, metric, "Count",
                    load.is_metered ? std::optional(value) : std::nullopt);
  };
  const auto hold_share = [&](const char* metric, std::int64_t part, std::int64_t limit) {
    const double value = 100 * static_cast<double>(part) / static_cast<double>(limit);
    hold_of_account(context, metric, "Percent",
                    load.is_metered ? std::optional(value) : std::nullopt);
  };
  const std::int64_t reads = *limits.AccountMaxReadCapacityUnits;
  const std::int64_t writes = *limits.AccountMaxWriteCapacityUnits;
  const std::int64_t table_reads = *limits.TableMaxReadCapacityUnits;
  const std::int64_t table_writes = *limits.TableMaxWriteCapacityUnits;
  hold_limit("AccountMaxReads", reads);
  hold_limit("AccountMaxWrites", writes);
  hold_limit("AccountMaxTableLevelReads", table_reads);
  hold_limit("AccountMaxTableLevelWrites", table_writes);
  hold_share("AccountProvisionedReadCapacityUtilization", load.reads, reads);
  hold_share("AccountProvisionedWriteCapacityUtilization", load.writes, writes);
  hold_share("MaxProvisionedTableReadCapacityUtilization", load.most_reads, table_reads);
  hold_share("MaxProvisionedTableWriteCapacityUtilization", load.most_writes, table_writes);
}

}  // namespace fallstreak::services::dynamodb
