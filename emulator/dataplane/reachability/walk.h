#pragma once

#include <string>
#include <string_view>

#include "dataplane/reachability/reachability.h"
#include "dataplane/reachability/rules.h"

namespace fallstreak::dataplane::reachability {

/// AWS: "NAT gateways use ports 1024-65535"; a client in the internet may use any of these.
constexpr PortRange kAnyClientPorts{1024, 65535};

/// Follows a packet to where it goes, and its answer back, and writes down each look at it. What
/// gives false has stopped it and said why.
class Walk {
 public:
  Walk(const Network& network, Answer& answer) : network_(network), answer_(answer) {}

  /// From an interface; the packet's source is one of its private addresses.
  bool leave(const Interface& from, const Packet& packet);
  /// From the internet to an interface's public address.
  bool come_in(const Interface& to, const Packet& packet);
  bool stop(std::string_view component, const std::string& id, std::string text,
            std::string rule = {});

 private:
  bool follow(const Interface& from, const Packet& packet, const Route& route);
  bool through_internet_gateway(const Interface& from, const Packet& packet, const Route& route);
  bool through_egress_only_gateway(const Interface& from, const Packet& packet, const Route& route);
  /// From a gateway to wherever it goes; `outside` is the packet as the internet sees it.
  bool cross_internet(const Interface& from, const Packet& packet, const Packet& outside);
  bool through_nat_gateway(const Interface& from, const Packet& packet, const Route& route);
  bool through_peering(const Interface& from, const Packet& packet, const Route& route);
  bool to_local(const Interface& from, const Packet& packet, const Route& route);
  bool to_endpoint(const Interface& from, const Packet& packet, const Route& route);
  bool to_appliance(const Packet& packet, const Route& route);

  /// At the far interface, and back by `route` (null: within one subnet).
  bool arrive(const Interface& from, const Interface& to, const Packet& packet, const Route* route);
  bool reach(const Interface& to, const Packet& packet);
  bool pass_groups(const Interface& interface, Direction direction, const Packet& packet);
  bool pass_acl(const Interface& interface, Direction direction, const Packet& packet);
  /// The account's block of public access; `direction` is the connection's.
  bool pass_public_access(const Interface& interface, Direction direction, RouteKind gateway);
  const Route* pass_route_table(const Interface& from, const IpAddress& destination);
  const Route* pass_routes(const RouteTable& table, const IpAddress& destination);
  /// By the route table of the internet gateway that it came through, if that has one.
  bool enter(const Vpc& vpc, const Interface& to, const Packet& packet);
  bool returns_by(const Interface& from, const IpAddress& destination, RouteKind kind,
                  const std::string& target_id);
  bool pass(std::string_view component, const std::string& id, std::string text,
            std::string rule = {});
  bool undecided(std::string_view component, const std::string& id, std::string text);
  [[nodiscard]] const Subnet* subnet_of(const Interface& interface) const;

  const Network& network_;
  Answer& answer_;
  bool is_return_ = false;
  int gateways_ = 0;
};

}  // namespace fallstreak::dataplane::reachability
