#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_block.h"
#include "base/ip_text.h"

/// VPCs as far as they decide where a packet goes: plain values, whoever described them.
namespace fallstreak::dataplane::reachability {

/// The numbers of IANA; AWS takes both these and the names.
constexpr int kAnyProtocol = -1;
constexpr int kIcmp = 1;
constexpr int kTcp = 6;
constexpr int kUdp = 17;
constexpr int kIcmpv6 = 58;
/// `tcp`, `17`, `-1`; empty when it is neither a name that AWS knows nor a number.
std::optional<int> parse_protocol(std::string_view text);

struct PortRange {
  int first = 0;
  int last = 65535;
  bool operator==(const PortRange&) const = default;
};

/// As a security group or a network ACL looks at it.
enum class Direction { ingress, egress };

struct GroupRule {
  std::string id;
  std::string owner_id;  // the group whose rule it is
  Direction direction = Direction::ingress;
  int protocol = kAnyProtocol;
  PortRange ports;
  /// -1 is any.
  int icmp_type = -1;
  int icmp_code = -1;
  /// One of these says where from or where to.
  std::optional<IpBlock> block;
  std::string prefix_list_id;
  std::string group_id;  // its members' private addresses
};
struct SecurityGroup {
  std::string id;
  std::string vpc_id;
  std::vector<GroupRule> rules;
};

struct AclEntry {
  int number = 0;
  Direction direction = Direction::ingress;
  bool allows = false;
  int protocol = kAnyProtocol;
  IpBlock block;
  PortRange ports;
  int icmp_type = -1;
  int icmp_code = -1;
};
struct NetworkAcl {
  std::string id;
  std::vector<AclEntry> entries;  // by number
};

enum class RouteKind {
  local,
  internet_gateway,
  egress_only_internet_gateway,
  nat_gateway,
  interface,
  peering,
  endpoint,
  other
};
struct Route {
  /// Either the block or the prefix list is the destination.
  std::optional<IpBlock> block;
  std::string prefix_list_id;
  RouteKind kind = RouteKind::local;
  std::string target_id;
  bool is_blackhole = false;
};
struct RouteTable {
  std::string id;
  std::vector<Route> routes;
};

/// What the account's block of public access leaves of an internet gateway.
enum class InternetBlock {
  none,
  ingress,        // only what cannot let anybody in: NAT gateways and egress-only ones
  bidirectional,  // nothing
};

struct Subnet {
  std::string id;
  std::string vpc_id;
  std::vector<IpBlock> blocks;  // of IPv4, and of IPv6 if it has one
  std::string acl_id;
  std::string route_table_id;  // the one that holds: its own, or the main one
  InternetBlock internet_block = InternetBlock::none;
};
struct Vpc {
  std::string id;
  std::string internet_gateway_id;  // empty when none is attached
  std::string gateway_table_id;     // the gateway's own route table; empty without one
};

/// AWS: "IPv6 addresses are globally unique": such a one is its own public address, and no gateway
/// translates it.
struct InterfaceAddress {
  IpAddress private_ip;
  std::optional<IpAddress> public_ip;
};
struct Interface {
  std::string id;
  std::string vpc_id;
  std::string subnet_id;
  std::string instance_id;
  bool is_primary = false;     // the instance's first one
  std::string nat_gateway_id;  // whose interface it is, if a NAT gateway's
  std::vector<std::string> group_ids;
  std::vector<InterfaceAddress> addresses;  // the first is the primary one, of IPv4
  std::vector<IpBlock> prefixes;            // /28 of IPv4 and /80 of IPv6: its own as a whole
  bool source_dest_check = true;

  /// One of its own, or of its prefixes; empty for any other.
  [[nodiscard]] std::optional<InterfaceAddress> find_address(const IpAddress& private_ip) const;
};
struct NatGateway {
  std::string id;
  std::string interface_id;
  bool is_available = false;
};
struct Peering {
  struct Side {
    std::string vpc_id;
    std::vector<IpBlock> blocks;
  };
  std::string id;
  bool is_active = false;
  Side sides[2];
};

/// What is known of an account's networks, or of those of several.
class Network {
 public:
  std::map<std::string, Vpc, std::less<>> vpcs;
  std::map<std::string, Subnet, std::less<>> subnets;
  std::map<std::string, RouteTable, std::less<>> route_tables;
  std::map<std::string, NetworkAcl, std::less<>> acls;
  std::map<std::string, SecurityGroup, std::less<>> groups;
  std::map<std::string, std::vector<IpBlock>, std::less<>> prefix_lists;
  std::map<std::string, NatGateway, std::less<>> nat_gateways;
  std::map<std::string, Peering, std::less<>> peerings;

  void add(Interface interface);
  [[nodiscard]] const std::map<std::string, Interface, std::less<>>& interfaces() const {
    return interfaces_;
  }
  /// Null when there is none.
  [[nodiscard]] const Interface* find_interface(std::string_view id) const;
  /// An instance's first interface.
  [[nodiscard]] const Interface* find_instance(std::string_view instance_id) const;
  [[nodiscard]] const Interface* find_private(std::string_view vpc_id,
                                              const IpAddress& address) const;
  [[nodiscard]] const Interface* find_public(const IpAddress& address) const;
  /// In whichever VPC; more than one when VPCs use the same addresses.
  [[nodiscard]] std::vector<const Interface*> find_private(const IpAddress& address) const;

 private:
  std::map<std::string, Interface, std::less<>> interfaces_;
  // These lead to interfaces' ids.
  std::map<std::string, std::string, std::less<>> by_instance_;
  std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>> by_private_;
  std::map<std::string, std::string, std::less<>> by_public_;
  /// By the prefix's first address.
  std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>> by_prefix_;
};

/// True for what no internet gateway passes: RFC 1918's blocks, those of carriers and links, and
/// IPv6's unique local ones (RFC 4193).
bool is_private(const IpAddress& address);

}  // namespace fallstreak::dataplane::reachability
