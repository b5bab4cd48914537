#include <algorithm>
#include <array>

#include "api/cloudwatch/alarms.h"
#include "client/call.h"
#include "provisioner/resources/numbers.h"
#include "provisioner/resources/property_text.h"
#include "provisioner/resources/resources.h"

namespace fallstreak::provisioner {
namespace {

namespace cloudwatch = api::cloudwatch;
using client::call;

constexpr Property kProperties[] = {
    {.name = "metric", .required = true, .help = "`AWS/EC2 CPUUtilization`: namespace and name"},
    {.name = "of",
     .kind = Property::Kind::references,
     .default_value = "",
     .help = "dimensions: `AutoScalingGroupName=@web`"},
    {.name = "statistic", .default_value = "Average"},
    {.name = "when", .required = true, .help = "`> 60`; or >=, <, <="},
    {.name = "period", .kind = Property::Kind::number, .default_value = "60", .help = "seconds"},
    {.name = "evaluate", .default_value = "1 of 1", .help = "data points to alarm, of how many"},
    {.name = "missing", .default_value = "missing", .help = "or breaching, notBreaching, ignore"},
    {.name = "actions",
     .kind = Property::Kind::references,
     .default_value = "",
     .help = "policies that run when it goes into ALARM"}};

struct Operator {
  std::string_view sign, name;
};
constexpr std::array<Operator, 4> kOperators = {{{">", "GreaterThanThreshold"},
                                                 {">=", "GreaterThanOrEqualToThreshold"},
                                                 {"<", "LessThanThreshold"},
                                                 {"<=", "LessThanOrEqualToThreshold"}}};

/// Metrics call a target group or a load balancer by the end of its ARN.
struct NamedByArn {
  std::string_view dimension, marker;
  bool keeps_marker;
};
constexpr std::array<NamedByArn, 2> kNamedByArn = {
    {{"TargetGroup", "targetgroup/", true}, {"LoadBalancer", "loadbalancer/", false}}};

std::string dimension_value(std::string_view dimension, std::string_view value) {
  for (const auto& [name, marker, keeps_marker] : kNamedByArn) {
    const auto at = value.find(marker);
    if (dimension != name || !value.starts_with("arn:") || at == std::string_view::npos) continue;
    return std::string(value.substr(keeps_marker ? at : at + marker.size()));
  }
  return std::string(value);
}

/// The other way round: the ARN, in the account and region of the alarm.
std::string property_value(const std::string& alarm_arn, std::string_view dimension,
                           const std::string& value) {
  constexpr std::string_view kService = ":cloudwatch:";
  const auto service = alarm_arn.find(kService);
  for (const auto& [name, marker, keeps_marker] : kNamedByArn) {
    if (dimension != name || service == std::string::npos) continue;
    const auto alarm = alarm_arn.find(":alarm:", service);
    const auto place = service + kService.size();
    return alarm_arn.substr(0, service) +
           ":elasticloadbalancing:" + alarm_arn.substr(place, alarm - place) + ":" +
           std::string(keeps_marker ? "" : marker) + value;
  }
  return value;
}

cloudwatch::PutMetricAlarmInput request_of(const Destination& where, const Desired& desired) {
  const auto [name_space, metric] = halves(desired["metric"], " ");
  const auto [sign, threshold] = halves(desired["when"], " ");
  const auto [enough, of] = halves(desired["evaluate"], " of ");
  const auto comparison = std::ranges::find(kOperators, sign, &Operator::sign);
  if (comparison == kOperators.end())
    refuse("`when` begins with >, >=, < or <=, not " + std::string(sign));
  cloudwatch::PutMetricAlarmInput request{
      .AlarmName = where.physical_name(desired.name),
      .MetricName = std::string(metric),
      .Namespace = std::string(name_space),
      .Statistic = desired["statistic"],
      .Period = number_of(desired, "period"),
      .EvaluationPeriods = static_cast<std::int32_t>(number_in(of, desired["evaluate"])),
      .DatapointsToAlarm = static_cast<std::int32_t>(number_in(enough, desired["evaluate"])),
      .Threshold = number_in(threshold, desired["when"]),
      .ComparisonOperator = std::string(comparison->name),
      .TreatMissingData = desired["missing"]};
  for (const auto& dimension : desired.list("of")) {
    const auto [name, value] = halves(dimension, "=");
    if (!request.Dimensions) request.Dimensions.emplace();
    request.Dimensions->push_back(
        {.Name = std::string(name), .Value = dimension_value(name, value)});
  }
  if (!desired["actions"].empty()) request.AlarmActions = desired.list("actions");
  return request;
}

Observed observe(const Destination& where, const cloudwatch::MetricAlarm& alarm) {
  std::vector<std::string> dimensions;
  for (const auto& dimension : api::each(alarm.Dimensions)) {
    const std::string name = dimension.Name.value_or("");
    dimensions.push_back(
        name + "=" +
        property_value(alarm.AlarmArn.value_or(""), name, dimension.Value.value_or("")));
  }
  const auto actions = api::each(alarm.AlarmActions);
  const auto comparison =
      std::ranges::find(kOperators, alarm.ComparisonOperator.value_or(""), &Operator::name);
  const std::int32_t periods = alarm.EvaluationPeriods.value_or(1);
  return {
      .name = alarm.AlarmName->substr(where.physical_name("").size()),
      .type = "alarm",
      .id = *alarm.AlarmName,
      .properties = {{"metric", alarm.Namespace.value_or("") + " " + alarm.MetricName.value_or("")},
                     {"of", join(std::move(dimensions))},
                     {"statistic", alarm.Statistic.value_or("")},
                     {"when", std::string(comparison == kOperators.end() ? "?" : comparison->sign) +
                                  " " + number_text(alarm.Threshold.value_or(0))},
                     {"period", number_text(alarm.Period)},
                     {"evaluate", std::to_string(alarm.DatapointsToAlarm.value_or(periods)) +
                                      " of " + std::to_string(periods)},
                     {"missing", alarm.TreatMissingData.value_or("missing")},
                     {"actions", join({actions.begin(), actions.end()})}}};
}

/// Chosen: found by name, `<stack>-<name>`.
std::vector<Observed> list(const Destination& where) {
  std::vector<Observed> found;
  value_of(client::paginate<cloudwatch::DescribeAlarms>(
      *where.transport, {.AlarmNamePrefix = where.physical_name("")},
      [&](const cloudwatch::DescribeAlarmsOutput& page) {
        for (const auto& alarm : api::each(page.MetricAlarms)) {
          found.push_back(observe(where, alarm));
        }
      }));
  return found;
}

std::string create(const Destination& where, const Desired& desired) {
  value_of(call<cloudwatch::PutMetricAlarm>(*where.transport, request_of(where, desired)));
  return where.physical_name(desired.name);
}

void update(const Destination& where, const Observed&, const Desired& desired) {
  create(where, desired);
}

void destroy(const Destination& where, const Observed& alarm) {
  const auto gone = call<cloudwatch::DeleteAlarms>(*where.transport, {.AlarmNames = {{alarm.id}}});
  if (!gone && gone.error().code != "ResourceNotFound") throw gone.error();
}

bool always(const Destination&, const Observed&) { return true; }

}  // namespace

constinit const Driver kAlarm{"alarm", kProperties, list, create, update, destroy, always, always};

}  // namespace fallstreak::provisioner
