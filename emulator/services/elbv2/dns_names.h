#pragma once

#include <string>

#include "services/elbv2/actions.h"
#include "services/elbv2/state.h"

/// What the world's name servers know of load balancers: the addresses of their nodes, and whether
/// these can serve.
namespace fallstreak::services::elbv2 {

/// A new load balancer has its name at once, and nodes behind it when it is active.
void publish_name(Context& context, const api::elbv2::LoadBalancer& load_balancer);
void publish_nodes(Context& context, const LoadBalancerRecord& record);
void withdraw_name(Context& context, const api::elbv2::LoadBalancer& load_balancer);

/// Whether a load balancer's nodes send to targets of the group in other zones.
bool is_cross_zone(const LoadBalancerRecord& record, const TargetGroupRecord& group);

/// The target groups that the listeners and rules of a load balancer forward to.
ArnSet groups_of(const Context& context, const std::string& load_balancer_arn);

/// The health of targets changed: judges the nodes of the load balancer again.
/// https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html
void judge_nodes(Context& context, const LoadBalancerRecord& record);

}  // namespace fallstreak::services::elbv2
