#include "dataplane/reachability/rules.h"

#include <algorithm>
#include <utility>

namespace fallstreak::dataplane::reachability {
namespace {

bool has_ports(int protocol) { return protocol == kTcp || protocol == kUdp; }
bool is_icmp(int protocol) { return protocol == kIcmp || protocol == kIcmpv6; }

template <class Rule>
bool is_of_protocol(const Rule& rule, const Packet& packet) {
  if (rule.protocol == kAnyProtocol) return true;
  if (rule.protocol != packet.protocol) return false;
  if (!is_icmp(packet.protocol)) return true;
  const bool is_type = rule.icmp_type == -1 || rule.icmp_type == packet.icmp_type;
  return is_type && (rule.icmp_code == -1 || rule.icmp_code == packet.icmp_code);
}

template <class Rule>
bool looks_at_ports(const Rule& rule, const Packet& packet) {
  return rule.protocol != kAnyProtocol && has_ports(packet.protocol);
}

const IpAddress& far_end(Direction direction, const Packet& packet) {
  return direction == Direction::ingress ? packet.source : packet.destination;
}

/// AWS: a group that refers to another allows "the private IP addresses of the network interfaces
/// that are associated with" it: never their public ones. They are of the VPC that asks, which may
/// use a group of another one, or of the group's own, which is its peer then.
bool is_member(const Network& network, std::string_view asking_vpc_id, const std::string& group_id,
               const IpAddress& address) {
  const auto group = network.groups.find(group_id);
  if (group == network.groups.end()) return false;
  const Interface* interface = network.find_private(asking_vpc_id, address);
  if (interface == nullptr) interface = network.find_private(group->second.vpc_id, address);
  if (interface == nullptr) return false;
  const auto& ids = interface->group_ids;
  return std::ranges::find(ids, group_id) != ids.end();
}

/// How long the longest prefix is that contains the address; -1 when none does.
int longest_prefix(const std::vector<IpBlock>& blocks, const IpAddress& address) {
  int longest = -1;
  for (const auto& block : blocks) {
    if (block.contains(address)) longest = std::max(longest, block.prefix);
  }
  return longest;
}

int prefix_in_list(const Network& network, const std::string& list_id, const IpAddress& address) {
  const auto list = network.prefix_lists.find(list_id);
  return list == network.prefix_lists.end() ? -1 : longest_prefix(list->second, address);
}

bool allows(const Network& network, const Interface& interface, const GroupRule& rule,
            const Packet& packet) {
  if (!is_of_protocol(rule, packet)) return false;
  if (looks_at_ports(rule, packet)) {
    const PortRange& ports = packet.destination_ports;
    if (ports.first < rule.ports.first || ports.last > rule.ports.last) return false;
  }
  const IpAddress& address = far_end(rule.direction, packet);
  if (rule.block) return rule.block->contains(address);
  if (!rule.prefix_list_id.empty()) {
    return prefix_in_list(network, rule.prefix_list_id, address) >= 0;
  }
  return is_member(network, interface.vpc_id, rule.group_id, address);
}

/// What decides about a port, and up to which port the same holds.
struct PortDecision {
  const AclEntry* entry;
  int last;
};

PortDecision decide_port(const NetworkAcl& acl, Direction direction, const Packet& packet,
                         int port) {
  int last = packet.destination_ports.last;
  for (const auto& entry : acl.entries) {
    const bool concerns = entry.direction == direction && is_of_protocol(entry, packet) &&
                          entry.block.contains(far_end(direction, packet));
    if (!concerns) continue;
    if (!looks_at_ports(entry, packet)) return {&entry, last};
    if (entry.ports.first > port) last = std::min(last, entry.ports.first - 1);
    if (entry.ports.first > port || entry.ports.last < port) continue;
    return {&entry, std::min(last, entry.ports.last)};
  }
  return {nullptr, last};
}

}  // namespace

Packet reply_to(const Packet& packet) {
  Packet reply = packet;
  std::swap(reply.source, reply.destination);
  std::swap(reply.source_ports, reply.destination_ports);
  if (reply.icmp_type == kEchoRequest) reply.icmp_type = 0;
  if (reply.icmp_type == kEchoRequestOfIpv6) reply.icmp_type = 129;
  return reply;
}

std::string to_string(const Packet& packet) {
  std::string text = packet.protocol == kTcp      ? "tcp"
                     : packet.protocol == kUdp    ? "udp"
                     : packet.protocol == kIcmp   ? "icmp"
                     : packet.protocol == kIcmpv6 ? "icmpv6"
                                                  : "protocol " + std::to_string(packet.protocol);
  const bool is_ipv6 = packet.destination.bits == 128;
  const std::string to = to_string(packet.destination);
  text += " " + to_string(packet.source) + " -> ";
  if (!has_ports(packet.protocol)) return text + to;
  const PortRange& ports = packet.destination_ports;
  text += (is_ipv6 ? "[" + to + "]:" : to + ":") + std::to_string(ports.first);
  if (ports.last != ports.first) text += "-" + std::to_string(ports.last);
  return text;
}

const GroupRule* find_allowing(const Network& network, const Interface& interface,
                               Direction direction, const Packet& packet) {
  for (const auto& id : interface.group_ids) {
    const auto group = network.groups.find(id);
    if (group == network.groups.end()) continue;
    for (const auto& rule : group->second.rules) {
      if (rule.direction == direction && allows(network, interface, rule, packet)) return &rule;
    }
  }
  return nullptr;
}

AclDecision decide(const NetworkAcl& acl, Direction direction, const Packet& packet) {
  const PortRange& asked = packet.destination_ports;
  if (!has_ports(packet.protocol)) {
    const auto [entry, last] = decide_port(acl, direction, packet, asked.first);
    return {entry, entry != nullptr && entry->allows, 0};
  }
  const AclEntry* first = nullptr;
  for (int port = asked.first; port <= asked.last;) {
    const auto [entry, last] = decide_port(acl, direction, packet, port);
    if (entry == nullptr || !entry->allows) return {entry, false, port};
    if (first == nullptr) first = entry;
    port = last + 1;
  }
  return {first, first != nullptr, 0};
}

const Route* choose_route(const Network& network, const RouteTable& table,
                          const IpAddress& destination) {
  const Route* best = nullptr;
  int longest = -1;
  for (const auto& route : table.routes) {
    const int prefix = !route.block ? prefix_in_list(network, route.prefix_list_id, destination)
                       : route.block->contains(destination) ? route.block->prefix
                                                            : -1;
    if (prefix < 0) continue;
    // AWS: a static route wins over one that references a prefix list, when both are as specific.
    const bool wins_tie = prefix == longest && route.block && !best->block;
    if (prefix > longest || wins_tie) {
      best = &route;
      longest = prefix;
    }
  }
  return best;
}

std::string to_string(const Route& route) {
  const std::string from = route.block ? to_string(*route.block) : route.prefix_list_id;
  return from + " -> " + (route.kind == RouteKind::local ? "local" : route.target_id);
}

}  // namespace fallstreak::dataplane::reachability
