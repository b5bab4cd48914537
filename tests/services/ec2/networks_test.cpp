#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

class InternetGateways : public Ec2Test {
 protected:
  std::string make_gateway() {
    return *must(ec2.create_internet_gateway()).InternetGateway->InternetGatewayId;
  }
};
using RouteTables = InternetGateways;

TEST_F(InternetGateways, AreAttachedToOneVpcEach) {
  const auto vpc_id = make_vpc();
  const auto first = make_gateway();
  const auto second = make_gateway();

  must(ec2.attach_internet_gateway({.InternetGatewayId = first, .VpcId = vpc_id}));

  EXPECT_THAT(ec2.attach_internet_gateway({.InternetGatewayId = first, .VpcId = vpc_id}),
              FailsWith("Resource.AlreadyAssociated", 400));
  EXPECT_THAT(ec2.attach_internet_gateway({.InternetGatewayId = second, .VpcId = vpc_id}),
              FailsWith("InvalidParameterValue", 400));
  const auto found =
      *must(ec2.describe_internet_gateways(
                {.Filters = {{{.Name = "attachment.vpc-id", .Values = {{vpc_id}}}}}}))
           .InternetGateways;
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].InternetGatewayId, first);
}

TEST_F(InternetGateways, MustBeDetachedBeforeTheyAreDeleted) {
  const auto vpc_id = make_vpc();
  const auto gateway_id = make_gateway();
  must(ec2.attach_internet_gateway({.InternetGatewayId = gateway_id, .VpcId = vpc_id}));

  EXPECT_THAT(ec2.delete_internet_gateway({.InternetGatewayId = gateway_id}),
              FailsWith("DependencyViolation"));
  must(ec2.detach_internet_gateway({.InternetGatewayId = gateway_id, .VpcId = vpc_id}));
  EXPECT_THAT(ec2.detach_internet_gateway({.InternetGatewayId = gateway_id, .VpcId = vpc_id}),
              FailsWith("Gateway.NotAttached"));
  EXPECT_THAT(ec2.delete_internet_gateway({.InternetGatewayId = gateway_id}), Succeeds());
  EXPECT_THAT(ec2.delete_internet_gateway({.InternetGatewayId = gateway_id}),
              FailsWith("InvalidInternetGatewayID.NotFound"));
}

TEST_F(InternetGateways, StayWhileInstancesHavePublicAddresses) {
  run_one();
  const auto gateway = must(ec2.describe_internet_gateways()).InternetGateways->front();

  EXPECT_THAT(ec2.detach_internet_gateway({.InternetGatewayId = gateway.InternetGatewayId,
                                           .VpcId = gateway.Attachments->front().VpcId}),
              FailsWith("DependencyViolation"));
}

TEST_F(RouteTables, HaveALocalRouteThatCannotGo) {
  const auto vpc_id = make_vpc();
  const auto table = *must(ec2.create_route_table({.VpcId = vpc_id})).RouteTable;

  ASSERT_THAT(*table.Routes, SizeIs(1));
  EXPECT_EQ(table.Routes->front().GatewayId, "local");
  EXPECT_THAT(
      ec2.delete_route({.RouteTableId = table.RouteTableId, .DestinationCidrBlock = "10.0.0.0/16"}),
      FailsWith("InvalidParameterValue"));
}

TEST_F(RouteTables, RouteToAnAttachedGateway) {
  const auto vpc_id = make_vpc();
  const auto gateway_id = make_gateway();
  const auto table_id = *must(ec2.create_route_table({.VpcId = vpc_id})).RouteTable->RouteTableId;
  const api::ec2::CreateRouteRequest request{
      .RouteTableId = table_id, .DestinationCidrBlock = "0.0.0.0/0", .GatewayId = gateway_id};

  EXPECT_THAT(ec2.create_route(request), FailsWith("InvalidParameterValue"));
  must(ec2.attach_internet_gateway({.InternetGatewayId = gateway_id, .VpcId = vpc_id}));
  EXPECT_EQ(must(ec2.create_route(request)).Return, true);
  EXPECT_THAT(ec2.create_route(request),
              FailsSaying("The route identified by 0.0.0.0/0 already exists."));
  must(ec2.detach_internet_gateway({.InternetGatewayId = gateway_id, .VpcId = vpc_id}));
  const auto routes =
      *must(ec2.describe_route_tables({.RouteTableIds = {{table_id}}})).RouteTables->front().Routes;
  EXPECT_EQ(routes[1].State, "blackhole");
  must(ec2.delete_route({.RouteTableId = table_id, .DestinationCidrBlock = "0.0.0.0/0"}));
  EXPECT_THAT(ec2.delete_route({.RouteTableId = table_id, .DestinationCidrBlock = "0.0.0.0/0"}),
              FailsWith("InvalidRoute.NotFound"));
}

TEST_F(RouteTables, AreAssociatedWithSubnetsOfTheirVpc) {
  const auto vpc_id = make_vpc();
  const auto subnet_id = make_subnet(vpc_id, "10.0.0.0/24");
  const auto table_id = *must(ec2.create_route_table({.VpcId = vpc_id})).RouteTable->RouteTableId;
  const auto other_id = *must(ec2.create_route_table({.VpcId = vpc_id})).RouteTable->RouteTableId;

  const auto association_id =
      *must(ec2.associate_route_table({.SubnetId = subnet_id, .RouteTableId = table_id}))
           .AssociationId;

  EXPECT_THAT(ec2.associate_route_table({.SubnetId = subnet_id, .RouteTableId = other_id}),
              FailsWith("Resource.AlreadyAssociated"));
  EXPECT_THAT(ec2.delete_route_table({.RouteTableId = table_id}), FailsWith("DependencyViolation"));
  must(ec2.disassociate_route_table({.AssociationId = association_id}));
  EXPECT_THAT(ec2.disassociate_route_table({.AssociationId = association_id}),
              FailsWith("InvalidAssociationID.NotFound"));
  EXPECT_THAT(ec2.delete_route_table({.RouteTableId = table_id}), Succeeds());
}

TEST_F(RouteTables, OfOneClientTokenAreOne) {
  const auto vpc_id = make_vpc();
  const api::ec2::CreateRouteTableRequest request{.ClientToken = "once", .VpcId = vpc_id};

  const auto first = *must(ec2.create_route_table(request)).RouteTable->RouteTableId;

  EXPECT_EQ(must(ec2.create_route_table(request)).RouteTable->RouteTableId, first);
  EXPECT_THAT(ec2.create_route_table({.ClientToken = "once", .VpcId = make_vpc("10.1.0.0/16")}),
              FailsWith("IdempotentParameterMismatch"));
}

}  // namespace
}  // namespace fallstreak::ec2_tests
