#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

/// A VPC with a gateway, a subnet with an interface in it, and a route table of nobody's.
class GatewayRouteTables : public Ec2Test {
 protected:
  std::string make_table(const std::string& vpc) {
    return *must(ec2.create_route_table({.VpcId = vpc})).RouteTable->RouteTableId;
  }
  std::string associate(const std::string& table) {
    return *must(ec2.associate_route_table({.GatewayId = gateway_id, .RouteTableId = table}))
                .AssociationId;
  }
  std::vector<api::ec2::RouteTable> tables_of_gateway() {
    return *must(ec2.describe_route_tables(
                     {.Filters = {{{.Name = "association.gateway-id", .Values = {{gateway_id}}}}}}))
                .RouteTables;
  }

  std::string vpc_id = make_vpc();
  std::string subnet_id = make_subnet(vpc_id, "10.0.1.0/24");
  std::string interface_id = *must(ec2.create_network_interface({.SubnetId = subnet_id}))
                                  .NetworkInterface->NetworkInterfaceId;
  std::string gateway_id = [&] {
    const auto id = *must(ec2.create_internet_gateway()).InternetGateway->InternetGatewayId;
    must(ec2.attach_internet_gateway({.InternetGatewayId = id, .VpcId = vpc_id}));
    return id;
  }();
  std::string table_id = make_table(vpc_id);
};
using AssociateRouteTable = GatewayRouteTables;
using CreateRoute = GatewayRouteTables;
using ReplaceRoute = GatewayRouteTables;
using ReplaceRouteTableAssociation = GatewayRouteTables;
using DetachInternetGateway = GatewayRouteTables;

TEST_F(AssociateRouteTable, MakesATableThatOfAnInternetGateway) {
  const auto id = associate(table_id);

  ASSERT_THAT(tables_of_gateway(), SizeIs(1));
  const auto shown = tables_of_gateway().front().Associations->front();
  EXPECT_EQ(shown.RouteTableAssociationId, id);
  EXPECT_EQ(shown.GatewayId, gateway_id);
  EXPECT_EQ(shown.SubnetId, std::nullopt);
  EXPECT_EQ(shown.AssociationState->State, "associated");
  EXPECT_EQ(associate(table_id), id);
  must(ec2.disassociate_route_table({.AssociationId = id}));
  EXPECT_THAT(tables_of_gateway(), IsEmpty());
}

TEST_F(AssociateRouteTable, GivesAGatewayOneTableOfItsVpcAlone) {
  associate(table_id);

  EXPECT_THAT(
      ec2.associate_route_table({.GatewayId = gateway_id, .RouteTableId = make_table(vpc_id)}),
      FailsWith("Resource.AlreadyAssociated"));
  EXPECT_THAT(ec2.associate_route_table(
                  {.GatewayId = gateway_id, .RouteTableId = make_table(make_vpc("10.9.0.0/16"))}),
              FailsWith("InvalidParameterValue"));
  EXPECT_THAT(
      ec2.associate_route_table({.GatewayId = "igw-0123456789abcdef0", .RouteTableId = table_id}),
      FailsWith("InvalidGatewayID.NotFound"));
  EXPECT_THAT(ec2.associate_route_table(
                  {.GatewayId = gateway_id, .SubnetId = subnet_id, .RouteTableId = table_id}),
              FailsWith("InvalidParameterCombination"));
  EXPECT_THAT(ec2.associate_route_table({.RouteTableId = table_id}), FailsWith("MissingParameter"));
}

TEST_F(AssociateRouteTable, RefusesAGatewayATableThatLeadsOutOrIsTheMainOne) {
  must(ec2.create_route(
      {.RouteTableId = table_id, .DestinationCidrBlock = "0.0.0.0/0", .GatewayId = gateway_id}));

  EXPECT_THAT(ec2.associate_route_table({.GatewayId = gateway_id, .RouteTableId = table_id}),
              FailsWith("InvalidParameterValue"));
  const auto outside = make_table(vpc_id);
  must(ec2.create_route({.RouteTableId = outside,
                         .DestinationCidrBlock = "192.0.2.0/24",
                         .NetworkInterfaceId = interface_id}));
  EXPECT_THAT(ec2.associate_route_table({.GatewayId = gateway_id, .RouteTableId = outside}),
              FailsWith("InvalidParameterValue"));
  const auto main = must(
      ec2.describe_route_tables({.Filters = {{{.Name = "association.main", .Values = {{"true"}}},
                                              {.Name = "vpc-id", .Values = {{vpc_id}}}}}}));
  EXPECT_THAT(ec2.associate_route_table({.GatewayId = gateway_id,
                                         .RouteTableId = main.RouteTables->front().RouteTableId}),
              FailsWith("InvalidParameterValue"));
  EXPECT_THAT(tables_of_gateway(), IsEmpty());
}

TEST_F(CreateRoute, OfAGatewaysTableLeadsWholeSubnetsToInterfaces) {
  associate(table_id);
  const auto to_interface = [&](std::string cidr) {
    return ec2.create_route({.RouteTableId = table_id,
                             .DestinationCidrBlock = std::move(cidr),
                             .NetworkInterfaceId = interface_id});
  };

  EXPECT_THAT(to_interface("10.0.1.0/24"), Succeeds());
  EXPECT_THAT(to_interface("10.0.1.0/25"), FailsWith("InvalidParameterValue"));
  EXPECT_THAT(to_interface("192.0.2.0/24"), FailsWith("InvalidParameterValue"));
  EXPECT_THAT(
      ec2.create_route(
          {.RouteTableId = table_id, .DestinationCidrBlock = "0.0.0.0/0", .GatewayId = gateway_id}),
      FailsWith("InvalidParameterValue"));
}

TEST_F(CreateRoute, OfAGatewaysTableLeadsToNoEndpoint) {
  associate(table_id);

  EXPECT_THAT(ec2.create_vpc_endpoint({.VpcId = vpc_id,
                                       .ServiceName = "com.amazonaws.eu-central-1.s3",
                                       .RouteTableIds = {{table_id}}}),
              FailsWith("InvalidParameterValue"));
}

TEST_F(ReplaceRoute, LeadsAllThatComesThroughAGatewayToAnInterfaceAndBack) {
  associate(table_id);

  must(ec2.replace_route({.RouteTableId = table_id,
                          .DestinationCidrBlock = "10.0.0.0/16",
                          .NetworkInterfaceId = interface_id}));

  EXPECT_EQ(tables_of_gateway().front().Routes->front().NetworkInterfaceId, interface_id);
  must(ec2.replace_route(
      {.LocalTarget = true, .RouteTableId = table_id, .DestinationCidrBlock = "10.0.0.0/16"}));
  EXPECT_EQ(tables_of_gateway().front().Routes->front().GatewayId, "local");
}

TEST_F(ReplaceRouteTableAssociation, GivesAGatewayAnotherTable) {
  const auto id = associate(table_id);
  const auto other = make_table(vpc_id);

  must(ec2.replace_route_table_association({.AssociationId = id, .RouteTableId = other}));

  EXPECT_EQ(tables_of_gateway().front().RouteTableId, other);
  const auto main = must(ec2.describe_route_tables(
                             {.Filters = {{{.Name = "association.main", .Values = {{"true"}}},
                                           {.Name = "vpc-id", .Values = {{vpc_id}}}}}}))
                        .RouteTables->front();
  EXPECT_THAT(ec2.replace_route_table_association(
                  {.AssociationId = main.Associations->front().RouteTableAssociationId,
                   .RouteTableId = other}),
              FailsWith("InvalidParameterValue"));
}

TEST_F(DetachInternetGateway, WaitsForItsTableToBeDisassociated) {
  const auto id = associate(table_id);

  EXPECT_THAT(ec2.detach_internet_gateway({.InternetGatewayId = gateway_id, .VpcId = vpc_id}),
              FailsWith("DependencyViolation"));
  must(ec2.disassociate_route_table({.AssociationId = id}));
  EXPECT_THAT(ec2.detach_internet_gateway({.InternetGatewayId = gateway_id, .VpcId = vpc_id}),
              Succeeds());
}

}  // namespace
}  // namespace fallstreak::ec2_tests
