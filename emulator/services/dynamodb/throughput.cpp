#include "services/dynamodb/throughput.h"

#include <algorithm>
#include <string>

namespace fallstreak::services::dynamodb {
namespace {

using api::dynamodb::ProvisionedThroughput;
using api::dynamodb::UpdateTableInput;
using std::chrono::days;
using std::chrono::hours;

constexpr std::size_t kMostSwitchesADay = 4;
constexpr std::int64_t kFreeDecreasesADay = 4;

/// `of` is `table` or `index <name>`, `the_kind` is `table` or `index`.
ApiError throughput_will_not_change(const std::string& of, const std::string& the_kind,
                                    std::int64_t reads, std::int64_t writes) {
  const auto line = [&](std::string_view units, std::int64_t value) {
    const std::string shown = std::to_string(value);
    return " Current " + std::string(units) + " provisioned for the " + the_kind + ": " + shown +
           ". Requested " + std::string(units) + ": " + shown + ".";
  };
  return validation_exception(
      "The provisioned throughput for the " + of +
      " will not change. The requested value equals the current value." +
      line("ReadCapacityUnits", reads) + line("WriteCapacityUnits", writes) +
      " Refer to the Amazon DynamoDB Developer Guide for current limits and "
      "how to request higher limits.");
}

bool is_decrease(const ProvisionedThroughput& wanted, std::int64_t reads, std::int64_t writes) {
  return *wanted.ReadCapacityUnits < reads || *wanted.WriteCapacityUnits < writes;
}

/// AWS: four decreases whenever wanted on a UTC day, then one for every hour without.
void check_may_decrease(const ThroughputHistory& history, Time now) {
  const bool is_today =
      std::chrono::floor<days>(history.last_decrease) == std::chrono::floor<days>(now);
  if (!is_today || history.decreases_that_day < kFreeDecreasesADay) return;
  if (now - history.last_decrease >= hours(1)) return;
  throw limit_exceeded_exception(
      "Provisioned throughput decreases are limited within a given UTC day. After the first 4 "
      "decreases, each subsequent decrease in the same UTC day can be performed at most once every "
      "3600 seconds. Number of decreases today: " +
      std::to_string(history.decreases_that_day) + ". Last decrease at " +
      to_http_date(history.last_decrease) + ". Next decrease can be made at " +
      to_http_date(history.last_decrease + hours(1)));
}

void check_may_switch_to_on_demand(const ThroughputHistory& history, Time now) {
  const auto& switches = history.switches_to_on_demand;
  const auto recent =
      std::ranges::count_if(switches, [&](Time time) { return now - time < hours(24); });
  if (static_cast<std::size_t>(recent) < kMostSwitchesADay) return;
  // Chosen: the words of the older limit of one switch a day, with the number of today.
  throw limit_exceeded_exception(
      "Update to PayPerRequest mode are limited to 4 times in 1 day(s). Last update at " +
      to_http_date(switches.back()) + ". Next update can be made at " +
      to_http_date(switches[switches.size() - kMostSwitchesADay] + hours(24)));
}

}  // namespace

ApiError capacity_in_on_demand_mode() {
  return invalid_parameter_values(
      "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
      "PAY_PER_REQUEST");
}

BillingMode mode_after(const UpdateTableInput& request, const TableRecord& table) {
  if (!request.BillingMode) return table.billing_mode;
  return *request.BillingMode == "PROVISIONED" ? BillingMode::provisioned
                                               : BillingMode::pay_per_request;
}

void check_capacity(Context& context, const UpdateTableInput& request, const TableRecord& table) {
  const auto& wanted = request.ProvisionedThroughput;
  const BillingMode mode = mode_after(request, table);
  if (mode == BillingMode::pay_per_request) {
    if (wanted) throw capacity_in_on_demand_mode();
    if (table.billing_mode != mode)
      check_may_switch_to_on_demand(table.throughput_history, context.now());
    return;
  }
  if (request.BillingMode && !wanted) {
    throw invalid_parameter_values(
        "ProvisionedThroughput must be specified when BillingMode is PROVISIONED");
  }
  if (!wanted) return;
  if (table.billing_mode != mode) return;
  const std::int64_t reads = table.read_capacity_units;
  const std::int64_t writes = table.write_capacity_units;
  if (wanted->ReadCapacityUnits == reads && wanted->WriteCapacityUnits == writes)
    throw throughput_will_not_change("table", "table", reads, writes);
  if (is_decrease(*wanted, reads, writes))
    check_may_decrease(table.throughput_history, context.now());
}

void apply_capacity(Context& context, const UpdateTableInput& request, TableRecord& table) {
  ThroughputHistory& history = table.throughput_history;
  const BillingMode mode = mode_after(request, table);
  const bool is_switch = mode != table.billing_mode;
  if (is_switch && mode == BillingMode::pay_per_request) {
    history.switches_to_on_demand.push_back(context.now());
    if (history.switches_to_on_demand.size() > kMostSwitchesADay)
      history.switches_to_on_demand.erase(history.switches_to_on_demand.begin());
    table.read_capacity_units = 0;
    table.write_capacity_units = 0;
    for (IndexRecord& index : table.indexes) {
      index.read_capacity_units = 0;
      index.write_capacity_units = 0;
    }
  }
  if (is_switch && mode == BillingMode::provisioned) table.on_demand_throughput.reset();
  table.billing_mode = mode;
  if (!request.ProvisionedThroughput) return;
  const ProvisionedThroughput& wanted = *request.ProvisionedThroughput;
  if (is_decrease(wanted, table.read_capacity_units, table.write_capacity_units)) {
    const bool is_same_day =
        std::chrono::floor<days>(history.last_decrease) == std::chrono::floor<days>(context.now());
    history.decreases_that_day = (is_same_day ? history.decreases_that_day : 0) + 1;
    history.last_decrease = context.now();
  }
  if (*wanted.ReadCapacityUnits > table.read_capacity_units ||
      *wanted.WriteCapacityUnits > table.write_capacity_units) {
    history.last_increase = context.now();
  }
  table.read_capacity_units = *wanted.ReadCapacityUnits;
  table.write_capacity_units = *wanted.WriteCapacityUnits;
}

void check_index_capacity(const api::dynamodb::UpdateGlobalSecondaryIndexAction& action,
                          BillingMode mode, bool mode_stays, const IndexRecord& index) {
  const auto& wanted = action.ProvisionedThroughput;
  if (!wanted) return;
  if (mode == BillingMode::pay_per_request) {
    throw invalid_parameter_values("ProvisionedThroughput should not be specified for index: " +
                                   index.name + " when BillingMode is PAY_PER_REQUEST");
  }
  if (mode_stays && wanted->ReadCapacityUnits == index.read_capacity_units &&
      wanted->WriteCapacityUnits == index.write_capacity_units) {
    throw throughput_will_not_change("index " + index.name, "index", index.read_capacity_units,
                                     index.write_capacity_units);
  }
}

void apply_index_capacity(const api::dynamodb::UpdateGlobalSecondaryIndexAction& action,
                          IndexRecord& index) {
  if (action.ProvisionedThroughput) {
    index.read_capacity_units = *action.ProvisionedThroughput->ReadCapacityUnits;
    index.write_capacity_units = *action.ProvisionedThroughput->WriteCapacityUnits;
  }
  if (action.OnDemandThroughput) index.on_demand_throughput = action.OnDemandThroughput;
  if (action.WarmThroughput) index.warm_throughput = action.WarmThroughput;
}

}  // namespace fallstreak::services::dynamodb
