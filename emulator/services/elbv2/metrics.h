#pragma once

#include <string>
#include <string_view>

#include "services/elbv2/state.h"

/// What load balancers publish in CloudWatch.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
namespace fallstreak::services::elbv2 {

/// Counts the healthy and the unhealthy targets of a group again, of all and of the one zone; of
/// each zone when it is empty.
void count_hosts(Context& context, const std::string& target_group_arn, std::string_view zone = {});

/// A load balancer is active: its traffic is published from now on.
void start_traffic_metrics(Context& context);
/// The end of a minute: asks what passed, and publishes it.
void on_metrics_due(Context& context, const world::Event& event);

}  // namespace fallstreak::services::elbv2
