#include "services/route53/health_check_rules.h"

#include <algorithm>

#include "api/cloudwatch/alarms.h"
#include "base/ip_block.h"
#include "dispatch/dispatcher.h"
#include "services/route53/errors.h"

namespace fallstreak::services::route53 {
namespace {

// Chosen: the words of these refusals; AWS documents the rules and the code.
void require(bool is_right, const std::string& what) {
  if (!is_right) throw invalid_input("Invalid parameter : " + what);
}

/// AWS: "you can't create a health check for which the IP address is in local, private,
/// non-routable, or multicast ranges".
bool is_public(const IpAddress& address) {
  constexpr std::string_view kNotPublic[] = {
      "0.0.0.0/8",     "10.0.0.0/8",     "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
      "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3",   "::/128",      "::1/128",
      "fc00::/7",      "fe80::/10",      "ff00::/8"};
  return std::ranges::none_of(
      kNotPublic, [&](std::string_view block) { return IpBlock::parse(block)->contains(address); });
}

void check_endpoint(HealthCheckConfig& config) {
  const bool is_tcp = config.Type == "TCP";
  const bool is_search = config.Type == "HTTP_STR_MATCH" || config.Type == "HTTPS_STR_MATCH";
  const bool is_tls = config.Type == "HTTPS" || config.Type == "HTTPS_STR_MATCH";
  require(config.IPAddress || config.FullyQualifiedDomainName,
          "An IPAddress or a FullyQualifiedDomainName must be specified.");
  if (config.IPAddress) {
    const auto address = IpAddress::parse(*config.IPAddress);
    require(address.has_value(), "The IP address " + *config.IPAddress + " is not valid.");
    require(is_public(*address), "The IP address " + *config.IPAddress +
                                     " is in a local, private, nonroutable, or multicast range.");
  }
  require(!is_tcp || config.Port, "Port must be specified for TCP health checks.");
  require(!is_tcp || !config.ResourcePath, "ResourcePath is not valid for TCP health checks.");
  require(
      is_search == config.SearchString.has_value(),
      is_search ? "SearchString must be specified." : "SearchString is not valid for this type.");
  require(!config.SearchString || !config.SearchString->empty(), "SearchString is empty.");
  require(!config.HealthThreshold && !config.ChildHealthChecks,
          "HealthThreshold and ChildHealthChecks are for calculated health checks.");
  require(!config.AlarmIdentifier && !config.InsufficientDataHealthStatus,
          "AlarmIdentifier and InsufficientDataHealthStatus are for CLOUDWATCH_METRIC.");
  const std::int32_t interval = config.RequestInterval.value_or(30);
  require(interval == 10 || interval == 30, "RequestInterval must be 10 or 30.");
  config.RequestInterval = interval;
  if (!config.FailureThreshold) config.FailureThreshold = 3;
  if (!config.Port) config.Port = is_tls ? 443 : 80;
  if (!config.MeasureLatency) config.MeasureLatency = false;
  if (!config.EnableSNI) config.EnableSNI = is_tls;
}

void refuse_endpoint_settings(const HealthCheckConfig& config) {
  require(!config.IPAddress && !config.FullyQualifiedDomainName && !config.Port &&
              !config.ResourcePath && !config.SearchString && !config.RequestInterval &&
              !config.FailureThreshold && !config.EnableSNI && !config.Regions,
          "Settings of an endpoint are not valid for health checks of type " + *config.Type + ".");
}

void check_calculated(Context& context, const HealthCheckConfig& config) {
  refuse_endpoint_settings(config);
  require(!config.AlarmIdentifier && !config.InsufficientDataHealthStatus,
          "AlarmIdentifier and InsufficientDataHealthStatus are for CLOUDWATCH_METRIC.");
  require(config.HealthThreshold.has_value(), "HealthThreshold must be specified.");
  for (const auto& id : api::each(config.ChildHealthChecks)) {
    const auto* child = context.state.health_checks.find(id);
    require(child != nullptr, "The child health check " + id + " does not exist.");
    // AWS: "Calculated health checks can't monitor the health of other calculated health checks".
    require(!is_calculated(*child->check.HealthCheckConfig),
            "The child health check " + id + " is a calculated health check.");
  }
}

void check_alarm_based(Context& context, HealthCheckConfig& config) {
  refuse_endpoint_settings(config);
  require(!config.HealthThreshold && !config.ChildHealthChecks,
          "HealthThreshold and ChildHealthChecks are for calculated health checks.");
  require(config.AlarmIdentifier.has_value(), "AlarmIdentifier must be specified.");
  if (!config.InsufficientDataHealthStatus) {
    config.InsufficientDataHealthStatus = "LastKnownStatus";
  }
  static_cast<void>(alarm_configuration(context, config));
}

}  // namespace

bool is_calculated(const HealthCheckConfig& config) { return config.Type == "CALCULATED"; }

bool is_alarm_based(const HealthCheckConfig& config) { return config.Type == "CLOUDWATCH_METRIC"; }

void check_and_complete(Context& context, HealthCheckConfig& config) {
  if (config.Type == "RECOVERY_CONTROL" || config.RoutingControlArn) {
    throw dispatch::not_implemented("Health checks of type RECOVERY_CONTROL");
  }
  if (is_calculated(config)) {
    check_calculated(context, config);
  } else if (is_alarm_based(config)) {
    check_alarm_based(context, config);
  } else {
    check_endpoint(config);
  }
  if (!config.Inverted) config.Inverted = false;
  if (!config.Disabled) config.Disabled = false;
}

api::route53::CloudWatchAlarmConfiguration alarm_configuration(Context& context,
                                                               const HealthCheckConfig& config) {
  const auto& identifier = *config.AlarmIdentifier;
  const auto described = context.try_call_in<api::cloudwatch::DescribeAlarms>(
      *identifier.Region, {.AlarmNames = {{*identifier.Name}}});
  const bool is_there = described && !api::each(described->MetricAlarms).empty();
  require(is_there, "The alarm " + *identifier.Name + " does not exist in " + *identifier.Region +
                        ", or is not a metric alarm.");
  const auto& alarm = described->MetricAlarms->front();
  // AWS: "Route 53 doesn't support alarms that are based on metric math", nor extended statistics.
  require(alarm.MetricName && alarm.Statistic,
          "The alarm " + *identifier.Name + " uses metric math or an extended statistic.");
  api::route53::CloudWatchAlarmConfiguration shown{.EvaluationPeriods = alarm.EvaluationPeriods,
                                                   .Threshold = alarm.Threshold,
                                                   .ComparisonOperator = alarm.ComparisonOperator,
                                                   .Period = alarm.Period,
                                                   .MetricName = alarm.MetricName,
                                                   .Namespace = alarm.Namespace,
                                                   .Statistic = alarm.Statistic};
  for (const auto& dimension : api::each(alarm.Dimensions)) {
    if (!shown.Dimensions) shown.Dimensions.emplace();
    shown.Dimensions->push_back({.Name = dimension.Name, .Value = dimension.Value});
  }
  return shown;
}

}  // namespace fallstreak::services::route53
