#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "dispatch/refusal.h"
#include "services/dynamodb/capacity_limits.h"
#include "services/dynamodb/state.h"

/// What is refused because too much is asked for.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TroubleshootingThrottling.html
namespace fallstreak::services::dynamodb {

/// A read or a write that was throttled.
struct Throttle {
  std::string table_name;
  /// Empty: of the table itself.
  std::string index_name;
  Access access = Access::read;
  Limit limit = Limit::provisioned;
  /// Set when it was a partition that had no more: its first key, and the key that was asked for.
  std::string partition;
  std::string key;
};
template <class Visitor>
void visit_fields(Throttle& throttle, Visitor&& visit) {
  visit("table_name", throttle.table_name);
  visit("index_name", throttle.index_name);
  visit("access", throttle.access);
  visit("limit", throttle.limit);
  visit("partition", throttle.partition);
  visit("key", throttle.key);
}

/// What an operation leaves although it is undone: its throttles, and what it consumed all the
/// same.
struct Trace {
  std::vector<Throttle> throttles;
  /// Of a write whose condition was not met.
  std::string table_name;
  std::string key;
  double write_units = 0;
};
template <class Visitor>
void visit_fields(Trace& trace, Visitor&& visit) {
  visit("throttles", trace.throttles);
  visit("table_name", trace.table_name);
  visit("key", trace.key);
  visit("write_units", trace.write_units);
}

/// ProvisionedThroughputExceededException, ThrottlingException or RequestLimitExceeded.
dispatch::TracedError throttled(const Context& context, const TableRecord& table,
                                Throttle throttle);
bool is_throttle(const ApiError& error);
/// An error that leaves the trace behind.
dispatch::TracedError traced(ApiError error, const Trace& trace);
Trace trace_of(const dispatch::TracedError& error);

/// Counts a throttle, and the heat of its partition.
void note_throttle(Context& context, const Throttle& throttle);
/// Both for all that a refused part of an operation leaves, and what it consumed.
void note_trace(Context& context, const Trace& trace);
/// An operation of DynamoDB was refused: its metrics, and what it leaves.
void operation_refused(Context& context, const world::Event& event);

}  // namespace fallstreak::services::dynamodb
