#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "services/autoscaling/state.h"

namespace fallstreak::services::autoscaling {

/// Marks the instances in service that EC2 or the load balancer finds unhealthy. True when there was
/// none that could be, so that only a change of something can make another look find one.
/// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-health-checks.html
bool check_health(Context& context, const std::string& group_name);

/// Of the group's targets those that no load balancer has found healthy yet, or any more.
std::set<std::string> targets_not_healthy(Context& context, const GroupRecord& group);

/// Whether the group heeds its load balancers' health checks: HealthCheckType has ELB.
bool heeds_load_balancers(const GroupRecord& group);

/// The number of a launch template's version; 0 when the text is none.
std::int64_t version_number(const std::string& version);

}  // namespace fallstreak::services::autoscaling
