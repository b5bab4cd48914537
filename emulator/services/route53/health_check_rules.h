#pragma once

#include <string>

#include "services/route53/state.h"

/// What a health check's settings must be, and what AWS fills in.
/// https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
namespace fallstreak::services::route53 {

using api::route53::HealthCheckConfig;

bool is_calculated(const HealthCheckConfig& config);
bool is_alarm_based(const HealthCheckConfig& config);
inline bool is_endpoint(const HealthCheckConfig& config) {
  return !is_calculated(config) && !is_alarm_based(config);
}

/// Throws InvalidInput for settings that do not belong together, 501 for kinds that are not
/// implemented; fills in AWS's defaults.
void check_and_complete(Context& context, HealthCheckConfig& config);

/// The alarm that an alarm-based check follows, as the check shows it.
api::route53::CloudWatchAlarmConfiguration alarm_configuration(Context& context,
                                                               const HealthCheckConfig& config);

}  // namespace fallstreak::services::route53
