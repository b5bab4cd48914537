#include <algorithm>

#include "services/ec2/errors.h"
#include "services/ec2/ipv6.h"
#include "services/ec2/network_acls.h"
#include "services/ec2/network_errors.h"
#include "services/ec2/route_tables.h"
#include "services/ec2/security_groups.h"
#include "services/ec2/subnets.h"
#include "services/ec2/vpcs.h"

/// IPv6 blocks of VPCs and subnets.
namespace fallstreak::services::ec2 {
namespace {

using api::ec2::SubnetIpv6CidrBlockAssociation;
using api::ec2::VpcIpv6CidrBlockAssociation;

/// AWS: "IPv6 CIDR blocks per VPC: 5".
constexpr std::size_t kMaxBlocks = 5;
constexpr int kVpcPrefix = 56;

/// Chosen: blocks of 2001:db8::/32, which is kept for documentation, so that no address here is
/// anybody's; AWS's own are of its regions' ranges.
IpBlock draw_block(Context& context) {
  const auto number =
      std::uint32_t(context.world().random().uniform(context.stream("ipv6-block"), 0, 0xFFFFFF));
  IpBlock block;
  block.network.bits = 128;
  block.prefix = kVpcPrefix;
  block.network.bytes = {0x20, 0x01, 0x0d, 0xb8};
  block.network.bytes[4] = std::uint8_t(number >> 16);
  block.network.bytes[5] = std::uint8_t(number >> 8);
  block.network.bytes[6] = std::uint8_t(number);
  return block;
}

bool is_taken(const Ec2State& state, const IpBlock& block) {
  return std::ranges::any_of(state.vpcs, [&](const auto& each) {
    const auto blocks = ipv6_blocks_of(each.second);
    return std::ranges::any_of(blocks, [&](const IpBlock& one) { return overlap(one, block); });
  });
}

}  // namespace

std::vector<IpBlock> ipv6_blocks_of(const VpcRecord& row) {
  std::vector<IpBlock> blocks;
  for (const auto& association : api::each(row.vpc.Ipv6CidrBlockAssociationSet)) {
    blocks.push_back(*parse_ipv6_block(*association.Ipv6CidrBlock));
  }
  return blocks;
}

std::optional<IpBlock> ipv6_block_of(const SubnetRecord& row) {
  const auto set = api::each(row.subnet.Ipv6CidrBlockAssociationSet);
  if (set.empty()) return std::nullopt;
  return parse_ipv6_block(*set.front().Ipv6CidrBlock);
}

VpcIpv6CidrBlockAssociation add_ipv6_block(Context& context, const std::string& vpc_id) {
  const bool is_first = ipv6_blocks_of(find_vpc(context, vpc_id)).empty();
  if (ipv6_blocks_of(find_vpc(context, vpc_id)).size() >= kMaxBlocks) {
    throw cidr_limit_exceeded(vpc_id);
  }
  IpBlock block = draw_block(context);
  while (is_taken(context.state, block)) block = draw_block(context);
  const VpcIpv6CidrBlockAssociation added{.AssociationId = context.new_id("vpc-cidr-assoc-"),
                                          .Ipv6CidrBlock = to_string(block),
                                          .Ipv6CidrBlockState = {{.State = "associated"}},
                                          .NetworkBorderGroup = context.region(),
                                          .Ipv6Pool = "Amazon",
                                          .Ipv6AddressAttribute = "public",
                                          .IpSource = "amazon"};
  context.state.vpcs.update(vpc_id, [&](VpcRecord& row) {
    if (!row.vpc.Ipv6CidrBlockAssociationSet) row.vpc.Ipv6CidrBlockAssociationSet.emplace();
    row.vpc.Ipv6CidrBlockAssociationSet->push_back(added);
  });
  add_local_routes(context, vpc_id, *added.Ipv6CidrBlock);
  if (is_first) {
    add_ipv6_entries(context, vpc_id);
    let_ipv6_out(context, find_vpc(context, vpc_id).default_group_id);
  }
  // AWS: it is `associating`, and by the next call `associated`.
  VpcIpv6CidrBlockAssociation shown = added;
  shown.Ipv6CidrBlockState->State = "associating";
  return shown;
}

std::optional<api::ec2::DisassociateVpcCidrBlockResult> remove_ipv6_block(
    Context& context, const std::string& association_id) {
  for (const auto& [vpc_id, row] : context.state.vpcs) {
    const auto set = api::each(row.vpc.Ipv6CidrBlockAssociationSet);
    const auto found = std::ranges::find(set, std::optional(association_id),
                                         &VpcIpv6CidrBlockAssociation::AssociationId);
    if (found == set.end()) continue;
    const std::string id(vpc_id);
    const VpcIpv6CidrBlockAssociation removed = *found;
    const IpBlock block = *parse_ipv6_block(*removed.Ipv6CidrBlock);
    const bool is_used = std::ranges::any_of(context.state.subnets, [&](const auto& each) {
      const auto part = ipv6_block_of(each.second);
      return part && contains(block, *part);
    });
    if (is_used) throw cidr_block_is_in_use(*removed.Ipv6CidrBlock);
    remove_local_routes(context, id, *removed.Ipv6CidrBlock);
    context.state.vpcs.update(id, [&](VpcRecord& changed) {
      auto& left = *changed.vpc.Ipv6CidrBlockAssociationSet;
      std::erase_if(left, [&](const auto& each) { return each.AssociationId == association_id; });
      if (left.empty()) changed.vpc.Ipv6CidrBlockAssociationSet.reset();
    });
    api::ec2::DisassociateVpcCidrBlockResult result{.Ipv6CidrBlockAssociation = removed,
                                                    .VpcId = id};
    result.Ipv6CidrBlockAssociation->Ipv6CidrBlockState->State = "disassociating";
    return result;
  }
  return std::nullopt;
}

IpBlock checked_subnet_block(const Context& context, const VpcRecord& vpc,
                             const std::string& text) {
  const auto block = parse_ipv6_block(text);
  if (!block) {
    throw invalid_value_for(text, "ipv6CidrBlock", "This is not a valid CIDR block.");
  }
  // AWS: "an IPv6 netmask between /44 and /64 in increments of /4".
  const bool is_of_size = block->prefix >= 44 && block->prefix <= 64 && block->prefix % 4 == 0;
  const auto own = ipv6_blocks_of(vpc);
  const bool is_inside =
      std::ranges::any_of(own, [&](const IpBlock& each) { return contains(each, *block); });
  if (!is_of_size || !is_inside) throw invalid_subnet_range(text);
  for (const auto& [id, row] : context.state.subnets) {
    if (row.subnet.VpcId != vpc.vpc.VpcId) continue;
    const auto other = ipv6_block_of(row);
    if (other && overlap(*other, *block)) throw invalid_subnet_conflict(text);
  }
  return *block;
}

SubnetIpv6CidrBlockAssociation give_subnet_block(Context& context, const std::string& subnet_id,
                                                 const IpBlock& block) {
  const SubnetIpv6CidrBlockAssociation added{.AssociationId = context.new_id("subnet-cidr-assoc-"),
                                             .Ipv6CidrBlock = to_string(block),
                                             .Ipv6CidrBlockState = {{.State = "associated"}},
                                             .Ipv6AddressAttribute = "public",
                                             .IpSource = "amazon"};
  context.state.subnets.update(
      subnet_id, [&](SubnetRecord& row) { row.subnet.Ipv6CidrBlockAssociationSet = {{added}}; });
  SubnetIpv6CidrBlockAssociation shown = added;
  shown.Ipv6CidrBlockState->State = "associating";
  return shown;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateSubnetCidrBlock.html
api::ec2::AssociateSubnetCidrBlockResult associate_subnet_cidr_block(
    Context& context, const api::ec2::AssociateSubnetCidrBlockRequest& request) {
  const SubnetRecord& row = find_subnet(context, *request.SubnetId);
  if (!request.Ipv6CidrBlock) throw missing_parameter("ipv6CidrBlock");
  // AWS: "You can associate a single IPv6 CIDR block with a subnet."
  if (ipv6_block_of(row)) throw subnet_has_ipv6_block(*request.SubnetId);
  const IpBlock block =
      checked_subnet_block(context, find_vpc(context, *row.subnet.VpcId), *request.Ipv6CidrBlock);
  return {.Ipv6CidrBlockAssociation = give_subnet_block(context, *request.SubnetId, block),
          .SubnetId = request.SubnetId};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateSubnetCidrBlock.html
api::ec2::DisassociateSubnetCidrBlockResult disassociate_subnet_cidr_block(
    Context& context, const api::ec2::DisassociateSubnetCidrBlockRequest& request) {
  for (const auto& [subnet_id, row] : context.state.subnets) {
    const auto set = api::each(row.subnet.Ipv6CidrBlockAssociationSet);
    if (set.empty() || set.front().AssociationId != request.AssociationId) continue;
    const std::string id(subnet_id);
    api::ec2::DisassociateSubnetCidrBlockResult result{.Ipv6CidrBlockAssociation = set.front(),
                                                       .SubnetId = id};
    if (!context.state.ipv6_addresses.range(id + "/").empty()) {
      throw cidr_block_is_in_use(*set.front().Ipv6CidrBlock);
    }
    context.state.subnets.update(id, [](SubnetRecord& changed) {
      changed.subnet.Ipv6CidrBlockAssociationSet.reset();
      changed.subnet.AssignIpv6AddressOnCreation = false;
    });
    result.Ipv6CidrBlockAssociation->Ipv6CidrBlockState->State = "disassociating";
    return result;
  }
  throw invalid_subnet_cidr_association_not_found(*request.AssociationId);
}

}  // namespace fallstreak::services::ec2
