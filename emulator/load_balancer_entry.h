#pragma once

#include <string>
#include <vector>

#include "api/ec2/security_groups.h"
#include "client/transport.h"

/// What decides where clients get into a load balancer, as its users can read it through the APIs:
/// for those who simulate clients and for those who serve them.
namespace fallstreak {

/// The name of the zone that the traffic of a load balancer is shifted away from; empty when it is
/// not, or nobody can say.
std::string shifted_zone(client::Transport& transport, const std::string& load_balancer_arn);

/// All rules of these security groups.
Outcome<std::vector<api::ec2::SecurityGroupRule>> rules_of_groups(
    client::Transport& transport, const std::vector<std::string>& group_ids);

}  // namespace fallstreak
