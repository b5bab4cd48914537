#pragma once

#include <map>
#include <string>

#include "cloud.h"
#include "dataplane/alb/anomalies.h"

namespace fallstreak {

/// Tells a cloud which targets of a group its load balancers found to be anomalous, by id and port
/// (`i-0abc:80`); the group's others are not. DescribeTargetHealth shows it.
void report_anomalies(Cloud& cloud, const std::string& target_group_arn,
                      const std::map<std::string, dataplane::alb::TargetAnomaly>& targets);

}  // namespace fallstreak
