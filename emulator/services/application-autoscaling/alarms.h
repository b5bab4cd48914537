#pragma once

#include <string>
#include <vector>

#include "services/application-autoscaling/state.h"

/// The alarms of target tracking policies.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html
namespace fallstreak::services::application_autoscaling {

/// AWS: two consecutive minutes over the target scale out, fifteen at twenty points below it scale
/// in; two alarms watch for capacity that somebody else changed.
constexpr std::int32_t kHighPeriods = 2;
constexpr std::int32_t kLowPeriods = 15;
constexpr double kLowPoints = 20;

/// Makes a policy's alarms for what is provisioned now, or changes those it has.
std::vector<api::application_autoscaling::Alarm> put_alarms(
    Context& context, const api::application_autoscaling::ScalingPolicy& policy);
void delete_alarms(Context& context, const api::application_autoscaling::ScalingPolicy& policy);
/// Changes the alarms of all policies of a target, because its capacity has changed.
void renew_alarms(Context& context, const std::string& target);

/// Which of a policy's alarms it is, by AWS's names.
enum class Side { high, low, provisioned };
Side side_of(const std::string& alarm_name);

}  // namespace fallstreak::services::application_autoscaling
