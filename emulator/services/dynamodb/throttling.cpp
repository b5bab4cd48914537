#include "services/dynamodb/throttling.h"

#include <memory>

#include "api/dynamodb/items.h"
#include "base/check.h"
#include "dispatch/dynamodb_realism.h"
#include "services/dynamodb/control_plane.h"
#include "services/dynamodb/metrics.h"
#include "services/dynamodb/partitions.h"
#include "services/dynamodb/payment.h"
#include "services/dynamodb/table_access.h"
#include "world/record_codec.h"

namespace fallstreak::services::dynamodb {
namespace {

using api::dynamodb::ThrottlingReason;

/// AWS: `ResourceType+OperationType+LimitType`.
std::string reason_text(const Throttle& throttle) {
  std::string text = throttle.index_name.empty() ? "Table" : "Index";
  text += throttle.access == Access::read ? "Read" : "Write";
  switch (throttle.limit) {
    case Limit::provisioned:
      return text + "ProvisionedThroughputExceeded";
    case Limit::account:
      return text + "AccountLimitExceeded";
    case Limit::key_range:
      return text + "KeyRangeThroughputExceeded";
    case Limit::max_on_demand:
      break;
  }
  return text + "MaxOnDemandThroughputExceeded";
}

/// AWS: `ReadProvisionedThroughputThrottleEvents` and the like.
std::string metric_of(const Throttle& throttle) {
  const std::string access = throttle.access == Access::read ? "Read" : "Write";
  switch (throttle.limit) {
    case Limit::provisioned:
      return access + "ProvisionedThroughputThrottleEvents";
    case Limit::account:
      return access + "AccountLimitThrottleEvents";
    case Limit::key_range:
      return access + "KeyRangeThroughputThrottleEvents";
    case Limit::max_on_demand:
      break;
  }
  return access + "MaxOnDemandThroughputThrottleEvents";
}

std::string provisioned_message(bool is_index) {
  if (!is_index) {
    return "The level of configured provisioned throughput for the table was exceeded. Consider "
           "increasing your provisioning level with the UpdateTable API.";
  }
  return "The level of configured provisioned throughput for one or more global secondary indexes "
         "of the table was exceeded. Consider increasing your provisioning level for the "
         "under-provisioned global secondary indexes with the UpdateTable API";
}

std::string on_demand_message(bool is_index) {
  if (!is_index) {
    return "Throughput exceeds the current capacity of your table or index. DynamoDB is "
           "automatically scaling your table or index so please try again shortly. If exceptions "
           "persist, check if you have a hot key: "
           "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"
           "bp-partition-key-design.html";
  }
  return "Throughput exceeds the current capacity for one or more global secondary indexes. "
         "DynamoDB is automatically scaling your index so please try again shortly.";
}

template <class Shape>
ApiError with_members(ApiError error, Shape members) {
  error.members = std::make_shared<Shape>(std::move(members));
  error.shape = &api::shape_of<Shape>();
  return error;
}

ApiError error_of(const TableRecord& table, const Throttle& throttle, ThrottlingReason reason) {
  const bool is_index = !throttle.index_name.empty();
  const std::vector<ThrottlingReason> reasons = {std::move(reason)};
  if (table.billing_mode == BillingMode::provisioned) {
    ApiError error("ProvisionedThroughputExceededException", provisioned_message(is_index));
    api::dynamodb::ProvisionedThroughputExceededException members{.message = error.message,
                                                                  .ThrottlingReasons = reasons};
    return with_members(std::move(error), std::move(members));
  }
  if (throttle.limit == Limit::account) {
    ApiError error(
        "RequestLimitExceeded",
        "Throughput exceeds the current throughput limit for your account. Please "
        "contact AWS Support at https://aws.amazon.com/support request a limit increase");
    api::dynamodb::RequestLimitExceeded members{.message = error.message,
                                                .ThrottlingReasons = reasons};
    return with_members(std::move(error), std::move(members));
  }
  ApiError error("ThrottlingException",
                 throttle.limit == Limit::max_on_demand
                     ? "Throughput exceeds the maximum OnDemandThroughput configured on table or "
                       "index"
                     : on_demand_message(is_index));
  api::dynamodb::ThrottlingException members{.message = error.message,
                                             .throttlingReasons = reasons};
  return with_members(std::move(error), std::move(members));
}

bool is_user_error(const dispatch::Refusal& refusal) {
  return refusal.status >= 400 && refusal.status < 500;
}

bool is_throttle_code(std::string_view code) {
  return code == "ProvisionedThroughputExceededException" || code == "ThrottlingException" ||
         code == "RequestLimitExceeded";
}

void count_refusal(Context& context, const dispatch::Refusal& refusal, const Trace& trace) {
  const std::string& table =
      trace.throttles.empty() ? refusal.subject : trace.throttles.front().table_name;
  const bool is_about_table = context.state.tables.contains(table);
  const bool is_throttle_of_items =
      is_throttle_code(refusal.code) && is_of_items(refusal.operation);
  if (is_throttle_of_items || !trace.throttles.empty()) {
    if (is_about_table) count_metric(context, {"ThrottledRequests", table, {}, refusal.operation});
    return;
  }
  if (refusal.code == "ConditionalCheckFailedException") {
    if (is_about_table) count_metric(context, {"ConditionalCheckFailedRequests", table, {}, {}});
    return;
  }
  // AWS: what is no fault of a table is counted for the account.
  if (is_user_error(refusal)) count_metric(context, {"UserErrors", {}, {}, {}});
  // What this version does not implement is no error of DynamoDB's.
  if (refusal.status >= 500 && refusal.status != 501 && is_about_table)
    count_metric(context, {"SystemErrors", table, {}, refusal.operation});
}

}  // namespace

dispatch::TracedError throttled(const Context& context, const TableRecord& table,
                                Throttle throttle) {
  std::string resource = "table/" + throttle.table_name;
  if (!throttle.index_name.empty()) resource += "/index/" + throttle.index_name;
  ApiError error =
      error_of(table, throttle,
               {.reason = reason_text(throttle), .resource = context.arn("dynamodb", resource)});
  return traced(std::move(error), {.throttles = {std::move(throttle)}});
}

bool is_throttle(const ApiError& error) {
  return is_throttle_code(error.code) && dynamic_cast<const dispatch::TracedError*>(&error);
}

dispatch::TracedError traced(ApiError error, const Trace& trace) {
  std::string bytes;
  world::encode(trace, bytes);
  return {std::move(error), std::move(bytes)};
}

Trace trace_of(const dispatch::TracedError& error) {
  Trace trace;
  const auto problem = world::decode(error.trace, trace);
  CHECK(!problem) << *problem;
  return trace;
}

void note_throttle(Context& context, const Throttle& throttle) {
  const Metric all{throttle.access == Access::read ? "ReadThrottleEvents" : "WriteThrottleEvents",
                   throttle.table_name,
                   throttle.index_name,
                   {}};
  count_metric(context, all);
  const std::string reason = metric_of(throttle);
  count_metric(context, {reason, throttle.table_name, throttle.index_name, {}});
  if (throttle.partition.empty()) return;
  const TableRecord* table = context.state.tables.find(throttle.table_name);
  if (table == nullptr) return;
  const bool stays = throttle.index_name.empty() && has_local_index(*table);
  note_heat(context, throttle.partition, throttle.key,
            stays ? Collections::stay_together : Collections::can_be_split);
}

void note_trace(Context& context, const Trace& trace) {
  for (const Throttle& throttle : trace.throttles) note_throttle(context, throttle);
  if (trace.write_units > 0) pay_for_failed_condition(context, trace);
}

void operation_refused(Context& context, const world::Event& event) {
  if (dispatch::dynamodb_realism(context.world()).capacity == dispatch::CapacityMode::ignored)
    return;
  dispatch::Refusal refusal;
  const auto problem = world::decode(event.payload, refusal);
  CHECK(!problem) << *problem;
  Trace trace;
  if (!refusal.trace.empty()) trace = trace_of({ApiError(), refusal.trace});
  if (refusal.subject.starts_with("arn:")) refusal.subject.erase(0, refusal.subject.rfind('/') + 1);
  note_trace(context, trace);
  count_refusal(context, refusal, trace);
  if (!is_throttle_code(refusal.code)) {
    count_refused_call(context.world(), context.state, refusal.operation);
  }
}

}  // namespace fallstreak::services::dynamodb
