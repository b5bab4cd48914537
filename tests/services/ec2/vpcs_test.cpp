#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

using DefaultVpc = Ec2Test;
using CreateVpc = Ec2Test;
using DescribeVpcs = Ec2Test;
using ModifyVpcAttribute = Ec2Test;
using DeleteVpc = Ec2Test;
using ModifyVpcTenancy = Ec2Test;
using DescribeVpcClassicLink = Ec2Test;

TEST_F(DefaultVpc, IsThereFromTheFirstCall) {
  const auto vpcs = *must(ec2.describe_vpcs()).Vpcs;

  ASSERT_THAT(vpcs, SizeIs(1));
  EXPECT_EQ(vpcs[0].IsDefault, true);
  EXPECT_EQ(vpcs[0].CidrBlock, "172.31.0.0/16");
}

TEST_F(DefaultVpc, HasASubnetPerZone) {
  const auto subnets = *must(ec2.describe_subnets()).Subnets;

  std::vector<std::string> zones;
  for (const auto& subnet : subnets) {
    zones.push_back(*subnet.AvailabilityZone);
    EXPECT_EQ(subnet.DefaultForAz, true);
    EXPECT_EQ(subnet.MapPublicIpOnLaunch, true);
    EXPECT_EQ(subnet.AvailableIpAddressCount, 4091);
  }
  EXPECT_THAT(zones, UnorderedElementsAre("eu-central-1a", "eu-central-1b", "eu-central-1c"));
}

TEST_F(DefaultVpc, HasARouteToTheInternet) {
  const auto tables = *must(ec2.describe_route_tables()).RouteTables;
  const auto gateways = *must(ec2.describe_internet_gateways()).InternetGateways;

  ASSERT_THAT(tables, SizeIs(1));
  ASSERT_THAT(gateways, SizeIs(1));
  EXPECT_EQ(tables[0].Associations->front().Main, true);
  ASSERT_THAT(*tables[0].Routes, SizeIs(2));
  EXPECT_EQ((*tables[0].Routes)[1].DestinationCidrBlock, "0.0.0.0/0");
  EXPECT_EQ((*tables[0].Routes)[1].GatewayId, gateways[0].InternetGatewayId);
}

TEST_F(DefaultVpc, IsMadeAgainOnlyWhenAskedFor) {
  EXPECT_THAT(ec2.create_default_vpc(), FailsWith("DefaultVpcAlreadyExists", 400));
  const auto vpc = must(ec2.describe_vpcs()).Vpcs->front();
  const auto gateway = must(ec2.describe_internet_gateways()).InternetGateways->front();
  const auto gateway_id = *gateway.InternetGatewayId;
  must(ec2.detach_internet_gateway({.InternetGatewayId = gateway_id, .VpcId = vpc.VpcId}));
  must(ec2.delete_internet_gateway({.InternetGatewayId = gateway_id}));
  const auto subnets = *must(ec2.describe_subnets()).Subnets;
  for (const auto& subnet : subnets) must(ec2.delete_subnet({.SubnetId = subnet.SubnetId}));
  must(ec2.delete_vpc({.VpcId = vpc.VpcId}));

  EXPECT_THAT(*must(ec2.describe_vpcs()).Vpcs, IsEmpty());
  EXPECT_EQ(must(ec2.create_default_vpc()).Vpc->IsDefault, true);
}

TEST_F(CreateVpc, ClearsHostBits) {
  const auto vpc = *must(ec2.create_vpc({.CidrBlock = "100.68.0.18/18"})).Vpc;

  EXPECT_EQ(vpc.CidrBlock, "100.68.0.0/18");
  EXPECT_EQ(vpc.State, "pending");
  EXPECT_EQ(must(ec2.describe_vpcs({.VpcIds = {{*vpc.VpcId}}})).Vpcs->front().State, "available");
}

TEST_F(CreateVpc, RefusesBlocksThatAreTooLargeOrTooSmall) {
  EXPECT_THAT(ec2.create_vpc({.CidrBlock = "10.0.0.0/15"}), FailsWith("InvalidVpc.Range", 400));
  EXPECT_THAT(ec2.create_vpc({.CidrBlock = "10.0.0.0/29"}),
              FailsSaying("The CIDR '10.0.0.0/29' is invalid."));
}

TEST_F(CreateVpc, RefusesWhatIsNoBlock) {
  EXPECT_THAT(ec2.create_vpc({.CidrBlock = "10.0.0.0"}),
              FailsSaying("Value (10.0.0.0) for parameter cidrBlock is invalid. "
                          "This is not a valid CIDR block."));
  EXPECT_THAT(ec2.create_vpc(), FailsWith("MissingParameter"));
}

TEST_F(CreateVpc, StopsAtFive) {
  for (int i = 1; i < 5; ++i) make_vpc();

  EXPECT_THAT(ec2.create_vpc({.CidrBlock = "10.0.0.0/16"}), FailsWith("VpcLimitExceeded", 400));
}

TEST_F(CreateVpc, ChangesNothingInADryRun) {
  EXPECT_THAT(ec2.create_vpc({.CidrBlock = "10.0.0.0/16", .DryRun = true}),
              FailsWith("DryRunOperation", 412));

  EXPECT_THAT(*must(ec2.describe_vpcs()).Vpcs, SizeIs(1));
}

TEST_F(CreateVpc, TagsWhatItMakes) {
  const auto vpc =
      *must(ec2.create_vpc({.CidrBlock = "10.0.0.0/16",
                            .TagSpecifications = {{{.ResourceType = "vpc",
                                                    .Tags = {{{.Key = "b", .Value = "2"},
                                                              {.Key = "a", .Value = "1"}}}}}}}))
           .Vpc;

  EXPECT_THAT(*vpc.Tags, ElementsAre(api::ec2::Tag{.Key = "a", .Value = "1"},
                                     api::ec2::Tag{.Key = "b", .Value = "2"}));
  EXPECT_THAT(ec2.create_vpc({.CidrBlock = "10.0.0.0/16",
                              .TagSpecifications = {{{.ResourceType = "subnet"}}}}),
              FailsSaying("'subnet' is not a valid taggable resource type for this operation."));
}

TEST_F(CreateVpc, SaysWhatItDoesNotImplement) {
  EXPECT_THAT(ec2.create_vpc({.CidrBlock = "10.0.0.0/16", .Ipv6Pool = "ipv6pool-ec2-1"}),
              FailsWith("NotImplemented", 501));
}

TEST_F(DescribeVpcs, FiltersAndRefusesUnknownFilters) {
  const auto vpc_id = make_vpc();

  const auto found =
      *must(ec2.describe_vpcs({.Filters = {{{.Name = "cidr", .Values = {{"10.*"}}}}}})).Vpcs;
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].VpcId, vpc_id);
  EXPECT_THAT(ec2.describe_vpcs({.Filters = {{{.Name = "colour", .Values = {{"red"}}}}}}),
              FailsSaying("The filter 'colour' is invalid"));
}

TEST_F(DescribeVpcs, NamesAVpcThatIsNotThere) {
  EXPECT_THAT(ec2.describe_vpcs({.VpcIds = {{"vpc-0123456789abcdef0"}}}),
              FailsSaying("The vpc ID 'vpc-0123456789abcdef0' does not exist"));
}

TEST_F(DescribeVpcs, KeepsRegionsAndAccountsApart) {
  make_vpc();
  InProcessTransport elsewhere(cloud, dispatch::Caller("123456789012", "us-east-1"));
  InProcessTransport somebody(cloud, dispatch::Caller("210987654321", "eu-central-1"));

  EXPECT_THAT(*must(client::Ec2(elsewhere).describe_vpcs()).Vpcs, SizeIs(1));
  EXPECT_THAT(*must(client::Ec2(somebody).describe_vpcs()).Vpcs, SizeIs(1));
}

TEST_F(ModifyVpcAttribute, SetsOneAttributeAtATime) {
  const auto vpc_id = make_vpc();
  must(ec2.modify_vpc_attribute({.EnableDnsHostnames = {{.Value = true}}, .VpcId = vpc_id}));

  EXPECT_EQ(must(ec2.describe_vpc_attribute({.Attribute = "enableDnsHostnames", .VpcId = vpc_id}))
                .EnableDnsHostnames->Value,
            true);
  EXPECT_THAT(ec2.modify_vpc_attribute({.EnableDnsHostnames = {{.Value = true}},
                                        .EnableDnsSupport = {{.Value = true}},
                                        .VpcId = vpc_id}),
              FailsWith("InvalidParameterCombination"));
}

TEST_F(DeleteVpc, RefusesWhileASubnetRemains) {
  const auto vpc_id = make_vpc();
  const auto subnet_id = make_subnet(vpc_id, "10.0.1.0/24");

  EXPECT_THAT(ec2.delete_vpc({.VpcId = vpc_id}), FailsWith("DependencyViolation", 400));
  must(ec2.delete_subnet({.SubnetId = subnet_id}));
  EXPECT_THAT(ec2.delete_vpc({.VpcId = vpc_id}), Succeeds());
  EXPECT_THAT(ec2.delete_vpc({.VpcId = vpc_id}), FailsWith("InvalidVpcID.NotFound"));
}

TEST_F(DeleteVpc, TakesItsMainRouteTableAndDefaultGroupAlong) {
  const auto vpc_id = make_vpc();

  must(ec2.delete_vpc({.VpcId = vpc_id}));

  const std::vector<api::ec2::Filter> of_vpc{{.Name = "vpc-id", .Values = {{vpc_id}}}};
  EXPECT_THAT(*must(ec2.describe_route_tables({.Filters = of_vpc})).RouteTables, IsEmpty());
  EXPECT_THAT(*must(ec2.describe_security_groups({.Filters = of_vpc})).SecurityGroups, IsEmpty());
}

TEST_F(CreateVpc, TakesAFalseThatSaysNothing) {
  EXPECT_THAT(ec2.create_vpc({.CidrBlock = "10.0.0.0/16", .AmazonProvidedIpv6CidrBlock = false}),
              Succeeds());
}

TEST_F(ModifyVpcTenancy, GoesBackToDefault) {
  const auto vpc_id =
      *must(ec2.create_vpc({.CidrBlock = "10.0.0.0/16", .InstanceTenancy = "dedicated"}))
           .Vpc->VpcId;
  must(ec2.modify_vpc_tenancy({.VpcId = vpc_id, .InstanceTenancy = "default"}));

  const auto shown = must(ec2.describe_vpcs({.VpcIds = {{vpc_id}}}));
  EXPECT_EQ(shown.Vpcs->front().InstanceTenancy, "default");
  EXPECT_THAT(ec2.modify_vpc_tenancy({.VpcId = "vpc-none", .InstanceTenancy = "default"}),
              FailsWith("InvalidVpcID.NotFound"));
}

TEST_F(DescribeVpcClassicLink, KnowsNoVpcThatIsLinked) {
  const auto vpc_id = make_vpc();
  const auto shown = must(ec2.describe_vpc_classic_link({.VpcIds = {{vpc_id}}}));
  EXPECT_EQ(shown.Vpcs->front().ClassicLinkEnabled, false);
  const auto linked = must(ec2.describe_vpc_classic_link(
      {.Filters = {{{.Name = "is-classic-link-enabled", .Values = {{"true"}}}}}}));
  EXPECT_THAT(*linked.Vpcs, IsEmpty());
  EXPECT_THAT(ec2.describe_vpc_classic_link({.VpcIds = {{"vpc-none"}}}),
              FailsWith("InvalidVpcID.NotFound"));
  const auto support = must(ec2.describe_vpc_classic_link_dns_support({.VpcIds = {{vpc_id}}}));
  EXPECT_EQ(support.Vpcs->front().ClassicLinkDnsSupported, false);
}

}  // namespace
}  // namespace fallstreak::ec2_tests
