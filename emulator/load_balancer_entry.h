#pragma once

#include <map>
#include <string>
#include <vector>

#include "api/ec2/security_groups.h"
#include "api/elbv2/load_balancers.h"
#include "client/transport.h"
#include "cloud.h"
#include "dispatch/target_paths.h"

/// What decides where clients get into a load balancer, and its requests to targets: for those who
/// simulate clients and for those who serve them. No operation of AWS says what reaches a target,
/// so that alone is asked of the world.
namespace fallstreak {

/// The name of the zone that the traffic of a load balancer is shifted away from; empty when it is
/// not, or nobody can say.
std::string shifted_zone(client::Transport& transport, const std::string& load_balancer_arn);

/// The names of the zones to whose nodes nobody gets from the internet, because the account blocks
/// public access to its VPCs. None of an internal load balancer: nothing comes to it from there.
Outcome<std::vector<std::string>> blocked_zones(client::Transport& transport,
                                                const api::elbv2::LoadBalancer& load_balancer);

/// All rules of these security groups.
Outcome<std::vector<api::ec2::SecurityGroupRule>> rules_of_groups(
    client::Transport& transport, const std::vector<std::string>& group_ids);

/// The targets of a group that not all requests of its load balancer reach, by `<id>:<port>`.
std::map<std::string, dispatch::StoppedPath> stopped_paths(Cloud& cloud,
                                                           const std::string& target_group_arn);

}  // namespace fallstreak
