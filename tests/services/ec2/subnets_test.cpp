#include <set>

#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

using CreateSubnet = Ec2Test;
using DescribeSubnets = Ec2Test;
using ModifySubnetAttribute = Ec2Test;
using DeleteSubnet = Ec2Test;
using CreateDefaultSubnet = Ec2Test;
using CreateSubnetCidrReservation = Ec2Test;

TEST_F(CreateSubnet, ReservesFiveAddresses) {
  const auto vpc_id = make_vpc();

  const auto subnet =
      *must(ec2.create_subnet(
                {.AvailabilityZoneId = "euc1-az3", .CidrBlock = "10.0.1.0/28", .VpcId = vpc_id}))
           .Subnet;

  EXPECT_EQ(subnet.AvailableIpAddressCount, 11);
  EXPECT_EQ(subnet.AvailabilityZone, "eu-central-1b");
  EXPECT_EQ(subnet.MapPublicIpOnLaunch, false);
  EXPECT_EQ(subnet.SubnetArn, "arn:aws:ec2:eu-central-1:123456789012:subnet/" + *subnet.SubnetId);
}

TEST_F(CreateSubnet, RefusesABlockOutsideTheVpc) {
  const auto vpc_id = make_vpc();

  EXPECT_THAT(ec2.create_subnet({.CidrBlock = "10.1.0.0/24", .VpcId = vpc_id}),
              FailsSaying("The CIDR '10.1.0.0/24' is invalid."));
  EXPECT_THAT(ec2.create_subnet({.CidrBlock = "10.0.0.0/29", .VpcId = vpc_id}),
              FailsWith("InvalidSubnet.Range", 400));
}

TEST_F(CreateSubnet, RefusesABlockThatOverlapsAnother) {
  const auto vpc_id = make_vpc();
  make_subnet(vpc_id, "10.0.0.0/20");

  EXPECT_THAT(ec2.create_subnet({.CidrBlock = "10.0.15.0/24", .VpcId = vpc_id}),
              FailsSaying("The CIDR '10.0.15.0/24' conflicts with another subnet"));
  EXPECT_THAT(ec2.create_subnet({.CidrBlock = "10.0.16.0/24", .VpcId = vpc_id}), Succeeds());
}

TEST_F(CreateSubnet, RefusesAVpcOrZoneThatIsNotThere) {
  EXPECT_THAT(ec2.create_subnet({.CidrBlock = "10.0.0.0/24", .VpcId = "vpc-0123456789abcdef0"}),
              FailsWith("InvalidVpcID.NotFound", 400));
  EXPECT_THAT(
      ec2.create_subnet(
          {.AvailabilityZone = "eu-central-1z", .CidrBlock = "10.0.0.0/24", .VpcId = make_vpc()}),
      FailsSaying("Value (eu-central-1z) for parameter availabilityZone is invalid. Subnets "
                  "can currently only be created in the following availability zones: "
                  "eu-central-1a, eu-central-1b, eu-central-1c."));
}

TEST_F(DescribeSubnets, PagesWithoutRepeatingOrMissing) {
  const auto vpc_id = make_vpc();
  for (int i = 0; i < 9; ++i) make_subnet(vpc_id, "10.0." + std::to_string(i) + ".0/24");

  std::vector<std::string> seen;
  std::optional<std::string> token;
  int pages = 0;
  do {
    const auto page =
        must(ec2.describe_subnets({.Filters = {{{.Name = "vpc-id", .Values = {{vpc_id}}}}},
                                   .NextToken = token,
                                   .MaxResults = 5}));
    for (const auto& subnet : *page.Subnets) seen.push_back(*subnet.SubnetId);
    token = page.NextToken;
    ++pages;
  } while (token);

  EXPECT_EQ(pages, 2);
  EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 9U);
  EXPECT_THAT(ec2.describe_subnets({.NextToken = "rubbish"}), FailsWith("InvalidNextToken"));
}

TEST_F(ModifySubnetAttribute, MapsPublicAddresses) {
  const auto subnet_id = make_subnet(make_vpc(), "10.0.0.0/24");

  must(ec2.modify_subnet_attribute(
      {.MapPublicIpOnLaunch = {{.Value = true}}, .SubnetId = subnet_id}));

  EXPECT_EQ(
      must(ec2.describe_subnets({.SubnetIds = {{subnet_id}}})).Subnets->front().MapPublicIpOnLaunch,
      true);
}

TEST_F(DeleteSubnet, RefusesWhileAnInstanceIsInIt) {
  const auto subnet_id = make_subnet(make_vpc(), "10.0.0.0/24");
  auto request = launch();
  request.SubnetId = subnet_id;
  const auto ids = run(request);

  EXPECT_THAT(
      ec2.delete_subnet({.SubnetId = subnet_id}),
      FailsSaying("The subnet '" + subnet_id + "' has dependencies and cannot be deleted."));
  must(ec2.terminate_instances({.InstanceIds = ids}));
  settle();
  EXPECT_THAT(ec2.delete_subnet({.SubnetId = subnet_id}), Succeeds());
  EXPECT_THAT(ec2.delete_subnet({.SubnetId = subnet_id}), FailsWith("InvalidSubnetID.NotFound"));
}

TEST_F(CreateDefaultSubnet, MakesWhatAZoneHasLost) {
  EXPECT_THAT(ec2.create_default_subnet({.AvailabilityZone = "eu-central-1b"}),
              FailsWith("DefaultSubnetAlreadyExistsInAvailabilityZone", 400));
  const auto there = must(ec2.describe_subnets(
      {.Filters = {{{.Name = "availability-zone", .Values = {{"eu-central-1b"}}}}}}));
  const auto lost = there.Subnets->front();
  must(ec2.delete_subnet({.SubnetId = lost.SubnetId}));
  const auto made =
      *must(ec2.create_default_subnet({.AvailabilityZoneId = lost.AvailabilityZoneId})).Subnet;

  EXPECT_EQ(made.CidrBlock, lost.CidrBlock);
  EXPECT_EQ(made.DefaultForAz, true);
  EXPECT_EQ(made.MapPublicIpOnLaunch, true);
  EXPECT_THAT(ec2.create_default_subnet({}), FailsWith("MissingParameter"));
  EXPECT_THAT(ec2.create_default_subnet({.AvailabilityZone = "eu-central-1x"}),
              FailsWith("InvalidParameterValue"));
}

TEST_F(CreateSubnetCidrReservation, KeepsItsAddressesForThoseWhoNameThem) {
  const auto subnet = make_subnet(make_vpc(), "10.0.0.0/28");
  const auto reserve = [&](std::string cidr) {
    return ec2.create_subnet_cidr_reservation(
        {.SubnetId = subnet, .Cidr = std::move(cidr), .ReservationType = "explicit"});
  };
  EXPECT_THAT(reserve("10.0.1.0/28"), FailsWith("InvalidParameterValue"));
  EXPECT_THAT(reserve("10.0.0.8"), FailsWith("InvalidParameterValue"));
  EXPECT_THAT(reserve("2001:db8::/64"), FailsWith("InvalidParameterValue"));
  const auto made = *must(reserve("10.0.0.8/29")).SubnetCidrReservation;
  EXPECT_THAT(reserve("10.0.0.12/30"), FailsWith("InvalidSubnetCidrReservation.Conflict"));
  // 10.0.0.4 to 10.0.0.7 are left.
  for (int i = 0; i < 4; ++i) must(ec2.create_network_interface({.SubnetId = subnet}));

  EXPECT_THAT(ec2.create_network_interface({.SubnetId = subnet}),
              FailsWith("InsufficientFreeAddressesInSubnet"));

  EXPECT_THAT(ec2.create_network_interface({.SubnetId = subnet, .PrivateIpAddress = "10.0.0.9"}),
              Succeeds());
  const auto shown = must(ec2.get_subnet_cidr_reservations({.SubnetId = subnet}));
  EXPECT_THAT(*shown.SubnetIpv4CidrReservations, ElementsAre(made));
  EXPECT_THAT(*shown.SubnetIpv6CidrReservations, IsEmpty());
  must(ec2.delete_subnet_cidr_reservation(
      {.SubnetCidrReservationId = made.SubnetCidrReservationId}));
  EXPECT_THAT(ec2.create_network_interface({.SubnetId = subnet}), Succeeds());
  EXPECT_THAT(
      ec2.delete_subnet_cidr_reservation({.SubnetCidrReservationId = made.SubnetCidrReservationId}),
      FailsWith("InvalidSubnetCidrReservationID.NotFound"));
}

}  // namespace
}  // namespace fallstreak::ec2_tests
