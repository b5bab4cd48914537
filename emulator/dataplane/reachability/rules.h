#pragma once

#include <string>

#include "dataplane/reachability/network.h"

/// What one security group, network ACL or route table makes of a packet.
namespace fallstreak::dataplane::reachability {

/// An echo request's type, of ICMP and of ICMP for IPv6.
constexpr int kEchoRequest = 8;
constexpr int kEchoRequestOfIpv6 = 128;

struct Packet {
  int protocol = kTcp;
  IpAddress source;
  IpAddress destination;
  /// Of TCP and UDP. A client's port is any of a range, and all of them must pass.
  PortRange source_ports;
  PortRange destination_ports;
  /// Of ICMP, and of ICMP for IPv6.
  int icmp_type = kEchoRequest;
  int icmp_code = 0;
};
/// What comes back: from where it went, to where it came from; an echo request is replied to.
Packet reply_to(const Packet& packet);
/// `tcp 10.0.0.5 -> 10.0.1.7:443`, `tcp 2001:db8::5 -> [2001:db8::7]:443`
std::string to_string(const Packet& packet);

/// The rule that lets the packet pass; null when none does, which is refusal.
/// AWS: "security group rules are always permissive"; a rule of any of the groups will do.
const GroupRule* find_allowing(const Network& network, const Interface& interface,
                               Direction direction, const Packet& packet);

struct AclDecision {
  const AclEntry* entry = nullptr;  // null: the last one, `*`, which denies
  bool allows = false;
  /// The first port that is denied, of those that were asked about.
  int denied_port = 0;
};
/// AWS: "rules are evaluated in order, starting with the lowest numbered rule"; the first that
/// matches decides.
AclDecision decide(const NetworkAcl& acl, Direction direction, const Packet& packet);

/// AWS: "we use the most specific route that matches the traffic (longest prefix match)"; null when
/// none does.
const Route* choose_route(const Network& network, const RouteTable& table,
                          const IpAddress& destination);
/// `10.0.0.0/16 -> local`
std::string to_string(const Route& route);

}  // namespace fallstreak::dataplane::reachability
