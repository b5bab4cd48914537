#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/ec2/network_interfaces.h"
#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

/// The row of an interface that must be there: else InvalidNetworkInterfaceID.NotFound.
const NetworkInterfaceRecord& find_interface(const Context& context, const std::string& id);
/// AWS: what it made for one of its services is that service's to change.
void check_callers_own(const Context& context, const NetworkInterfaceRecord& row);
/// An instance's first interface; null when it is terminated.
const NetworkInterfaceRecord* primary_interface(const Ec2State& state, const InstanceRecord& row);

/// What an interface is to be.
struct NewInterface {
  std::string subnet_id;
  /// The first is the primary one; an empty text is any free address.
  std::vector<std::string> addresses{std::string()};
  std::vector<std::string> ipv6_addresses{};
  bool has_primary_ipv6 = false;
  /// An empty text is any free prefix.
  std::vector<std::string> ipv4_prefixes{};
  std::vector<std::string> ipv6_prefixes{};
  std::vector<std::string> group_ids;
  std::string description;
  std::string type = "interface";
  std::string requester_id;
  Tags tags;
};
/// Adds as many free addresses as a request asks for: an empty text each.
void add_any_addresses(const std::optional<std::int32_t>& count,
                       std::vector<std::string>& addresses);
/// Makes an interface that is attached to nothing, and gives its id.
std::string add_interface(Context& context, const NewInterface& wanted);
/// Gives back its addresses, leaves its groups and is gone; an elastic address is disassociated.
void remove_interface(Context& context, const std::string& interface_id);

/// Attaches it at once; `instance_id` need not be a row yet.
void attach_interface(Context& context, const std::string& interface_id,
                      const std::string& instance_id, std::int32_t device_index,
                      bool delete_on_termination);
/// Detaches it at once from the instance, whose row must list it no longer.
void detach_interface(Context& context, const std::string& interface_id);

void replace_interface_groups(Context& context, const std::string& interface_id,
                              const std::vector<std::string>& group_ids);
/// The groups of an interface as a request names them, sorted; the VPC's default group when none.
std::vector<std::string> checked_groups(const Context& context, const std::string& subnet_id,
                                        const std::vector<std::string>& group_ids);

/// `ip-10-0-1-2.eu-central-1.compute.internal`
std::string private_dns_name(std::string_view zone, const std::string& address);
/// `ec2-198-18-1-2.eu-central-1.compute.amazonaws.com`; empty where the VPC gives no public names.
std::string public_dns_name(const Ec2State& state, std::string_view zone, std::string_view vpc_id,
                            const std::string& public_ip);
std::vector<api::ec2::GroupIdentifier> describe_groups(const Ec2State& state,
                                                       const std::vector<std::string>& group_ids);
/// Who AWS says has the public address of an interface; absent when there is none.
std::optional<api::ec2::NetworkInterfaceAssociation> describe_association(
    const Ec2State& state, const NetworkInterfaceRecord& row, const PrivateAddressRecord& address);
/// `available`, `in-use`, `attaching` or `detaching`.
std::string_view attachment_status(const Ec2State& state, const NetworkInterfaceRecord& row);

api::ec2::CreateNetworkInterfaceResult create_network_interface(
    Context& context, const api::ec2::CreateNetworkInterfaceRequest& request);
api::ec2::AttachNetworkInterfaceResult attach_network_interface(
    Context& context, const api::ec2::AttachNetworkInterfaceRequest& request);
api::ec2::DescribeNetworkInterfacesResult describe_network_interfaces(
    Context& context, const api::ec2::DescribeNetworkInterfacesRequest& request);
api::ec2::DescribeNetworkInterfaceAttributeResult describe_network_interface_attribute(
    Context& context, const api::ec2::DescribeNetworkInterfaceAttributeRequest& request);
api::ec2::ModifyNetworkInterfaceAttributeResponse modify_network_interface_attribute(
    Context& context, const api::ec2::ModifyNetworkInterfaceAttributeRequest& request);
api::ec2::AssignPrivateIpAddressesResult assign_private_ip_addresses(
    Context& context, const api::ec2::AssignPrivateIpAddressesRequest& request);
api::ec2::UnassignPrivateIpAddressesResponse unassign_private_ip_addresses(
    Context& context, const api::ec2::UnassignPrivateIpAddressesRequest& request);
api::ec2::DetachNetworkInterfaceResponse detach_network_interface(
    Context& context, const api::ec2::DetachNetworkInterfaceRequest& request);
api::ec2::ResetNetworkInterfaceAttributeResponse reset_network_interface_attribute(
    Context& context, const api::ec2::ResetNetworkInterfaceAttributeRequest& request);
api::ec2::DeleteNetworkInterfaceResponse delete_network_interface(
    Context& context, const api::ec2::DeleteNetworkInterfaceRequest& request);
void on_interface_detached(Context& context, const world::Event& event);

}  // namespace fallstreak::services::ec2
