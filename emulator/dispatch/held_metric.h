#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dispatch/context.h"

/// Metrics that services publish every minute and that seldom change: a status check, a group's
/// size, a count of healthy hosts. A service says when the value changes; CloudWatch has a
/// datapoint of it for every minute all the same. So 10,000 instances whose checks pass cost
/// nothing.
namespace fallstreak::dispatch {

struct HeldMetric {
  std::string metric_namespace;
  std::string name;
  std::vector<std::pair<std::string, std::string>> dimensions;
  std::string unit = "Count";
  /// What it is from now on; empty when nothing is published any more.
  std::optional<double> value;
};
template <class Visitor>
void visit_fields(HeldMetric& metric, Visitor&& visit) {
  visit("metric_namespace", metric.metric_namespace);
  visit("name", metric.name);
  visit("dimensions", metric.dimensions);
  visit("unit", metric.unit);
  visit("value", metric.value);
}

/// The event by which CloudWatch learns of it, after all that happens at the same moment.
constexpr std::string_view kHeldMetricEvent = "cloudwatch.metric-held";

/// From now on the metric has this value. `owner` is whom it describes: changes of one owner's
/// metrics keep their order.
void hold_metric(ContextBase& context, std::string_view owner, const HeldMetric& metric);

/// From `from` on an instance counts in the metrics of a group; in none when the name is empty.
struct GroupCount {
  std::string group;
  Time from{};
};
template <class Visitor>
void visit_fields(GroupCount& count, Visitor&& visit) {
  visit("group", count.group);
  visit("from", count.from);
}
/// The event by which EC2, which publishes groups' metrics, learns of it.
constexpr std::string_view kGroupCountEvent = "ec2.counted-in-group";
void count_in_group(ContextBase& context, const std::string& instance_id, const std::string& group,
                    Time from);

}  // namespace fallstreak::dispatch
