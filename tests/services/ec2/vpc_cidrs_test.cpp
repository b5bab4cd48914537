#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

class AssociateVpcCidrBlock : public Ec2Test {
 protected:
  std::string vpc_id = make_vpc();
  auto add(const std::string& cidr) {
    return ec2.associate_vpc_cidr_block({.CidrBlock = cidr, .VpcId = vpc_id});
  }
};
using DisassociateVpcCidrBlock = AssociateVpcCidrBlock;
using DhcpOptions = Ec2Test;

TEST_F(AssociateVpcCidrBlock, MakesRoomForSubnetsAndALocalRoute) {
  EXPECT_THAT(ec2.create_subnet({.CidrBlock = "10.1.0.0/24", .VpcId = vpc_id}),
              FailsWith("InvalidSubnet.Range"));

  EXPECT_EQ(must(add("10.1.0.0/16")).CidrBlockAssociation->CidrBlockState->State, "associating");

  const auto vpc = must(ec2.describe_vpcs({.VpcIds = {{vpc_id}}})).Vpcs->front();
  ASSERT_THAT(*vpc.CidrBlockAssociationSet, SizeIs(2));
  EXPECT_EQ(vpc.CidrBlockAssociationSet->back().CidrBlockState->State, "associated");
  make_subnet(vpc_id, "10.1.0.0/24");
  const auto tables =
      *must(ec2.describe_route_tables({.Filters = {{{.Name = "vpc-id", .Values = {{vpc_id}}}}}}))
           .RouteTables;
  ASSERT_THAT(*tables.front().Routes, SizeIs(2));
  EXPECT_EQ(tables.front().Routes->back().DestinationCidrBlock, "10.1.0.0/16");
}

TEST_F(AssociateVpcCidrBlock, FollowsAwsTableOfRestrictions) {
  for (const auto* cidr : {"172.16.0.0/16", "192.168.0.0/16", "198.19.0.0/16"}) {
    EXPECT_THAT(add(cidr), FailsWith("InvalidVpc.Range")) << cidr;
  }
  EXPECT_THAT(add("10.0.128.0/24"), FailsWith("InvalidVpc.Range"));
  EXPECT_THAT(add("10.2.0.0/15"), FailsSaying("The CIDR '10.2.0.0/15' is invalid."));
  EXPECT_THAT(add("100.64.0.0/16"), Succeeds());
  EXPECT_THAT(add("8.8.0.0/16"), Succeeds());
}

TEST_F(AssociateVpcCidrBlock, StopsAtFiveBlocks) {
  for (int i = 1; i <= 4; ++i) must(add("10." + std::to_string(i) + ".0.0/16"));

  EXPECT_THAT(add("10.9.0.0/16"), FailsWith("CidrLimitExceeded"));
}

TEST_F(AssociateVpcCidrBlock, RefusesWhatARouteAlreadyCovers) {
  const auto gateway_id = *must(ec2.create_internet_gateway()).InternetGateway->InternetGatewayId;
  must(ec2.attach_internet_gateway({.InternetGatewayId = gateway_id, .VpcId = vpc_id}));
  const auto table_id = *must(ec2.create_route_table({.VpcId = vpc_id})).RouteTable->RouteTableId;
  must(ec2.create_route(
      {.RouteTableId = table_id, .DestinationCidrBlock = "10.3.4.0/24", .GatewayId = gateway_id}));

  EXPECT_THAT(add("10.3.0.0/16"), FailsWith("InvalidVpc.Range"));
  EXPECT_THAT(add("10.3.4.0/28"), Succeeds());
}

TEST_F(DisassociateVpcCidrBlock, NeedsItEmptyAndKeepsThePrimaryOne) {
  const auto id = must(add("10.1.0.0/16")).CidrBlockAssociation->AssociationId;
  const auto subnet_id = make_subnet(vpc_id, "10.1.0.0/24");
  const auto primary = must(ec2.describe_vpcs({.VpcIds = {{vpc_id}}}))
                           .Vpcs->front()
                           .CidrBlockAssociationSet->front()
                           .AssociationId;

  EXPECT_THAT(ec2.disassociate_vpc_cidr_block({.AssociationId = id}),
              FailsWith("DependencyViolation"));
  EXPECT_THAT(ec2.disassociate_vpc_cidr_block({.AssociationId = primary}),
              FailsWith("OperationNotPermitted"));
  must(ec2.delete_subnet({.SubnetId = subnet_id}));
  must(ec2.disassociate_vpc_cidr_block({.AssociationId = id}));
  EXPECT_THAT(ec2.disassociate_vpc_cidr_block({.AssociationId = id}),
              FailsWith("InvalidVpcCidrBlockAssociationID.NotFound"));
}

TEST_F(DhcpOptions, OfTheRegionAreEveryNewVpcs) {
  const auto vpc_id = make_vpc();
  const auto options = *must(ec2.describe_dhcp_options()).DhcpOptions;

  ASSERT_THAT(options, SizeIs(1));
  EXPECT_EQ(must(ec2.describe_vpcs({.VpcIds = {{vpc_id}}})).Vpcs->front().DhcpOptionsId,
            options[0].DhcpOptionsId);
  EXPECT_THAT(*must(ec2.describe_dhcp_options(
                        {.Filters = {{{.Name = "value", .Values = {{"*.compute.internal"}}}}}}))
                   .DhcpOptions,
              SizeIs(1));
}

TEST_F(DhcpOptions, AreKeptWhileAVpcHasThem) {
  const auto vpc_id = make_vpc();
  const auto id = *must(ec2.create_dhcp_options(
                            {.DhcpConfigurations = {{{.Key = "domain-name-servers",
                                                      .Values = {{"10.0.0.2", "10.0.0.3"}}}}}}))
                       .DhcpOptions->DhcpOptionsId;
  must(ec2.associate_dhcp_options({.DhcpOptionsId = id, .VpcId = vpc_id}));

  EXPECT_THAT(ec2.delete_dhcp_options({.DhcpOptionsId = id}), FailsWith("DependencyViolation"));
  must(ec2.associate_dhcp_options({.DhcpOptionsId = "default", .VpcId = vpc_id}));
  must(ec2.delete_dhcp_options({.DhcpOptionsId = id}));
  EXPECT_THAT(ec2.associate_dhcp_options({.DhcpOptionsId = id, .VpcId = vpc_id}),
              FailsSaying("The dhcpOption ID '" + id + "' does not exist"));
}

TEST_F(DhcpOptions, HoldAddressesWhereAwsWantsThem) {
  EXPECT_THAT(ec2.create_dhcp_options(
                  {.DhcpConfigurations = {{{.Key = "ntp-servers", .Values = {{"time.example"}}}}}}),
              FailsWith("InvalidParameterValue"));
  EXPECT_THAT(
      ec2.create_dhcp_options({.DhcpConfigurations = {{{.Key = "colour", .Values = {{"red"}}}}}}),
      FailsWith("InvalidParameterValue"));
}

}  // namespace
}  // namespace fallstreak::ec2_tests
