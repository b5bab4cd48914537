#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/elbv2/state.h"

/// What load balancers publish in CloudWatch: how many targets are healthy, and what traffic passes
/// through them.
///
/// Traffic somebody must count: load balancers that serve, a simulation or a test, each what it
/// knows (dispatch/traffic.h). What none of them can know is not published:
/// RejectedConnectionCount and PortAllocationErrorCount, because no limit of AWS's machines is
/// modelled; SecurityGroupBlockedFlowCount_*, because nothing listens for those whom no rule lets
/// in; what is counted in packets or with their headers (of a Network Load Balancer ProcessedBytes,
/// ProcessedPackets, PeakPacketsPerSecond and so ConsumedLCUs); RejectedFlowCount, because AWS does
/// not say which flows it rejects; PeakLCUs, because AWS does not say of which moment;
/// StandardProcessedBytes, which AWS does not describe; RequestCountPerTarget of a zone, because
/// AWS does not say which targets count where nodes reach those of every zone; and what belongs to
/// features that are absent: BYoIPUtilPercentage, HTTP_Redirect_Url_Limit_Exceeded_Count, Lambda*,
/// LowReputation*, TargetControl*, *_UDP and *_QUIC.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html
namespace fallstreak::services::elbv2 {

using MetricDimensions = std::vector<std::pair<std::string, std::string>>;

/// AWS: dimensions hold the end of the ARN: `app/web/50dc6c495c0c9188`, `targetgroup/web/73e2...`.
std::string dimension_of(std::string_view arn);

/// Counts the healthy and the unhealthy targets of a group again, of all and of the one zone; of
/// each zone when it is empty. What follows is told too: which zones have enough of them.
void count_hosts(Context& context, const std::string& target_group_arn, std::string_view zone = {});
/// How many of a group's targets are healthy.
double healthy_hosts(const Context& context, const std::string& target_group_arn);

/// What a load balancer has reserved is told from now on: `units`, or nothing when it is 0.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/monitor-capacity-unit-reservation.html
void hold_reserved_units(Context& context, const std::string& load_balancer_arn,
                         std::int32_t units);

/// A load balancer is active: its traffic is published from now on.
void start_traffic_metrics(Context& context);
/// The end of a minute: asks what passed, and publishes it.
void on_metrics_due(Context& context, const world::Event& event);

}  // namespace fallstreak::services::elbv2
