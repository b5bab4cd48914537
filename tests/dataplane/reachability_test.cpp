#include "reachability.h"

#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

using dataplane::reachability::Answer;
using dataplane::reachability::Question;
using dataplane::reachability::Step;
using dataplane::reachability::Verdict;

/// A VPC with a public and a private subnet, each with an interface; all is asked of EC2's API.
class Reachability : public Ec2Test {
 protected:
  struct Place {
    std::string subnet_id;
    std::string group_id;
    std::string interface_id;
    std::string address;
  };

  Place make_place(const std::string& vpc, const std::string& cidr, const std::string& group) {
    Place place;
    place.subnet_id = make_subnet(vpc, cidr);
    place.group_id = make_group(vpc, group);
    const auto interface = *must(ec2.create_network_interface(
                                     {.SubnetId = place.subnet_id, .Groups = {{place.group_id}}}))
                                .NetworkInterface;
    place.interface_id = *interface.NetworkInterfaceId;
    place.address = *interface.PrivateIpAddress;
    return place;
  }
  void allow_in(const Place& place, const std::string& cidr, int port = 80) {
    must(ec2.authorize_security_group_ingress({.CidrIp = cidr,
                                               .FromPort = port,
                                               .GroupId = place.group_id,
                                               .IpProtocol = "tcp",
                                               .ToPort = port}));
  }
  std::string main_table(const std::string& vpc) {
    return *must(ec2.describe_route_tables(
                     {.Filters = {{{.Name = "vpc-id", .Values = {{vpc}}},
                                   {.Name = "association.main", .Values = {{"true"}}}}}}))
                .RouteTables->front()
                .RouteTableId;
  }
  std::string own_table(const Place& place, const std::string& vpc) {
    const auto id = *must(ec2.create_route_table({.VpcId = vpc})).RouteTable->RouteTableId;
    must(ec2.associate_route_table({.SubnetId = place.subnet_id, .RouteTableId = id}));
    return id;
  }
  std::string connect_to_the_internet(const Place& place) {
    gateway_id = *must(ec2.create_internet_gateway()).InternetGateway->InternetGatewayId;
    must(ec2.attach_internet_gateway({.InternetGatewayId = gateway_id, .VpcId = vpc_id}));
    const auto table = own_table(place, vpc_id);
    must(ec2.create_route(
        {.RouteTableId = table, .DestinationCidrBlock = "0.0.0.0/0", .GatewayId = gateway_id}));
    return table;
  }
  std::string give_public_address(const Place& place) {
    const auto made = must(ec2.allocate_address());
    must(ec2.associate_address(
        {.AllocationId = made.AllocationId, .NetworkInterfaceId = place.interface_id}));
    return *made.PublicIp;
  }
  /// A network ACL of a subnet's own, without entries: it denies all.
  std::string make_acl(const Place& place) {
    const auto id = *must(ec2.create_network_acl({.VpcId = vpc_id})).NetworkAcl->NetworkAclId;
    const auto acls = must(ec2.describe_network_acls(
        {.Filters = {{{.Name = "association.subnet-id", .Values = {{place.subnet_id}}}}}}));
    for (const auto& association : *acls.NetworkAcls->front().Associations) {
      if (association.SubnetId != place.subnet_id) continue;
      must(ec2.replace_network_acl_association(
          {.AssociationId = association.NetworkAclAssociationId, .NetworkAclId = id}));
    }
    return id;
  }
  void allow_by_acl(const std::string& acl_id, bool is_egress, int first, int last) {
    must(ec2.create_network_acl_entry({.NetworkAclId = acl_id,
                                       .RuleNumber = 100 + first % 97,
                                       .Protocol = "6",
                                       .RuleAction = "allow",
                                       .Egress = is_egress,
                                       .CidrBlock = "0.0.0.0/0",
                                       .PortRange = {{.From = first, .To = last}}}));
  }
  Answer ask(const std::string& from, const std::string& to, int port = 80) {
    return must(find_path(cloud, caller, {.from = from, .to = to, .port = port}));
  }
  /// `reachable`, or what stopped it: `network-acl return: the text`.
  static std::string verdict(const Answer& answer) {
    if (answer.verdict == Verdict::reachable) return "reachable";
    const Step& last = answer.steps.back();
    EXPECT_FALSE(last.passed);
    return last.component + (last.is_return ? " return: " : ": ") + last.text;
  }
  static std::vector<std::string> components(const Answer& answer) {
    std::vector<std::string> names;
    for (const auto& step : answer.steps) names.push_back(step.component);
    return names;
  }

  dispatch::Caller caller{"123456789012", "eu-central-1"};
  std::string vpc_id = make_vpc();
  Place web = make_place(vpc_id, "10.0.0.0/24", "web");
  Place db = make_place(vpc_id, "10.0.1.0/24", "db");
  std::string gateway_id;
};

TEST_F(Reachability, NamesTheRuleThatLetsAPacketIn) {
  EXPECT_EQ(verdict(ask(web.interface_id, db.address)),
            "security-group: no inbound rule of " + db.group_id + " allows tcp " + web.address +
                " -> " + db.address + ":80");
  must(ec2.authorize_security_group_ingress(
      {.GroupId = db.group_id,
       .IpPermissions = {{{.IpProtocol = "tcp",
                           .FromPort = 80,
                           .ToPort = 80,
                           .UserIdGroupPairs = {{{.GroupId = web.group_id}}}}}}}));

  const Answer answer = ask(web.interface_id, db.interface_id);

  EXPECT_EQ(answer.verdict, Verdict::reachable);
  EXPECT_THAT(components(answer), ElementsAre("security-group", "network-acl", "route-table",
                                              "network-acl", "security-group", "interface",
                                              "network-acl", "route-table", "network-acl"));
  EXPECT_EQ(answer.steps[4].id, db.group_id);
  EXPECT_THAT(answer.steps[4].rule, StartsWith("sgr-"));
  EXPECT_EQ(answer.steps[2].rule, "10.0.0.0/16 -> local");
  EXPECT_THAT(verdict(ask(db.interface_id, web.address)), StartsWith("security-group: "));
}

TEST_F(Reachability, NeedsTheWayBackThroughAStatelessAcl) {
  allow_in(db, "10.0.0.0/16");
  const auto acl = make_acl(db);
  EXPECT_THAT(verdict(ask(web.address, db.address)),
              StartsWith("network-acl: inbound rule 32767 of " + acl + " denies"));
  allow_by_acl(acl, false, 80, 80);
  EXPECT_THAT(verdict(ask(web.address, db.address)),
              StartsWith("network-acl return: outbound rule 32767 of " + acl + " denies"));

  allow_by_acl(acl, true, 32768, 61000);

  EXPECT_EQ(verdict(ask(web.address, db.address)), "reachable");
}

TEST_F(Reachability, AsksNoAclWithinASubnet) {
  allow_in(web, "10.0.0.0/16");
  make_acl(web);
  const auto beside = *must(ec2.create_network_interface({.SubnetId = web.subnet_id}))
                           .NetworkInterface->NetworkInterfaceId;

  EXPECT_EQ(verdict(ask(beside, web.address)), "reachable");
  EXPECT_THAT(verdict(ask(beside, "10.0.0.250")), StartsWith("subnet: no interface in"));
  EXPECT_THAT(verdict(ask(db.interface_id, web.address)), StartsWith("network-acl: "));
}

TEST_F(Reachability, OfTheInternetNeedsAnAddressAGatewayAndARoute) {
  allow_in(web, "0.0.0.0/0");
  EXPECT_THAT(verdict(ask("192.0.2.9", web.interface_id)), StartsWith("interface: "));
  const auto table = connect_to_the_internet(web);
  const auto address = give_public_address(web);

  EXPECT_EQ(verdict(ask("192.0.2.9", address)), "reachable");
  EXPECT_EQ(verdict(ask("192.0.2.9", web.interface_id)), "reachable");
  EXPECT_EQ(verdict(ask(web.interface_id, "192.0.2.9", 443)), "reachable");
  EXPECT_THAT(verdict(ask("192.0.2.9", address, 22)), StartsWith("security-group: "));
  EXPECT_THAT(verdict(ask("192.0.2.9", "192.0.2.10")), StartsWith("internet: "));
  must(ec2.delete_route({.RouteTableId = table, .DestinationCidrBlock = "0.0.0.0/0"}));
  EXPECT_THAT(verdict(ask("192.0.2.9", address)),
              StartsWith("route-table return: " + table + " has no route to 192.0.2.9"));
}

TEST_F(Reachability, OfAPublicAddressIsFromAPublicAddress) {
  connect_to_the_internet(web);
  const auto address = give_public_address(web);
  must(ec2.authorize_security_group_ingress(
      {.GroupId = web.group_id,
       .IpPermissions = {{{.IpProtocol = "tcp",
                           .FromPort = 80,
                           .ToPort = 80,
                           .UserIdGroupPairs = {{{.GroupId = web.group_id}}}}}}}));
  const auto beside =
      *must(ec2.create_network_interface({.SubnetId = web.subnet_id, .Groups = {{web.group_id}}}))
           .NetworkInterface->NetworkInterfaceId;

  EXPECT_EQ(verdict(ask(beside, web.address)), "reachable");
  EXPECT_THAT(verdict(ask(beside, address)),
              StartsWith("internet-gateway: " + gateway_id + " drops the packet, because"));
}

TEST_F(Reachability, ThroughANatGatewayGoesOutAndNotIn) {
  connect_to_the_internet(web);
  const auto allocation = must(ec2.allocate_address());
  const auto nat = *must(ec2.create_nat_gateway(
                             {.AllocationId = allocation.AllocationId, .SubnetId = web.subnet_id}))
                        .NatGateway->NatGatewayId;
  const auto table = own_table(db, vpc_id);
  must(ec2.create_route(
      {.RouteTableId = table, .DestinationCidrBlock = "0.0.0.0/0", .NatGatewayId = nat}));
  EXPECT_EQ(verdict(ask(db.interface_id, "192.0.2.9", 443)),
            "nat-gateway: " + nat + " is not available");
  settle();

  const Answer answer = ask(db.interface_id, "192.0.2.9", 443);

  EXPECT_EQ(verdict(answer), "reachable");
  EXPECT_THAT(components(answer), ::testing::Contains("nat-gateway"));
  EXPECT_EQ(verdict(ask("192.0.2.9", *allocation.PublicIp)),
            "nat-gateway: " + nat + " takes no connections from the internet");
  const auto acl = make_acl(web);
  allow_by_acl(acl, false, 443, 443);
  allow_by_acl(acl, true, 443, 443);
  EXPECT_THAT(verdict(ask(db.interface_id, "192.0.2.9", 443)),
              ::testing::HasSubstr("inbound rule 32767 of " + acl + " denies tcp 192.0.2.9"));
}

TEST_F(Reachability, OverPeeringIsNotTransitive) {
  const auto peer = [&](const std::string& other) {
    const auto id = *must(ec2.create_vpc_peering_connection({.VpcId = vpc_id, .PeerVpcId = other}))
                         .VpcPeeringConnection->VpcPeeringConnectionId;
    must(ec2.accept_vpc_peering_connection({.VpcPeeringConnectionId = id}));
    return id;
  };
  const auto lead = [&](const std::string& vpc, const std::string& cidr, const std::string& to) {
    must(ec2.create_route({.RouteTableId = main_table(vpc),
                           .DestinationCidrBlock = cidr,
                           .VpcPeeringConnectionId = to}));
  };
  const auto vpc_b = make_vpc("10.1.0.0/16");
  const auto vpc_c = make_vpc("10.2.0.0/16");
  const Place b = make_place(vpc_b, "10.1.0.0/24", "b");
  const Place c = make_place(vpc_c, "10.2.0.0/24", "c");
  for (const auto& place : {b, c, web}) allow_in(place, "10.0.0.0/8");
  const auto with_b = peer(vpc_b);
  const auto with_c = peer(vpc_c);
  lead(vpc_id, "10.1.0.0/16", with_b);
  EXPECT_THAT(verdict(ask(web.address, b.address)), StartsWith("route-table return: "));
  lead(vpc_b, "10.0.0.0/16", with_b);
  lead(vpc_b, "10.2.0.0/16", with_b);
  lead(vpc_id, "10.2.0.0/16", with_c);

  EXPECT_EQ(verdict(ask(web.address, b.address)), "reachable");
  EXPECT_EQ(verdict(ask(b.address, web.address)), "reachable");
  EXPECT_THAT(verdict(ask(b.address, c.address)),
              ::testing::HasSubstr("has no " + c.address + "; peering is not transitive"));
}

TEST_F(Reachability, OfAnotherAccountsPeerIsSeenInItsOwnPlace) {
  InProcessTransport their_transport(cloud, dispatch::Caller("210987654321", "eu-west-1"));
  client::Ec2 theirs(their_transport);
  const auto vpc = *must(theirs.create_vpc({.CidrBlock = "10.9.0.0/16"})).Vpc->VpcId;
  const auto subnet =
      *must(theirs.create_subnet({.CidrBlock = "10.9.0.0/24", .VpcId = vpc})).Subnet->SubnetId;
  const auto interface =
      *must(theirs.create_network_interface({.SubnetId = subnet})).NetworkInterface;
  const auto peering = *must(ec2.create_vpc_peering_connection({.PeerRegion = "eu-west-1",
                                                                .VpcId = vpc_id,
                                                                .PeerVpcId = vpc,
                                                                .PeerOwnerId = "210987654321"}))
                            .VpcPeeringConnection->VpcPeeringConnectionId;
  must(theirs.accept_vpc_peering_connection({.VpcPeeringConnectionId = peering}));
  must(ec2.create_route({.RouteTableId = main_table(vpc_id),
                         .DestinationCidrBlock = "10.9.0.0/16",
                         .VpcPeeringConnectionId = peering}));

  // The default group of theirs lets nobody in.
  EXPECT_EQ(verdict(ask(web.interface_id, *interface.NetworkInterfaceId)),
            "security-group: no inbound rule of " + *interface.Groups->front().GroupId +
                " allows tcp " + web.address + " -> " + *interface.PrivateIpAddress + ":80");
}

TEST_F(Reachability, LeavesWhatAnApplianceDoesUndecided) {
  auto request = launch();
  request.SubnetId = db.subnet_id;
  const auto instance_id = run(request).front();
  settle();
  const auto table = main_table(vpc_id);
  must(ec2.create_route(
      {.RouteTableId = table, .DestinationCidrBlock = "192.0.2.0/24", .InstanceId = instance_id}));
  EXPECT_THAT(verdict(ask(web.interface_id, "192.0.2.9")),
              ::testing::HasSubstr("because its source/destination check is on"));
  must(ec2.modify_instance_attribute(
      {.SourceDestCheck = {{.Value = false}}, .InstanceId = instance_id}));

  EXPECT_EQ(ask(web.interface_id, "192.0.2.9").verdict, Verdict::undecided);
  must(ec2.replace_route({.RouteTableId = table,
                          .DestinationCidrBlock = "192.0.2.0/24",
                          .NetworkInterfaceId = web.interface_id}));
  EXPECT_THAT(verdict(ask(db.interface_id, "192.0.2.9")), ::testing::HasSubstr("is a black hole"));
}

TEST_F(Reachability, OfAnEndpointsServiceNeedsNoInternetGateway) {
  const auto s3 = must(ec2.create_vpc_endpoint({.VpcId = vpc_id,
                                                .ServiceName = "com.amazonaws.eu-central-1.s3",
                                                .RouteTableIds = {{main_table(vpc_id)}}}));

  const Answer answer = ask(web.interface_id, "198.51.100.7", 443);

  EXPECT_EQ(verdict(answer), "reachable");
  EXPECT_EQ(answer.steps[3].id, s3.VpcEndpoint->VpcEndpointId);
  EXPECT_THAT(verdict(ask(web.interface_id, "192.0.2.7", 443)), StartsWith("route-table: "));
}

TEST_F(Reachability, AcrossTheInternetEndsAtABlockOfPublicAccess) {
  allow_in(web, "0.0.0.0/0");
  connect_to_the_internet(web);
  give_public_address(web);
  const auto set_mode = [&](const std::string& mode) {
    must(ec2.modify_vpc_block_public_access_options({.InternetGatewayBlockMode = mode}));
  };
  const auto nat =
      *must(ec2.create_nat_gateway({.AllocationId = must(ec2.allocate_address()).AllocationId,
                                    .SubnetId = web.subnet_id}))
           .NatGateway->NatGatewayId;
  settle();
  must(ec2.create_route({.RouteTableId = own_table(db, vpc_id),
                         .DestinationCidrBlock = "0.0.0.0/0",
                         .NatGatewayId = nat}));
  const auto in = [&] { return verdict(ask("192.0.2.9", web.interface_id)); };
  const auto out = [&] { return verdict(ask(web.interface_id, "192.0.2.9", 443)); };
  const auto by_nat = [&] { return verdict(ask(db.interface_id, "192.0.2.9", 443)); };

  set_mode("block-ingress");
  EXPECT_THAT(in(), StartsWith("vpc-block-public-access: the account's block"));
  EXPECT_THAT(out(), StartsWith("vpc-block-public-access: "));
  EXPECT_EQ(by_nat(), "reachable");
  set_mode("block-bidirectional");
  EXPECT_THAT(by_nat(), StartsWith("vpc-block-public-access: "));
  const auto made = must(ec2.create_vpc_block_public_access_exclusion(
      {.SubnetId = web.subnet_id, .InternetGatewayExclusionMode = "allow-egress"}));
  EXPECT_EQ(by_nat(), "reachable");
  EXPECT_THAT(in(), StartsWith("vpc-block-public-access: "));
  must(ec2.modify_vpc_block_public_access_exclusion(
      {.ExclusionId = made.VpcBlockPublicAccessExclusion->ExclusionId,
       .InternetGatewayExclusionMode = "allow-bidirectional"}));
  EXPECT_EQ(in(), "reachable");
  EXPECT_EQ(verdict(ask(db.interface_id, web.address)), "reachable");
}

TEST_F(Reachability, OfAnAddressOfAPrefixIsThatOfItsInterface) {
  allow_in(db, "10.0.0.0/16");
  must(ec2.assign_private_ip_addresses(
      {.Ipv4Prefixes = {{"10.0.1.96/28"}}, .NetworkInterfaceId = db.interface_id}));

  EXPECT_EQ(verdict(ask(web.interface_id, "10.0.1.100")), "reachable");
  EXPECT_THAT(verdict(ask(web.interface_id, "10.0.1.100", 443)), StartsWith("security-group: "));
  EXPECT_THAT(verdict(ask(web.interface_id, "10.0.1.112")), StartsWith("vpc: no interface in "));
  EXPECT_THAT(verdict(ask("10.0.1.97", web.address)), StartsWith("security-group: "));
}

TEST_F(Reachability, FromTheInternetFollowsTheRouteTableOfTheGateway) {
  connect_to_the_internet(web);
  const auto address = give_public_address(web);
  allow_in(web, "0.0.0.0/0");
  const auto table = *must(ec2.create_route_table({.VpcId = vpc_id})).RouteTable->RouteTableId;
  must(ec2.associate_route_table({.GatewayId = gateway_id, .RouteTableId = table}));
  EXPECT_EQ(verdict(ask("198.51.100.7", address)), "reachable");

  // What is for the subnet of `web` goes by way of `db`, which is no router.
  must(ec2.create_route({.RouteTableId = table,
                         .DestinationCidrBlock = "10.0.0.0/24",
                         .NetworkInterfaceId = db.interface_id}));

  EXPECT_EQ(ask("198.51.100.7", address).verdict, Verdict::not_reachable);
  auto request = launch();
  request.NetworkInterfaces = {{{.DeviceIndex = 0, .NetworkInterfaceId = db.interface_id}}};
  run(request);
  settle();
  EXPECT_THAT(verdict(ask("198.51.100.7", address)),
              ::testing::HasSubstr("source/destination check is on"));
  must(ec2.modify_network_interface_attribute(
      {.NetworkInterfaceId = db.interface_id, .SourceDestCheck = {{.Value = false}}}));
  EXPECT_EQ(ask("198.51.100.7", address).verdict, Verdict::undecided);
}

TEST_F(Reachability, RefusesQuestionsAboutWhatIsNotThere) {
  const auto fails = [&](const Question& question) { return find_path(cloud, caller, question); };
  const auto wrong = FailsWith("InvalidParameterValue", 400);
  EXPECT_THAT(fails({.from = "eni-0", .to = web.address, .port = 80}), wrong);
  EXPECT_THAT(fails({.from = "10.0.0.99", .to = web.address, .port = 80}), wrong);
  EXPECT_THAT(fails({.from = web.address, .to = "nowhere", .port = 80}), wrong);
  EXPECT_THAT(fails({.from = web.address, .to = db.address}), wrong);
  EXPECT_THAT(fails({.from = web.address, .to = db.address, .protocol = "smtp"}), wrong);
  const auto twin = make_vpc("10.0.0.0/16");
  const auto subnet = make_subnet(twin, "10.0.0.0/24");
  must(ec2.create_network_interface({.SubnetId = subnet, .PrivateIpAddress = web.address}));
  EXPECT_THAT(fails({.from = web.address, .to = db.address, .port = 80}), wrong);
}

/// The same two subnets with IPv6, in which each interface has an address.
class ReachabilityOfIpv6 : public Reachability {
 protected:
  ReachabilityOfIpv6() {
    give_block(vpc_id);
    web_address = give_address(web, vpc_id, '1');
    db_address = give_address(db, vpc_id, '2');
  }
  void give_block(const std::string& vpc) {
    must(ec2.associate_vpc_cidr_block({.VpcId = vpc, .AmazonProvidedIpv6CidrBlock = true}));
  }
  std::string block_of(const std::string& vpc) {
    const auto shown = must(ec2.describe_vpcs({.VpcIds = {{vpc}}}));
    return *shown.Vpcs->front().Ipv6CidrBlockAssociationSet->front().Ipv6CidrBlock;
  }
  /// Gives its subnet a part of the block, and its interface the address `...::10` of it. Its group
  /// is older than the block, and so has no rule that lets IPv6 out.
  std::string give_address(const Place& place, const std::string& vpc, char digit) {
    const std::string whole = block_of(vpc);
    const std::string prefix = whole.substr(0, whole.find("::/56") - 1) + digit + "::";
    must(ec2.associate_subnet_cidr_block(
        {.SubnetId = place.subnet_id, .Ipv6CidrBlock = prefix + "/64"}));
    must(ec2.assign_ipv6_addresses(
        {.NetworkInterfaceId = place.interface_id, .Ipv6Addresses = {{prefix + "10"}}}));
    must(ec2.authorize_security_group_egress(
        {.GroupId = place.group_id,
         .IpPermissions = {{{.IpProtocol = "-1", .Ipv6Ranges = {{{.CidrIpv6 = "::/0"}}}}}}}));
    return prefix + "10";
  }
  void allow_ipv6_in(const Place& place, const std::string& block, const std::string& protocol) {
    const int port = protocol == "tcp" ? 80 : -1;
    must(ec2.authorize_security_group_ingress(
        {.GroupId = place.group_id,
         .IpPermissions = {{{.IpProtocol = protocol,
                             .FromPort = port,
                             .ToPort = port,
                             .Ipv6Ranges = {{{.CidrIpv6 = block}}}}}}}));
  }
  std::string lead_out(const std::string& table, const std::string& kind) {
    if (kind == "internet") {
      must(ec2.create_route(
          {.RouteTableId = table, .GatewayId = gateway_id, .DestinationIpv6CidrBlock = "::/0"}));
      return gateway_id;
    }
    const auto id = *must(ec2.create_egress_only_internet_gateway({.VpcId = vpc_id}))
                         .EgressOnlyInternetGateway->EgressOnlyInternetGatewayId;
    must(ec2.create_route({.RouteTableId = table,
                           .DestinationIpv6CidrBlock = "::/0",
                           .EgressOnlyInternetGatewayId = id}));
    return id;
  }
  std::string ping(const std::string& from, const std::string& to) {
    return verdict(must(find_path(cloud, caller, {.from = from, .to = to, .protocol = "icmpv6"})));
  }

  std::string web_address;
  std::string db_address;
  static constexpr auto kFarAway = "2600:1f18::1";
};

TEST_F(ReachabilityOfIpv6, AsksTheRulesOfItsFamily) {
  allow_in(db, "0.0.0.0/0");
  EXPECT_EQ(verdict(ask(web_address, db_address)), "security-group: no inbound rule of " +
                                                       db.group_id + " allows tcp " + web_address +
                                                       " -> [" + db_address + "]:80");
  allow_ipv6_in(db, block_of(vpc_id), "tcp");

  const Answer answer = ask(web.interface_id, db_address);

  EXPECT_EQ(answer.verdict, Verdict::reachable);
  EXPECT_EQ(answer.steps[1].rule, "101");
  EXPECT_EQ(answer.steps[2].rule, block_of(vpc_id) + " -> local");
  EXPECT_EQ(verdict(ask(web_address, db.interface_id)), "reachable");
  EXPECT_THAT(ping(web_address, db_address), StartsWith("security-group: "));
  allow_ipv6_in(db, "::/0", "icmpv6");
  EXPECT_EQ(ping(web_address, db_address), "reachable");
  const auto acl = make_acl(db);
  EXPECT_THAT(verdict(ask(web_address, db_address)),
              StartsWith("network-acl: inbound rule 32768 of " + acl + " denies tcp"));
}

TEST_F(ReachabilityOfIpv6, ReachesTheMembersOfAGroup) {
  must(ec2.authorize_security_group_ingress(
      {.GroupId = db.group_id,
       .IpPermissions = {
           {{.IpProtocol = "-1", .UserIdGroupPairs = {{{.GroupId = web.group_id}}}}}}}));

  EXPECT_EQ(verdict(ask(web_address, db_address)), "reachable");
}

TEST_F(ReachabilityOfIpv6, NeedsNoPublicAddressForTheInternet) {
  allow_ipv6_in(web, "::/0", "tcp");
  EXPECT_THAT(verdict(ask(kFarAway, web_address)), StartsWith("vpc: " + vpc_id + " has no"));
  const auto table = connect_to_the_internet(web);
  EXPECT_EQ(verdict(ask(web_address, kFarAway)),
            "route-table: " + table + " has no route to " + kFarAway);
  lead_out(table, "internet");

  EXPECT_EQ(verdict(ask(web_address, kFarAway)), "reachable");
  EXPECT_EQ(verdict(ask(kFarAway, web_address)), "reachable");
  EXPECT_EQ(verdict(ask(kFarAway, web.interface_id)), "reachable");
  EXPECT_THAT(verdict(ask(web_address, "fd00::1")), StartsWith("internet-gateway: "));
  EXPECT_THAT(verdict(ask("192.0.2.9", web.interface_id)), StartsWith("interface: "));
}

TEST_F(ReachabilityOfIpv6, ThroughAnEgressOnlyGatewayGoesOutAndNotIn) {
  allow_ipv6_in(db, "::/0", "tcp");
  const auto gateway = lead_out(own_table(db, vpc_id), "egress");

  const Answer answer = ask(db_address, kFarAway, 443);

  EXPECT_EQ(verdict(answer), "reachable");
  EXPECT_EQ(answer.steps[3].component, "egress-only-internet-gateway");
  EXPECT_EQ(answer.steps[3].id, gateway);
  EXPECT_EQ(verdict(ask(kFarAway, db_address)),
            "vpc: " + vpc_id + " has no internet gateway, and an egress-only one lets nobody in");
  connect_to_the_internet(web);
  EXPECT_THAT(verdict(ask(kFarAway, db_address)), StartsWith("route-table return: "));
  must(ec2.delete_egress_only_internet_gateway({.EgressOnlyInternetGatewayId = gateway}));
  EXPECT_THAT(verdict(ask(db_address, kFarAway)), ::testing::HasSubstr("is a black hole"));
}

TEST_F(ReachabilityOfIpv6, ReachesIpv4BehindNat64) {
  connect_to_the_internet(web);
  const auto allocation = must(ec2.allocate_address());
  const auto nat = *must(ec2.create_nat_gateway(
                             {.AllocationId = allocation.AllocationId, .SubnetId = web.subnet_id}))
                        .NatGateway->NatGatewayId;
  settle();
  must(ec2.create_route({.RouteTableId = own_table(db, vpc_id),
                         .DestinationIpv6CidrBlock = "64:ff9b::/96",
                         .NatGatewayId = nat}));

  const Answer answer = ask(db_address, "64:ff9b::c000:209", 443);

  EXPECT_EQ(verdict(answer), "reachable");
  EXPECT_EQ(ping(db_address, "64:ff9b::c000:209"), "reachable");
  EXPECT_THAT(answer.steps[4].text, ::testing::HasSubstr("-> 192.0.2.9:443 of its own"));
}

TEST_F(ReachabilityOfIpv6, GoesOverPeeringWhenABlockIsGivenLater) {
  const auto other = make_vpc("10.1.0.0/16");
  const Place far = make_place(other, "10.1.0.0/24", "far");
  const auto peering =
      *must(ec2.create_vpc_peering_connection({.VpcId = vpc_id, .PeerVpcId = other}))
           .VpcPeeringConnection->VpcPeeringConnectionId;
  must(ec2.accept_vpc_peering_connection({.VpcPeeringConnectionId = peering}));
  give_block(other);
  const auto address = give_address(far, other, '1');
  allow_ipv6_in(far, block_of(vpc_id), "tcp");
  for (const auto& [from, to] : {std::pair(vpc_id, other), std::pair(other, vpc_id)}) {
    must(ec2.create_route({.RouteTableId = main_table(from),
                           .DestinationIpv6CidrBlock = block_of(to),
                           .VpcPeeringConnectionId = peering}));
  }

  EXPECT_EQ(verdict(ask(web_address, address)), "reachable");
  const auto shown = must(ec2.describe_vpc_peering_connections({}));
  EXPECT_EQ(shown.VpcPeeringConnections->front()
                .AccepterVpcInfo->Ipv6CidrBlockSet->front()
                .Ipv6CidrBlock_,
            block_of(other));
}

TEST_F(ReachabilityOfIpv6, RefusesQuestionsOfTwoFamilies) {
  const auto fails = [&](const Question& question) { return find_path(cloud, caller, question); };
  const auto wrong = FailsWith("InvalidParameterValue", 400);
  EXPECT_THAT(fails({.from = web.address, .to = db_address, .port = 80}), wrong);
  EXPECT_THAT(fails({.from = web_address, .to = db_address, .protocol = "icmp"}), wrong);
  EXPECT_THAT(fails({.from = web.address, .to = db.address, .protocol = "icmpv6"}), wrong);
  EXPECT_THAT(fails({.from = "fd00::1", .to = db_address, .port = 80}), wrong);
  must(ec2.unassign_ipv6_addresses(
      {.NetworkInterfaceId = web.interface_id, .Ipv6Addresses = {{web_address}}}));
  EXPECT_EQ(verdict(ask(web.interface_id, db_address)),
            "interface: " + web.interface_id + " has no IPv6 address");
}

}  // namespace
}  // namespace fallstreak::ec2_tests
