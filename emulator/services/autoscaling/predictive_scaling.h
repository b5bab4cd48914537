#pragma once

#include <string>

#include "services/autoscaling/state.h"

/// Predictive scaling: a forecast every six hours, and a look at it at every hour.
/// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-predictive-scaling.html
namespace fallstreak::services::autoscaling {

/// A policy was put: its forecast is made anew, and its hours begin. Throws a validation error when
/// its metrics cannot be calculated.
void start_forecasts(Context& context, const std::string& policy_key);

/// What the forecasts of a group's policies that scale want to have now: no dynamic policy shrinks
/// the group below it.
std::int32_t predicted_floor(const Context& context, const std::string& group_name);

void on_forecast_update(Context& context, const world::Event& event);
void on_forecast_hour(Context& context, const world::Event& event);

}  // namespace fallstreak::services::autoscaling
