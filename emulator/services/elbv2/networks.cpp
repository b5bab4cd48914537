#include <algorithm>
#include <set>

#include "services/elbv2/dns_names.h"
#include "services/elbv2/errors.h"
#include "services/elbv2/handlers.h"
#include "services/elbv2/health_checks.h"
#include "services/elbv2/lookup.h"
#include "services/elbv2/metrics.h"
#include "services/elbv2/nodes.h"
#include "services/elbv2/paths.h"
#include "services/elbv2/placement.h"
#include "services/elbv2/shifts.h"

/// What can be changed about where a load balancer is and who reaches it.
namespace fallstreak::services::elbv2 {
namespace {

using api::elbv2::AvailabilityZone;
using Zones = std::vector<AvailabilityZone>;

const AvailabilityZone* zone_named(const Zones& zones, const std::string& name) {
  const auto found = std::ranges::find(zones, name, &AvailabilityZone::ZoneName);
  return found == zones.end() ? nullptr : &*found;
}

/// AWS: a Network Load Balancer keeps the subnet and the address that it has in a zone; to change
/// them, the zone is removed first and added again. Chosen: so does one that names the zone without
/// its address.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/availability-zones.html
void keep_network_zones(const Zones& before, Zones& after) {
  for (auto& zone : after) {
    const auto* known = zone_named(before, *zone.ZoneName);
    if (known == nullptr) continue;
    if (known->SubnetId != zone.SubnetId) throw subnet_change_not_supported(*zone.ZoneName);
    if (api::each(zone.LoadBalancerAddresses).empty()) {
      zone.LoadBalancerAddresses = known->LoadBalancerAddresses;
    }
    if (known->LoadBalancerAddresses != zone.LoadBalancerAddresses) {
      throw subnet_change_not_supported(*zone.ZoneName);
    }
  }
}

/// AWS: a load balancer with targets of IPv6 keeps its addresses of IPv6.
void check_ipv6_targets(const Context& context, const LoadBalancerRecord& record,
                        std::string_view ip_address_type) {
  if (ip_address_type != "ipv4") return;
  for (const auto& arn : groups_of(context, *record.load_balancer.LoadBalancerArn)) {
    const auto* group = context.state.target_groups.find(arn);
    if (group != nullptr && group->target_group.IpAddressType == "ipv6") {
      throw ipv6_targets_need_dualstack(arn);
    }
  }
}

/// The zones that only one of them has.
std::set<std::string> changed_zones(const Zones& before, const Zones& after) {
  std::set<std::string> changed;
  for (const auto& zone : before) {
    if (zone_named(after, *zone.ZoneName) == nullptr) changed.insert(*zone.ZoneName);
  }
  for (const auto& zone : after) {
    if (zone_named(before, *zone.ZoneName) == nullptr) changed.insert(*zone.ZoneName);
  }
  return changed;
}

/// Targets in a zone that is enabled are checked from now on, those in one that no longer is are
/// unused.
void restart_checks_in(Context& context, const std::string& load_balancer_arn,
                       const std::set<std::string>& zones) {
  for (const auto& group_arn : groups_of(context, load_balancer_arn)) {
    const TargetGroupRecord* group = context.state.target_groups.find(group_arn);
    if (group == nullptr) continue;
    std::vector<std::string> keys;
    for (const auto& [key, target] : context.state.targets.range(targets_prefix(group_arn))) {
      if (!target.draining_until && zones.contains(target.zone)) keys.push_back(key);
    }
    for (const auto& key : keys) start_checks(context, *group, key);
    count_hosts(context, group_arn);
  }
}

}  // namespace

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSubnets.html
api::elbv2::SetSubnetsOutput set_subnets(Context& context,
                                         const api::elbv2::SetSubnetsInput& request) {
  const std::string& arn = *request.LoadBalancerArn;
  LoadBalancerRecord record = find_load_balancer(context, arn);
  auto& load_balancer = record.load_balancer;
  Placement placement = place(
      context, {.type = *load_balancer.Type,
                .scheme = *load_balancer.Scheme,
                .subnets = request.Subnets,
                .mappings = request.SubnetMappings,
                .ip_address_type = request.IpAddressType.value_or(*load_balancer.IpAddressType)});
  if (placement.vpc_id != load_balancer.VpcId) {
    throw subnets_of_several_vpcs(*load_balancer.VpcId);
  }
  const Zones before = *load_balancer.AvailabilityZones;
  if (load_balancer.Type == "network") keep_network_zones(before, placement.zones);
  if (request.IpAddressType) check_ipv6_targets(context, record, *request.IpAddressType);
  load_balancer.AvailabilityZones = std::move(placement.zones);
  change_address_type(context, record,
                      request.IpAddressType.value_or(*load_balancer.IpAddressType));
  context.state.load_balancers.put(arn, record);
  register_for_shifts(context, record);
  // Chosen: at once; AWS speaks of up to three minutes until a removed zone is gone.
  if (load_balancer.State->Code == "active") {
    publish_nodes(context, record);
    tell_path_nodes(context, record);
    restart_checks_in(context, arn, changed_zones(before, *load_balancer.AvailabilityZones));
  }
  return {.AvailabilityZones = load_balancer.AvailabilityZones,
          .IpAddressType = load_balancer.IpAddressType};
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSecurityGroups.html
api::elbv2::SetSecurityGroupsOutput set_security_groups(
    Context& context, const api::elbv2::SetSecurityGroupsInput& request) {
  const std::string& arn = *request.LoadBalancerArn;
  LoadBalancerRecord record = find_load_balancer(context, arn);
  auto& load_balancer = record.load_balancer;
  const bool is_network = load_balancer.Type == "network";
  // AWS: not "unless you specified a security group for the load balancer when you created it".
  if (is_network && !load_balancer.SecurityGroups) throw security_groups_not_supported(arn);
  const auto& enforce = request.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic;
  if (enforce && !is_network) throw private_link_not_supported(*load_balancer.Type);
  if (request.SecurityGroups->empty()) throw invalid_security_group();
  load_balancer.SecurityGroups =
      checked_security_groups(context, *request.SecurityGroups, *load_balancer.VpcId);
  if (enforce) load_balancer.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic = enforce;
  set_node_groups(context, record);
  context.state.load_balancers.put(arn, record);
  return {.SecurityGroupIds = load_balancer.SecurityGroups,
          .EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic =
              load_balancer.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic};
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetIpAddressType.html
api::elbv2::SetIpAddressTypeOutput set_ip_address_type(
    Context& context, const api::elbv2::SetIpAddressTypeInput& request) {
  LoadBalancerRecord record = find_load_balancer(context, *request.LoadBalancerArn);
  const auto& load_balancer = record.load_balancer;
  check_ip_address_type(context, *request.IpAddressType, *load_balancer.Type, *load_balancer.Scheme,
                        *load_balancer.AvailabilityZones);
  check_ipv6_targets(context, record, *request.IpAddressType);
  change_address_type(context, record, *request.IpAddressType);
  context.state.load_balancers.put(*request.LoadBalancerArn, record);
  // Chosen: at once.
  if (load_balancer.State->Code == "active") {
    publish_nodes(context, record);
    tell_path_nodes(context, record);
  }
  return {.IpAddressType = request.IpAddressType};
}

}  // namespace fallstreak::services::elbv2
