#include "services/ec2/metrics.h"

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <utility>

#include "base/check.h"
#include "dispatch/held_metric.h"
#include "dispatch/metric_publisher.h"
#include "world/record_codec.h"

namespace fallstreak::services::ec2 {
namespace {

using std::chrono::minutes;

constexpr std::string_view kNamespace = "AWS/EC2";
/// The row that says that an event is on its way.
constexpr std::string_view kPublishingKey = "publishing";
/// AWS: five minutes with basic monitoring, one minute with detailed monitoring.
constexpr minutes kBasicPeriod(5);
constexpr minutes kDetailedPeriod(1);
/// AWS: as many values in a datum.
constexpr std::size_t kMostValues = 150;

/// A metric about status checks, and the check that it is about; empty: any of them.
struct CheckMetric {
  const char* name;
  std::string_view check;
};
constexpr CheckMetric kCheckMetrics[] = {{"StatusCheckFailed", ""},
                                         {"StatusCheckFailed_Instance", "instance"},
                                         {"StatusCheckFailed_System", "system"},
                                         {"StatusCheckFailed_AttachedEBS", "ebs"}};

bool fails(const InstanceRecord& row, std::string_view check) {
  return std::ranges::any_of(row.impairments, [&](const ImpairmentRecord& each) {
    return check.empty() || each.check == check;
  });
}

void hold_status_check(Context& context, const InstanceRecord& row, const char* name,
                       std::optional<double> value) {
  // AWS: published every minute, at no charge, whatever the monitoring.
  dispatch::hold_metric(context, row.instance_id,
                        {.metric_namespace = std::string(kNamespace),
                         .name = name,
                         .dimensions = {{"InstanceId", row.instance_id}},
                         .value = value});
}

/// A metric that an instance reports, with AWS's name.
struct Measure {
  std::string_view name;
  std::string_view unit;
  std::optional<double> dispatch::InstanceUsage::*value;
};
constexpr Measure kMeasures[] = {
    {"CPUUtilization", "Percent", &dispatch::InstanceUsage::cpu_percent},
    {"NetworkIn", "Bytes", &dispatch::InstanceUsage::network_in},
    {"NetworkOut", "Bytes", &dispatch::InstanceUsage::network_out}};

/// AWS: an instance that warms up is no part of its group's metrics.
std::string_view group_of(const InstanceRecord& row, Time now) {
  return row.counted_from <= now ? std::string_view(row.counted_in_group) : std::string_view();
}

/// The values of a group's instances, by the name of the group and the period: a list per measure.
using GroupKey = std::pair<std::string_view, minutes>;
using GroupValues = std::array<std::vector<double>, std::size(kMeasures)>;

void publish(Context& context) {
  const auto& usage = context.environment().usage;
  const Time now = context.now();
  const bool is_basic_due = now.time_since_epoch() % Duration(kBasicPeriod) == Duration::zero();
  dispatch::MetricPublisher publisher(context, std::string(kNamespace));
  std::map<GroupKey, GroupValues> groups;
  dispatch::UsageQuestion question{
      .account_id = context.account_id(), .region = context.region(), .end = now};
  for (const auto& [id, row] : context.state.instances) {
    if (row.state != InstanceState::running || !(row.is_monitored || is_basic_due)) continue;
    const minutes period = row.is_monitored ? kDetailedPeriod : kBasicPeriod;
    question.instance_id = id;
    question.instance_type = row.instance_type;
    question.launch_time = row.launch_time;
    question.start = now - period;
    const auto used = usage(question);
    if (!used) continue;
    const std::string_view group = group_of(row, now);
    GroupValues* group_values = group.empty() ? nullptr : &groups[{group, period}];
    for (std::size_t i = 0; i < std::size(kMeasures); ++i) {
      const auto& value = (*used).*kMeasures[i].value;
      if (!value) continue;
      const auto& [name, unit, _] = kMeasures[i];
      publisher.add(name, {{"InstanceId", id}}, question.start, unit).Value = *value;
      if (group_values != nullptr) (*group_values)[i].push_back(*value);
    }
  }
  for (const auto& [key, measured] : groups) {
    const auto& [group, period] = key;
    for (std::size_t i = 0; i < measured.size(); ++i) {
      for (std::span<const double> left = measured[i]; !left.empty();) {
        const auto part = left.first(std::min(kMostValues, left.size()));
        const auto& [name, unit, _] = kMeasures[i];
        publisher.add(name, {{"AutoScalingGroupName", group}}, now - period, unit)
            .Values.emplace(part.begin(), part.end());
        left = left.subspan(part.size());
      }
    }
  }
  publisher.send();
}

}  // namespace

void update_status_checks(Context& context, const InstanceRecord& row) {
  for (const auto& metric : kCheckMetrics) {
    hold_status_check(context, row, metric.name, fails(row, metric.check) ? 1 : 0);
  }
}

void start_metrics(Context& context, const InstanceRecord& row) {
  update_status_checks(context, row);
  if (context.state.region.contains(kPublishingKey)) return;
  context.state.region.put(std::string(kPublishingKey), {});
  dispatch::schedule_publication(context, "ec2");
}

void stop_metrics(Context& context, const InstanceRecord& row) {
  for (const auto& metric : kCheckMetrics) hold_status_check(context, row, metric.name, {});
}

void on_counted_in_group(Context& context, const world::Event& event) {
  dispatch::GroupCount count;
  const auto problem = world::decode(event.payload, count);
  CHECK(!problem) << "a group count that does not decode: " << problem.value_or("");
  if (!context.state.instances.contains(event.entity)) return;
  context.state.instances.update(event.entity, [&](InstanceRecord& row) {
    row.counted_in_group = count.group;
    row.counted_from = count.from;
  });
}

void on_metrics_due(Context& context, const world::Event&) {
  const bool has_any = std::ranges::any_of(context.state.instances, [](const auto& entry) {
    return entry.second.state == InstanceState::running;
  });
  if (!has_any) {
    context.state.region.erase(kPublishingKey);
    return;
  }
  dispatch::schedule_publication(context, "ec2");
  if (context.environment().usage) publish(context);
}

}  // namespace fallstreak::services::ec2
