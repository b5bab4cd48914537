#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;

/// A subnet of both families; prefixes in it.
class InterfacePrefixes : public Ec2Test {
 protected:
  api::ec2::NetworkInterface look_at(const std::string& id) {
    return must(ec2.describe_network_interfaces({.NetworkInterfaceIds = {{id}}}))
        .NetworkInterfaces->front();
  }
  std::string make(api::ec2::CreateNetworkInterfaceRequest request = {}) {
    request.SubnetId = subnet_id;
    return *must(ec2.create_network_interface(request)).NetworkInterface->NetworkInterfaceId;
  }
  std::int32_t free_addresses() {
    return *must(ec2.describe_subnets({.SubnetIds = {{subnet_id}}}))
                .Subnets->front()
                .AvailableIpAddressCount;
  }
  std::string ipv4_of(const std::string& id, std::size_t at = 0) {
    return *look_at(id).Ipv4Prefixes->at(at).Ipv4Prefix;
  }
  std::string ipv6_of(const std::string& id) {
    return *look_at(id).Ipv6Prefixes->front().Ipv6Prefix;
  }
  /// `2001:db8:...:1` of the subnet's `2001:db8:...:1::/64`.
  std::string ipv6_network() const { return ipv6_block.substr(0, ipv6_block.size() - 5); }
  std::string run_here(const std::string& type = "m5.large") {
    auto request = launch();
    request.InstanceType = type;
    request.SubnetId = subnet_id;
    const auto id = run(request).front();
    settle();
    return id;
  }

  api::ec2::Vpc vpc =
      *must(ec2.create_vpc({.CidrBlock = "10.0.0.0/16", .AmazonProvidedIpv6CidrBlock = true})).Vpc;
  std::string ipv6_block = [&] {
    const std::string whole = *must(ec2.describe_vpcs({.VpcIds = {{*vpc.VpcId}}}))
                                   .Vpcs->front()
                                   .Ipv6CidrBlockAssociationSet->front()
                                   .Ipv6CidrBlock;
    return whole.substr(0, whole.find("::/56") - 1) + "1::/64";
  }();
  std::string subnet_id = *must(ec2.create_subnet({.AvailabilityZone = "eu-central-1a",
                                                   .CidrBlock = "10.0.1.0/24",
                                                   .Ipv6CidrBlock = ipv6_block,
                                                   .VpcId = *vpc.VpcId}))
                               .Subnet->SubnetId;
};

TEST_F(InterfacePrefixes, AreNamedForANewInterface) {
  const auto id = make({.Ipv4Prefixes = {{{.Ipv4Prefix = "10.0.1.32/28"}}},
                        .Ipv6Prefixes = {{{.Ipv6Prefix = ipv6_network() + ":abcd::/80"}}}});

  EXPECT_EQ(ipv4_of(id), "10.0.1.32/28");
  EXPECT_EQ(ipv6_of(id), ipv6_network() + ":abcd::/80");
  // The interface's own address, and sixteen.
  EXPECT_EQ(free_addresses(), 251 - 17);
  EXPECT_THAT(
      ec2.create_network_interface({.SubnetId = subnet_id, .PrivateIpAddress = "10.0.1.47"}),
      FailsWith("InvalidIPAddress.InUse"));
  EXPECT_THAT(ec2.create_network_interface(
                  {.SubnetId = subnet_id,
                   .Ipv6Addresses = {{{.Ipv6Address = ipv6_network() + ":abcd::7"}}}}),
              FailsWith("InvalidIPAddress.InUse"));
}

TEST_F(InterfacePrefixes, AreGivenByCount) {
  const auto id = make({.Ipv4PrefixCount = 2, .Ipv6PrefixCount = 1});

  EXPECT_THAT(ipv4_of(id), AllOf(StartsWith("10.0.1."), EndsWith("/28")));
  EXPECT_NE(ipv4_of(id, 0), ipv4_of(id, 1));
  EXPECT_THAT(ipv6_of(id), AllOf(StartsWith(ipv6_network()), EndsWith("::/80")));
}

TEST_F(InterfacePrefixes, AreWholeFreeBlocksOfTheSubnet) {
  const auto with = [&](std::string prefix) {
    return ec2.create_network_interface(
        {.Ipv4Prefixes = {{{.Ipv4Prefix = std::move(prefix)}}}, .SubnetId = subnet_id});
  };
  make({.PrivateIpAddress = "10.0.1.40"});

  EXPECT_THAT(with("10.0.1.32/28"), FailsWith("InvalidIPAddress.InUse"));
  EXPECT_THAT(with("10.0.1.64/27"), FailsWith("InvalidParameterValue"));
  EXPECT_THAT(with("10.0.2.32/28"), FailsWith("InvalidParameterValue"));
  EXPECT_THAT(with("nonsense"), FailsWith("InvalidParameterValue"));
  // The first four addresses of a subnet and its last are AWS's own.
  EXPECT_THAT(with("10.0.1.0/28"), FailsWith("InvalidParameterValue"));
  EXPECT_THAT(with("10.0.1.240/28"), FailsWith("InvalidParameterValue"));
  const auto with_ipv6 = [&](std::string prefix) {
    return ec2.create_network_interface(
        {.Ipv6Prefixes = {{{.Ipv6Prefix = std::move(prefix)}}}, .SubnetId = subnet_id});
  };
  EXPECT_THAT(with_ipv6(ipv6_network() + ":1::/96"), FailsWith("InvalidParameterValue"));
  EXPECT_THAT(with_ipv6("2001:db8:ffff:ff00:1::/80"), FailsWith("InvalidParameterValue"));
  EXPECT_THAT(with_ipv6(ipv6_network() + "::/80"), FailsWith("InvalidParameterValue"));
  EXPECT_EQ(free_addresses(), 251 - 1);
}

TEST_F(InterfacePrefixes, OfANewInterfaceStandAlone) {
  EXPECT_THAT(
      ec2.create_network_interface(
          {.Ipv4PrefixCount = 1, .SubnetId = subnet_id, .SecondaryPrivateIpAddressCount = 1}),
      FailsWith("InvalidParameterCombination"));
  EXPECT_THAT(ec2.create_network_interface(
                  {.Ipv6PrefixCount = 1, .SubnetId = subnet_id, .Ipv6AddressCount = 1}),
              FailsWith("InvalidParameterCombination"));
  EXPECT_THAT(ec2.create_network_interface({.Ipv4Prefixes = {{{.Ipv4Prefix = "10.0.1.32/28"}}},
                                            .Ipv4PrefixCount = 1,
                                            .SubnetId = subnet_id}),
              FailsWith("InvalidParameterCombination"));
}

TEST_F(InterfacePrefixes, AreAssignedUntilTheSubnetIsFull) {
  // Of sixteen blocks two have addresses of AWS's own, and one has this.
  const auto id = make({.PrivateIpAddress = "10.0.1.40"});
  const auto assign = [&](int count) {
    return ec2.assign_private_ip_addresses({.Ipv4PrefixCount = count, .NetworkInterfaceId = id});
  };

  const auto given = must(assign(1));

  ASSERT_THAT(*given.AssignedIpv4Prefixes, SizeIs(1));
  EXPECT_EQ(given.AssignedIpv4Prefixes->front().Ipv4Prefix, ipv4_of(id));
  EXPECT_THAT(assign(13), FailsWith("InsufficientCidrBlocks"));
  EXPECT_THAT(*look_at(id).Ipv4Prefixes, SizeIs(1));
  must(assign(12));
  EXPECT_THAT(assign(1), FailsWith("InsufficientCidrBlocks"));
  EXPECT_EQ(free_addresses(), 251 - 1 - 13 * 16);
}

TEST_F(InterfacePrefixes, AreChosenFromReservationsForThem) {
  must(ec2.create_subnet_cidr_reservation(
      {.SubnetId = subnet_id, .Cidr = "10.0.1.64/28", .ReservationType = "prefix"}));
  const auto id = make();

  must(ec2.assign_private_ip_addresses({.Ipv4PrefixCount = 1, .NetworkInterfaceId = id}));

  EXPECT_EQ(ipv4_of(id), "10.0.1.64/28");
  EXPECT_THAT(ec2.assign_private_ip_addresses({.Ipv4PrefixCount = 1, .NetworkInterfaceId = id}),
              FailsWith("InsufficientCidrBlocks"));
}

TEST_F(InterfacePrefixes, AreNotChosenFromReservationsForAddresses) {
  // All but one block that could be a prefix.
  for (const auto* cidr : {"10.0.1.0/25", "10.0.1.128/26", "10.0.1.192/27", "10.0.1.240/28"}) {
    must(ec2.create_subnet_cidr_reservation(
        {.SubnetId = subnet_id, .Cidr = cidr, .ReservationType = "explicit"}));
  }
  const auto id = make({.PrivateIpAddress = "10.0.1.10"});

  must(ec2.assign_private_ip_addresses({.Ipv4PrefixCount = 1, .NetworkInterfaceId = id}));

  EXPECT_EQ(ipv4_of(id), "10.0.1.224/28");
  must(ec2.assign_private_ip_addresses(
      {.Ipv4Prefixes = {{"10.0.1.32/28"}}, .NetworkInterfaceId = id}));
  EXPECT_EQ(ipv4_of(id, 1), "10.0.1.32/28");
}

TEST_F(InterfacePrefixes, NeedASubnetWithFreeAddresses) {
  const auto small = make_subnet(*vpc.VpcId, "10.0.2.0/28");
  const auto id =
      *must(ec2.create_network_interface({.SubnetId = small})).NetworkInterface->NetworkInterfaceId;

  EXPECT_THAT(ec2.assign_private_ip_addresses({.Ipv4PrefixCount = 1, .NetworkInterfaceId = id}),
              FailsSaying("There aren't sufficient free Ipv4 addresses or prefixes"));
}

TEST_F(InterfacePrefixes, CountAsOneAddressOfTheTypeEach) {
  // An m5.large has ten addresses per interface.
  const auto instance_id = run_here();
  const auto id = *look(instance_id).NetworkInterfaces->front().NetworkInterfaceId;

  must(ec2.assign_private_ip_addresses({.Ipv4PrefixCount = 9, .NetworkInterfaceId = id}));

  EXPECT_THAT(*look(instance_id).NetworkInterfaces->front().Ipv4Prefixes, SizeIs(9));
  EXPECT_THAT(ec2.assign_private_ip_addresses({.Ipv4PrefixCount = 1, .NetworkInterfaceId = id}),
              FailsWith("PrivateIpAddressLimitExceeded"));
}

TEST_F(InterfacePrefixes, OfIpv4AreGivenBackToTheSubnet) {
  const auto id = make({.Ipv4Prefixes = {{{.Ipv4Prefix = "10.0.1.32/28"}}}});

  must(ec2.unassign_private_ip_addresses(
      {.Ipv4Prefixes = {{"10.0.1.32/28"}}, .NetworkInterfaceId = id}));

  EXPECT_FALSE(look_at(id).Ipv4Prefixes.has_value());
  EXPECT_EQ(free_addresses(), 251 - 1);
  EXPECT_THAT(ec2.unassign_private_ip_addresses(
                  {.Ipv4Prefixes = {{"10.0.1.32/28"}}, .NetworkInterfaceId = id}),
              FailsWith("InvalidParameterValue"));
  make({.PrivateIpAddress = "10.0.1.33"});
}

TEST_F(InterfacePrefixes, OfIpv6AreAssigned) {
  const auto id = make();

  const auto given =
      must(ec2.assign_ipv6_addresses({.Ipv6PrefixCount = 2, .NetworkInterfaceId = id}));

  EXPECT_THAT(*given.AssignedIpv6Prefixes, SizeIs(2));
  EXPECT_EQ(given.AssignedIpv6Prefixes->front(), ipv6_of(id));
  EXPECT_THAT(
      ec2.assign_ipv6_addresses({.Ipv6Prefixes = {{ipv6_of(id)}}, .NetworkInterfaceId = make()}),
      FailsWith("InvalidIPAddress.InUse"));
}

TEST_F(InterfacePrefixes, OfIpv6AreChosenFromReservationsForThem) {
  const std::string reserved = ipv6_network() + ":77::/80";
  must(ec2.create_subnet_cidr_reservation(
      {.SubnetId = subnet_id, .Cidr = reserved, .ReservationType = "prefix"}));
  const auto id = make({.Ipv6PrefixCount = 1});

  EXPECT_EQ(ipv6_of(id), reserved);
  EXPECT_THAT(ec2.assign_ipv6_addresses({.Ipv6PrefixCount = 1, .NetworkInterfaceId = id}),
              FailsWith("InsufficientCidrBlocks"));
}

TEST_F(InterfacePrefixes, OfIpv6AreGivenBack) {
  const auto id = make({.Ipv6PrefixCount = 1});
  const auto prefix = ipv6_of(id);

  const auto result =
      must(ec2.unassign_ipv6_addresses({.Ipv6Prefixes = {{prefix}}, .NetworkInterfaceId = id}));

  EXPECT_THAT(*result.UnassignedIpv6Prefixes, ElementsAre(prefix));
  EXPECT_FALSE(look_at(id).Ipv6Prefixes.has_value());
  EXPECT_THAT(ec2.unassign_ipv6_addresses({.Ipv6Prefixes = {{prefix}}, .NetworkInterfaceId = id}),
              FailsWith("InvalidParameterValue"));
}

TEST_F(InterfacePrefixes, AreForInstancesOfNitroAlone) {
  const auto id = make({.Ipv4PrefixCount = 1});

  EXPECT_THAT(
      ec2.attach_network_interface(
          {.NetworkInterfaceId = id, .InstanceId = run_here("m4.xlarge"), .DeviceIndex = 1}),
      FailsWith("InvalidParameterCombination"));
  EXPECT_THAT(ec2.attach_network_interface(
                  {.NetworkInterfaceId = id, .InstanceId = run_here(), .DeviceIndex = 1}),
              Succeeds());
}

TEST_F(InterfacePrefixes, AreEachInstancesOwn) {
  auto request = launch(2);
  request.InstanceType = "m5.large";
  request.NetworkInterfaces = {
      {{.DeviceIndex = 0, .SubnetId = subnet_id, .Ipv4PrefixCount = 1, .Ipv6PrefixCount = 1}}};

  const auto ids = run(request);

  const auto first = look(ids[0]).NetworkInterfaces->front();
  const auto second = look(ids[1]).NetworkInterfaces->front();
  EXPECT_NE(first.Ipv4Prefixes->front().Ipv4Prefix, second.Ipv4Prefixes->front().Ipv4Prefix);
  EXPECT_NE(first.Ipv6Prefixes->front().Ipv6Prefix, second.Ipv6Prefixes->front().Ipv6Prefix);
  request.InstanceType = "m4.xlarge";
  EXPECT_THAT(ec2.run_instances(request), FailsWith("InvalidParameterCombination"));
}

TEST_F(InterfacePrefixes, GoWithTheirInterface) {
  const auto id = make({.Ipv4PrefixCount = 3, .Ipv6PrefixCount = 1});

  must(ec2.delete_network_interface({.NetworkInterfaceId = id}));

  EXPECT_EQ(free_addresses(), 251);
  EXPECT_THAT(ec2.delete_subnet({.SubnetId = subnet_id}), Succeeds());
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetLaunchTemplateData.html
TEST_F(InterfacePrefixes, AreInTheDataForALaunchTemplate) {
  auto request = launch();
  request.InstanceType = "m5.large";
  request.NetworkInterfaces = {{{.DeviceIndex = 0,
                                 .Ipv6AddressCount = 1,
                                 .SubnetId = subnet_id,
                                 .Ipv4PrefixCount = 1,
                                 .Ipv6PrefixCount = 1,
                                 .PrimaryIpv6 = true}}};
  const auto id = run(request).front();
  settle();
  const auto shown = look(id).NetworkInterfaces->front();

  const auto data = *must(ec2.get_launch_template_data({.InstanceId = id})).LaunchTemplateData;

  const auto& interface = data.NetworkInterfaces->front();
  EXPECT_EQ(interface.PrimaryIpv6, true);
  EXPECT_EQ(interface.Ipv4Prefixes->front().Ipv4Prefix, shown.Ipv4Prefixes->front().Ipv4Prefix);
  EXPECT_EQ(interface.Ipv6Prefixes->front().Ipv6Prefix, shown.Ipv6Prefixes->front().Ipv6Prefix);
}

}  // namespace
}  // namespace fallstreak::ec2_tests
