#include "services/dynamodb/payment.h"

#include <algorithm>

#include "services/dynamodb/metrics.h"
#include "services/dynamodb/partitions.h"
#include "services/dynamodb/table_storage.h"

namespace fallstreak::services::dynamodb {
namespace {

/// Where something is consumed: in a table, or in one of its indexes.
struct Place {
  const TableRecord* table;
  /// Null: the table itself.
  const IndexRecord* index;
  std::string_view key;

  [[nodiscard]] std::uint64_t id() const { return index == nullptr ? table->id : index->id; }
};

/// Chosen: what was not used since the table is there is unused, as far as that is kept; a table
/// begins with a second's units.
FlowRecord new_flow(const Rate& rate, Time created) {
  return {.units = rate.units_per_second, .since = created};
}

MeterRecord meter_of(const Context& context, const TableRecord& table, const IndexRecord* index) {
  const std::uint64_t id = index == nullptr ? table.id : index->id;
  if (const MeterRecord* meter = context.state.meters.find(prefix_of(id))) return *meter;
  return {.reads = new_flow(rate_of(table, index, Access::read, 0), table.created),
          .writes = new_flow(rate_of(table, index, Access::write, 0), table.created)};
}

std::uint64_t partition_count(const Context& context, const Place& place, const Rate& reads,
                              const Rate& writes) {
  const bool is_provisioned = place.table->billing_mode == BillingMode::provisioned;
  return partitions_needed(reads.units_per_second, writes.units_per_second, is_provisioned,
                           contents_of(context, place.id()).size_bytes);
}

void draw(Context& context, const Place& place, Access access, double units, MeterRecord& meter) {
  const bool is_read = access == Access::read;
  FlowRecord& flow = is_read ? meter.reads : meter.writes;
  const Rate reads = rate_of(*place.table, place.index, Access::read, meter.reads.peak);
  const Rate writes = rate_of(*place.table, place.index, Access::write, meter.writes.peak);
  const Rate& rate = is_read ? reads : writes;
  refill(flow, rate, context.now());
  const auto throttle_by = [&](Limit limit) {
    return Throttle{.table_name = place.table->metered_as,
                    .index_name = place.index == nullptr ? std::string() : place.index->name,
                    .access = access,
                    .limit = limit};
  };
  if (flow.units <= 0) throw throttled(context, *place.table, throttle_by(rate.limit));
  flow.units -= units;
  if (place.table->billing_mode == BillingMode::pay_per_request)
    note_traffic(flow, units, context.now());

  auto partition = take_of_partition(context, place.id(), place.key,
                                     partition_count(context, place, reads, writes), access, units);
  if (!partition) return;
  Throttle throttle = throttle_by(Limit::key_range);
  throttle.partition = std::move(*partition);
  throttle.key = place.key;
  throw throttled(context, *place.table, std::move(throttle));
}

void pay_at(Context& context, const Place& place, Access access, double units) {
  if (units <= 0) return;
  MeterRecord meter = meter_of(context, *place.table, place.index);
  const std::string_view index = place.index == nullptr ? std::string_view() : place.index->name;
  const std::string_view table = place.table->metered_as;
  count_consumed(context, {.name = {}, .table = table, .index = index, .operation = {}}, access,
                 units, place.id(), meter);
  if (place.table->is_throttled) draw(context, place, access, units, meter);
  context.state.meters.put(prefix_of(place.id()), std::move(meter));
}

}  // namespace

void pay(Context& context, const TableRecord& table, std::string_view key, Access access,
         const Consumption& consumption, double times) {
  // AWS: local indexes use their table's capacity.
  const double units = consumption.of_table() + consumption.of_local_indexes();
  pay_at(context, {&table, nullptr, key}, access, times * units);
  for (const IndexRecord& index : table.indexes) {
    if (index.kind != IndexKind::global) continue;
    const double index_units = consumption.of_global_index(index.name);
    const std::string_view place = consumption.place_in(index.name);
    pay_at(context, {&table, &index, place.empty() ? key : place}, access, times * index_units);
  }
}

void pay_for_page(Context& context, const PageRequest& request, const Page& page,
                  std::string_view operation) {
  const std::string& first = request.start && request.is_forward ? *request.start : request.low;
  pay(context, *request.table, first, Access::read, page.consumption);
  count_metric(context, {"ReturnedItemCount", request.table->metered_as, {}, operation},
               page.count);
}

void BatchThrottles::add(dispatch::TracedError throttle) {
  Trace trace = trace_of(throttle);
  for (Throttle& one : trace.throttles) trace_.throttles.push_back(std::move(one));
  last_ = std::move(throttle);
}

void BatchThrottles::finish(Context& context, std::size_t parts) const {
  if (last_ && trace_.throttles.size() == parts) throw traced(*last_, trace_);
  note_trace(context, trace_);
}

dispatch::TracedError paid_failure(Context& context, const TableRecord& table, std::string_view key,
                                   const ItemRecord* old, ApiError error) {
  Consumption consumption;
  consumption.add_to_table(write_units(old == nullptr ? 0 : old->size));
  // A table that has nothing left says so, and does not look at the condition.
  pay(context, table, key, Access::write, consumption);
  return traced(std::move(error), {.table_name = table.metered_as,
                                   .key = std::string(key),
                                   .write_units = consumption.of_table()});
}

void pay_for_failed_condition(Context& context, const Trace& trace) {
  const TableRecord* table = context.state.tables.find(trace.table_name);
  if (table == nullptr || !table->is_metered()) return;
  pay_at(context, {table, nullptr, trace.key}, Access::write, trace.write_units);
}

void settle_capacity(Context& context, const TableRecord& table) {
  if (!table.is_throttled) return;
  const auto settle = [&](const IndexRecord* index) {
    MeterRecord meter = meter_of(context, table, index);
    for (const Access access : {Access::read, Access::write}) {
      FlowRecord& flow = access == Access::read ? meter.reads : meter.writes;
      const Rate rate = rate_of(table, index, access, flow.peak);
      refill(flow, rate, context.now());
      // AWS: a table that changes to on-demand serves at once what it had provisioned.
      if (table.billing_mode == BillingMode::provisioned)
        flow.peak = std::max(flow.peak, rate.units_per_second / 2);
    }
    context.state.meters.put(prefix_of(index == nullptr ? table.id : index->id), std::move(meter));
  };
  settle(nullptr);
  for (const IndexRecord& index : table.indexes) {
    if (index.kind == IndexKind::global) settle(&index);
  }
}

}  // namespace fallstreak::services::dynamodb
