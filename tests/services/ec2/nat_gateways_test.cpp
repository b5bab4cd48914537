#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

class NatGateways : public Ec2Test {
 protected:
  std::string vpc_id = make_vpc();
  std::string subnet_id = make_subnet(vpc_id, "10.0.0.0/24");
  std::string allocation_id = *must(ec2.allocate_address()).AllocationId;

  void connect_to_the_internet() {
    const auto id = must(ec2.create_internet_gateway()).InternetGateway->InternetGatewayId;
    must(ec2.attach_internet_gateway({.InternetGatewayId = id, .VpcId = vpc_id}));
  }
  std::string make() {
    return *must(ec2.create_nat_gateway({.AllocationId = allocation_id, .SubnetId = subnet_id}))
                .NatGateway->NatGatewayId;
  }
  api::ec2::NatGateway look_at(const std::string& id) {
    return must(ec2.describe_nat_gateways({.NatGatewayIds = {{id}}})).NatGateways->front();
  }
};
using CreateNatGateway = NatGateways;
using DeleteNatGateway = NatGateways;
using NatGatewayAddresses = NatGateways;
using Routes = NatGateways;

TEST_F(CreateNatGateway, TakesAFewMinutesAndTheAddress) {
  connect_to_the_internet();
  const auto id = make();

  EXPECT_EQ(look_at(id).State, "pending");
  settle();

  const auto gateway = look_at(id);
  EXPECT_EQ(gateway.State, "available");
  const auto& address = gateway.NatGatewayAddresses->front();
  EXPECT_EQ(address.PublicIp, must(ec2.describe_addresses()).Addresses->front().PublicIp);
  const auto interface = must(ec2.describe_network_interfaces(
                                  {.NetworkInterfaceIds = {{*address.NetworkInterfaceId}}}))
                             .NetworkInterfaces->front();
  EXPECT_EQ(interface.InterfaceType, "natGateway");
  EXPECT_EQ(interface.Status, "in-use");
  EXPECT_THAT(ec2.delete_network_interface({.NetworkInterfaceId = address.NetworkInterfaceId}),
              FailsWith("InvalidParameterValue"));
  EXPECT_THAT(ec2.disassociate_address({.AssociationId = address.AssociationId}),
              FailsWith("AuthFailure"));
}

TEST_F(CreateNatGateway, FailsWithoutAnInternetGateway) {
  const auto id = make();

  EXPECT_EQ(look_at(id).State, "pending");
  EXPECT_FALSE(look_at(id).FailureCode.has_value());
  settle();

  EXPECT_EQ(look_at(id).State, "failed");
  EXPECT_EQ(look_at(id).FailureCode, "Gateway.NotAttached");
  EXPECT_EQ(look_at(id).FailureMessage, "Network " + vpc_id + " has no Internet gateway attached");
  cloud.advance(1h);
  EXPECT_THAT(ec2.describe_nat_gateways({.NatGatewayIds = {{id}}}),
              FailsSaying("NatGateway " + id + " was not found"));
}

TEST_F(CreateNatGateway, FailsWithAnAddressThatIsTaken) {
  connect_to_the_internet();
  make();
  const auto second = make();
  settle();

  EXPECT_EQ(look_at(second).FailureCode, "Resource.AlreadyAssociated");
}

TEST_F(CreateNatGateway, IsOnceForAClientTokenAndFiveTimesPerZone) {
  const api::ec2::CreateNatGatewayRequest request{
      .ClientToken = "once", .SubnetId = subnet_id, .ConnectivityType = "private"};
  const auto first = must(ec2.create_nat_gateway(request)).NatGateway->NatGatewayId;
  EXPECT_EQ(must(ec2.create_nat_gateway(request)).NatGateway->NatGatewayId, first);

  for (int i = 0; i < 4; ++i) {
    must(ec2.create_nat_gateway({.SubnetId = subnet_id, .ConnectivityType = "private"}));
  }

  EXPECT_THAT(ec2.create_nat_gateway({.SubnetId = subnet_id, .ConnectivityType = "private"}),
              FailsWith("NatGatewayLimitExceeded"));
}

TEST_F(DeleteNatGateway, GivesTheAddressBackAndLeavesABlackHole) {
  connect_to_the_internet();
  const auto id = make();
  settle();
  const auto table_id = *must(ec2.create_route_table({.VpcId = vpc_id})).RouteTable->RouteTableId;
  must(ec2.create_route(
      {.RouteTableId = table_id, .DestinationCidrBlock = "0.0.0.0/0", .NatGatewayId = id}));

  must(ec2.delete_nat_gateway({.NatGatewayId = id}));

  EXPECT_EQ(look_at(id).State, "deleting");
  EXPECT_THAT(ec2.release_address({.AllocationId = allocation_id}),
              FailsWith("InvalidIPAddress.InUse"));
  settle();
  EXPECT_EQ(look_at(id).State, "deleted");
  EXPECT_THAT(ec2.release_address({.AllocationId = allocation_id}), Succeeds());
  EXPECT_THAT(*must(ec2.describe_route_tables(
                        {.Filters = {{{.Name = "route.state", .Values = {{"blackhole"}}}}}}))
                   .RouteTables,
              SizeIs(1));
  EXPECT_THAT(ec2.delete_subnet({.SubnetId = subnet_id}), Succeeds());
}

TEST_F(Routes, LeadToInstancesAndAreReplaced) {
  connect_to_the_internet();
  const auto table_id = *must(ec2.create_route_table({.VpcId = vpc_id})).RouteTable->RouteTableId;
  auto request = launch();
  request.SubnetId = subnet_id;
  const auto instance_id = run(request).front();
  settle();
  const auto routes = [&] {
    return *must(ec2.describe_route_tables({.RouteTableIds = {{table_id}}}))
                .RouteTables->front()
                .Routes;
  };

  must(ec2.create_route({.RouteTableId = table_id,
                         .DestinationCidrBlock = "192.0.2.0/24",
                         .InstanceId = instance_id}));

  EXPECT_EQ(routes()[1].InstanceId, instance_id);
  EXPECT_EQ(routes()[1].NetworkInterfaceId,
            look(instance_id).NetworkInterfaces->front().NetworkInterfaceId);
  must(ec2.replace_route(
      {.RouteTableId = table_id, .DestinationCidrBlock = "192.0.2.0/24", .NatGatewayId = make()}));
  EXPECT_FALSE(routes()[1].InstanceId.has_value());
  EXPECT_TRUE(routes()[1].NatGatewayId.has_value());
  EXPECT_THAT(ec2.replace_route({.RouteTableId = table_id,
                                 .DestinationCidrBlock = "192.0.3.0/24",
                                 .InstanceId = instance_id}),
              FailsWith("InvalidRoute.NotFound"));
  EXPECT_THAT(ec2.create_route({.RouteTableId = table_id,
                                .DestinationCidrBlock = "192.0.3.0/24",
                                .InstanceId = instance_id,
                                .NatGatewayId = "nat-1"}),
              FailsWith("InvalidParameterCombination"));
}

TEST_F(Routes, LeaveTheMainTableWhenAnotherTakesItsPlace) {
  const auto mains = [&] {
    return *must(ec2.describe_route_tables(
                     {.Filters = {{{.Name = "vpc-id", .Values = {{vpc_id}}},
                                   {.Name = "association.main", .Values = {{"true"}}}}}}))
                .RouteTables;
  };
  const auto old = mains().front();
  const auto table_id = *must(ec2.create_route_table({.VpcId = vpc_id})).RouteTable->RouteTableId;

  const auto made = must(ec2.replace_route_table_association(
      {.AssociationId = old.Associations->front().RouteTableAssociationId,
       .RouteTableId = table_id}));

  ASSERT_THAT(mains(), SizeIs(1));
  EXPECT_EQ(mains().front().RouteTableId, table_id);
  EXPECT_EQ(mains().front().Associations->front().RouteTableAssociationId, made.NewAssociationId);
  EXPECT_THAT(ec2.delete_route_table({.RouteTableId = old.RouteTableId}), Succeeds());
  EXPECT_THAT(ec2.delete_route_table({.RouteTableId = table_id}), FailsWith("DependencyViolation"));
}

TEST_F(NatGatewayAddresses, AreMadeWithAPublicGatewayOrLater) {
  connect_to_the_internet();
  const auto second = *must(ec2.allocate_address()).AllocationId;
  const auto third = *must(ec2.allocate_address()).AllocationId;
  const auto id = *must(ec2.create_nat_gateway({.AllocationId = allocation_id,
                                                .SubnetId = subnet_id,
                                                .SecondaryAllocationIds = {{second}},
                                                .SecondaryPrivateIpAddresses = {{"10.0.0.50"}}}))
                       .NatGateway->NatGatewayId;
  const auto associate = [&](const std::string& allocation) {
    return ec2.associate_nat_gateway_address({.NatGatewayId = id, .AllocationIds = {{allocation}}});
  };
  EXPECT_THAT(associate(third), FailsWith("IncorrectState"));
  settle();
  ASSERT_THAT(*look_at(id).NatGatewayAddresses, SizeIs(2));
  EXPECT_EQ(look_at(id).NatGatewayAddresses->back().PrivateIp, "10.0.0.50");
  EXPECT_EQ(look_at(id).NatGatewayAddresses->back().IsPrimary, false);
  EXPECT_THAT(associate(second), FailsWith("Resource.AlreadyAssociated"));

  const auto made = must(associate(third));
  EXPECT_EQ(made.NatGatewayAddresses->front().Status, "associating");
  settle();

  const auto added = look_at(id).NatGatewayAddresses->back();
  EXPECT_EQ(added.Status, "succeeded");
  EXPECT_EQ(added.AllocationId, third);
  const auto disassociate = [&](const std::optional<std::string>& association) {
    return ec2.disassociate_nat_gateway_address(
        {.NatGatewayId = id, .AssociationIds = {{*association}}, .MaxDrainDurationSeconds = 350});
  };
  EXPECT_THAT(disassociate(look_at(id).NatGatewayAddresses->front().AssociationId),
              FailsWith("InvalidParameterValue"));
  EXPECT_EQ(must(disassociate(added.AssociationId)).NatGatewayAddresses->front().Status,
            "disassociating");
  settle();
  EXPECT_THAT(*look_at(id).NatGatewayAddresses, SizeIs(2));
  EXPECT_THAT(ec2.release_address({.AllocationId = third}), Succeeds());
  EXPECT_THAT(ec2.release_address({.AllocationId = second}), FailsWith("InvalidIPAddress.InUse"));
  must(ec2.delete_nat_gateway({.NatGatewayId = id}));
  settle();
  EXPECT_THAT(ec2.release_address({.AllocationId = second}), Succeeds());
}

TEST_F(NatGatewayAddresses, OfAPrivateGatewayAreNamedOrCounted) {
  const auto id = *must(ec2.create_nat_gateway({.SubnetId = subnet_id,
                                                .ConnectivityType = "private",
                                                .SecondaryPrivateIpAddressCount = 2}))
                       .NatGateway->NatGatewayId;
  settle();
  EXPECT_THAT(*look_at(id).NatGatewayAddresses, SizeIs(3));
  must(ec2.assign_private_nat_gateway_address(
      {.NatGatewayId = id, .PrivateIpAddresses = {{"10.0.0.60"}}}));
  for (const int count : {5, -1, 2'000'000'000}) {
    EXPECT_THAT(ec2.assign_private_nat_gateway_address(
                    {.NatGatewayId = id, .PrivateIpAddressCount = count}),
                ::testing::AnyOf(FailsWith("PrivateIpAddressLimitExceeded"),
                                 FailsWith("InvalidParameterValue")));
  }
  EXPECT_THAT(ec2.assign_private_nat_gateway_address(
                  {.NatGatewayId = id, .PrivateIpAddresses = {{"10.0.0.60"}}}),
              FailsWith("InvalidIPAddress.InUse"));
  settle();
  must(ec2.unassign_private_nat_gateway_address(
      {.NatGatewayId = id, .PrivateIpAddresses = {{"10.0.0.60"}}}));
  settle();
  EXPECT_THAT(*look_at(id).NatGatewayAddresses, SizeIs(3));
  EXPECT_THAT(
      ec2.associate_nat_gateway_address({.NatGatewayId = id, .AllocationIds = {{allocation_id}}}),
      FailsWith("InvalidParameterValue"));
  EXPECT_THAT(ec2.create_nat_gateway({.SubnetId = subnet_id,
                                      .ConnectivityType = "private",
                                      .SecondaryAllocationIds = {{allocation_id}}}),
              FailsWith("InvalidParameterCombination"));
}

}  // namespace
}  // namespace fallstreak::ec2_tests
