#include "dataplane/reachability/walk.h"

#include <algorithm>
#include <utility>

namespace fallstreak::dataplane::reachability {
namespace {

/// More NAT gateways in a row than this are a circle.
constexpr int kMostGateways = 8;

bool contains(const std::vector<IpBlock>& blocks, const IpAddress& address) {
  return std::ranges::any_of(blocks, [&](const IpBlock& each) { return each.contains(address); });
}

/// AWS: "NAT64 ... is automatically available on your NAT gateways": the IPv4 packet that it makes
/// of one for 64:ff9b::/96, whose last four bytes are the address; empty for any other.
std::optional<Packet> packet_behind_nat64(Packet packet) {
  if (!IpBlock::parse("64:ff9b::/96")->contains(packet.destination)) return std::nullopt;
  IpAddress address;
  std::copy(packet.destination.bytes.begin() + 12, packet.destination.bytes.end(),
            address.bytes.begin());
  packet.destination = address;
  if (packet.protocol == kIcmpv6) packet.protocol = kIcmp;
  if (packet.icmp_type == kEchoRequestOfIpv6) packet.icmp_type = kEchoRequest;
  return packet;
}

std::string_view word_for(Direction direction) {
  return direction == Direction::ingress ? "inbound" : "outbound";
}

std::string list(const std::vector<std::string>& ids) {
  std::string text;
  for (const auto& id : ids) text += (text.empty() ? "" : ", ") + id;
  return text;
}

}  // namespace

bool Walk::pass(std::string_view component, const std::string& id, std::string text,
                std::string rule) {
  answer_.steps.push_back({.is_return = is_return_,
                           .passed = true,
                           .component = std::string(component),
                           .id = id,
                           .rule = std::move(rule),
                           .text = std::move(text)});
  return true;
}

bool Walk::stop(std::string_view component, const std::string& id, std::string text,
                std::string rule) {
  pass(component, id, std::move(text), std::move(rule));
  answer_.steps.back().passed = false;
  answer_.verdict = Verdict::not_reachable;
  return false;
}

bool Walk::undecided(std::string_view component, const std::string& id, std::string text) {
  stop(component, id, std::move(text));
  answer_.verdict = Verdict::undecided;
  return false;
}

const Subnet* Walk::subnet_of(const Interface& interface) const {
  const auto found = network_.subnets.find(interface.subnet_id);
  return found == network_.subnets.end() ? nullptr : &found->second;
}

bool Walk::pass_groups(const Interface& interface, Direction direction, const Packet& packet) {
  // AWS: "You can't associate a security group with a NAT gateway", and a Network Load Balancer may
  // have none.
  if (interface.group_ids.empty()) return true;
  const GroupRule* rule = find_allowing(network_, interface, direction, packet);
  if (rule == nullptr) {
    return stop("security-group", list(interface.group_ids),
                "no " + std::string(word_for(direction)) + " rule of " + list(interface.group_ids) +
                    " allows " + to_string(packet));
  }
  return pass("security-group", rule->owner_id,
              std::string(word_for(direction)) + " rule " + rule->id + " of " + rule->owner_id +
                  " allows " + to_string(packet),
              rule->id);
}

bool Walk::pass_acl(const Interface& interface, Direction direction, const Packet& packet) {
  const Subnet* subnet = subnet_of(interface);
  const auto acl = subnet == nullptr ? network_.acls.end() : network_.acls.find(subnet->acl_id);
  if (acl == network_.acls.end()) {
    return undecided("network-acl", interface.subnet_id,
                     "the network ACL of " + interface.subnet_id + " is not known");
  }
  const AclDecision decision = decide(acl->second, direction, packet);
  const std::string number =
      decision.entry == nullptr ? "*" : std::to_string(decision.entry->number);
  std::string text = std::string(word_for(direction)) + " rule " + number + " of " +
                     acl->second.id + (decision.allows ? " allows " : " denies ") +
                     to_string(packet);
  if (decision.allows) return pass("network-acl", acl->second.id, std::move(text), number);
  const PortRange& ports = packet.destination_ports;
  if (ports.first != ports.last) text += " at port " + std::to_string(decision.denied_port);
  return stop("network-acl", acl->second.id, std::move(text), number);
}

bool Walk::pass_public_access(const Interface& interface, Direction direction, RouteKind gateway) {
  const Subnet* subnet = subnet_of(interface);
  const InternetBlock block = subnet == nullptr ? InternetBlock::none : subnet->internet_block;
  if (block == InternetBlock::none) return true;
  // AWS: "Only traffic to and from NAT gateways and egress-only internet gateways is allowed".
  const bool lets_nobody_in =
      !interface.nat_gateway_id.empty() || gateway == RouteKind::egress_only_internet_gateway;
  const bool passes =
      block == InternetBlock::ingress && direction == Direction::egress && lets_nobody_in;
  if (passes) return true;
  const std::string mode =
      block == InternetBlock::ingress ? "block-ingress" : "block-bidirectional";
  return stop("vpc-block-public-access", subnet->id,
              "the account's block of public access (" + mode + ") holds for " + subnet->id, mode);
}

const Route* Walk::pass_route_table(const Interface& from, const IpAddress& destination) {
  const Subnet* subnet = subnet_of(from);
  const auto table = subnet == nullptr ? network_.route_tables.end()
                                       : network_.route_tables.find(subnet->route_table_id);
  if (table == network_.route_tables.end()) {
    undecided("route-table", from.subnet_id,
              "the route table of " + from.subnet_id + " is not known");
    return nullptr;
  }
  return pass_routes(table->second, destination);
}

const Route* Walk::pass_routes(const RouteTable& table, const IpAddress& destination) {
  const std::string& id = table.id;
  const Route* route = choose_route(network_, table, destination);
  if (route == nullptr) {
    stop("route-table", id, id + " has no route to " + to_string(destination));
    return nullptr;
  }
  const std::string text = to_string(*route);
  if (route->is_blackhole) {
    stop("route-table", id, "the route " + text + " of " + id + " is a black hole", text);
    return nullptr;
  }
  pass("route-table", id, "the route " + text + " of " + id + " leads to " + to_string(destination),
       text);
  return route;
}

bool Walk::returns_by(const Interface& from, const IpAddress& destination, RouteKind kind,
                      const std::string& target_id) {
  const Route* route = pass_route_table(from, destination);
  if (route == nullptr) return false;
  const bool is_same =
      route->kind == kind && (kind == RouteKind::local || route->target_id == target_id);
  if (is_same) return true;
  Step& step = answer_.steps.back();
  step.passed = false;
  step.text += ", which is not the way that the packet came";
  answer_.verdict = Verdict::not_reachable;
  return false;
}

bool Walk::reach(const Interface& to, const Packet& packet) {
  pass("interface", to.id, to.id + " gets " + to_string(packet));
  is_return_ = true;
  return true;
}

bool Walk::arrive(const Interface& from, const Interface& to, const Packet& packet,
                  const Route* route) {
  // AWS: "Network ACL rules are evaluated when the traffic enters and leaves the subnet, not as it
  // is routed within a subnet."
  const bool crosses = route != nullptr;
  if (crosses && !pass_acl(to, Direction::ingress, packet)) return false;
  if (!to.nat_gateway_id.empty()) {
    return stop("nat-gateway", to.nat_gateway_id,
                to.nat_gateway_id + " takes no connections from others");
  }
  if (!pass_groups(to, Direction::ingress, packet)) return false;
  reach(to, packet);
  // AWS: "security groups are stateful": an answer is not asked about again.
  if (!crosses) return true;
  const Packet reply = reply_to(packet);
  return pass_acl(to, Direction::egress, reply) &&
         returns_by(to, reply.destination, route->kind, route->target_id) &&
         pass_acl(from, Direction::ingress, reply);
}

bool Walk::leave(const Interface& from, const Packet& packet) {
  if (from.find_address(packet.destination)) return reach(from, packet);
  if (!pass_groups(from, Direction::egress, packet)) return false;
  const Subnet* subnet = subnet_of(from);
  if (subnet != nullptr && contains(subnet->blocks, packet.destination)) {
    const Interface* to = network_.find_private(from.vpc_id, packet.destination);
    if (to == nullptr) {
      return stop("subnet", subnet->id,
                  "no interface in " + subnet->id + " has " + to_string(packet.destination));
    }
    return arrive(from, *to, packet, nullptr);
  }
  if (!pass_acl(from, Direction::egress, packet)) return false;
  const Route* route = pass_route_table(from, packet.destination);
  return route != nullptr && follow(from, packet, *route);
}

bool Walk::follow(const Interface& from, const Packet& packet, const Route& route) {
  switch (route.kind) {
    case RouteKind::local:
      return to_local(from, packet, route);
    case RouteKind::internet_gateway:
      return through_internet_gateway(from, packet, route);
    case RouteKind::egress_only_internet_gateway:
      return through_egress_only_gateway(from, packet, route);
    case RouteKind::nat_gateway:
      return through_nat_gateway(from, packet, route);
    case RouteKind::interface:
      return to_appliance(packet, route);
    case RouteKind::peering:
      return through_peering(from, packet, route);
    case RouteKind::endpoint:
      return to_endpoint(from, packet, route);
    case RouteKind::other:
      break;
  }
  return undecided("route-table", route.target_id,
                   "what is behind " + route.target_id + " is not known");
}

bool Walk::to_local(const Interface& from, const Packet& packet, const Route& route) {
  const Interface* to = network_.find_private(from.vpc_id, packet.destination);
  if (to == nullptr) {
    return stop("vpc", from.vpc_id,
                "no interface in " + from.vpc_id + " has " + to_string(packet.destination));
  }
  return arrive(from, *to, packet, &route);
}

bool Walk::to_endpoint(const Interface& from, const Packet& packet, const Route& route) {
  pass("vpc-endpoint", route.target_id,
       route.target_id + " takes " + to_string(packet) + " to its service");
  is_return_ = true;
  return pass_acl(from, Direction::ingress, reply_to(packet));
}

bool Walk::to_appliance(const Packet& packet, const Route& route) {
  const Interface* to = network_.find_interface(route.target_id);
  if (to == nullptr) {
    return stop("interface", route.target_id, route.target_id + " is not there");
  }
  // AWS: "each EC2 instance performs source/destination checks by default".
  if (to->source_dest_check) {
    return stop("interface", to->id,
                to->id + " drops " + to_string(packet) +
                    ", which is not for it, because its source/destination check is on");
  }
  return undecided(
      "interface", to->id,
      "what becomes of " + to_string(packet) + " is up to the software behind " + to->id);
}

bool Walk::through_peering(const Interface& from, const Packet& packet, const Route& route) {
  const auto found = network_.peerings.find(route.target_id);
  if (found == network_.peerings.end() || !found->second.is_active) {
    return stop("vpc-peering-connection", route.target_id, route.target_id + " is not active");
  }
  const Peering& peering = found->second;
  const Peering::Side& other =
      peering.sides[0].vpc_id == from.vpc_id ? peering.sides[1] : peering.sides[0];
  // AWS: "VPC peering does not support transitive peering relationships", nor the peer's gateways.
  if (!contains(other.blocks, packet.destination)) {
    return stop("vpc-peering-connection", peering.id,
                peering.id + " leads to " + other.vpc_id + ", which has no " +
                    to_string(packet.destination) + "; peering is not transitive");
  }
  pass("vpc-peering-connection", peering.id, peering.id + " leads to " + other.vpc_id);
  if (!network_.vpcs.contains(other.vpc_id)) {
    return undecided("vpc", other.vpc_id, other.vpc_id + " is not described");
  }
  const Interface* to = network_.find_private(other.vpc_id, packet.destination);
  if (to == nullptr) {
    return stop("vpc", other.vpc_id,
                "no interface in " + other.vpc_id + " has " + to_string(packet.destination));
  }
  return arrive(from, *to, packet, &route);
}

bool Walk::through_nat_gateway(const Interface& from, const Packet& packet, const Route& route) {
  const auto found = network_.nat_gateways.find(route.target_id);
  if (found == network_.nat_gateways.end() || !found->second.is_available) {
    return stop("nat-gateway", route.target_id, route.target_id + " is not available");
  }
  const NatGateway& gateway = found->second;
  const Interface* at = network_.find_interface(gateway.interface_id);
  if (at == nullptr || ++gateways_ > kMostGateways) {
    return stop("nat-gateway", gateway.id, "the packet goes in circles at " + gateway.id);
  }
  const bool crosses = from.subnet_id != at->subnet_id;
  if (crosses && !pass_acl(*at, Direction::ingress, packet)) return false;
  Packet onward = packet;
  if (packet.destination.bits == 128) {
    const auto translated = packet_behind_nat64(packet);
    if (!translated) {
      return stop("nat-gateway", gateway.id,
                  gateway.id + " takes of IPv6 only what is for 64:ff9b::/96");
    }
    onward = *translated;
  }
  onward.source = at->addresses.front().private_ip;
  onward.source_ports = kAnyClientPorts;
  pass("nat-gateway", gateway.id,
       gateway.id + " sends it on as " + to_string(onward) + " of its own");
  if (!leave(*at, onward)) return false;
  if (!crosses) return true;
  const Packet reply = reply_to(packet);
  return pass_acl(*at, Direction::egress, reply) && pass_acl(from, Direction::ingress, reply);
}

bool Walk::through_internet_gateway(const Interface& from, const Packet& packet,
                                    const Route& route) {
  const std::string& id = route.target_id;
  if (!pass_public_access(from, Direction::egress, route.kind)) return false;
  if (is_private(packet.destination)) {
    return stop("internet-gateway", id,
                id + " drops what is for the private address " + to_string(packet.destination));
  }
  const auto own = from.find_address(packet.source);
  if (!own || !own->public_ip) {
    return stop("internet-gateway", id,
                id + " drops the packet, because " + to_string(packet.source) + " of " + from.id +
                    " has no public address");
  }
  Packet outside = packet;
  outside.source = *own->public_ip;
  pass("internet-gateway", id, id + " sends it on as " + to_string(outside));
  return cross_internet(from, packet, outside);
}

bool Walk::through_egress_only_gateway(const Interface& from, const Packet& packet,
                                       const Route& route) {
  const std::string& id = route.target_id;
  if (!pass_public_access(from, Direction::egress, route.kind)) return false;
  if (is_private(packet.destination)) {
    return stop("egress-only-internet-gateway", id,
                id + " drops what is for the private address " + to_string(packet.destination));
  }
  pass("egress-only-internet-gateway", id, id + " lets " + to_string(packet) + " out");
  return cross_internet(from, packet, packet);
}

bool Walk::cross_internet(const Interface& from, const Packet& packet, const Packet& outside) {
  const Interface* to = network_.find_public(packet.destination);
  if (to != nullptr) {
    if (!come_in(*to, outside)) return false;
  } else {
    pass("internet", to_string(packet.destination),
         "the internet has " + to_string(packet.destination));
    is_return_ = true;
  }
  return pass_acl(from, Direction::ingress, reply_to(packet));
}

bool Walk::come_in(const Interface& to, const Packet& packet) {
  const auto vpc = network_.vpcs.find(to.vpc_id);
  const std::string gateway_id = vpc == network_.vpcs.end() ? "" : vpc->second.internet_gateway_id;
  if (gateway_id.empty()) {
    // AWS: an egress-only gateway "prevents the internet from initiating an IPv6 connection".
    const bool is_ipv6 = packet.destination.bits == 128;
    return stop("vpc", to.vpc_id,
                to.vpc_id + " has no internet gateway" +
                    (is_ipv6 ? ", and an egress-only one lets nobody in" : ""));
  }
  if (!to.nat_gateway_id.empty()) {
    return stop("nat-gateway", to.nat_gateway_id,
                to.nat_gateway_id + " takes no connections from the internet");
  }
  if (!pass_public_access(to, Direction::ingress, RouteKind::internet_gateway)) return false;
  const auto own = std::ranges::find(to.addresses, std::optional(packet.destination),
                                     &InterfaceAddress::public_ip);
  Packet inside = packet;
  // An address of a prefix is the same inside.
  if (own != to.addresses.end()) inside.destination = own->private_ip;
  pass("internet-gateway", gateway_id, gateway_id + " sends it on as " + to_string(inside));
  if (!enter(vpc->second, to, inside)) return false;
  if (!pass_acl(to, Direction::ingress, inside)) return false;
  if (!pass_groups(to, Direction::ingress, inside)) return false;
  reach(to, inside);
  const Packet reply = reply_to(inside);
  return pass_acl(to, Direction::egress, reply) &&
         returns_by(to, reply.destination, RouteKind::internet_gateway, gateway_id);
}

bool Walk::enter(const Vpc& vpc, const Interface& to, const Packet& packet) {
  const auto table = network_.route_tables.find(vpc.gateway_table_id);
  if (table == network_.route_tables.end()) return true;
  const Route* route = pass_routes(table->second, packet.destination);
  if (route == nullptr) return false;
  return route->kind == RouteKind::local || route->target_id == to.id ||
         to_appliance(packet, *route);
}

}  // namespace fallstreak::dataplane::reachability
