#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/ec2/network_interfaces.h"
#include "api/ec2/subnets.h"
#include "api/ec2/vpcs.h"
#include "base/ip_block.h"
#include "base/ip_text.h"
#include "services/ec2/state.h"

/// IPv6 of VPCs, subnets and interfaces.
/// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-ip-addressing.html#vpc-ipv6-addresses
namespace fallstreak::services::ec2 {

/// A block with its host bits cleared; empty when the text is no IPv6 block.
std::optional<IpBlock> parse_ipv6_block(std::string_view text);
bool contains(const IpBlock& outer, const IpBlock& inner);
bool overlap(const IpBlock& one, const IpBlock& other);

/// A VPC's blocks, in the order in which it got them.
std::vector<IpBlock> ipv6_blocks_of(const VpcRecord& row);
/// The block of a subnet; empty when it has none.
std::optional<IpBlock> ipv6_block_of(const SubnetRecord& row);

/// Gives a VPC a block of AWS's, with all that comes with it: local routes, and what lets
/// everything out. Throws when it has as many as it may.
api::ec2::VpcIpv6CidrBlockAssociation add_ipv6_block(Context& context, const std::string& vpc_id);
/// Takes the block of an association back; empty when no VPC has such an association.
std::optional<api::ec2::DisassociateVpcCidrBlockResult> remove_ipv6_block(
    Context& context, const std::string& association_id);

/// The block that a subnet of the VPC may have: else InvalidSubnet.Range or .Conflict.
IpBlock checked_subnet_block(const Context& context, const VpcRecord& vpc, const std::string& text);
api::ec2::SubnetIpv6CidrBlockAssociation give_subnet_block(Context& context,
                                                           const std::string& subnet_id,
                                                           const IpBlock& block);

/// Gives an interface a free address of its subnet's block, or `wanted` if it is not empty.
std::string allot_ipv6_address(Context& context, const std::string& subnet_id,
                               const std::string& interface_id, const std::string& wanted);
/// Where `Ec2State::ipv6_addresses` has the /80 that begins with this address, or has it in it.
std::string ipv6_prefix_key(const std::string& subnet_id, const IpAddress& network);
/// Who has an address, or a prefix that it is of; null when nobody does.
const LinkRecord* owner_of_ipv6_address(const Ec2State& state, const std::string& subnet_id,
                                        const IpAddress& address);
/// True for a part of a subnet with addresses of AWS's own in it.
bool has_reserved_ipv6(const IpBlock& subnet, const IpBlock& part);
void release_ipv6_address(Context& context, const std::string& subnet_id,
                          const std::string& address);
/// Whether a request wants the first of an interface's addresses to stay. The subnet must have
/// IPv6.
bool wants_primary_ipv6(const Context& context, const std::string& subnet_id,
                        const std::optional<bool>& wanted);
/// What a request asks for: an empty text for any.
std::vector<std::string> wanted_ipv6_addresses(
    const std::optional<std::vector<api::ec2::InstanceIpv6Address>>& addresses,
    const std::optional<std::int32_t>& count);

api::ec2::AssociateSubnetCidrBlockResult associate_subnet_cidr_block(
    Context& context, const api::ec2::AssociateSubnetCidrBlockRequest& request);
api::ec2::DisassociateSubnetCidrBlockResult disassociate_subnet_cidr_block(
    Context& context, const api::ec2::DisassociateSubnetCidrBlockRequest& request);
api::ec2::AssignIpv6AddressesResult assign_ipv6_addresses(
    Context& context, const api::ec2::AssignIpv6AddressesRequest& request);
api::ec2::UnassignIpv6AddressesResult unassign_ipv6_addresses(
    Context& context, const api::ec2::UnassignIpv6AddressesRequest& request);

}  // namespace fallstreak::services::ec2
