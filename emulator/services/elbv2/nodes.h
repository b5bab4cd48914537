#pragma once

#include <string>
#include <vector>

#include "services/elbv2/state.h"

/// The nodes of load balancers: one in each zone, with a network interface in the zone's subnet.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html
namespace fallstreak::services::elbv2 {

/// Makes a node for each zone that has none yet, and removes those of other zones or subnets.
/// Throws AWS's error when a subnet has no room, or an address cannot be had.
void set_nodes(Context& context, LoadBalancerRecord& record);
void remove_nodes(Context& context, const LoadBalancerRecord& record);
/// Clients reach the nodes by other addresses from now on. A node whose address of IPv4 becomes
/// public or private is made anew.
void change_address_type(Context& context, LoadBalancerRecord& record,
                         const std::string& ip_address_type);
/// Whether clients come by public addresses of IPv4.
bool has_public_ipv4(const api::elbv2::LoadBalancer& load_balancer);
/// The interfaces follow the load balancer's security groups.
void set_node_groups(Context& context, const LoadBalancerRecord& record);

/// Tries again to remove an interface that EC2 did not remove.
void on_interface_left(Context& context, const world::Event& event);

}  // namespace fallstreak::services::elbv2
