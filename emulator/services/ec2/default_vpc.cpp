#include <algorithm>
#include <vector>

#include "services/ec2/catalogue.h"
#include "services/ec2/cidr.h"
#include "services/ec2/dhcp_options.h"
#include "services/ec2/errors.h"
#include "services/ec2/internet_gateways.h"
#include "services/ec2/network_acls.h"
#include "services/ec2/route_tables.h"
#include "services/ec2/security_groups.h"
#include "services/ec2/subnets.h"
#include "services/ec2/vpcs.h"

/// A VPC and what AWS makes with it.
/// https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html
namespace fallstreak::services::ec2 {
namespace {

constexpr std::string_view kDefaultCidr = "172.31.0.0/16";
constexpr int kDefaultSubnetPrefix = 20;

std::string add_default_subnet(Context& context, const std::string& vpc_id, const Zone& zone,
                               const Cidr& cidr) {
  const std::string subnet_id = add_subnet(context, vpc_id, zone, cidr, {});
  context.state.subnets.update(subnet_id, [](SubnetRecord& row) {
    row.subnet.DefaultForAz = true;
    row.subnet.MapPublicIpOnLaunch = true;
  });
  return subnet_id;
}

std::string make_default_vpc(Context& context) {
  Ec2State& state = context.state;
  // AWS: a region's own DHCP options are made once, and every VPC begins with them.
  const RegionRecord* region = state.region.find("region");
  RegionRecord made = region == nullptr ? RegionRecord() : *region;
  if (made.default_dhcp_options_id.empty()) {
    made.default_dhcp_options_id = add_default_dhcp_options(context);
    state.region.put("region", made);
  }
  const std::string vpc_id = add_vpc(context, std::string(kDefaultCidr), {});
  state.vpcs.update(vpc_id, [](VpcRecord& row) {
    row.vpc.IsDefault = true;
    row.enable_dns_hostnames = true;
  });
  const Cidr cidr = *Cidr::parse(kDefaultCidr);
  Cidr part{cidr.address, kDefaultSubnetPrefix};
  for (const Zone& zone : zones_of(context.region())) {
    add_default_subnet(context, vpc_id, zone, part);
    part.address += std::uint32_t(part.size());
  }
  const std::string gateway_id = add_internet_gateway(context, {});
  attach_gateway(context, gateway_id, vpc_id);
  add_gateway_route(context, state.vpcs.find(vpc_id)->main_route_table_id, gateway_id);
  made.has_made_default_vpc = true;
  made.default_vpc_id = vpc_id;
  state.region.put("region", made);
  return vpc_id;
}

}  // namespace

std::string add_vpc(Context& context, const std::string& cidr, Tags tags) {
  Ec2State& state = context.state;
  const std::string vpc_id = context.new_id("vpc-");
  const RegionRecord* region = state.region.find("region");
  const std::string dhcp_options_id = region == nullptr || region->default_dhcp_options_id.empty()
                                          ? "default"
                                          : region->default_dhcp_options_id;
  VpcRecord row;
  row.vpc = {
      .OwnerId = context.account_id(),
      .InstanceTenancy = "default",
      .CidrBlockAssociationSet = {{{.AssociationId = context.new_id("vpc-cidr-assoc-"),
                                    .CidrBlock = cidr,
                                    .CidrBlockState = {{.State = "associated"}}}}},
      .IsDefault = false,
      .Tags = tags.empty() ? std::nullopt : std::optional(std::move(tags)),
      .VpcId = vpc_id,
      .State = "available",
      .CidrBlock = cidr,
      .DhcpOptionsId = dhcp_options_id,
  };
  state.vpcs.insert(vpc_id, std::move(row));
  const std::string table_id = add_route_table(context, vpc_id, {});
  make_main(context, table_id);
  const std::string group_id = add_default_group(context, vpc_id);
  const std::string acl_id = add_default_network_acl(context, vpc_id);
  state.vpcs.update(vpc_id, [&](VpcRecord& made) {
    made.main_route_table_id = table_id;
    made.default_group_id = group_id;
    made.default_network_acl_id = acl_id;
  });
  return vpc_id;
}

const VpcRecord* find_default_vpc(const Context& context) {
  const RegionRecord* region = context.state.region.find("region");
  return region == nullptr ? nullptr : context.state.vpcs.find(region->default_vpc_id);
}

void ensure_default_vpc(Context& context) {
  const RegionRecord* region = context.state.region.find("region");
  if (region == nullptr || !region->has_made_default_vpc) make_default_vpc(context);
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateDefaultVpc.html
api::ec2::CreateDefaultVpcResult create_default_vpc(Context& context,
                                                    const api::ec2::CreateDefaultVpcRequest&) {
  if (find_default_vpc(context) != nullptr) throw default_vpc_already_exists();
  const std::string vpc_id = make_default_vpc(context);
  return {.Vpc = context.state.vpcs.find(vpc_id)->vpc};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateDefaultSubnet.html
api::ec2::CreateDefaultSubnetResult create_default_subnet(
    Context& context, const api::ec2::CreateDefaultSubnetRequest& request) {
  if (request.Ipv6Native == true) throw not_implemented("Ipv6Native of CreateDefaultSubnet");
  if (!request.AvailabilityZone && !request.AvailabilityZoneId) {
    throw missing_parameter("availabilityZone");
  }
  const Zone& zone = named_zone(context, request.AvailabilityZone, request.AvailabilityZoneId);
  const VpcRecord* vpc = find_default_vpc(context);
  if (vpc == nullptr) throw default_vpc_does_not_exist();
  const std::string vpc_id = *vpc->vpc.VpcId;
  const Cidr block = *Cidr::parse(*vpc->vpc.CidrBlock);
  std::vector<Cidr> taken;
  for (const auto& [id, row] : context.state.subnets) {
    if (row.subnet.VpcId != vpc_id) continue;
    if (row.subnet.DefaultForAz == true && row.subnet.AvailabilityZone == zone.name) {
      throw default_subnet_already_exists_in_zone(zone.name);
    }
    taken.push_back(*Cidr::parse(*row.subnet.CidrBlock));
  }
  // AWS: "a size /20 IPv4 CIDR block in the default VPC".
  Cidr part{block.address, kDefaultSubnetPrefix};
  while (std::ranges::any_of(taken, [&](const Cidr& each) { return each.overlaps(part); })) {
    part.address += std::uint32_t(part.size());
    if (!block.contains(part)) throw no_room_for_default_subnet(vpc_id);
  }
  const std::string subnet_id = add_default_subnet(context, vpc_id, zone, part);
  return {.Subnet = find_subnet(context, subnet_id).subnet};
}

}  // namespace fallstreak::services::ec2
