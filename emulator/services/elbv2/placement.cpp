#include "services/elbv2/placement.h"

#include <algorithm>
#include <set>

#include "api/ec2/addresses.h"
#include "api/ec2/security_groups.h"
#include "api/ec2/subnets.h"
#include "services/elbv2/errors.h"

namespace fallstreak::services::elbv2 {
namespace {

using api::elbv2::SubnetMapping;

/// A request's subnets, whichever way it names them.
std::vector<SubnetMapping> wanted_subnets(const WantedPlacement& wanted) {
  const auto ids = api::each(wanted.subnets);
  const auto mappings = api::each(wanted.mappings);
  if (!ids.empty() && !mappings.empty()) throw subnets_and_mappings();
  std::vector<SubnetMapping> all(mappings.begin(), mappings.end());
  for (const auto& id : ids) all.push_back({.SubnetId = id});
  if (all.empty()) throw validation_error("At least one subnet must be specified");
  for (const auto& mapping : all) {
    if (!mapping.SubnetId) throw validation_error("A subnet mapping must specify a subnet");
  }
  return all;
}

/// AWS: one elastic address a subnet for Network Load Balancers that face the internet, one private
/// address for internal ones.
void check_static_addresses(const WantedPlacement& wanted, const SubnetMapping& mapping) {
  const bool is_internal = wanted.scheme == "internal";
  if (mapping.AllocationId && (wanted.type != "network" || is_internal)) {
    throw static_address_not_supported("Elastic IP addresses", wanted.type, wanted.scheme);
  }
  if (mapping.PrivateIPv4Address && (wanted.type != "network" || !is_internal)) {
    throw static_address_not_supported("Private IPv4 addresses", wanted.type, wanted.scheme);
  }
  if (mapping.IPv6Address && (wanted.type != "network" || wanted.ip_address_type == "ipv4")) {
    throw static_address_not_supported("IPv6 addresses", wanted.type, wanted.scheme);
  }
}

api::ec2::Subnet describe_subnet(Context& context, const std::string& id) {
  // One by one, because AWS's error names the subnet.
  auto described = context.try_call<api::ec2::DescribeSubnets>({.SubnetIds = {{id}}});
  if (!described) throw subnet_not_found(id);
  return std::move(described->Subnets->front());
}

api::elbv2::LoadBalancerAddress address_of(Context& context, const SubnetMapping& mapping) {
  api::elbv2::LoadBalancerAddress address{.PrivateIPv4Address = mapping.PrivateIPv4Address,
                                          .IPv6Address = mapping.IPv6Address};
  if (!mapping.AllocationId) return address;
  const std::string& id = *mapping.AllocationId;
  const auto described = context.try_call<api::ec2::DescribeAddresses>({.AllocationIds = {{id}}});
  if (!described) throw allocation_id_not_found(id);
  address.IpAddress = described->Addresses->front().PublicIp;
  address.AllocationId = id;
  return address;
}

}  // namespace

Placement place(Context& context, const WantedPlacement& wanted) {
  Placement placement;
  std::set<std::string> zone_names;
  for (const auto& mapping : wanted_subnets(wanted)) {
    check_static_addresses(wanted, mapping);
    const auto subnet = describe_subnet(context, *mapping.SubnetId);
    if (placement.vpc_id.empty()) placement.vpc_id = *subnet.VpcId;
    if (subnet.VpcId != placement.vpc_id) throw subnets_of_several_vpcs(placement.vpc_id);
    if (!zone_names.insert(*subnet.AvailabilityZone).second) throw several_subnets_in_a_zone();
    placement.zones.push_back({.ZoneName = subnet.AvailabilityZone,
                               .SubnetId = subnet.SubnetId,
                               .LoadBalancerAddresses = {{}}});
    if (mapping.AllocationId || mapping.PrivateIPv4Address || mapping.IPv6Address) {
      placement.zones.back().LoadBalancerAddresses->push_back(address_of(context, mapping));
    }
  }
  // AWS: an Application Load Balancer is in two zones or more; a Network Load Balancer may be in
  // one.
  if (wanted.type == "application" && zone_names.size() < 2) {
    throw validation_error(
        "At least two subnets in two different Availability Zones must be specified");
  }
  std::ranges::sort(placement.zones, {}, &api::elbv2::AvailabilityZone::ZoneName);
  check_ip_address_type(context, wanted.ip_address_type, wanted.type, wanted.scheme,
                        placement.zones);
  return placement;
}

void check_ip_address_type(Context& context, std::string_view ip_address_type,
                           std::string_view load_balancer_type, std::string_view scheme,
                           const std::vector<api::elbv2::AvailabilityZone>& zones) {
  if (ip_address_type == "ipv4") return;
  if (load_balancer_type == "network" && ip_address_type != "dualstack") {
    throw ip_address_type_not_supported(ip_address_type, load_balancer_type);
  }
  // AWS: "the load balancer must be an Internet-facing load balancer".
  if (ip_address_type == "dualstack-without-public-ipv4" && scheme != "internet-facing") {
    throw ip_address_type_not_internal(ip_address_type);
  }
  for (const auto& zone : zones) {
    const auto subnet = describe_subnet(context, *zone.SubnetId);
    if (api::each(subnet.Ipv6CidrBlockAssociationSet).empty()) {
      throw invalid_subnet_without_ipv6(*zone.SubnetId);
    }
  }
}

std::vector<std::string> checked_security_groups(Context& context,
                                                 const std::vector<std::string>& group_ids,
                                                 const std::string& vpc_id) {
  constexpr std::size_t kMostGroups = 5;  // AWS: of a network interface
  const auto described =
      context.try_call<api::ec2::DescribeSecurityGroups>({.GroupIds = group_ids});
  const bool is_valid =
      described && std::ranges::all_of(api::each(described->SecurityGroups),
                                       [&](const auto& group) { return group.VpcId == vpc_id; });
  if (!is_valid) throw invalid_security_group();
  if (std::set(group_ids.begin(), group_ids.end()).size() > kMostGroups) {
    throw too_many_security_groups(kMostGroups);
  }
  return group_ids;
}

std::vector<std::string> default_security_groups(Context& context, const std::string& vpc_id) {
  const auto described = context.call<api::ec2::DescribeSecurityGroups>(
      {.Filters = {{{.Name = "vpc-id", .Values = {{vpc_id}}},
                    {.Name = "group-name", .Values = {{"default"}}}}}});
  std::vector<std::string> ids;
  for (const auto& group : api::each(described.SecurityGroups)) ids.push_back(*group.GroupId);
  return ids;
}

}  // namespace fallstreak::services::elbv2
