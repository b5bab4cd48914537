#include "services/autoscaling/predictive_history.h"

#include "api/cloudwatch/metrics.h"
#include "services/autoscaling/errors.h"

namespace fallstreak::services::autoscaling {
namespace {

using api::autoscaling::PredictiveScalingMetricSpecification;
using CloudWatchQuery = api::cloudwatch::MetricDataQuery;
using scaling::HourlyValues;
using std::chrono::hours;

constexpr std::int32_t kMinute = 60;
constexpr std::int32_t kHour = 3600;

/// The values of what the queries return, over the past two weeks.
std::vector<std::pair<Time, double>> read(Context& context,
                                          const std::vector<CloudWatchQuery>& queries) {
  const Time end = time_of_hour(hour_of(context.now()));
  const auto output = context.try_call<api::cloudwatch::GetMetricData>(
      {.MetricDataQueries = queries,
       .StartTime = end - hours(scaling::kHistoryHours),
       .EndTime = end,
       .ScanBy = "TimestampAscending"});
  if (!output) {
    if (output.error().status >= 500) throw output.error();
    throw validation_error(output.error().message);
  }
  std::vector<std::pair<Time, double>> values;
  if (output->MetricDataResults->empty()) return values;
  const auto& result = output->MetricDataResults->front();
  for (std::size_t i = 0; i < result.Timestamps->size(); ++i) {
    values.emplace_back((*result.Timestamps)[i], (*result.Values)[i]);
  }
  return values;
}

CloudWatchQuery metric_query(const char* metric_namespace, const std::string& name,
                             std::vector<api::cloudwatch::Dimension> dimensions,
                             std::int32_t period, const char* statistic) {
  return {.Id = "m",
          .MetricStat = {{.Metric = {{.Namespace = metric_namespace,
                                      .MetricName = name,
                                      .Dimensions = std::move(dimensions)}},
                          .Period = period,
                          .Stat = statistic}}};
}

HourlyValues hourly(const std::vector<std::pair<Time, double>>& values) {
  HourlyValues by_hour;
  for (const auto& [time, value] : values) by_hour[hour_of(time)] = value;
  return by_hour;
}

/// A measure of EC2, summed over the group's instances. Chosen: the mean of the moments at which it
/// was measured, of which basic monitoring has fewer in an hour; AWS does not say what its total
/// is.
HourlyValues instance_total(Context& context, const std::string& group_name,
                            const std::string& name) {
  HourlyValues sums;
  std::map<std::int64_t, int> counts;
  for (const auto& [time, value] :
       read(context, {metric_query("AWS/EC2", name, {{"AutoScalingGroupName", group_name}}, kMinute,
                                   "Sum")})) {
    sums[hour_of(time)] += value;
    ++counts[hour_of(time)];
  }
  for (auto& [hour, sum] : sums) sum /= counts[hour];
  return sums;
}

/// The requests of a target group in each hour. AWS publishes nothing where there were none.
HourlyValues requests(Context& context, const std::string& resource_label) {
  const auto at = resource_label.find("/targetgroup/");
  HourlyValues counted =
      hourly(read(context, {metric_query("AWS/ApplicationELB", "RequestCount",
                                         {{"LoadBalancer", resource_label.substr(0, at)},
                                          {"TargetGroup", resource_label.substr(at + 1)}},
                                         kHour, "Sum")}));
  if (counted.empty()) return counted;
  for (std::int64_t hour = counted.begin()->first; hour < hour_of(context.now()); ++hour) {
    counted.emplace(hour, 0);
  }
  return counted;
}

enum class Use { load, demand };

/// Of predefined metrics the capacity needs not be known: their demand is in the same metrics.
HourlyValues predefined(Context& context, const std::string& group_name, const std::string& type,
                        const std::optional<std::string>& label, Use use) {
  if (type.starts_with("ALB")) {
    HourlyValues values = requests(context, *label);
    // AWS: the requests of a target are counted by the minute.
    if (use == Use::demand) {
      for (auto& [hour, value] : values) value /= kMinute;
    }
    return values;
  }
  const bool is_in = type.ends_with("NetworkIn");
  const bool is_out = type.ends_with("NetworkOut");
  return instance_total(context, group_name,
                        is_in    ? "NetworkIn"
                        : is_out ? "NetworkOut"
                                 : "CPUUtilization");
}

HourlyValues customized(Context& context,
                        const std::vector<api::autoscaling::MetricDataQuery>& wanted) {
  std::vector<CloudWatchQuery> queries;
  for (const auto& one : wanted) {
    CloudWatchQuery& query = queries.emplace_back();
    query.Id = one.Id;
    query.Expression = one.Expression;
    query.Label = one.Label;
    query.ReturnData = one.ReturnData;
    if (!one.MetricStat) {
      query.Period = kHour;
      continue;
    }
    auto& metric = query.MetricStat.emplace();
    metric.Metric.emplace();
    metric.Metric->Namespace = one.MetricStat->Metric->Namespace;
    metric.Metric->MetricName = one.MetricStat->Metric->MetricName;
    for (const auto& dimension : api::each(one.MetricStat->Metric->Dimensions)) {
      if (!metric.Metric->Dimensions) metric.Metric->Dimensions.emplace();
      metric.Metric->Dimensions->push_back({.Name = dimension.Name, .Value = dimension.Value});
    }
    metric.Period = kHour;
    metric.Stat = one.MetricStat->Stat;
    metric.Unit = one.MetricStat->Unit;
  }
  return hourly(read(context, queries));
}

/// The capacity in each hour that `known` has. Chosen: without a metric for it, the group's own,
/// where it publishes that; else what it is now.
HourlyValues capacity_in(Context& context, const std::string& group_name,
                         const PredictiveScalingMetricSpecification& metric,
                         const HourlyValues& known) {
  HourlyValues capacity;
  if (const auto& one = metric.CustomizedCapacityMetricSpecification) {
    return customized(context, *one->MetricDataQueries);
  }
  capacity = hourly(
      read(context, {metric_query("AWS/AutoScaling", "GroupInServiceCapacity",
                                  {{"AutoScalingGroupName", group_name}}, kHour, "Average")}));
  const double now = *context.state.groups.find(group_name)->group.DesiredCapacity;
  for (const auto& [hour, value] : known) capacity.emplace(hour, now);
  return capacity;
}

HourlyValues demand_of(Context& context, const std::string& group_name,
                       const PredictiveScalingMetricSpecification& metric) {
  if (const auto& pair = metric.PredefinedMetricPairSpecification) {
    return predefined(context, group_name, *pair->PredefinedMetricType, pair->ResourceLabel,
                      Use::demand);
  }
  if (const auto& one = metric.PredefinedScalingMetricSpecification) {
    return predefined(context, group_name, *one->PredefinedMetricType, one->ResourceLabel,
                      Use::demand);
  }
  const HourlyValues scaling =
      customized(context, *metric.CustomizedScalingMetricSpecification->MetricDataQueries);
  HourlyValues demand;
  const HourlyValues capacity = capacity_in(context, group_name, metric, scaling);
  for (const auto& [hour, value] : scaling) {
    const auto known = capacity.find(hour);
    if (known != capacity.end()) demand[hour] = value * known->second;
  }
  return demand;
}

HourlyValues load_of(Context& context, const std::string& group_name,
                     const PredictiveScalingMetricSpecification& metric) {
  if (const auto& pair = metric.PredefinedMetricPairSpecification) {
    return predefined(context, group_name, *pair->PredefinedMetricType, pair->ResourceLabel,
                      Use::load);
  }
  if (const auto& one = metric.PredefinedLoadMetricSpecification) {
    return predefined(context, group_name, *one->PredefinedMetricType, one->ResourceLabel,
                      Use::load);
  }
  return customized(context, *metric.CustomizedLoadMetricSpecification->MetricDataQueries);
}

}  // namespace

PredictiveHistory read_history(Context& context, const std::string& group_name,
                               const PredictiveScalingMetricSpecification& metric) {
  return {.load = load_of(context, group_name, metric),
          .demand = demand_of(context, group_name, metric)};
}

std::int64_t hour_of(Time time) {
  return std::chrono::floor<hours>(time).time_since_epoch().count();
}

Time time_of_hour(std::int64_t hour) { return Time(hours(hour)); }

}  // namespace fallstreak::services::autoscaling
