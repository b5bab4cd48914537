#include "services/dynamodb/metrics.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "api/cloudwatch/metrics.h"
#include "dispatch/held_metric.h"
#include "services/dynamodb/table_storage.h"

namespace fallstreak::services::dynamodb {
namespace {

using api::cloudwatch::MetricDatum;
using api::cloudwatch::PutMetricDataInput;
using std::chrono::minutes;

constexpr std::string_view kNamespace = "AWS/DynamoDB";
/// AWS: as many data in one PutMetricData.
constexpr std::size_t kMostData = 1000;
/// Between the parts of a key; no name has it.
constexpr char kBetween = '\n';

std::string key_of(const Metric& metric) {
  std::string key;
  key.reserve(metric.name.size() + metric.table.size() + metric.index.size() +
              metric.operation.size() + 3);
  key += metric.name;
  for (const std::string_view part : {metric.table, metric.index, metric.operation}) {
    key += kBetween;
    key += part;
  }
  return key;
}

void schedule_publication(Context& context) {
  const Duration minute = minutes(1);
  world::Event event;
  event.due = context.now() + minute - context.now().time_since_epoch() % minute;
  event.event_class = world::EventClass::metrics;
  event.entity = "dynamodb-metrics";
  event.kind = "dynamodb." + std::string(kMetricsDue);
  event.scope = context.caller().scope(dispatch::Scope::regional);
  context.world().events().schedule(std::move(event));
}

MetricDatum datum_of(std::string_view key, const UsageRecord& usage, Time timestamp) {
  MetricDatum datum{.Timestamp = timestamp,
                    .StatisticValues = {{.SampleCount = usage.count,
                                         .Sum = usage.sum,
                                         .Minimum = usage.least,
                                         .Maximum = usage.most}},
                    .Unit = "Count"};
  static constexpr const char* kDimensions[] = {"TableName", "GlobalSecondaryIndexName",
                                                "Operation"};
  std::size_t end = key.find(kBetween);
  datum.MetricName = std::string(key.substr(0, end));
  for (const char* name : kDimensions) {
    key.remove_prefix(end + 1);
    end = std::min(key.find(kBetween), key.size());
    if (end == 0) continue;
    if (!datum.Dimensions) datum.Dimensions.emplace();
    datum.Dimensions->push_back({.Name = name, .Value = std::string(key.substr(0, end))});
  }
  return datum;
}

void publish(Context& context, std::vector<MetricDatum> data) {
  if (data.empty()) return;
  // What CloudWatch refuses, as under an injected fault, is lost, as on AWS.
  static_cast<void>(context.try_call<api::cloudwatch::PutMetricData>(
      {.Namespace = std::string(kNamespace), .MetricData = std::move(data)}));
}

/// What is provisioned of a table and of its indexes, which are by name; the table is "".
struct Provisioned {
  std::int64_t reads = 0;
  std::int64_t writes = 0;
};
std::map<std::string, Provisioned> provisioned(const TableRecord* table) {
  std::map<std::string, Provisioned> all;
  if (table == nullptr || !table->is_metered()) return all;
  if (table->billing_mode != BillingMode::provisioned) return all;
  all[""] = {table->read_capacity_units, table->write_capacity_units};
  for (const IndexRecord& index : table->indexes) {
    if (index.kind == IndexKind::global)
      all[index.name] = {index.read_capacity_units, index.write_capacity_units};
  }
  return all;
}

void hold(Context& context, const std::string& table, const std::string& index,
          const char* metric_name, std::optional<std::int64_t> before,
          std::optional<std::int64_t> after) {
  if (before == after) return;
  dispatch::HeldMetric metric{.metric_namespace = std::string(kNamespace),
                              .name = metric_name,
                              .dimensions = {{"TableName", table}}};
  if (!index.empty()) metric.dimensions.push_back({"GlobalSecondaryIndexName", index});
  if (after) metric.value = static_cast<double>(*after);
  dispatch::hold_metric(context, table, metric);
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
  if (usage.begin() == usage.end()) schedule_publication(context);
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
  std::vector<MetricDatum> data;
  for (auto& [key, usage] : counted) {
    if (usage.meter != 0) usage = read_off(context, usage.meter, key);
    data.push_back(datum_of(key, usage, minute));
    context.state.usage.erase(key);
    if (data.size() < kMostData) continue;
    publish(context, std::move(data));
    data.clear();
  }
  publish(context, std::move(data));
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
  const auto old_values = provisioned(before);
  const auto new_values = provisioned(after);
  std::map<std::string, Provisioned> all = new_values;
  all.insert(old_values.begin(), old_values.end());
  for (const auto& [index, unused] : all) {
    const auto was = old_values.find(index);
    const auto is = new_values.find(index);
    const auto value = [&](const auto& found, const auto& values,
                           std::int64_t Provisioned::*which) {
      return found == values.end() ? std::nullopt : std::optional(found->second.*which);
    };
    hold(context, name, index, "ProvisionedReadCapacityUnits",
         value(was, old_values, &Provisioned::reads), value(is, new_values, &Provisioned::reads));
    hold(context, name, index, "ProvisionedWriteCapacityUnits",
         value(was, old_values, &Provisioned::writes), value(is, new_values, &Provisioned::writes));
  }
}

}  // namespace fallstreak::services::dynamodb
