#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::EndsWith;

/// A VPC with IPv6, and a subnet with a part of it.
class Ipv6 : public Ec2Test {
 protected:
  api::ec2::Vpc vpc() { return must(ec2.describe_vpcs({.VpcIds = {{vpc_id}}})).Vpcs->front(); }
  std::string block() { return *vpc().Ipv6CidrBlockAssociationSet->front().Ipv6CidrBlock; }
  /// `2001:db8:1:200::/56` has `2001:db8:1:205::/64`.
  std::string part(char digit) {
    const std::string whole = block();
    const auto end = whole.find("::/56");
    return whole.substr(0, end - 1) + digit + "::/64";
  }
  api::ec2::Subnet subnet(const std::string& id) {
    return must(ec2.describe_subnets({.SubnetIds = {{id}}})).Subnets->front();
  }
  std::string subnet_with_ipv6(char digit = '1') {
    return *must(ec2.create_subnet({.AvailabilityZone = "eu-central-1a",
                                    .CidrBlock = "10.0.1.0/24",
                                    .Ipv6CidrBlock = part(digit),
                                    .VpcId = vpc_id}))
                .Subnet->SubnetId;
  }
  std::string interface_in(const std::string& subnet_id) {
    return *must(ec2.create_network_interface({.SubnetId = subnet_id}))
                .NetworkInterface->NetworkInterfaceId;
  }
  std::vector<std::string> addresses_of(const std::string& interface_id) {
    std::vector<std::string> addresses;
    const auto shown =
        must(ec2.describe_network_interfaces({.NetworkInterfaceIds = {{interface_id}}}));
    for (const auto& each : *shown.NetworkInterfaces->front().Ipv6Addresses) {
      addresses.push_back(*each.Ipv6Address);
    }
    return addresses;
  }
  std::vector<api::ec2::Route> routes() {
    return *must(ec2.describe_route_tables(
                     {.Filters = {{{.Name = "vpc-id", .Values = {{vpc_id}}}}}}))
                .RouteTables->front()
                .Routes;
  }
  std::string table_id() {
    return *must(ec2.describe_route_tables(
                     {.Filters = {{{.Name = "vpc-id", .Values = {{vpc_id}}}}}}))
                .RouteTables->front()
                .RouteTableId;
  }

  std::string vpc_id =
      *must(ec2.create_vpc({.CidrBlock = "10.0.0.0/16", .AmazonProvidedIpv6CidrBlock = true}))
           .Vpc->VpcId;
};
using Ipv6OfVpcs = Ipv6;
using AssociateSubnetCidrBlock = Ipv6;
using AssignIpv6Addresses = Ipv6;
using EgressOnlyInternetGateways = Ipv6;
using RoutesOfIpv6 = Ipv6;

TEST_F(Ipv6OfVpcs, ComeWithRoutesAndRules) {
  EXPECT_THAT(block(), EndsWith("::/56"));
  EXPECT_EQ(vpc().Ipv6CidrBlockAssociationSet->front().Ipv6CidrBlockState->State, "associated");
  EXPECT_EQ(vpc().Ipv6CidrBlockAssociationSet->front().Ipv6Pool, "Amazon");
  ASSERT_THAT(routes(), SizeIs(2));
  EXPECT_EQ(routes().back().DestinationIpv6CidrBlock, block());
  EXPECT_EQ(routes().back().GatewayId, "local");
  const auto acls =
      must(ec2.describe_network_acls({.Filters = {{{.Name = "vpc-id", .Values = {{vpc_id}}}}}}));
  std::vector<std::string> rules;
  for (const auto& each : *acls.NetworkAcls->front().Entries) {
    if (each.Ipv6CidrBlock) rules.push_back(std::to_string(*each.RuleNumber) + *each.RuleAction);
  }
  EXPECT_THAT(rules, ElementsAre("101allow", "32768deny", "101allow", "32768deny"));
  const auto group_id = make_group(vpc_id);
  const auto group =
      must(ec2.describe_security_groups({.GroupIds = {{group_id}}})).SecurityGroups->front();
  EXPECT_EQ(group.IpPermissionsEgress->front().Ipv6Ranges->front().CidrIpv6, "::/0");
}

TEST_F(Ipv6OfVpcs, AreGivenLaterAndTakenBack) {
  const auto other = make_vpc("10.1.0.0/16");
  const auto made =
      must(ec2.associate_vpc_cidr_block({.VpcId = other, .AmazonProvidedIpv6CidrBlock = true}));
  EXPECT_EQ(made.Ipv6CidrBlockAssociation->Ipv6CidrBlockState->State, "associating");
  EXPECT_NE(made.Ipv6CidrBlockAssociation->Ipv6CidrBlock, block());
  const auto found = must(ec2.describe_vpcs(
      {.Filters = {{{.Name = "ipv6-cidr-block-association.ipv6-cidr-block",
                     .Values = {{*made.Ipv6CidrBlockAssociation->Ipv6CidrBlock}}}}}}));
  EXPECT_EQ(found.Vpcs->front().VpcId, other);
  must(ec2.disassociate_vpc_cidr_block(
      {.AssociationId = made.Ipv6CidrBlockAssociation->AssociationId}));
  const auto shown = must(ec2.describe_vpcs({.VpcIds = {{other}}}));
  EXPECT_FALSE(shown.Vpcs->front().Ipv6CidrBlockAssociationSet.has_value());

  const auto association = *vpc().Ipv6CidrBlockAssociationSet->front().AssociationId;
  subnet_with_ipv6();
  EXPECT_THAT(ec2.disassociate_vpc_cidr_block({.AssociationId = association}),
              FailsWith("DependencyViolation", 400));
  for (int i = 0; i < 4; ++i) {
    must(ec2.associate_vpc_cidr_block({.VpcId = vpc_id, .AmazonProvidedIpv6CidrBlock = true}));
  }
  EXPECT_THAT(ec2.associate_vpc_cidr_block({.VpcId = vpc_id, .AmazonProvidedIpv6CidrBlock = true}),
              FailsWith("CidrLimitExceeded"));
}

TEST_F(AssociateSubnetCidrBlock, TakesAPartOfTheVpcsBlock) {
  const auto id = make_subnet(vpc_id, "10.0.2.0/24");
  const auto with = [&](std::string text) {
    return ec2.associate_subnet_cidr_block({.SubnetId = id, .Ipv6CidrBlock = std::move(text)});
  };
  EXPECT_THAT(with("2001:db9::/64"), FailsWith("InvalidSubnet.Range"));
  EXPECT_THAT(with(part('1').substr(0, part('1').size() - 2) + "66"),
              FailsWith("InvalidSubnet.Range"));
  EXPECT_THAT(with("10.0.0.0/24"), FailsWith("InvalidParameterValue"));
  subnet_with_ipv6('1');
  EXPECT_THAT(with(part('1')), FailsWith("InvalidSubnet.Conflict"));
  const auto made = must(with(part('2')));
  EXPECT_EQ(subnet(id).Ipv6CidrBlockAssociationSet->front().Ipv6CidrBlock, part('2'));
  EXPECT_THAT(with(part('3')), FailsWith("SubnetCidrBlockLimitExceeded"));

  const auto interface_id = interface_in(id);
  must(ec2.assign_ipv6_addresses({.NetworkInterfaceId = interface_id, .Ipv6AddressCount = 1}));
  const auto give_back = [&] {
    return ec2.disassociate_subnet_cidr_block(
        {.AssociationId = made.Ipv6CidrBlockAssociation->AssociationId});
  };
  EXPECT_THAT(give_back(), FailsWith("DependencyViolation"));
  must(ec2.delete_network_interface({.NetworkInterfaceId = interface_id}));
  must(give_back());
  EXPECT_FALSE(subnet(id).Ipv6CidrBlockAssociationSet.has_value());
  EXPECT_THAT(give_back(), FailsWith("InvalidSubnetCidrBlockAssociationID.NotFound"));
}

TEST_F(AssignIpv6Addresses, GivesAnyAddressOrTheOneThatIsNamed) {
  const auto subnet_id = subnet_with_ipv6();
  const auto id = interface_in(subnet_id);
  const auto prefix = part('1').substr(0, part('1').size() - 3);
  const auto assign = [&](std::vector<std::string> addresses) {
    return ec2.assign_ipv6_addresses(
        {.NetworkInterfaceId = id, .Ipv6Addresses = std::move(addresses)});
  };
  must(assign({prefix + "0005"}));
  must(ec2.assign_ipv6_addresses({.NetworkInterfaceId = id, .Ipv6AddressCount = 2}));
  EXPECT_THAT(addresses_of(id), AllOf(SizeIs(3), Contains(prefix + "5")));
  EXPECT_THAT(assign({prefix + "5"}), FailsWith("InvalidIPAddress.InUse"));
  EXPECT_THAT(assign({prefix + "3"}), FailsWith("InvalidParameterValue"));
  EXPECT_THAT(assign({"2001:db9::5"}), FailsWith("InvalidParameterValue"));
  for (const int count : {-1, 51, 2'000'000'000}) {
    EXPECT_THAT(ec2.assign_ipv6_addresses({.NetworkInterfaceId = id, .Ipv6AddressCount = count}),
                FailsWith("Ipv6AddressLimitExceeded"));
  }
  must(ec2.unassign_ipv6_addresses({.NetworkInterfaceId = id, .Ipv6Addresses = {{prefix + "5"}}}));
  EXPECT_THAT(addresses_of(id), SizeIs(2));
  EXPECT_THAT(
      ec2.unassign_ipv6_addresses({.NetworkInterfaceId = id, .Ipv6Addresses = {{prefix + "5"}}}),
      FailsWith("InvalidParameterValue"));
  EXPECT_THAT(assign({prefix + "5"}), Succeeds());
}

TEST_F(AssignIpv6Addresses, IsDoneForInstancesToo) {
  const auto subnet_id = subnet_with_ipv6();
  auto request = launch();
  request.SubnetId = subnet_id;
  request.Ipv6AddressCount = 1;
  const auto asked = look(run(request).front());
  EXPECT_THAT(*asked.Ipv6Address, StartsWith(part('1').substr(0, part('1').size() - 4)));
  EXPECT_THAT(select("ipv6-address", {*asked.Ipv6Address}), ElementsAre(*asked.InstanceId));
  request.Ipv6AddressCount.reset();
  EXPECT_FALSE(look(run(request).front()).Ipv6Address.has_value());
  must(ec2.modify_subnet_attribute(
      {.AssignIpv6AddressOnCreation = {{.Value = true}}, .SubnetId = subnet_id}));
  EXPECT_TRUE(look(run(request).front()).Ipv6Address.has_value());

  const auto without = make_subnet(vpc_id, "10.0.2.0/24");
  EXPECT_THAT(ec2.modify_subnet_attribute(
                  {.AssignIpv6AddressOnCreation = {{.Value = true}}, .SubnetId = without}),
              FailsWith("InvalidParameterValue"));
  request.SubnetId = without;
  request.Ipv6AddressCount = 1;
  EXPECT_THAT(ec2.run_instances(request), FailsWith("InvalidParameterValue"));
}

TEST_F(EgressOnlyInternetGateways, LeadIpv6OutOfTheirVpc) {
  const auto made = must(ec2.create_egress_only_internet_gateway({.VpcId = vpc_id}));
  const auto id = *made.EgressOnlyInternetGateway->EgressOnlyInternetGatewayId;
  EXPECT_EQ(made.EgressOnlyInternetGateway->Attachments->front().State, "attached");
  must(ec2.create_tags({.Resources = {{id}}, .Tags = {{{.Key = "a", .Value = "b"}}}}));
  const auto found = must(ec2.describe_egress_only_internet_gateways(
      {.Filters = {{{.Name = "tag:a", .Values = {{"b"}}}}}}));
  EXPECT_THAT(*found.EgressOnlyInternetGateways, SizeIs(1));
  EXPECT_THAT(ec2.delete_vpc({.VpcId = vpc_id}), FailsWith("DependencyViolation"));
  must(ec2.create_route({.RouteTableId = table_id(),
                         .DestinationIpv6CidrBlock = "::/0",
                         .EgressOnlyInternetGatewayId = id}));
  EXPECT_EQ(routes().back().EgressOnlyInternetGatewayId, id);
  EXPECT_THAT(ec2.create_route({.RouteTableId = table_id(),
                                .DestinationCidrBlock = "0.0.0.0/0",
                                .EgressOnlyInternetGatewayId = id}),
              FailsWith("InvalidParameterCombination"));
  must(ec2.delete_egress_only_internet_gateway({.EgressOnlyInternetGatewayId = id}));

  EXPECT_EQ(routes().back().State, "blackhole");
  EXPECT_THAT(ec2.delete_egress_only_internet_gateway({.EgressOnlyInternetGatewayId = id}),
              FailsWith("InvalidGatewayID.NotFound"));
  EXPECT_THAT(ec2.describe_egress_only_internet_gateways({.EgressOnlyInternetGatewayIds = {{id}}}),
              FailsWith("InvalidGatewayID.NotFound"));
}

TEST_F(RoutesOfIpv6, AreFoundByTheirShortestForm) {
  const auto gateway_id = *must(ec2.create_internet_gateway({})).InternetGateway->InternetGatewayId;
  must(ec2.attach_internet_gateway({.InternetGatewayId = gateway_id, .VpcId = vpc_id}));
  const auto route = [&](std::string to) {
    return ec2.create_route({.RouteTableId = table_id(),
                             .GatewayId = gateway_id,
                             .DestinationIpv6CidrBlock = std::move(to)});
  };
  must(route("2001:0DB9:0:0::1/32"));
  EXPECT_EQ(routes().back().DestinationIpv6CidrBlock, "2001:db9::/32");
  EXPECT_THAT(route("2001:db9::/32"), FailsWith("RouteAlreadyExists"));
  EXPECT_THAT(route("10.0.0.0/8"), FailsWith("InvalidParameterValue"));
  EXPECT_THAT(route(part('1')), FailsWith("InvalidParameterValue"));
  must(ec2.delete_route({.RouteTableId = table_id(), .DestinationIpv6CidrBlock = "2001:db9::/32"}));
  EXPECT_THAT(routes(), SizeIs(2));
}

using PrimaryIpv6 = Ipv6;

TEST_F(PrimaryIpv6, IsTheFirstAddressOfAnInterfaceThatHasItEnabled) {
  const auto id =
      *must(ec2.create_network_interface(
                {.EnablePrimaryIpv6 = true, .SubnetId = subnet_with_ipv6(), .Ipv6AddressCount = 2}))
           .NetworkInterface->NetworkInterfaceId;

  const auto shown = must(ec2.describe_network_interfaces({.NetworkInterfaceIds = {{id}}}))
                         .NetworkInterfaces->front();
  EXPECT_EQ(shown.Ipv6Addresses->at(0).IsPrimaryIpv6, true);
  EXPECT_EQ(shown.Ipv6Addresses->at(1).IsPrimaryIpv6, false);
  EXPECT_THAT(ec2.unassign_ipv6_addresses(
                  {.NetworkInterfaceId = id, .Ipv6Addresses = {{*shown.Ipv6Address}}}),
              FailsWith("InvalidParameterValue"));
}

TEST_F(PrimaryIpv6, IsEnabledLaterAndNeverDisabled) {
  const auto id = interface_in(subnet_with_ipv6());
  must(ec2.assign_ipv6_addresses({.NetworkInterfaceId = id, .Ipv6AddressCount = 1}));
  const auto is_primary = [&] {
    return must(ec2.describe_network_interfaces({.NetworkInterfaceIds = {{id}}}))
        .NetworkInterfaces->front()
        .Ipv6Addresses->front()
        .IsPrimaryIpv6;
  };
  EXPECT_EQ(is_primary(), false);

  must(ec2.modify_network_interface_attribute(
      {.EnablePrimaryIpv6 = true, .NetworkInterfaceId = id}));

  EXPECT_EQ(is_primary(), true);
  EXPECT_THAT(ec2.modify_network_interface_attribute(
                  {.EnablePrimaryIpv6 = false, .NetworkInterfaceId = id}),
              FailsWith("InvalidParameterValue"));
}

TEST_F(PrimaryIpv6, NeedsASubnetWithIpv6) {
  const auto subnet_id = make_subnet(vpc_id, "10.0.9.0/24");

  EXPECT_THAT(ec2.create_network_interface({.EnablePrimaryIpv6 = true, .SubnetId = subnet_id}),
              FailsWith("InvalidParameterValue"));
  EXPECT_THAT(ec2.modify_network_interface_attribute(
                  {.EnablePrimaryIpv6 = true, .NetworkInterfaceId = interface_in(subnet_id)}),
              FailsWith("InvalidParameterValue"));
}

TEST_F(PrimaryIpv6, StaysUntilTheInterfaceIsDetached) {
  auto request = launch();
  request.SubnetId = subnet_with_ipv6();
  request.Ipv6AddressCount = 1;
  request.EnablePrimaryIpv6 = true;
  const auto instance_id = run(request).front();
  settle();
  EXPECT_EQ(look(instance_id).NetworkInterfaces->front().Ipv6Addresses->front().IsPrimaryIpv6,
            true);
  const auto id =
      *must(ec2.create_network_interface(
                {.EnablePrimaryIpv6 = true, .SubnetId = *request.SubnetId, .Ipv6AddressCount = 1}))
           .NetworkInterface->NetworkInterfaceId;
  const auto attachment = must(ec2.attach_network_interface(
      {.NetworkInterfaceId = id, .InstanceId = instance_id, .DeviceIndex = 1}));

  must(ec2.detach_network_interface({.AttachmentId = attachment.AttachmentId}));
  settle();

  EXPECT_EQ(must(ec2.describe_network_interfaces({.NetworkInterfaceIds = {{id}}}))
                .NetworkInterfaces->front()
                .Ipv6Addresses->front()
                .IsPrimaryIpv6,
            false);
}

}  // namespace
}  // namespace fallstreak::ec2_tests
