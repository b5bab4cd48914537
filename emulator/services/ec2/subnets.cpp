#include "services/ec2/subnets.h"
#include "services/ec2/quotas.h"

#include <algorithm>

#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/ipv6.h"
#include "services/ec2/network_acls.h"
#include "services/ec2/network_errors.h"
#include "services/ec2/pages.h"
#include "services/ec2/subnet_cidr_reservations.h"
#include "services/ec2/tags.h"
#include "services/ec2/vpcs.h"

namespace fallstreak::services::ec2 {
namespace {

template <auto member>
bool any_ipv6_block(const Ec2State&, const SubnetRecord& row, const Patterns& p) {
  return std::ranges::any_of(api::each(row.subnet.Ipv6CidrBlockAssociationSet),
                             [&](const auto& each) { return p.match(each.*member); });
}

constexpr FilterRow<Ec2State, SubnetRecord> kSubnetsFilters[] = {
    {"availability-zone", [](const auto&, const auto& row,
                             const auto& p) { return p.match(row.subnet.AvailabilityZone); }},
    {"availabilityZone", [](const auto&, const auto& row,
                            const auto& p) { return p.match(row.subnet.AvailabilityZone); }},
    {"availability-zone-id", [](const auto&, const auto& row,
                                const auto& p) { return p.match(row.subnet.AvailabilityZoneId); }},
    {"availabilityZoneId", [](const auto&, const auto& row,
                              const auto& p) { return p.match(row.subnet.AvailabilityZoneId); }},
    {"available-ip-address-count",
     [](const auto&, const auto& row, const auto& p) {
       return p.match(std::int64_t(*row.subnet.AvailableIpAddressCount));
     }},
    {"cidr",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.subnet.CidrBlock); }},
    {"cidr-block",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.subnet.CidrBlock); }},
    {"cidrBlock",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.subnet.CidrBlock); }},
    {"default-for-az",
     [](const auto&, const auto& row, const auto& p) { return p.match(*row.subnet.DefaultForAz); }},
    {"defaultForAz",
     [](const auto&, const auto& row, const auto& p) { return p.match(*row.subnet.DefaultForAz); }},
    {"enable-dns64",
     [](const auto&, const auto& row, const auto& p) { return p.match(*row.subnet.EnableDns64); }},
    {"ipv6-cidr-block-association.association-id",
     any_ipv6_block<&api::ec2::SubnetIpv6CidrBlockAssociation::AssociationId>},
    {"ipv6-cidr-block-association.ipv6-cidr-block",
     any_ipv6_block<&api::ec2::SubnetIpv6CidrBlockAssociation::Ipv6CidrBlock>},
    {"ipv6-cidr-block-association.state",
     [](const auto&, const auto& row, const auto& p) {
       return row.subnet.Ipv6CidrBlockAssociationSet && p.match("associated");
     }},
    {"customer-owned-ipv4-pool", [](const auto&, const auto&, const auto&) { return false; }},
    {"enable-lni-at-device-index", [](const auto&, const auto&, const auto&) { return false; }},
    {"outpost-arn", [](const auto&, const auto&, const auto&) { return false; }},
    {"private-dns-name-options-on-launch.enable-resource-name-dns-a-record",
     [](const auto&, const auto& row, const auto& p) {
       const auto& options = row.subnet.PrivateDnsNameOptionsOnLaunch;
       return options && p.match(options->EnableResourceNameDnsARecord.value_or(false));
     }},
    {"private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record",
     [](const auto&, const auto& row, const auto& p) {
       const auto& options = row.subnet.PrivateDnsNameOptionsOnLaunch;
       return options && p.match(options->EnableResourceNameDnsAAAARecord.value_or(false));
     }},
    {"private-dns-name-options-on-launch.hostname-type",
     [](const auto&, const auto& row, const auto& p) {
       const auto& options = row.subnet.PrivateDnsNameOptionsOnLaunch;
       return options && p.match(options->HostnameType);
     }},
    {"ipv6-native",
     [](const auto&, const auto& row, const auto& p) { return p.match(*row.subnet.Ipv6Native); }},
    {"map-customer-owned-ip-on-launch",
     [](const auto&, const auto&, const auto& p) { return p.match(false); }},
    {"map-public-ip-on-launch",
     [](const auto&, const auto& row, const auto& p) {
       return p.match(*row.subnet.MapPublicIpOnLaunch);
     }},
    {"owner-id",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.subnet.OwnerId); }},
    {"state",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.subnet.State); }},
    {"subnet-arn",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.subnet.SubnetArn); }},
    {"subnet-id",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.subnet.SubnetId); }},
    {"vpc-id",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.subnet.VpcId); }},
};

}  // namespace

std::string private_address_key(const std::string& subnet_id, std::uint32_t address) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string key = subnet_id + "/00000000";
  for (std::size_t i = 0; i < 8; ++i) {
    key[key.size() - 1 - i] = kDigits[address >> (4 * i) & 15];
  }
  return key;
}

void change_available_addresses(Context& context, const std::string& subnet_id,
                                std::int32_t difference) {
  context.state.subnets.update(
      subnet_id, [&](SubnetRecord& row) { *row.subnet.AvailableIpAddressCount += difference; });
}

const SubnetRecord& find_subnet(const Context& context, const std::string& subnet_id) {
  const SubnetRecord* found = context.state.subnets.find(subnet_id);
  if (found == nullptr) throw invalid_subnet_id_not_found(subnet_id);
  return *found;
}

const Zone& named_zone(const Context& context, const std::optional<std::string>& name,
                       const std::optional<std::string>& id) {
  const auto zones = zones_of(context.region());
  if (name && id) {
    throw invalid_parameter_combination(
        "You can specify either an Availability Zone or an Availability Zone ID, but not both.");
  }
  const std::string wanted = name.value_or(id.value_or(""));
  if (wanted.empty() && !zones.empty()) return zones.front();
  const Zone* found =
      name ? find_zone(context.region(), wanted) : find_zone_by_id(context.region(), wanted);
  if (found != nullptr) return *found;
  std::string choices;
  for (const Zone& zone : zones) {
    choices += (choices.empty() ? "" : ", ") + std::string(zone.name);
  }
  throw invalid_zone(wanted, choices);
}

std::string add_subnet(Context& context, const std::string& vpc_id, const Zone& zone,
                       const Cidr& cidr, Tags tags) {
  const std::string subnet_id = context.new_id("subnet-");
  SubnetRecord row;
  row.subnet = {
      .AvailabilityZoneId = std::string(zone.id),
      .MapCustomerOwnedIpOnLaunch = false,
      .OwnerId = context.account_id(),
      .AssignIpv6AddressOnCreation = false,
      .Tags = to_wire(tags),
      .SubnetArn = context.arn("ec2", "subnet/" + subnet_id),
      .EnableDns64 = false,
      .Ipv6Native = false,
      .PrivateDnsNameOptionsOnLaunch = {{.HostnameType = "ip-name",
                                         .EnableResourceNameDnsARecord = false,
                                         .EnableResourceNameDnsAAAARecord = false}},
      .SubnetId = subnet_id,
      .State = "available",
      .VpcId = vpc_id,
      .CidrBlock = cidr.to_string(),
      .AvailableIpAddressCount = std::int32_t(cidr.size() - kReservedAddresses),
      .AvailabilityZone = std::string(zone.name),
      .DefaultForAz = false,
      .MapPublicIpOnLaunch = false,
  };
  context.state.subnets.insert(subnet_id, std::move(row));
  join_default_network_acl(context, vpc_id, subnet_id);
  return subnet_id;
}

std::string allot_private_address(Context& context, const std::string& subnet_id,
                                  const std::string& interface_id, const std::string& wanted) {
  const SubnetRecord& row = find_subnet(context, subnet_id);
  const Cidr cidr = *Cidr::parse(*row.subnet.CidrBlock);
  const std::uint32_t first = cidr.address + kReservedFirst;
  const std::uint32_t last = cidr.address + std::uint32_t(cidr.size()) - 2;
  auto& used = context.state.private_addresses;
  std::uint32_t address = 0;
  if (!wanted.empty()) {
    const auto parsed = parse_ipv4(wanted);
    if (!parsed || !cidr.contains(*parsed)) throw address_not_in_subnet(wanted);
    if (*parsed < first || *parsed > last) throw address_is_reserved(wanted);
    if (used.contains(private_address_key(subnet_id, *parsed)))
      throw invalid_ip_address_in_use(wanted);
    address = *parsed;
  } else {
    if (*row.subnet.AvailableIpAddressCount <= 0) {
      throw insufficient_free_addresses_in_subnet(subnet_id);
    }
    // Chosen: AWS's order is not documented; a drawn address, or the next free one after it.
    address = std::uint32_t(context.world().random().uniform(
        context.stream("private-address/" + subnet_id), first, last));
    // AWS: what is reserved goes only to those who name it.
    const auto reserved = reserved_blocks(context.state, subnet_id);
    const auto is_free = [&](std::uint32_t number) {
      if (used.contains(private_address_key(subnet_id, number))) return false;
      const auto parsed =
          reserved.empty() ? std::nullopt : IpAddress::parse(ipv4_to_string(number));
      return std::ranges::none_of(reserved,
                                  [&](const IpBlock& block) { return block.contains(*parsed); });
    };
    for (std::uint64_t tries = cidr.size(); !is_free(address); --tries) {
      if (tries == 0) throw insufficient_free_addresses_in_subnet(subnet_id);
      address = address == last ? first : address + 1;
    }
  }
  used.insert(private_address_key(subnet_id, address), {.id = interface_id});
  change_available_addresses(context, subnet_id, -1);
  return ipv4_to_string(address);
}

void release_private_address(Context& context, const std::string& subnet_id,
                             const std::string& address) {
  context.state.private_addresses.erase(private_address_key(subnet_id, *parse_ipv4(address)));
  change_available_addresses(context, subnet_id, 1);
}

const LinkRecord* owner_of_address(const Ec2State& state, const std::string& subnet_id,
                                   const std::string& address) {
  const auto number = parse_ipv4(address);
  return number ? state.private_addresses.find(private_address_key(subnet_id, *number)) : nullptr;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html
api::ec2::CreateSubnetResult create_subnet(Context& context,
                                           const api::ec2::CreateSubnetRequest& request) {
  if (!request.CidrBlock) throw missing_parameter("cidrBlock");
  const VpcRecord& vpc = find_vpc(context, *request.VpcId);
  const auto cidr = Cidr::parse(*request.CidrBlock);
  if (!cidr) {
    throw invalid_value_for(*request.CidrBlock, "cidrBlock", "This is not a valid CIDR block.");
  }
  // AWS: within one of the VPC's blocks, primary or secondary.
  const auto blocks = cidrs_of(vpc);
  const bool is_inside =
      std::ranges::any_of(blocks, [&](const Cidr& block) { return block.contains(*cidr); });
  if (cidr->prefix < 16 || cidr->prefix > 28 || !is_inside) {
    throw invalid_subnet_range(*request.CidrBlock);
  }
  std::size_t siblings = 0;
  for (const auto& [id, row] : context.state.subnets) {
    if (row.subnet.VpcId != request.VpcId) continue;
    ++siblings;
    if (Cidr::parse(*row.subnet.CidrBlock)->overlaps(*cidr)) {
      throw invalid_subnet_conflict(*request.CidrBlock);
    }
  }
  if (is_used_up(context, kSubnetsPerVpc, siblings)) {
    throw subnet_limit_exceeded(*request.VpcId);
  }
  std::optional<IpBlock> ipv6_block;
  if (request.Ipv6CidrBlock) {
    ipv6_block = checked_subnet_block(context, vpc, *request.Ipv6CidrBlock);
  }
  const Zone& zone = named_zone(context, request.AvailabilityZone, request.AvailabilityZoneId);
  Tags tags = tags_for(request.TagSpecifications, "subnet");

  const std::string subnet_id = add_subnet(context, *request.VpcId, zone, *cidr, std::move(tags));
  std::optional<api::ec2::SubnetIpv6CidrBlockAssociation> association;
  if (ipv6_block) association = give_subnet_block(context, subnet_id, *ipv6_block);
  api::ec2::CreateSubnetResult result{.Subnet = find_subnet(context, subnet_id).subnet};
  if (association) result.Subnet->Ipv6CidrBlockAssociationSet = {{*association}};
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html
api::ec2::DescribeSubnetsResult describe_subnets(Context& context,
                                                 const api::ec2::DescribeSubnetsRequest& request) {
  const Selection<Ec2State, SubnetRecord> selection(
      context.state, request.Filters, kSubnetsFilters,
      [](const SubnetRecord& row) { return tag_span(row.subnet.Tags); });
  api::ec2::DescribeSubnetsResult result;
  auto& shown = result.Subnets.emplace();
  result.NextToken = show_page(
      context.state.subnets, request.SubnetIds, Page(request.MaxResults, request.NextToken),
      [&](const SubnetRecord& row) { return selection.passes(row); },
      [](const auto& missing) { return invalid_subnet_id_not_found(join_ids(missing)); },
      [&](const SubnetRecord& row) { shown.push_back(row.subnet); });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySubnetAttribute.html
api::ec2::ModifySubnetAttributeResponse modify_subnet_attribute(
    Context& context, const api::ec2::ModifySubnetAttributeRequest& request) {
  const SubnetRecord& subnet = find_subnet(context, *request.SubnetId);
  const int given = int(request.MapPublicIpOnLaunch.has_value()) +
                    int(request.AssignIpv6AddressOnCreation.has_value()) +
                    int(request.EnableResourceNameDnsAAAARecordOnLaunch.has_value()) +
                    int(request.EnableDns64.has_value()) +
                    int(request.PrivateDnsHostnameTypeOnLaunch.has_value()) +
                    int(request.EnableResourceNameDnsARecordOnLaunch.has_value());
  // AWS: "You can only modify one attribute at a time."
  if (given > 1) {
    throw invalid_parameter_combination("Fields for multiple attribute types specified");
  }
  if (given == 0) throw missing_parameter("attribute");
  const auto& assigns = request.AssignIpv6AddressOnCreation;
  if (assigns && assigns->Value == true && !ipv6_block_of(subnet)) {
    throw subnet_has_no_ipv6_block(*request.SubnetId);
  }
  context.state.subnets.update(*request.SubnetId, [&](SubnetRecord& row) {
    auto& names = *row.subnet.PrivateDnsNameOptionsOnLaunch;
    const auto set = [](const auto& attribute, std::optional<bool>& value) {
      if (attribute && attribute->Value) value = attribute->Value;
    };
    set(request.MapPublicIpOnLaunch, row.subnet.MapPublicIpOnLaunch);
    set(request.AssignIpv6AddressOnCreation, row.subnet.AssignIpv6AddressOnCreation);
    set(request.EnableResourceNameDnsAAAARecordOnLaunch, names.EnableResourceNameDnsAAAARecord);
    set(request.EnableDns64, row.subnet.EnableDns64);
    set(request.EnableResourceNameDnsARecordOnLaunch, names.EnableResourceNameDnsARecord);
    if (request.PrivateDnsHostnameTypeOnLaunch) {
      names.HostnameType = request.PrivateDnsHostnameTypeOnLaunch;
    }
  });
  return {};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSubnet.html
api::ec2::DeleteSubnetResponse delete_subnet(Context& context,
                                             const api::ec2::DeleteSubnetRequest& request) {
  Ec2State& state = context.state;
  const std::string subnet_id = *request.SubnetId;
  find_subnet(context, subnet_id);
  if (!state.private_addresses.range(subnet_id + "/").empty()) {
    throw dependency_violation("subnet", subnet_id);
  }
  // AWS: an association with a route table ends with its subnet.
  std::string table_id;
  for (const auto& [id, row] : state.route_tables) {
    const bool is_associated = std::ranges::any_of(
        api::each(row.table.Associations),
        [&](const auto& association) { return association.SubnetId == subnet_id; });
    if (is_associated) table_id = id;
  }
  if (!table_id.empty()) {
    state.route_tables.update(table_id, [&](RouteTableRecord& row) {
      std::erase_if(*row.table.Associations,
                    [&](const auto& association) { return association.SubnetId == subnet_id; });
    });
  }
  forget_cidr_reservations(context, subnet_id);
  leave_network_acl(context, *find_subnet(context, subnet_id).subnet.VpcId, subnet_id);
  state.subnets.erase(subnet_id);
  return {};
}

}  // namespace fallstreak::services::ec2
