#pragma once

#include <map>
#include <string>
#include <string_view>

#include "provisioner/desired/stack.h"
#include "scenarios/language/scenario.h"

namespace fallstreak::scenarios {

/// The stack that a scenario's short `cloud` form stands for, as the provisioner wants it: a VPC
/// with a subnet per zone, security groups, a launch template, target group and Auto Scaling group
/// for each group, load balancers, tables: what of it is in one region. `certificates` has the ARNs
/// of those that load balancers there serve with, by name.
provisioner::Stack stack_of(const Scenario& scenario, const std::string& region,
                            const std::map<std::string, std::string>& certificates);

/// The physical names that the stack gives.
inline constexpr std::string_view kStackName = "shop";
std::string physical_name(std::string_view logical);
/// The logical name of the target group that holds a group's instances for a load balancer.
std::string target_group_of(std::string_view load_balancer, std::string_view group);

}  // namespace fallstreak::scenarios
