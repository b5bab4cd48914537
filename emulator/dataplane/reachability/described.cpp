#include "dataplane/reachability/described.h"

#include <algorithm>
#include <utility>

namespace fallstreak::dataplane::reachability {
namespace {

IpBlock block_of(const std::string& text) { return IpBlock::parse(text).value_or(IpBlock()); }

/// Of the two members that AWS has for a block, the one that is there.
std::optional<IpBlock> block_of(const std::optional<std::string>& ipv4,
                                const std::optional<std::string>& ipv6) {
  const auto& text = ipv4 ? ipv4 : ipv6;
  return text ? std::optional(block_of(*text)) : std::nullopt;
}

/// The ports of a rule, or its type and code: AWS has one pair of members for both.
void set_ports(const api::ec2::SecurityGroupRule& from, GroupRule& rule) {
  const int first = from.FromPort.value_or(-1);
  const int last = from.ToPort.value_or(-1);
  if (rule.protocol == kIcmp || rule.protocol == kIcmpv6) {
    rule.icmp_type = first;
    rule.icmp_code = last;
  } else if (first != -1) {
    rule.ports = {first, last};
  }
}

void add_groups(const Description& description, Network& network) {
  for (const auto& group : description.security_groups) {
    network.groups[*group.GroupId] = {
        .id = *group.GroupId, .vpc_id = group.VpcId.value_or(""), .rules = {}};
  }
  for (const auto& from : description.security_group_rules) {
    GroupRule rule{.id = from.SecurityGroupRuleId.value_or(""),
                   .owner_id = *from.GroupId,
                   .direction = from.IsEgress == true ? Direction::egress : Direction::ingress,
                   .protocol = parse_protocol(*from.IpProtocol).value_or(kAnyProtocol)};
    set_ports(from, rule);
    rule.block = block_of(from.CidrIpv4, from.CidrIpv6);
    rule.prefix_list_id = from.PrefixListId.value_or("");
    if (from.ReferencedGroupInfo) rule.group_id = from.ReferencedGroupInfo->GroupId.value_or("");
    network.groups[*from.GroupId].rules.push_back(std::move(rule));
  }
}

AclEntry entry_of(const api::ec2::NetworkAclEntry& from) {
  AclEntry entry{.number = *from.RuleNumber,
                 .direction = from.Egress == true ? Direction::egress : Direction::ingress,
                 .allows = from.RuleAction == "allow",
                 .protocol = parse_protocol(*from.Protocol).value_or(kAnyProtocol),
                 .block = *block_of(from.CidrBlock, from.Ipv6CidrBlock)};
  if (from.PortRange) {
    entry.ports = {from.PortRange->From.value_or(0), from.PortRange->To.value_or(65535)};
  }
  if (from.IcmpTypeCode) {
    entry.icmp_type = from.IcmpTypeCode->Type.value_or(-1);
    entry.icmp_code = from.IcmpTypeCode->Code.value_or(-1);
  }
  return entry;
}

void add_acls(const Description& description, Network& network) {
  for (const auto& acl : description.network_acls) {
    NetworkAcl& added = network.acls[*acl.NetworkAclId];
    added = {.id = *acl.NetworkAclId, .entries = {}};
    for (const auto& entry : api::each(acl.Entries)) {
      if (entry.CidrBlock || entry.Ipv6CidrBlock) added.entries.push_back(entry_of(entry));
    }
    std::ranges::sort(added.entries, {}, &AclEntry::number);
    for (const auto& association : api::each(acl.Associations)) {
      network.subnets[*association.SubnetId].acl_id = added.id;
    }
  }
}

void aim(const api::ec2::Route& from, Route& route) {
  const auto to = [&](RouteKind kind, const std::string& id) {
    route.kind = kind;
    route.target_id = id;
  };
  if (from.NatGatewayId) return to(RouteKind::nat_gateway, *from.NatGatewayId);
  if (from.VpcPeeringConnectionId) return to(RouteKind::peering, *from.VpcPeeringConnectionId);
  if (from.NetworkInterfaceId) return to(RouteKind::interface, *from.NetworkInterfaceId);
  if (from.EgressOnlyInternetGatewayId) {
    return to(RouteKind::egress_only_internet_gateway, *from.EgressOnlyInternetGatewayId);
  }
  const std::string gateway = from.GatewayId.value_or("");
  if (gateway == "local") return to(RouteKind::local, "");
  if (gateway.starts_with("igw-")) return to(RouteKind::internet_gateway, gateway);
  if (gateway.starts_with("vpce-")) return to(RouteKind::endpoint, gateway);
  to(RouteKind::other, gateway.empty() ? from.TransitGatewayId.value_or("a gateway") : gateway);
}

void add_route_tables(const Description& description, Network& network) {
  std::map<std::string, std::string, std::less<>> main_tables;
  for (const auto& table : description.route_tables) {
    RouteTable& added = network.route_tables[*table.RouteTableId];
    added = {.id = *table.RouteTableId, .routes = {}};
    for (const auto& from : api::each(table.Routes)) {
      Route route{.block = block_of(from.DestinationCidrBlock, from.DestinationIpv6CidrBlock),
                  .prefix_list_id = from.DestinationPrefixListId.value_or(""),
                  .is_blackhole = from.State == "blackhole"};
      aim(from, route);
      added.routes.push_back(std::move(route));
    }
    for (const auto& association : api::each(table.Associations)) {
      if (association.Main == true) main_tables[*table.VpcId] = added.id;
      if (association.GatewayId) network.vpcs[*table.VpcId].gateway_table_id = added.id;
      if (association.SubnetId) network.subnets[*association.SubnetId].route_table_id = added.id;
    }
  }
  // AWS: "If you don't explicitly associate a subnet with a route table, it uses the main one."
  for (const auto& subnet : description.subnets) {
    std::string& table_id = network.subnets[*subnet.SubnetId].route_table_id;
    if (table_id.empty()) table_id = main_tables[*subnet.VpcId];
  }
}

Interface interface_of(const api::ec2::NetworkInterface& from) {
  Interface interface {
    .id = *from.NetworkInterfaceId, .vpc_id = *from.VpcId, .subnet_id = *from.SubnetId,
    .source_dest_check = from.SourceDestCheck.value_or(true)
  };
  if (from.Attachment) {
    interface.instance_id = from.Attachment->InstanceId.value_or("");
    interface.is_primary = from.Attachment->DeviceIndex.value_or(0) == 0;
  }
  for (const auto& group : api::each(from.Groups)) interface.group_ids.push_back(*group.GroupId);
  for (const auto& address : api::each(from.PrivateIpAddresses)) {
    const auto private_ip = IpAddress::parse(*address.PrivateIpAddress);
    if (!private_ip) continue;
    InterfaceAddress added{.private_ip = *private_ip, .public_ip = {}};
    if (address.Association && address.Association->PublicIp) {
      added.public_ip = IpAddress::parse(*address.Association->PublicIp);
    }
    const bool is_first = address.Primary == true;
    interface.addresses.insert(is_first ? interface.addresses.begin() : interface.addresses.end(),
                               added);
  }
  for (const auto& address : api::each(from.Ipv6Addresses)) {
    const auto parsed = IpAddress::parse(*address.Ipv6Address);
    if (parsed) interface.addresses.push_back({.private_ip = *parsed, .public_ip = parsed});
  }
  for (const auto& each : api::each(from.Ipv4Prefixes)) {
    interface.prefixes.push_back(block_of(*each.Ipv4Prefix));
  }
  for (const auto& each : api::each(from.Ipv6Prefixes)) {
    interface.prefixes.push_back(block_of(*each.Ipv6Prefix));
  }
  return interface;
}

void add_interfaces(const Description& description, Network& network) {
  std::map<std::string, std::string, std::less<>> nat_interfaces;
  for (const auto& gateway : description.nat_gateways) {
    const auto addresses = api::each(gateway.NatGatewayAddresses);
    const std::string interface_id =
        addresses.empty() ? "" : addresses.front().NetworkInterfaceId.value_or("");
    network.nat_gateways[*gateway.NatGatewayId] = {.id = *gateway.NatGatewayId,
                                                   .interface_id = interface_id,
                                                   .is_available = gateway.State == "available"};
    if (!interface_id.empty()) nat_interfaces[interface_id] = *gateway.NatGatewayId;
  }
  for (const auto& from : description.network_interfaces) {
    Interface interface = interface_of(from);
    const auto nat = nat_interfaces.find(interface.id);
    if (nat != nat_interfaces.end()) interface.nat_gateway_id = nat->second;
    if (!interface.addresses.empty()) network.add(std::move(interface));
  }
}

Peering::Side side_of(const std::optional<api::ec2::VpcPeeringConnectionVpcInfo>& info) {
  Peering::Side side;
  if (!info) return side;
  side.vpc_id = info->VpcId.value_or("");
  for (const auto& block : api::each(info->CidrBlockSet)) {
    side.blocks.push_back(block_of(*block.CidrBlock_));
  }
  if (side.blocks.empty() && info->CidrBlock) side.blocks.push_back(block_of(*info->CidrBlock));
  for (const auto& block : api::each(info->Ipv6CidrBlockSet)) {
    side.blocks.push_back(block_of(*block.Ipv6CidrBlock_));
  }
  return side;
}

std::vector<IpBlock> blocks_of(const api::ec2::Subnet& subnet) {
  std::vector<IpBlock> blocks;
  if (subnet.CidrBlock) blocks.push_back(block_of(*subnet.CidrBlock));
  for (const auto& association : api::each(subnet.Ipv6CidrBlockAssociationSet)) {
    blocks.push_back(block_of(*association.Ipv6CidrBlock));
  }
  return blocks;
}

}  // namespace

InternetBlock internet_block_of(const PublicAccess& access, const std::string& subnet_id,
                                const std::string& vpc_id) {
  const auto& mode = access.options.InternetGatewayBlockMode;
  if (!mode || *mode == "off") return InternetBlock::none;
  std::string exclusion;
  for (const auto& each : access.exclusions) {
    const std::string& arn = *each.ResourceArn;
    const bool is_own = arn.ends_with("subnet/" + subnet_id);
    const bool is_vpcs = arn.ends_with("vpc/" + vpc_id);
    if (is_own || (is_vpcs && exclusion.empty())) exclusion = *each.InternetGatewayExclusionMode;
    if (is_own) break;
  }
  if (exclusion == "allow-bidirectional") return InternetBlock::none;
  return *mode == "block-ingress" || exclusion == "allow-egress" ? InternetBlock::ingress
                                                                 : InternetBlock::bidirectional;
}

void add_description(const Description& description, Network& network) {
  for (const auto& vpc : description.vpcs) {
    network.vpcs[*vpc.VpcId] = {
        .id = *vpc.VpcId, .internet_gateway_id = {}, .gateway_table_id = {}};
  }
  for (const auto& gateway : description.internet_gateways) {
    for (const auto& attachment : api::each(gateway.Attachments)) {
      network.vpcs[*attachment.VpcId].internet_gateway_id = *gateway.InternetGatewayId;
    }
  }
  for (const auto& subnet : description.subnets) {
    network.subnets[*subnet.SubnetId] = {
        .id = *subnet.SubnetId,
        .vpc_id = *subnet.VpcId,
        .blocks = blocks_of(subnet),
        .acl_id = {},
        .route_table_id = {},
        .internet_block =
            internet_block_of(description.public_access, *subnet.SubnetId, *subnet.VpcId)};
  }
  for (const auto& list : description.prefix_lists) {
    auto& blocks = network.prefix_lists[list.id];
    blocks.clear();
    for (const auto& cidr : list.cidrs) blocks.push_back(block_of(cidr));
  }
  add_groups(description, network);
  add_acls(description, network);
  add_route_tables(description, network);
  add_interfaces(description, network);
  for (const auto& connection : description.vpc_peering_connections) {
    Peering& peering = network.peerings[*connection.VpcPeeringConnectionId];
    peering.id = *connection.VpcPeeringConnectionId;
    peering.is_active = connection.Status && connection.Status->Code == "active";
    peering.sides[0] = side_of(connection.RequesterVpcInfo);
    peering.sides[1] = side_of(connection.AccepterVpcInfo);
  }
}

}  // namespace fallstreak::dataplane::reachability
