#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

class GroupVpcs : public Ec2Test {
 protected:
  std::string first = make_vpc("10.0.0.0/16");
  std::string second = make_vpc("10.1.0.0/16");
  std::string group_id = make_group(first, "shared");

  auto associate(const std::string& vpc_id) {
    return ec2.associate_security_group_vpc({.GroupId = group_id, .VpcId = vpc_id});
  }
  auto disassociate() {
    return ec2.disassociate_security_group_vpc({.GroupId = group_id, .VpcId = second});
  }
  std::string interface_in(const std::string& subnet_id) {
    return *must(ec2.create_network_interface({.SubnetId = subnet_id, .Groups = {{group_id}}}))
                .NetworkInterface->NetworkInterfaceId;
  }
};
using AssociateSecurityGroupVpc = GroupVpcs;
using DisassociateSecurityGroupVpc = GroupVpcs;
using GetSecurityGroupsForVpc = GroupVpcs;
using DescribeStaleSecurityGroups = GroupVpcs;

TEST_F(AssociateSecurityGroupVpc, LetsInterfacesOfAnotherVpcUseTheGroup) {
  const auto subnet = make_subnet(second, "10.1.0.0/24");
  EXPECT_THAT(ec2.create_network_interface({.SubnetId = subnet, .Groups = {{group_id}}}),
              FailsWith("InvalidParameter"));
  EXPECT_EQ(must(associate(second)).State, "associating");
  EXPECT_THAT(associate(second), FailsWith("Resource.AlreadyAssociated"));
  settle();

  const auto shown = must(ec2.describe_security_group_vpc_associations(
      {.Filters = {{{.Name = "group-id", .Values = {{group_id}}}}}}));
  ASSERT_THAT(*shown.SecurityGroupVpcAssociations, SizeIs(1));
  EXPECT_EQ(shown.SecurityGroupVpcAssociations->front().State, "associated");
  EXPECT_EQ(shown.SecurityGroupVpcAssociations->front().VpcId, second);
  EXPECT_THAT(ec2.create_network_interface({.SubnetId = subnet, .Groups = {{group_id}}}),
              Succeeds());
}

TEST_F(AssociateSecurityGroupVpc, RefusesDefaults) {
  const auto groups = must(
      ec2.describe_security_groups({.Filters = {{{.Name = "group-name", .Values = {{"default"}}},
                                                 {.Name = "vpc-id", .Values = {{first}}}}}}));
  EXPECT_THAT(ec2.associate_security_group_vpc(
                  {.GroupId = groups.SecurityGroups->front().GroupId, .VpcId = second}),
              FailsWith("InvalidParameterValue"));
  const auto vpcs =
      must(ec2.describe_vpcs({.Filters = {{{.Name = "is-default", .Values = {{"true"}}}}}}));
  EXPECT_THAT(associate(*vpcs.Vpcs->front().VpcId), FailsWith("InvalidParameterValue"));
  EXPECT_THAT(associate(first), FailsWith("Resource.AlreadyAssociated"));
  EXPECT_THAT(associate("vpc-0123456789abcdef0"), FailsWith("InvalidVpcID.NotFound"));
}

TEST_F(DisassociateSecurityGroupVpc, WaitsForTheLastInterface) {
  EXPECT_THAT(disassociate(), FailsWith("InvalidSecurityGroupVpcAssociation.NotFound"));
  must(associate(second));
  settle();
  const auto interface_id = interface_in(make_subnet(second, "10.1.0.0/24"));
  EXPECT_THAT(disassociate(), FailsWith("DependencyViolation"));
  EXPECT_THAT(ec2.delete_security_group({.GroupId = group_id}), FailsWith("DependencyViolation"));
  must(ec2.delete_network_interface({.NetworkInterfaceId = interface_id}));

  EXPECT_EQ(must(disassociate()).State, "disassociating");
  settle();

  EXPECT_THAT(*must(ec2.describe_security_group_vpc_associations({})).SecurityGroupVpcAssociations,
              IsEmpty());
  EXPECT_THAT(ec2.delete_security_group({.GroupId = group_id}), Succeeds());
}

TEST_F(GetSecurityGroupsForVpc, ShowsItsOwnAndThoseOfOthers) {
  must(associate(second));
  settle();
  const auto shown = must(ec2.get_security_groups_for_vpc({.VpcId = second}));
  std::vector<std::string> names;
  for (const auto& each : *shown.SecurityGroupForVpcs) names.push_back(*each.GroupName);
  EXPECT_THAT(names, UnorderedElementsAre("default", "shared"));
  const auto some = must(ec2.get_security_groups_for_vpc(
      {.VpcId = second, .Filters = {{{.Name = "primary-vpc-id", .Values = {{first}}}}}}));
  ASSERT_THAT(*some.SecurityGroupForVpcs, SizeIs(1));
  EXPECT_EQ(some.SecurityGroupForVpcs->front().GroupId, group_id);

  must(ec2.delete_vpc({.VpcId = second}));
  EXPECT_THAT(*must(ec2.describe_security_group_vpc_associations({})).SecurityGroupVpcAssociations,
              IsEmpty());
}

TEST_F(DescribeStaleSecurityGroups, NamesRulesWhosePeeringIsGone) {
  const auto peering =
      *must(ec2.create_vpc_peering_connection({.VpcId = first, .PeerVpcId = second}))
           .VpcPeeringConnection->VpcPeeringConnectionId;
  must(ec2.accept_vpc_peering_connection({.VpcPeeringConnectionId = peering}));
  const auto other = make_group(second, "other");
  must(ec2.authorize_security_group_ingress(
      {.GroupId = group_id,
       .IpPermissions = {{{.IpProtocol = "tcp",
                           .FromPort = 80,
                           .ToPort = 80,
                           .UserIdGroupPairs = {{{.GroupId = other}}}}}}}));
  const auto stale = [&] {
    return *must(ec2.describe_stale_security_groups({.VpcId = first})).StaleSecurityGroupSet;
  };
  EXPECT_THAT(stale(), IsEmpty());

  must(ec2.delete_vpc_peering_connection({.VpcPeeringConnectionId = peering}));

  const auto groups = stale();
  ASSERT_THAT(groups, SizeIs(1));
  EXPECT_EQ(groups.front().GroupId, group_id);
  const auto& permission = groups.front().StaleIpPermissions->front();
  EXPECT_EQ(permission.FromPort, 80);
  EXPECT_EQ(permission.UserIdGroupPairs->front().GroupId, other);
}

}  // namespace
}  // namespace fallstreak::ec2_tests
