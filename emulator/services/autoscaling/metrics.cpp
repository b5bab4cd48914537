#include "services/autoscaling/metrics.h"

#include <algorithm>
#include <array>

#include "dispatch/held_metric.h"
#include "services/autoscaling/activities.h"
#include "services/autoscaling/capacity.h"
#include "services/autoscaling/errors.h"
#include "services/autoscaling/handlers.h"
#include "services/autoscaling/lifecycle.h"
#include "services/autoscaling/lookup.h"
#include "services/autoscaling/warm_pool.h"

namespace fallstreak::services::autoscaling {
namespace {

/// What a group's metrics are counted from.
struct Counts {
  double min = 0, max = 0, desired = 0;
  /// Instances, and what they stand for of the capacity.
  struct Count {
    double instances = 0, capacity = 0;
  };
  Count in_service, pending, standby, terminating, warmed, warm_pending, warm_terminating;
  double warm_desired = 0;
};

using Total = double (*)(const Counts&);
struct GroupMetric {
  std::string_view name;
  Total total;
};

double group_total(const Counts& c) {
  return c.in_service.capacity + c.pending.capacity + c.standby.capacity + c.terminating.capacity;
}
double warm_total(const Counts& c) {
  return c.warmed.capacity + c.warm_pending.capacity + c.warm_terminating.capacity;
}

constexpr std::array<GroupMetric, 20> kMetrics = {{
    {"GroupMinSize", [](const Counts& c) { return c.min; }},
    {"GroupMaxSize", [](const Counts& c) { return c.max; }},
    {"GroupDesiredCapacity", [](const Counts& c) { return c.desired; }},
    {"GroupInServiceInstances", [](const Counts& c) { return c.in_service.instances; }},
    {"GroupPendingInstances", [](const Counts& c) { return c.pending.instances; }},
    {"GroupStandbyInstances", [](const Counts& c) { return c.standby.instances; }},
    {"GroupTerminatingInstances", [](const Counts& c) { return c.terminating.instances; }},
    {"GroupTotalInstances",
     [](const Counts& c) {
       return c.in_service.instances + c.pending.instances + c.standby.instances +
              c.terminating.instances;
     }},
    {"GroupInServiceCapacity", [](const Counts& c) { return c.in_service.capacity; }},
    {"GroupPendingCapacity", [](const Counts& c) { return c.pending.capacity; }},
    {"GroupStandbyCapacity", [](const Counts& c) { return c.standby.capacity; }},
    {"GroupTerminatingCapacity", [](const Counts& c) { return c.terminating.capacity; }},
    {"GroupTotalCapacity", group_total},
    {"WarmPoolDesiredCapacity", [](const Counts& c) { return c.warm_desired; }},
    {"WarmPoolWarmedCapacity", [](const Counts& c) { return c.warmed.capacity; }},
    {"WarmPoolPendingCapacity", [](const Counts& c) { return c.warm_pending.capacity; }},
    {"WarmPoolTerminatingCapacity", [](const Counts& c) { return c.warm_terminating.capacity; }},
    {"WarmPoolTotalCapacity", warm_total},
    {"GroupAndWarmPoolDesiredCapacity", [](const Counts& c) { return c.desired + c.warm_desired; }},
    {"GroupAndWarmPoolTotalCapacity",
     [](const Counts& c) { return group_total(c) + warm_total(c); }},
}};
/// A metric that is not published.
constexpr double kNotPublished = -1;

Counts::Count* count_for(Counts& counts, std::string_view lifecycle) {
  if (lifecycle == kInService) return &counts.in_service;
  if (is_pending(lifecycle)) return &counts.pending;
  if (is_terminating(lifecycle)) return &counts.terminating;
  if (lifecycle == "Standby" || lifecycle == "EnteringStandby") return &counts.standby;
  if (lifecycle.starts_with("Warmed:Pending")) return &counts.warm_pending;
  if (lifecycle.starts_with("Warmed:Terminating")) return &counts.warm_terminating;
  if (lifecycle.starts_with("Warmed:")) return &counts.warmed;
  return nullptr;
}

Counts counts_of(const Context& context, const GroupRecord& record) {
  const auto& group = record.group;
  Counts counts{.min = double(*group.MinSize),
                .max = double(*group.MaxSize),
                .desired = double(*group.DesiredCapacity)};
  const auto add = [&](std::string_view lifecycle, std::int32_t weight) {
    Counts::Count* count = count_for(counts, lifecycle);
    if (count == nullptr) return;
    ++count->instances;
    count->capacity += weight;
  };
  for (const auto& member : members_of(context, *group.AutoScalingGroupName)) {
    add(member.lifecycle, member.weight);
  }
  counts.warm_desired = warm_pool_target(record);
  for (const auto& row :
       context.state.warm_members.range(group_prefix(*group.AutoScalingGroupName))) {
    const InstanceRecord& warm = *context.state.instances.find(row.second);
    add(*warm.instance.LifecycleState, warm.weight);
  }
  return counts;
}

bool is_enabled(const GroupRecord& record, std::string_view metric) {
  return std::ranges::any_of(api::each(record.group.EnabledMetrics),
                             [&](const auto& enabled) { return enabled.Metric == metric; });
}

std::vector<double> values_of(const Context& context, const GroupRecord& record) {
  std::vector<double> values(kMetrics.size(), kNotPublished);
  if (api::each(record.group.EnabledMetrics).empty()) return values;
  const Counts counts = counts_of(context, record);
  for (std::size_t i = 0; i < kMetrics.size(); ++i) {
    if (is_enabled(record, kMetrics[i].name)) values[i] = kMetrics[i].total(counts);
  }
  return values;
}

void publish(Context& context, const std::string& group_name, std::size_t metric, double value) {
  dispatch::hold_metric(context, group_name,
                        {.metric_namespace = "AWS/AutoScaling",
                         .name = std::string(kMetrics[metric].name),
                         .dimensions = {{"AutoScalingGroupName", group_name}},
                         .unit = "None",
                         .value = value == kNotPublished ? std::nullopt : std::optional(value)});
}

void publish_changes(Context& context, const std::string& group_name,
                     const std::vector<double>& after) {
  const auto* known = context.state.group_metrics.find(group_name);
  std::vector<double> before(kMetrics.size(), kNotPublished);
  if (known != nullptr) before = *known;
  if (before == after) return;
  for (std::size_t i = 0; i < kMetrics.size(); ++i) {
    if (before[i] != after[i]) publish(context, group_name, i, after[i]);
  }
  context.state.group_metrics.put(group_name, after);
}

/// AWS: all of them, if none is named.
std::vector<std::string> metrics_in(const std::optional<std::vector<std::string>>& named) {
  std::vector<std::string> metrics;
  if (!api::each(named).empty()) metrics = *named;
  for (const auto& name : metrics) {
    if (std::ranges::find(kMetrics, name, &GroupMetric::name) == kMetrics.end()) {
      throw metric_unknown(name);
    }
  }
  if (metrics.empty()) {
    for (const auto& metric : kMetrics) metrics.emplace_back(metric.name);
  }
  return metrics;
}

}  // namespace

void update_group_metrics(Context& context, const std::string& group_name) {
  const GroupRecord* record = context.state.groups.find(group_name);
  if (record == nullptr) return;
  publish_changes(context, group_name, values_of(context, *record));
}

void end_group_metrics(Context& context, const std::string& group_name) {
  publish_changes(context, group_name, std::vector<double>(kMetrics.size(), kNotPublished));
  context.state.group_metrics.erase(group_name);
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_EnableMetricsCollection.html
api::autoscaling::EnableMetricsCollectionResponse enable_metrics_collection(
    Context& context, const api::autoscaling::EnableMetricsCollectionQuery& request) {
  const std::string& name = *request.AutoScalingGroupName;
  find_changeable_group(context, name);
  if (*request.Granularity != "1Minute") throw granularity_unknown(*request.Granularity);
  const auto metrics = metrics_in(request.Metrics);
  context.state.groups.update(name, [&](GroupRecord& record) {
    for (const auto& metric : metrics) {
      if (is_enabled(record, metric)) continue;
      record.group.EnabledMetrics->push_back(
          {.Metric = metric, .Granularity = request.Granularity});
    }
  });
  update_group_metrics(context, name);
  return {};
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DisableMetricsCollection.html
api::autoscaling::DisableMetricsCollectionResponse disable_metrics_collection(
    Context& context, const api::autoscaling::DisableMetricsCollectionQuery& request) {
  const std::string& name = *request.AutoScalingGroupName;
  find_changeable_group(context, name);
  const auto metrics = metrics_in(request.Metrics);
  context.state.groups.update(name, [&](GroupRecord& record) {
    std::erase_if(*record.group.EnabledMetrics, [&](const auto& enabled) {
      return std::ranges::find(metrics, *enabled.Metric) != metrics.end();
    });
  });
  update_group_metrics(context, name);
  return {};
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeMetricCollectionTypes.html
api::autoscaling::DescribeMetricCollectionTypesAnswer describe_metric_collection_types(
    Context&, const api::autoscaling::DescribeMetricCollectionTypes::Request&) {
  api::autoscaling::DescribeMetricCollectionTypesAnswer response;
  auto& list = response.Metrics.emplace();
  for (const auto& metric : kMetrics) list.push_back({.Metric = std::string(metric.name)});
  response.Granularities = {{{.Granularity = "1Minute"}}};
  return response;
}

}  // namespace fallstreak::services::autoscaling
