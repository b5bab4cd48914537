#include <algorithm>

#include "services/ec2/cidr.h"
#include "services/ec2/errors.h"
#include "services/ec2/ipv6.h"
#include "services/ec2/network_errors.h"
#include "services/ec2/route_tables.h"
#include "services/ec2/vpc_peering_connections.h"
#include "services/ec2/vpcs.h"

/// Secondary address blocks of a VPC.
/// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html#add-cidr-block-restrictions
namespace fallstreak::services::ec2 {
namespace {

/// AWS: "IPv4 CIDR blocks per VPC: 5", the primary one included.
constexpr std::size_t kMaxCidrs = 5;

/// The ranges that AWS's table of restrictions is about.
constexpr Cidr kTen{0x0A000000, 8};
constexpr Cidr kOneSevenTwo{0xAC100000, 12};
constexpr Cidr kOneNineTwo{0xC0A80000, 16};
constexpr Cidr kBenchmark{0xC6130000, 16};
constexpr Cidr kDefaultVpc{0xAC1F0000, 16};
constexpr Cidr kTenZero{0x0A000000, 16};
constexpr Cidr kTenZeroAndOne{0x0A000000, 15};

/// What may not be added to a VPC whose primary block is this.
std::vector<Cidr> restricted_for(const Cidr& primary) {
  if (kTen.contains(primary)) {
    std::vector<Cidr> ranges{kOneSevenTwo, kOneNineTwo, kBenchmark};
    // AWS: "If the primary CIDR falls within the 10.0.0.0/15 range, you can't add a CIDR block from
    // the 10.0.0.0/16 range."
    if (kTenZeroAndOne.contains(primary)) ranges.push_back(kTenZero);
    return ranges;
  }
  if (kOneSevenTwo.contains(primary)) return {kTen, kOneNineTwo, kBenchmark, kDefaultVpc};
  if (kOneNineTwo.contains(primary)) return {kTen, kOneSevenTwo, kBenchmark};
  if (kBenchmark.contains(primary)) return {kTen, kOneSevenTwo, kOneNineTwo};
  return {kTen, kOneSevenTwo, kOneNineTwo, kBenchmark};
}

void check_block(const Context& context, const VpcRecord& vpc, const Cidr& cidr,
                 const std::string& text) {
  if (cidr.prefix < 16 || cidr.prefix > 28) throw invalid_vpc_range(text);
  for (const Cidr& range : restricted_for(*Cidr::parse(*vpc.vpc.CidrBlock))) {
    if (range.overlaps(cidr)) throw vpc_range_is_restricted(text);
  }
  for (const Cidr& present : cidrs_of(vpc)) {
    if (present.overlaps(cidr)) throw vpc_range_conflicts(text);
  }
  // AWS: "The CIDR block must not be the same or larger than a destination CIDR range in a route in
  // any of the VPC route tables."
  for (const auto& [id, row] : context.state.route_tables) {
    if (row.table.VpcId != vpc.vpc.VpcId) continue;
    for (const auto& route : api::each(row.table.Routes)) {
      const auto destination =
          route.DestinationCidrBlock ? Cidr::parse(*route.DestinationCidrBlock) : std::nullopt;
      if (destination && cidr.contains(*destination)) throw vpc_range_conflicts(text);
    }
  }
}

}  // namespace

std::vector<Cidr> cidrs_of(const VpcRecord& row) {
  std::vector<Cidr> cidrs;
  for (const auto& association : api::each(row.vpc.CidrBlockAssociationSet)) {
    cidrs.push_back(*Cidr::parse(*association.CidrBlock));
  }
  return cidrs;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateVpcCidrBlock.html
api::ec2::AssociateVpcCidrBlockResult associate_vpc_cidr_block(
    Context& context, const api::ec2::AssociateVpcCidrBlockRequest& request) {
  const std::string vpc_id = *request.VpcId;
  const VpcRecord& vpc = find_vpc(context, vpc_id);
  if (request.AmazonProvidedIpv6CidrBlock == true) {
    if (request.CidrBlock) {
      throw invalid_parameter_combination(
          "The parameter cidrBlock cannot be used with the parameter "
          "amazonProvidedIpv6CidrBlock");
    }
    const auto made = add_ipv6_block(context, vpc_id);
    show_blocks_to_peers(context, vpc_id);
    return {.Ipv6CidrBlockAssociation = made, .VpcId = vpc_id};
  }
  if (!request.CidrBlock) throw missing_parameter("cidrBlock");
  const auto cidr = Cidr::parse(*request.CidrBlock);
  if (!cidr) {
    throw invalid_value_for(*request.CidrBlock, "cidrBlock", "This is not a valid CIDR block.");
  }
  check_block(context, vpc, *cidr, *request.CidrBlock);
  if (vpc.vpc.CidrBlockAssociationSet->size() >= kMaxCidrs) throw cidr_limit_exceeded(vpc_id);

  api::ec2::VpcCidrBlockAssociation added{.AssociationId = context.new_id("vpc-cidr-assoc-"),
                                          .CidrBlock = cidr->to_string(),
                                          .CidrBlockState = {{.State = "associated"}}};
  context.state.vpcs.update(
      vpc_id, [&](VpcRecord& row) { row.vpc.CidrBlockAssociationSet->push_back(added); });
  add_local_routes(context, vpc_id, *added.CidrBlock);
  show_blocks_to_peers(context, vpc_id);
  // AWS: it is `associating`, and by the next call `associated`.
  added.CidrBlockState->State = "associating";
  return {.CidrBlockAssociation = added, .VpcId = vpc_id};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateVpcCidrBlock.html
api::ec2::DisassociateVpcCidrBlockResult disassociate_vpc_cidr_block(
    Context& context, const api::ec2::DisassociateVpcCidrBlockRequest& request) {
  const std::string& wanted = *request.AssociationId;
  if (auto removed = remove_ipv6_block(context, wanted)) {
    show_blocks_to_peers(context, *removed->VpcId);
    return *removed;
  }
  for (const auto& [vpc_id, row] : context.state.vpcs) {
    const auto set = api::each(row.vpc.CidrBlockAssociationSet);
    const auto found = std::ranges::find(set, std::optional(wanted),
                                         &api::ec2::VpcCidrBlockAssociation::AssociationId);
    if (found == set.end()) continue;
    if (found->CidrBlock == row.vpc.CidrBlock) {
      throw operation_not_permitted("The vpc CIDR block with association ID " + wanted +
                                    " may not be disassociated. It is the primary IPv4 CIDR block "
                                    "of the VPC");
    }
    const Cidr cidr = *Cidr::parse(*found->CidrBlock);
    // clang 14 lets no lambda capture a structured binding.
    const bool is_used =
        std::ranges::any_of(context.state.subnets, [&, id = vpc_id](const auto& each) {
          return each.second.subnet.VpcId == id &&
                 cidr.contains(*Cidr::parse(*each.second.subnet.CidrBlock));
        });
    if (is_used) throw cidr_block_is_in_use(*found->CidrBlock);

    api::ec2::DisassociateVpcCidrBlockResult result{.CidrBlockAssociation = *found,
                                                    .VpcId = vpc_id};
    result.CidrBlockAssociation->CidrBlockState->State = "disassociating";
    remove_local_routes(context, vpc_id, *found->CidrBlock);
    context.state.vpcs.update(*result.VpcId, [&](VpcRecord& changed) {
      std::erase_if(*changed.vpc.CidrBlockAssociationSet,
                    [&](const auto& each) { return each.AssociationId == wanted; });
    });
    show_blocks_to_peers(context, *result.VpcId);
    return result;
  }
  throw invalid_cidr_association_not_found(wanted);
}

}  // namespace fallstreak::services::ec2
