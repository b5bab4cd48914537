#pragma once

#include <string>
#include <string_view>

#include "services/elbv2/state.h"

/// Load balancers as what a zonal shift moves traffic of.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/zonal-shift.html
namespace fallstreak::services::elbv2 {

/// Says that a load balancer's traffic can be shifted while it is active and its attribute allows
/// it, and with which zones. To be called when one of these has changed.
void register_for_shifts(Context& context, const LoadBalancerRecord& record);
void unregister_from_shifts(Context& context, const std::string& load_balancer_arn);

/// Throws AWS's error when a load balancer cannot have the attribute that allows zonal shifts.
void check_shifts_allowed(const Context& context, const LoadBalancerRecord& record,
                          const Attributes& attributes);

/// What the targets of a group are told of zonal shifts.
api::elbv2::AdministrativeOverride override_of(std::string_view shifted_zone,
                                               std::string_view target_zone, bool is_cross_zone);
/// The zone that the group's load balancer shifts traffic away from; empty when there is none.
std::string_view shifted_zone_of(Context& context, const TargetGroupRecord& group);

}  // namespace fallstreak::services::elbv2
