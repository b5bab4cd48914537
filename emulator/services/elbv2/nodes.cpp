#include "services/elbv2/nodes.h"

#include <algorithm>

#include "api/ec2/addresses.h"
#include "api/ec2/network_interfaces.h"
#include "api/ec2/subnets.h"
#include "dispatch/service_role.h"
#include "services/elbv2/errors.h"
#include "services/elbv2/timing.h"

namespace fallstreak::services::elbv2 {
namespace {

using api::elbv2::AvailabilityZone;

dispatch::ServiceRole role_for(const api::elbv2::LoadBalancer& load_balancer) {
  dispatch::ServiceRole role{.id = "amazon-elb"};
  if (load_balancer.Type == "network") role.interface_type = "network_load_balancer";
  return role;
}

/// `ELB app/web/50dc6c495c0c9188`
std::string description_of(const api::elbv2::LoadBalancer& load_balancer) {
  constexpr std::string_view kKind = ":loadbalancer/";
  const std::string& arn = *load_balancer.LoadBalancerArn;
  return "ELB " + arn.substr(arn.find(kKind) + kKind.size());
}

const api::elbv2::LoadBalancerAddress* static_address(const AvailabilityZone& zone) {
  const auto addresses = api::each(zone.LoadBalancerAddresses);
  return addresses.empty() ? nullptr : &addresses.front();
}

/// AWS: each subnet needs at least eight free addresses, so that the load balancer can scale; not
/// where its address is given.
void check_room(Context& context, const std::string& subnet_id) {
  constexpr std::int32_t kFreeAddresses = 8;
  const auto described = context.call<api::ec2::DescribeSubnets>({.SubnetIds = {{subnet_id}}});
  if (*described.Subnets->front().AvailableIpAddressCount < kFreeAddresses) {
    throw invalid_subnet_without_room(subnet_id);
  }
}

std::string make_interface(Context& context, const api::elbv2::LoadBalancer& load_balancer,
                           const AvailabilityZone& zone) {
  api::ec2::CreateNetworkInterfaceRequest request{.SubnetId = zone.SubnetId,
                                                  .Description = description_of(load_balancer),
                                                  .Groups = load_balancer.SecurityGroups};
  const auto* address = static_address(zone);
  if (address != nullptr && address->PrivateIPv4Address) {
    request.PrivateIpAddress = address->PrivateIPv4Address;
  } else {
    check_room(context, *zone.SubnetId);
  }
  auto made = dispatch::try_call_as<api::ec2::CreateNetworkInterface>(
      context, role_for(load_balancer), request);
  if (made) return *made->NetworkInterface->NetworkInterfaceId;
  if (!request.PrivateIpAddress) throw std::move(made.error());
  throw private_address_not_available(*request.PrivateIpAddress, *zone.SubnetId);
}

NodeRecord make_node(Context& context, const api::elbv2::LoadBalancer& load_balancer,
                     const AvailabilityZone& zone) {
  NodeRecord node{.zone = *zone.ZoneName,
                  .subnet_id = *zone.SubnetId,
                  .interface_id = make_interface(context, load_balancer, zone)};
  const auto* address = static_address(zone);
  if (has_public_ipv4(load_balancer)) {
    api::ec2::AssociateAddressRequest request{.NetworkInterfaceId = node.interface_id};
    if (address != nullptr) request.AllocationId = address->AllocationId;
    const auto associated = dispatch::try_call_as<api::ec2::AssociateAddress>(
        context, role_for(load_balancer), request);
    // Whoever named no address of its own hears what EC2 says.
    if (!associated) throw request.AllocationId ? allocation_id_in_use() : associated.error();
  }
  const auto described = context.call<api::ec2::DescribeNetworkInterfaces>(
      {.NetworkInterfaceIds = {{node.interface_id}}});
  const auto& interface = described.NetworkInterfaces->front();
  node.zone_id = interface.AvailabilityZoneId.value_or("");
  node.ip_address =
      interface.Association ? *interface.Association->PublicIp : *interface.PrivateIpAddress;
  return node;
}

void remove_interface(Context& context, const std::string& id) {
  const dispatch::ServiceRole role{.id = "amazon-elb"};
  const auto removed = dispatch::try_call_as<api::ec2::DeleteNetworkInterface>(
      context, role, {.NetworkInterfaceId = id});
  if (removed || removed.error().code == "InvalidNetworkInterfaceID.NotFound") return;
  // Chosen: what EC2 refuses, as under an injected fault, is tried again; nobody else could.
  context.schedule_periodic(kInterfaceRetry, "interface-left", id);
}

/// AWS: a node has one address of its subnet's IPv6 block, or the one that was wanted.
void assign_ipv6(Context& context, const LoadBalancerRecord& record, NodeRecord& node) {
  api::ec2::AssignIpv6AddressesRequest request{.NetworkInterfaceId = node.interface_id};
  const auto zones = api::each(record.load_balancer.AvailabilityZones);
  const auto zone = std::ranges::find(zones, node.subnet_id, &AvailabilityZone::SubnetId);
  const auto* address = zone == zones.end() ? nullptr : static_address(*zone);
  if (address != nullptr && address->IPv6Address) {
    request.Ipv6Addresses = {{*address->IPv6Address}};
  } else {
    request.Ipv6AddressCount = 1;
  }
  auto assigned = dispatch::try_call_as<api::ec2::AssignIpv6Addresses>(
      context, role_for(record.load_balancer), request);
  if (assigned) {
    node.ipv6_address = assigned->AssignedIpv6Addresses->front();
    return;
  }
  if (!request.Ipv6Addresses) throw std::move(assigned.error());
  throw ipv6_address_not_available(*address->IPv6Address, node.subnet_id);
}

void set_ipv6(Context& context, LoadBalancerRecord& record) {
  const bool is_wanted = record.load_balancer.IpAddressType != "ipv4";
  for (auto& node : record.nodes) {
    if (is_wanted == !node.ipv6_address.empty()) continue;
    if (is_wanted) {
      assign_ipv6(context, record, node);
      continue;
    }
    dispatch::call_as<api::ec2::UnassignIpv6Addresses>(
        context, role_for(record.load_balancer),
        {.NetworkInterfaceId = node.interface_id, .Ipv6Addresses = {{node.ipv6_address}}});
    node.ipv6_address.clear();
  }
}

}  // namespace

bool has_public_ipv4(const api::elbv2::LoadBalancer& load_balancer) {
  return load_balancer.Scheme == "internet-facing" &&
         load_balancer.IpAddressType != "dualstack-without-public-ipv4";
}

void change_address_type(Context& context, LoadBalancerRecord& record,
                         const std::string& ip_address_type) {
  auto& load_balancer = record.load_balancer;
  const bool was_public = has_public_ipv4(load_balancer);
  load_balancer.IpAddressType = ip_address_type;
  if (ip_address_type == "ipv4") {
    for (auto& zone : *load_balancer.AvailabilityZones) {
      auto& addresses = *zone.LoadBalancerAddresses;
      for (auto& address : addresses) address.IPv6Address.reset();
      std::erase(addresses, api::elbv2::LoadBalancerAddress());
    }
  }
  if (was_public != has_public_ipv4(load_balancer)) {
    remove_nodes(context, record);
    record.nodes.clear();
  }
  set_nodes(context, record);
}

void set_nodes(Context& context, LoadBalancerRecord& record) {
  const auto zones = api::each(record.load_balancer.AvailabilityZones);
  std::vector<NodeRecord> kept;
  for (const auto& node : record.nodes) {
    const auto zone = std::ranges::find(zones, node.subnet_id, &AvailabilityZone::SubnetId);
    if (zone != zones.end()) {
      kept.push_back(node);
    } else {
      remove_interface(context, node.interface_id);
    }
  }
  record.nodes.clear();
  for (const auto& zone : zones) {
    const auto known = std::ranges::find(kept, *zone.SubnetId, &NodeRecord::subnet_id);
    record.nodes.push_back(known != kept.end() ? *known
                                               : make_node(context, record.load_balancer, zone));
  }
  set_ipv6(context, record);
}

void remove_nodes(Context& context, const LoadBalancerRecord& record) {
  for (const auto& node : record.nodes) remove_interface(context, node.interface_id);
}

void set_node_groups(Context& context, const LoadBalancerRecord& record) {
  for (const auto& node : record.nodes) {
    dispatch::call_as<api::ec2::ModifyNetworkInterfaceAttribute>(
        context, role_for(record.load_balancer),
        {.NetworkInterfaceId = node.interface_id, .Groups = record.load_balancer.SecurityGroups});
  }
}

void on_interface_left(Context& context, const world::Event& event) {
  remove_interface(context, event.entity);
}

}  // namespace fallstreak::services::elbv2
