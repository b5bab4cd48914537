#include <gmock/gmock.h>

#include "dataplane/reachability/admission.h"
#include "dataplane/reachability/rules.h"

namespace fallstreak::dataplane::reachability {
namespace {

IpAddress ip(std::string_view text) { return *IpAddress::parse(text); }
IpBlock block(std::string_view text) { return *IpBlock::parse(text); }

Packet packet(std::string_view from, std::string_view to, PortRange ports, int protocol = kTcp) {
  return {.protocol = protocol,
          .source = ip(from),
          .destination = ip(to),
          .source_ports = {32768, 61000},
          .destination_ports = ports};
}

AclEntry entry(int number, bool allows, int protocol, std::string_view cidr, PortRange ports = {}) {
  return {.number = number,
          .direction = Direction::ingress,
          .allows = allows,
          .protocol = protocol,
          .block = block(cidr),
          .ports = ports};
}

/// https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html, the inbound table.
NetworkAcl documented_acl() {
  return {.id = "acl-1",
          .entries = {entry(100, true, kTcp, "0.0.0.0/0", {80, 80}),
                      entry(110, true, kTcp, "0.0.0.0/0", {443, 443}),
                      entry(120, true, kTcp, "192.0.2.0/24", {22, 22}),
                      entry(130, true, kTcp, "192.0.2.0/24", {3389, 3389}),
                      entry(140, true, kTcp, "0.0.0.0/0", {32768, 65535})}};
}

struct AclCase {
  const char* from;
  int protocol;
  PortRange ports;
  int number;  // 0: the last rule, `*`
};

TEST(NetworkAcls, DecideByTheFirstEntryThatMatchesAsInAwssExample) {
  const AclCase cases[] = {
      // AWS: "a packet destined for the SSL port (443) ... matches the second rule (110)".
      {"203.0.113.9", kTcp, {443, 443}, 110},
      // AWS: "if a packet is destined for port 139 (NetBIOS), it doesn't match any of the rules".
      {"203.0.113.9", kUdp, {139, 139}, 0},
      {"192.0.2.9", kTcp, {22, 22}, 120},
      {"203.0.113.9", kTcp, {22, 22}, 0},
      {"203.0.113.9", kTcp, {32768, 61000}, 140},
  };
  const NetworkAcl acl = documented_acl();
  for (const auto& each : cases) {
    const auto decision =
        decide(acl, Direction::ingress, packet(each.from, "10.0.0.5", each.ports, each.protocol));
    EXPECT_EQ(decision.allows, each.number != 0) << each.ports.first;
    EXPECT_EQ(decision.entry == nullptr ? 0 : decision.entry->number, each.number);
  }
}

TEST(NetworkAcls, LetAClientAnswerOnEveryPortOfItsRangeOrOnNone) {
  NetworkAcl acl = documented_acl();
  const Packet reply = packet("203.0.113.9", "10.0.0.5", {1024, 65535});
  EXPECT_FALSE(decide(acl, Direction::ingress, reply).allows);
  EXPECT_EQ(decide(acl, Direction::ingress, reply).denied_port, 1024);

  acl.entries.push_back(entry(150, true, kTcp, "0.0.0.0/0", {1024, 32767}));
  EXPECT_TRUE(decide(acl, Direction::ingress, reply).allows);

  acl.entries.insert(acl.entries.begin(), entry(90, false, kTcp, "0.0.0.0/0", {40000, 40000}));
  EXPECT_EQ(decide(acl, Direction::ingress, reply).denied_port, 40000);
  EXPECT_EQ(decide(acl, Direction::ingress, reply).entry->number, 90);
}

TEST(NetworkAcls, TellDirectionsAndIcmpTypesApart) {
  NetworkAcl acl{.id = "acl-1", .entries = {entry(100, true, kIcmp, "0.0.0.0/0")}};
  acl.entries.front().icmp_type = 8;
  const Packet echo = packet("203.0.113.9", "10.0.0.5", {}, kIcmp);

  EXPECT_TRUE(decide(acl, Direction::ingress, echo).allows);
  EXPECT_FALSE(decide(acl, Direction::egress, echo).allows);
  EXPECT_FALSE(decide(acl, Direction::ingress, reply_to(echo)).allows);
}

Route route(std::string_view cidr, RouteKind kind, std::string target) {
  return {.block = block(cidr), .kind = kind, .target_id = std::move(target)};
}

/// https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html#route-tables-priority
TEST(RouteTables, ChooseTheMostSpecificRouteAsInAwssExample) {
  const RouteTable table{.id = "rtb-1",
                         .routes = {route("10.0.0.0/16", RouteKind::local, ""),
                                    route("0.0.0.0/0", RouteKind::internet_gateway, "igw-1"),
                                    route("172.31.0.0/16", RouteKind::peering, "pcx-1")}};
  const Network network;

  EXPECT_EQ(choose_route(network, table, ip("10.0.7.7"))->kind, RouteKind::local);
  EXPECT_EQ(choose_route(network, table, ip("172.31.4.4"))->target_id, "pcx-1");
  EXPECT_EQ(choose_route(network, table, ip("172.32.4.4"))->target_id, "igw-1");
  EXPECT_EQ(choose_route(network, {.id = "rtb-2", .routes = {}}, ip("10.0.7.7")), nullptr);
}

TEST(RouteTables, PreferABlockToAPrefixListThatIsAsSpecificAndNoOther) {
  Network network;
  network.prefix_lists["pl-1"] = {block("192.0.2.0/24"), block("198.51.100.0/25")};
  const RouteTable table{
      .id = "rtb-1",
      .routes = {{.prefix_list_id = "pl-1", .kind = RouteKind::endpoint, .target_id = "vpce-1"},
                 route("192.0.2.0/24", RouteKind::nat_gateway, "nat-1"),
                 route("198.51.100.0/24", RouteKind::nat_gateway, "nat-1")}};

  EXPECT_EQ(choose_route(network, table, ip("192.0.2.7"))->target_id, "nat-1");
  EXPECT_EQ(choose_route(network, table, ip("198.51.100.7"))->target_id, "vpce-1");
  EXPECT_EQ(choose_route(network, table, ip("198.51.100.200"))->target_id, "nat-1");
}

class SecurityGroups : public ::testing::Test {
 protected:
  SecurityGroups() {
    network.add({.id = "eni-web",
                 .vpc_id = "vpc-1",
                 .group_ids = {"sg-web"},
                 .addresses = {{ip("10.0.0.5"), ip("203.0.113.5")}}});
    network.add({.id = "eni-db",
                 .vpc_id = "vpc-1",
                 .group_ids = {"sg-db"},
                 .addresses = {{ip("10.0.1.7"), {}}}});
    network.groups["sg-web"] = {.id = "sg-web", .vpc_id = "vpc-1", .rules = {}};
    network.groups["sg-db"] = {.id = "sg-db", .vpc_id = "vpc-1", .rules = {}};
  }
  GroupRule& add(std::string id, int protocol, PortRange ports) {
    return network.groups["sg-db"].rules.emplace_back(
        GroupRule{.id = std::move(id), .protocol = protocol, .ports = ports});
  }
  std::string allowing(const Packet& asked) {
    const GroupRule* rule =
        find_allowing(network, *network.find_interface("eni-db"), Direction::ingress, asked);
    return rule == nullptr ? "" : rule->id;
  }
  Network network;
};

/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-rules-reference.html, the
/// database server: MySQL from those in the group of the web servers.
TEST_F(SecurityGroups, ReferToTheMembersPrivateAddressesOnly) {
  add("sgr-mysql", kTcp, {3306, 3306}).group_id = "sg-web";

  EXPECT_EQ(allowing(packet("10.0.0.5", "10.0.1.7", {3306, 3306})), "sgr-mysql");
  EXPECT_EQ(allowing(packet("203.0.113.5", "10.0.1.7", {3306, 3306})), "");
  EXPECT_EQ(allowing(packet("10.0.0.6", "10.0.1.7", {3306, 3306})), "");
  EXPECT_EQ(allowing(packet("10.0.0.5", "10.0.1.7", {3307, 3307})), "");
}

TEST_F(SecurityGroups, KnowPrefixListsProtocolsAndDirections) {
  network.prefix_lists["pl-1"] = {block("198.51.100.0/24")};
  add("sgr-list", kUdp, {53, 53}).prefix_list_id = "pl-1";
  add("sgr-ping", kIcmp, {}).block = block("0.0.0.0/0");
  network.groups["sg-db"].rules.back().icmp_type = 8;
  GroupRule& out = add("sgr-out", kAnyProtocol, {});
  out.direction = Direction::egress;
  out.block = block("0.0.0.0/0");

  EXPECT_EQ(allowing(packet("198.51.100.9", "10.0.1.7", {53, 53}, kUdp)), "sgr-list");
  EXPECT_EQ(allowing(packet("198.51.100.9", "10.0.1.7", {53, 53})), "");
  EXPECT_EQ(allowing(packet("192.0.2.1", "10.0.1.7", {}, kIcmp)), "sgr-ping");
  EXPECT_EQ(allowing(reply_to(packet("192.0.2.1", "10.0.1.7", {}, kIcmp))), "");
}

TEST(Protocols, AreNamesOrNumbers) {
  EXPECT_EQ(parse_protocol("tcp"), 6);
  EXPECT_EQ(parse_protocol("17"), 17);
  EXPECT_EQ(parse_protocol("-1"), kAnyProtocol);
  EXPECT_EQ(parse_protocol("256"), std::nullopt);
  EXPECT_EQ(parse_protocol("tcpx"), std::nullopt);
}

TEST(SecurityGroupAdmission, IsOfTheWidestRuleForThePort) {
  using Rule = api::ec2::SecurityGroupRule;
  const auto rule = [](const std::string& block, std::int32_t first, std::int32_t last) {
    return Rule{.IpProtocol = "tcp", .FromPort = first, .ToPort = last, .CidrIpv4 = block};
  };
  Rule all = rule("0.0.0.0/0", -1, -1);
  all.IpProtocol = "-1";
  Rule out = all;
  out.IsEgress = true;
  const Rule v6{.IpProtocol = "tcp", .FromPort = 80, .ToPort = 80, .CidrIpv6 = "::/0"};
  Rule udp = rule("0.0.0.0/0", 80, 80);
  udp.IpProtocol = "udp";
  const Rule member{.IpProtocol = "-1", .ReferencedGroupInfo = {{.GroupId = "sg-1"}}};
  const std::pair<std::vector<Rule>, Admission> cases[] = {
      {{}, Admission::nobody},
      {{out, v6, udp, rule("0.0.0.0/0", 443, 443)}, Admission::nobody},
      {{rule("10.0.0.0/8", 1, 1024)}, Admission::some},
      {{member}, Admission::some},
      {{member, rule("0.0.0.0/0", 80, 80)}, Admission::everybody},
      {{all}, Admission::everybody}};
  for (std::size_t i = 0; i < std::size(cases); ++i) {
    EXPECT_EQ(admission(cases[i].first, 80), cases[i].second) << "case " << i;
  }
  EXPECT_EQ(admission({rule("0.0.0.0/0", 80, 80)}, 80, Family::ipv6), Admission::nobody);
  EXPECT_EQ(admission({v6}, 80, Family::ipv6), Admission::everybody);
  EXPECT_EQ(admission({member}, 80, Family::ipv6), Admission::some);
}

}  // namespace
}  // namespace fallstreak::dataplane::reachability
