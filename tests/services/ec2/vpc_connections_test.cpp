#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

class VpcPeeringConnections : public Ec2Test {
 protected:
  std::string first = make_vpc("10.0.0.0/16");
  std::string second = make_vpc("10.1.0.0/16");
  InProcessTransport far_transport{cloud, dispatch::Caller("210987654321", "us-east-1")};
  client::Ec2 far{far_transport};

  std::string request_peering() {
    return *must(ec2.create_vpc_peering_connection({.VpcId = first, .PeerVpcId = second}))
                .VpcPeeringConnection->VpcPeeringConnectionId;
  }
  std::string status(const std::string& id) {
    return *must(ec2.describe_vpc_peering_connections({.VpcPeeringConnectionIds = {{id}}}))
                .VpcPeeringConnections->front()
                .Status->Code;
  }
};
class Endpoints : public Ec2Test {
 protected:
  std::string vpc_id = make_vpc();
  std::string table_id = *must(ec2.create_route_table({.VpcId = vpc_id})).RouteTable->RouteTableId;
  std::string make() {
    return *must(ec2.create_vpc_endpoint({.VpcId = vpc_id,
                                          .ServiceName = "com.amazonaws.eu-central-1.s3",
                                          .RouteTableIds = {{table_id}}}))
                .VpcEndpoint->VpcEndpointId;
  }
  std::size_t count_routes() {
    return must(ec2.describe_route_tables({.RouteTableIds = {{table_id}}}))
        .RouteTables->front()
        .Routes->size();
  }
};
using PrefixLists = Ec2Test;

TEST_F(VpcPeeringConnections, AreAcceptedAndRouted) {
  const auto id = request_peering();
  EXPECT_EQ(status(id), "pending-acceptance");
  const auto table_id = *must(ec2.create_route_table({.VpcId = first})).RouteTable->RouteTableId;
  must(ec2.create_route({.RouteTableId = table_id,
                         .DestinationCidrBlock = "10.1.0.0/16",
                         .VpcPeeringConnectionId = id}));
  const auto state = [&] {
    return *must(ec2.describe_route_tables({.RouteTableIds = {{table_id}}}))
                .RouteTables->front()
                .Routes->back()
                .State;
  };
  EXPECT_EQ(state(), "blackhole");

  must(ec2.accept_vpc_peering_connection({.VpcPeeringConnectionId = id}));

  EXPECT_EQ(status(id), "active");
  EXPECT_EQ(state(), "active");
  EXPECT_THAT(ec2.accept_vpc_peering_connection({.VpcPeeringConnectionId = id}),
              FailsWith("InvalidStateTransition"));
  EXPECT_THAT(ec2.create_vpc_peering_connection({.VpcId = second, .PeerVpcId = first}),
              FailsWith("VpcPeeringConnectionAlreadyExists"));
  must(ec2.delete_vpc_peering_connection({.VpcPeeringConnectionId = id}));
  EXPECT_EQ(status(id), "deleted");
  EXPECT_EQ(state(), "blackhole");
}

TEST_F(VpcPeeringConnections, FailWhenBlocksOverlap) {
  const auto same = make_vpc("10.0.128.0/17");
  const auto made = *must(ec2.create_vpc_peering_connection({.VpcId = first, .PeerVpcId = same}))
                         .VpcPeeringConnection;

  EXPECT_EQ(made.Status->Code, "initiating-request");
  EXPECT_EQ(status(*made.VpcPeeringConnectionId), "failed");
  EXPECT_THAT(
      ec2.accept_vpc_peering_connection({.VpcPeeringConnectionId = made.VpcPeeringConnectionId}),
      FailsWith("InvalidStateTransition"));
}

TEST_F(VpcPeeringConnections, ExpireAfterAWeekAndAreForgotten) {
  const auto id = request_peering();

  cloud.advance(7 * 24h);
  EXPECT_EQ(status(id), "expired");
  cloud.advance(2h);
  EXPECT_THAT(ec2.describe_vpc_peering_connections({.VpcPeeringConnectionIds = {{id}}}),
              FailsWith("InvalidVpcPeeringConnectionID.NotFound"));
}

TEST_F(VpcPeeringConnections, ReachOtherAccountsAndRegions) {
  const auto peer = *must(far.create_vpc({.CidrBlock = "10.5.0.0/16"})).Vpc->VpcId;
  const auto id = *must(ec2.create_vpc_peering_connection({.PeerRegion = "us-east-1",
                                                           .VpcId = first,
                                                           .PeerVpcId = peer,
                                                           .PeerOwnerId = "210987654321"}))
                       .VpcPeeringConnection->VpcPeeringConnectionId;

  EXPECT_THAT(ec2.accept_vpc_peering_connection({.VpcPeeringConnectionId = id}),
              FailsWith("OperationNotPermitted"));
  must(far.accept_vpc_peering_connection({.VpcPeeringConnectionId = id}));

  EXPECT_EQ(status(id), "active");
  must(far.delete_vpc({.VpcId = peer}));
  EXPECT_EQ(status(id), "deleted");
}

TEST_F(VpcPeeringConnections, MayBeRejected) {
  const auto id = request_peering();

  must(ec2.reject_vpc_peering_connection({.VpcPeeringConnectionId = id}));

  EXPECT_EQ(status(id), "rejected");
  EXPECT_THAT(ec2.delete_vpc_peering_connection({.VpcPeeringConnectionId = id}),
              FailsWith("InvalidStateTransition"));
}

TEST_F(VpcPeeringConnections, LetRulesNameTheOtherSidesGroups) {
  const auto mine = make_group(first);
  const auto theirs = make_group(second);
  const api::ec2::AuthorizeSecurityGroupIngressRequest request{
      .GroupId = mine,
      .IpPermissions = {{{.IpProtocol = "tcp",
                          .FromPort = 80,
                          .ToPort = 80,
                          .UserIdGroupPairs = {{{.GroupId = theirs}}}}}}};
  EXPECT_THAT(ec2.authorize_security_group_ingress(request), FailsWith("InvalidParameterValue"));
  const auto id = request_peering();
  must(ec2.accept_vpc_peering_connection({.VpcPeeringConnectionId = id}));

  must(ec2.authorize_security_group_ingress(request));

  const auto references = *must(ec2.describe_security_group_references({.GroupId = {{theirs}}}))
                               .SecurityGroupReferenceSet;
  ASSERT_THAT(references, SizeIs(1));
  EXPECT_EQ(references[0].ReferencingVpcId, first);
  EXPECT_EQ(references[0].VpcPeeringConnectionId, id);
}

TEST_F(Endpoints, PutRoutesIntoTheirTables) {
  const auto id = make();

  const auto route = must(ec2.describe_route_tables({.RouteTableIds = {{table_id}}}))
                         .RouteTables->front()
                         .Routes->back();
  EXPECT_EQ(route.GatewayId, id);
  const auto list =
      must(ec2.describe_prefix_lists({.PrefixListIds = {{*route.DestinationPrefixListId}}}))
          .PrefixLists->front();
  EXPECT_EQ(list.PrefixListName, "com.amazonaws.eu-central-1.s3");
  EXPECT_THAT(ec2.delete_route({.DestinationPrefixListId = route.DestinationPrefixListId,
                                .RouteTableId = table_id}),
              FailsWith("InvalidParameterValue"));
  EXPECT_THAT(ec2.create_vpc_endpoint({.VpcId = vpc_id,
                                       .ServiceName = "com.amazonaws.eu-central-1.s3",
                                       .RouteTableIds = {{table_id}}}),
              FailsWith("RouteAlreadyExists"));
  must(ec2.modify_vpc_endpoint({.VpcEndpointId = id, .RemoveRouteTableIds = {{table_id}}}));
  EXPECT_EQ(count_routes(), 1U);
  must(ec2.modify_vpc_endpoint({.VpcEndpointId = id, .AddRouteTableIds = {{table_id}}}));
  EXPECT_EQ(count_routes(), 2U);
}

TEST_F(Endpoints, KeepTheirVpcAndTakeTheirRoutesAlong) {
  const auto id = make();
  EXPECT_THAT(ec2.delete_vpc({.VpcId = vpc_id}), FailsWith("DependencyViolation"));

  const auto result = must(ec2.delete_vpc_endpoints({.VpcEndpointIds = {{id, "vpce-none"}}}));

  ASSERT_THAT(*result.Unsuccessful, SizeIs(1));
  EXPECT_EQ(result.Unsuccessful->front().Error->Code, "InvalidVpcEndpointId.NotFound");
  EXPECT_EQ(count_routes(), 1U);
}

TEST_F(Endpoints, OfUnknownServicesAndOtherTypesAreRefused) {
  EXPECT_THAT(ec2.create_vpc_endpoint(
                  {.VpcId = vpc_id, .ServiceName = "com.amazonaws.eu-central-1.nothing"}),
              FailsWith("InvalidServiceName"));
  EXPECT_THAT(ec2.create_vpc_endpoint({.VpcEndpointType = "Interface",
                                       .VpcId = vpc_id,
                                       .ServiceName = "com.amazonaws.eu-central-1.s3"}),
              FailsWith("NotImplemented", 501));
  EXPECT_THAT(
      *must(ec2.describe_vpc_endpoint_services()).ServiceNames,
      UnorderedElementsAre("com.amazonaws.eu-central-1.dynamodb", "com.amazonaws.eu-central-1.s3"));
}

TEST_F(PrefixLists, HaveVersions) {
  const auto id = *must(ec2.create_managed_prefix_list({.PrefixListName = "offices",
                                                        .Entries = {{{.Cidr = "192.0.2.0/24"}}},
                                                        .MaxEntries = 2,
                                                        .AddressFamily = "IPv4"}))
                       .PrefixList->PrefixListId;
  const auto count = [&](std::optional<std::int64_t> version) {
    return must(ec2.get_managed_prefix_list_entries({.PrefixListId = id, .TargetVersion = version}))
        .Entries->size();
  };

  must(ec2.modify_managed_prefix_list(
      {.PrefixListId = id, .CurrentVersion = 1, .AddEntries = {{{.Cidr = "198.51.100.0/24"}}}}));

  EXPECT_EQ(count({}), 2U);
  EXPECT_EQ(count(1), 1U);
  EXPECT_THAT(
      ec2.modify_managed_prefix_list(
          {.PrefixListId = id, .CurrentVersion = 1, .AddEntries = {{{.Cidr = "203.0.113.0/24"}}}}),
      FailsWith("PrefixListVersionMismatch"));
  EXPECT_THAT(
      ec2.modify_managed_prefix_list(
          {.PrefixListId = id, .CurrentVersion = 2, .AddEntries = {{{.Cidr = "203.0.113.0/24"}}}}),
      FailsWith("PrefixListMaxEntriesExceeded"));
}

TEST_F(PrefixLists, AreKeptWhileARuleNamesThem) {
  const auto id =
      *must(ec2.create_managed_prefix_list(
                {.PrefixListName = "offices", .MaxEntries = 2, .AddressFamily = "IPv4"}))
           .PrefixList->PrefixListId;
  const auto group_id = make_group(make_vpc());
  const auto rule = must(ec2.authorize_security_group_ingress(
                             {.GroupId = group_id,
                              .IpPermissions = {{{.IpProtocol = "tcp",
                                                  .FromPort = 443,
                                                  .ToPort = 443,
                                                  .PrefixListIds = {{{.PrefixListId_ = id}}}}}}}))
                        .SecurityGroupRules->front();
  EXPECT_EQ(rule.PrefixListId, id);

  EXPECT_THAT(ec2.delete_managed_prefix_list({.PrefixListId = id}),
              FailsWith("DependencyViolation"));
  must(ec2.modify_security_group_rules(
      {.GroupId = group_id,
       .SecurityGroupRules = {{{.SecurityGroupRuleId = rule.SecurityGroupRuleId,
                                .SecurityGroupRule = {{.IpProtocol = "tcp",
                                                       .FromPort = 8443,
                                                       .ToPort = 8443,
                                                       .CidrIpv4 = "192.0.2.0/24",
                                                       .Description = "office"}}}}}}));
  EXPECT_THAT(ec2.delete_managed_prefix_list({.PrefixListId = id}), Succeeds());
  const auto changed = must(ec2.describe_security_group_rules(
                                {.SecurityGroupRuleIds = {{*rule.SecurityGroupRuleId}}}))
                           .SecurityGroupRules->front();
  EXPECT_EQ(changed.ToPort, 8443);
  EXPECT_EQ(changed.Description, "office");
  must(ec2.update_security_group_rule_descriptions_ingress(
      {.GroupId = group_id,
       .SecurityGroupRuleDescriptions = {
           {{.SecurityGroupRuleId = rule.SecurityGroupRuleId, .Description = "home"}}}}));
  EXPECT_EQ(must(ec2.describe_security_group_rules(
                     {.SecurityGroupRuleIds = {{*rule.SecurityGroupRuleId}}}))
                .SecurityGroupRules->front()
                .Description,
            "home");
}

}  // namespace
}  // namespace fallstreak::ec2_tests
