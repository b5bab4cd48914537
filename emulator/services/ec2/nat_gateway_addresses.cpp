#include <algorithm>

#include "services/ec2/addresses.h"
#include "services/ec2/errors.h"
#include "services/ec2/nat_gateways.h"
#include "services/ec2/network_errors.h"
#include "services/ec2/network_interfaces.h"
#include "services/ec2/storage_errors.h"
#include "services/ec2/subnets.h"
#include "services/ec2/timing.h"

/// The addresses of a NAT gateway beside its first one.
/// https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-working-with.html#nat-gateway-edit-secondary
namespace fallstreak::services::ec2 {
namespace {

using Address = api::ec2::NatGatewayAddress;
using Texts = std::optional<std::vector<std::string>>;

/// AWS: eight private addresses, and as many elastic ones, once a quota of two is raised. Chosen:
/// that is not asked for.
constexpr std::size_t kMostAddresses = 8;

/// One for each that is named, or as many of any as `count` says.
std::vector<std::string> secondary_ips(const Texts& named,
                                       const std::optional<std::int32_t>& count) {
  if (named && count) {
    throw invalid_parameter_combination(
        "Private IP addresses and a count of them may not be specified on the same request");
  }
  if (named) return *named;
  const std::int32_t any = count.value_or(0);
  if (any < 0 || std::size_t(any) >= kMostAddresses) throw private_ip_address_limit_exceeded();
  return std::vector<std::string>(std::size_t(any));
}

/// An address for each allocation, at the private address that the request names for it.
std::vector<Address> public_addresses(const Context& context, const Texts& allocation_ids,
                                      const Texts& private_ips) {
  const auto ids = api::each(allocation_ids);
  const auto ips = api::each(private_ips);
  if (!ips.empty() && ips.size() != ids.size()) {
    throw invalid_parameter_combination(
        "There must be as many private IP addresses as there are allocation IDs");
  }
  std::vector<Address> addresses;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    find_allocation(context, ids[i]);
    Address& added = addresses.emplace_back();
    added.AllocationId = ids[i];
    if (!ips.empty()) added.PrivateIp = ips[i];
  }
  return addresses;
}

void check_count(std::size_t count) {
  if (count > kMostAddresses) throw private_ip_address_limit_exceeded();
}

/// A gateway that is there, of this kind.
const api::ec2::NatGateway& find_available(const Context& context, const std::string& id,
                                           std::string_view connectivity) {
  const auto& gateway = find_nat_gateway(context, id).gateway;
  if (gateway.State != "available") {
    throw incorrect_state("The NAT gateway '" + id + "' is '" + *gateway.State + "'");
  }
  if (gateway.ConnectivityType != connectivity) {
    throw invalid_parameter_value("The NAT gateway '" + id + "' is " + *gateway.ConnectivityType);
  }
  return gateway;
}

/// Gives the gateway's interface one more private address, and the elastic one that stands for it.
Address add_address(Context& context, const std::string& gateway_id, Address added) {
  const auto& first = find_nat_gateway(context, gateway_id).gateway.NatGatewayAddresses->front();
  const std::string interface_id = *first.NetworkInterfaceId;
  const std::string subnet_id = find_interface(context, interface_id).subnet_id;
  const std::string ip =
      allot_private_address(context, subnet_id, interface_id, added.PrivateIp.value_or(""));
  context.state.network_interfaces.update(
      interface_id, [&](NetworkInterfaceRecord& row) { row.addresses.push_back({.address = ip}); });
  added.NetworkInterfaceId = interface_id;
  added.PrivateIp = ip;
  added.IsPrimary = false;
  added.Status = added.AllocationId ? "associating" : "assigning";
  if (added.AllocationId) {
    const AddressRecord& allocation = find_allocation(context, *added.AllocationId);
    if (!allocation.association_id.empty()) {
      throw resource_already_associated("Elastic IP address " + allocation.allocation_id +
                                        " is already associated");
    }
    added.PublicIp = allocation.public_ip;
    added.AssociationId = associate(context, *added.AllocationId, interface_id, ip);
  }
  return added;
}

void change_later(Context& context, const std::string& gateway_id, const std::string& private_ip) {
  const Duration after = context.world().random().quantiles(gateway_id + "/ec2.nat-gateway-address",
                                                            timing::kNatGatewayAddress);
  context.schedule(after, "nat-gateway-address-changed", gateway_id, private_ip);
}

std::vector<Address> add_addresses(Context& context, const std::string& gateway_id,
                                   const std::vector<Address>& wanted) {
  check_count(find_nat_gateway(context, gateway_id).gateway.NatGatewayAddresses->size() +
              wanted.size());
  std::vector<Address> added;
  for (const Address& each : wanted) {
    const Address& made = added.emplace_back(add_address(context, gateway_id, each));
    context.state.nat_gateways.update(gateway_id, [&](NatGatewayRecord& row) {
      row.gateway.NatGatewayAddresses->push_back(made);
    });
    change_later(context, gateway_id, *made.PrivateIp);
  }
  return added;
}

/// Begins to take away the addresses whose `member` is one of these.
std::vector<Address> remove_addresses(Context& context, const std::string& gateway_id,
                                      std::optional<std::string> Address::*member,
                                      const std::vector<std::string>& named, const char* status) {
  std::vector<Address> removed;
  context.state.nat_gateways.update(gateway_id, [&](NatGatewayRecord& row) {
    auto& addresses = *row.gateway.NatGatewayAddresses;
    for (const auto& name : named) {
      const auto found = std::ranges::find(addresses, std::optional(name), member);
      // AWS: "You cannot unassign the primary private IPv4 address", nor its elastic one.
      if (found == addresses.end() || found->IsPrimary == true) {
        throw invalid_parameter_value("'" + name + "' is no secondary address of the NAT gateway " +
                                      gateway_id);
      }
      found->Status = status;
      removed.push_back(*found);
    }
  });
  for (const Address& each : removed) change_later(context, gateway_id, *each.PrivateIp);
  return removed;
}

void take_away(Context& context, const Address& address) {
  if (address.AllocationId) disassociate(context, *address.AllocationId);
  const std::string interface_id = *address.NetworkInterfaceId;
  release_private_address(context, find_interface(context, interface_id).subnet_id,
                          *address.PrivateIp);
  context.state.network_interfaces.update(interface_id, [&](NetworkInterfaceRecord& row) {
    std::erase_if(row.addresses,
                  [&](const auto& each) { return each.address == address.PrivateIp; });
  });
}

}  // namespace

std::vector<Address> secondary_addresses(const Context& context,
                                         const api::ec2::CreateNatGatewayRequest& request) {
  std::vector<Address> addresses;
  if (request.ConnectivityType == "private") {
    if (request.SecondaryAllocationIds) {
      throw invalid_parameter_combination(
          "The parameter SecondaryAllocationIds cannot be used with private connectivity");
    }
    for (const auto& ip : secondary_ips(request.SecondaryPrivateIpAddresses,
                                        request.SecondaryPrivateIpAddressCount)) {
      addresses.emplace_back().PrivateIp = ip;
    }
  } else {
    if (request.SecondaryPrivateIpAddressCount) {
      throw invalid_parameter_combination(
          "The parameter SecondaryPrivateIpAddressCount cannot be used with public connectivity");
    }
    addresses = public_addresses(context, request.SecondaryAllocationIds,
                                 request.SecondaryPrivateIpAddresses);
  }
  check_count(addresses.size() + 1);
  for (Address& each : addresses) each.IsPrimary = false;
  return addresses;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateNatGatewayAddress.html
api::ec2::AssociateNatGatewayAddressResult associate_nat_gateway_address(
    Context& context, const api::ec2::AssociateNatGatewayAddressRequest& request) {
  const std::string& id = *request.NatGatewayId;
  find_available(context, id, "public");
  const auto wanted = public_addresses(context, request.AllocationIds, request.PrivateIpAddresses);
  if (wanted.empty()) throw missing_parameter("allocationId");
  return {.NatGatewayId = id, .NatGatewayAddresses = add_addresses(context, id, wanted)};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssignPrivateNatGatewayAddress.html
api::ec2::AssignPrivateNatGatewayAddressResult assign_private_nat_gateway_address(
    Context& context, const api::ec2::AssignPrivateNatGatewayAddressRequest& request) {
  const std::string& id = *request.NatGatewayId;
  find_available(context, id, "private");
  std::vector<Address> wanted;
  for (const auto& ip : secondary_ips(request.PrivateIpAddresses, request.PrivateIpAddressCount)) {
    wanted.emplace_back().PrivateIp = ip;
  }
  if (wanted.empty()) throw missing_parameter("privateIpAddressCount");
  return {.NatGatewayId = id, .NatGatewayAddresses = add_addresses(context, id, wanted)};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateNatGatewayAddress.html
api::ec2::DisassociateNatGatewayAddressResult disassociate_nat_gateway_address(
    Context& context, const api::ec2::DisassociateNatGatewayAddressRequest& request) {
  const std::string& id = *request.NatGatewayId;
  find_available(context, id, "public");
  return {.NatGatewayId = id,
          .NatGatewayAddresses = remove_addresses(context, id, &Address::AssociationId,
                                                  *request.AssociationIds, "disassociating")};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UnassignPrivateNatGatewayAddress.html
api::ec2::UnassignPrivateNatGatewayAddressResult unassign_private_nat_gateway_address(
    Context& context, const api::ec2::UnassignPrivateNatGatewayAddressRequest& request) {
  const std::string& id = *request.NatGatewayId;
  find_available(context, id, "private");
  return {.NatGatewayId = id,
          .NatGatewayAddresses = remove_addresses(context, id, &Address::PrivateIp,
                                                  *request.PrivateIpAddresses, "unassigning")};
}

void on_nat_gateway_address_changed(Context& context, const world::Event& event) {
  const NatGatewayRecord* row = context.state.nat_gateways.find(event.entity);
  if (row == nullptr || row->gateway.State == "deleted") return;
  const auto addresses = api::each(row->gateway.NatGatewayAddresses);
  const auto found =
      std::ranges::find(addresses, std::optional(event.payload), &Address::PrivateIp);
  if (found == addresses.end()) return;
  const Address address = *found;
  const bool goes = address.Status == "disassociating" || address.Status == "unassigning";
  if (goes) take_away(context, address);
  context.state.nat_gateways.update(event.entity, [&](NatGatewayRecord& changed) {
    auto& all = *changed.gateway.NatGatewayAddresses;
    const auto at = std::ranges::find(all, address.PrivateIp, &Address::PrivateIp);
    if (goes) {
      all.erase(at);
    } else {
      at->Status = "succeeded";
    }
  });
}

}  // namespace fallstreak::services::ec2
