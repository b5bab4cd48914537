#pragma once

#include <string>
#include <string_view>

#include "dispatch/context.h"

/// How Auto Scaling learns that EC2 recommends to replace a Spot Instance: an event, because AWS's
/// own services have no operation for it. Users learn of it from EventBridge and the instance's
/// metadata.
namespace fallstreak::dispatch {

/// The event's entity is the instance.
constexpr std::string_view kRebalanceRecommendationEvent = "autoscaling.rebalance-recommendation";

void recommend_rebalance(ContextBase& context, const std::string& instance_id);

}  // namespace fallstreak::dispatch
