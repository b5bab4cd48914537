#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "services/dynamodb/capacity.h"
#include "services/dynamodb/state.h"

/// What tables publish in CloudWatch, while their capacity is counted.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
namespace fallstreak::services::dynamodb {

/// A metric of AWS/DynamoDB with its dimensions; those that are empty it does not have.
struct Metric {
  std::string_view name;
  std::string_view table;
  std::string_view index;
  std::string_view operation;
  std::string_view stream_label = {};
};
/// One more sample of this minute, which is published at its end. What does not happen in a minute
/// is not published, as on AWS.
void count_metric(Context& context, const Metric& metric, double value = 1);
/// The end of a minute in which something was counted.
void metrics_due(Context& context, const world::Event& event);

/// Units that were consumed, whether by a table or by one of its indexes, whose meter it is.
void count_consumed(Context& context, const Metric& place, Access access, double units,
                    std::uint64_t id, MeterRecord& meter);

/// Publishes what is provisioned from now on, or how much an on-demand table may serve at most,
/// where that differs; null: not any more, or not yet.
void hold_provisioned(Context& context, const std::string& name, const TableRecord* before,
                      const TableRecord* after);
/// Publishes from now on what the account may provision and how much of that it has, while any of
/// its tables is counted. The table of that name is taken as it will be, or as gone.
void hold_account(Context& context, std::string_view name, const TableRecord* table);

}  // namespace fallstreak::services::dynamodb
