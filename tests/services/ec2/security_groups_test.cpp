#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

class SecurityGroups : public Ec2Test {
 protected:
  static api::ec2::IpPermission tcp(int port, std::string cidr) {
    return {.IpProtocol = "tcp",
            .FromPort = port,
            .ToPort = port,
            .IpRanges = {{{.CidrIp = std::move(cidr)}}}};
  }
  api::ec2::SecurityGroup group(const std::string& id) {
    return must(ec2.describe_security_groups({.GroupIds = {{id}}})).SecurityGroups->front();
  }
};
using CreateSecurityGroup = SecurityGroups;
using AuthorizeSecurityGroupIngress = SecurityGroups;
using RevokeSecurityGroupIngress = SecurityGroups;
using DescribeSecurityGroupRules = SecurityGroups;
using DeleteSecurityGroup = SecurityGroups;

TEST_F(CreateSecurityGroup, LetsEverythingOutAndNothingIn) {
  const auto made = group(make_group(make_vpc()));

  EXPECT_THAT(*made.IpPermissions, IsEmpty());
  ASSERT_THAT(*made.IpPermissionsEgress, SizeIs(1));
  EXPECT_EQ(made.IpPermissionsEgress->front().IpProtocol, "-1");
  EXPECT_EQ(made.IpPermissionsEgress->front().IpRanges->front().CidrIp, "0.0.0.0/0");
  EXPECT_FALSE(made.IpPermissionsEgress->front().FromPort.has_value());
}

TEST_F(CreateSecurityGroup, RefusesANameThatIsTaken) {
  const auto vpc_id = make_vpc();
  make_group(vpc_id);

  EXPECT_THAT(
      ec2.create_security_group({.Description = "again", .GroupName = "web", .VpcId = vpc_id}),
      FailsSaying("The security group 'web' already exists for VPC '" + vpc_id + "'"));
  EXPECT_THAT(ec2.create_security_group({.Description = "d", .GroupName = "sg-x"}),
              FailsWith("InvalidParameterValue"));
  EXPECT_THAT(ec2.create_security_group({.Description = "d", .GroupName = "default"}),
              FailsWith("InvalidGroup.Reserved"));
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html
TEST_F(SecurityGroups, AreFoundByWhomTheirRulesReferTo) {
  const auto vpc_id = make_vpc();
  const auto web = make_group(vpc_id);
  const auto data = make_group(vpc_id, "data");
  must(ec2.authorize_security_group_ingress(
      {.GroupId = data,
       .IpPermissions = {{{.IpProtocol = "tcp",
                           .FromPort = 80,
                           .ToPort = 80,
                           .UserIdGroupPairs = {{{.GroupId = web}}}}}}}));
  const auto found = [&](const std::string& name, const std::string& value) {
    std::vector<std::string> ids;
    const auto described =
        must(ec2.describe_security_groups({.Filters = {{{.Name = name, .Values = {{value}}}}}}));
    for (const auto& one : *described.SecurityGroups) ids.push_back(*one.GroupId);
    return ids;
  };

  EXPECT_THAT(found("ip-permission.group-name", "we*"), ElementsAre(data));
  EXPECT_THAT(found("ip-permission.group-name", "data"), IsEmpty());
  EXPECT_THAT(found("ip-permission.user-id", "123456789012"), ::testing::Contains(data));
  EXPECT_THAT(found("egress.ip-permission.group-name", "*"), IsEmpty());
  EXPECT_THAT(found("ip-permission.prefix-list-id", "*"), IsEmpty());
}

TEST_F(AuthorizeSecurityGroupIngress, GivesEachSourceARuleAndAnId) {
  const auto id = make_group(make_vpc());
  auto permission = tcp(80, "10.0.0.7/8");
  permission.Ipv6Ranges = {{{.CidrIpv6 = "::/0"}}};
  permission.UserIdGroupPairs = {{{.GroupId = id}}};

  const auto rules =
      *must(ec2.authorize_security_group_ingress({.GroupId = id, .IpPermissions = {{permission}}}))
           .SecurityGroupRules;

  ASSERT_THAT(rules, SizeIs(3));
  EXPECT_THAT(*rules[0].SecurityGroupRuleId, StartsWith("sgr-"));
  EXPECT_EQ(rules[0].CidrIpv4, "10.0.0.0/8");
  EXPECT_EQ(rules[2].ReferencedGroupInfo->GroupId, id);
  // Described, they are one permission with three sources.
  ASSERT_THAT(*group(id).IpPermissions, SizeIs(1));
  EXPECT_EQ(group(id).IpPermissions->front().UserIdGroupPairs->front().UserId, "123456789012");
}

TEST_F(AuthorizeSecurityGroupIngress, RefusesARuleThatIsThere) {
  const auto id = make_group(make_vpc());
  const api::ec2::AuthorizeSecurityGroupIngressRequest request{
      .GroupId = id, .IpPermissions = {{tcp(22, "0.0.0.0/0")}}};
  must(ec2.authorize_security_group_ingress(request));

  EXPECT_THAT(ec2.authorize_security_group_ingress(request),
              FailsSaying("the specified rule \"peer: 0.0.0.0/0, TCP, from port: 22, to port: 22, "
                          "ALLOW\" already exists"));
  EXPECT_THAT(ec2.authorize_security_group_ingress(request),
              FailsWith("InvalidPermission.Duplicate", 400));
}

TEST_F(AuthorizeSecurityGroupIngress, RefusesPortsAndGroupsThatCannotBe) {
  const auto id = make_group(make_vpc());

  EXPECT_THAT(ec2.authorize_security_group_ingress(
                  {.GroupId = id, .IpPermissions = {{tcp(70000, "0.0.0.0/0")}}}),
              FailsWith("InvalidParameterValue"));
  EXPECT_THAT(ec2.authorize_security_group_ingress(
                  {.GroupId = id, .IpPermissions = {{tcp(80, "0.0.0.0/33")}}}),
              FailsSaying("CIDR block 0.0.0.0/33 is malformed"));
  EXPECT_THAT(ec2.authorize_security_group_ingress(
                  {.GroupId = "sg-0123456789abcdef0", .IpPermissions = {{tcp(80, "0.0.0.0/0")}}}),
              FailsSaying("The security group 'sg-0123456789abcdef0' does not exist"));
  EXPECT_THAT(ec2.authorize_security_group_ingress(
                  {.GroupId = "nonsense", .IpPermissions = {{tcp(80, "0.0.0.0/0")}}}),
              FailsWith("InvalidGroupId.Malformed"));
}

TEST_F(RevokeSecurityGroupIngress, RemovesByRuleOrById) {
  const auto id = make_group(make_vpc());
  const auto rules =
      *must(ec2.authorize_security_group_ingress(
                {.GroupId = id, .IpPermissions = {{tcp(80, "0.0.0.0/0"), tcp(443, "0.0.0.0/0")}}}))
           .SecurityGroupRules;

  must(ec2.revoke_security_group_ingress(
      {.GroupId = id, .IpPermissions = {{tcp(80, "0.0.0.0/0")}}}));
  must(ec2.revoke_security_group_ingress(
      {.GroupId = id, .SecurityGroupRuleIds = {{*rules[1].SecurityGroupRuleId}}}));

  EXPECT_THAT(*group(id).IpPermissions, IsEmpty());
  EXPECT_THAT(
      ec2.revoke_security_group_ingress({.GroupId = id, .IpPermissions = {{tcp(80, "0.0.0.0/0")}}}),
      FailsWith("InvalidPermission.NotFound"));
}

TEST_F(RevokeSecurityGroupIngress, RemovesTheDefaultEgressRuleOfItsSister) {
  const auto id = make_group(make_vpc());

  const auto revoked = *must(ec2.revoke_security_group_egress(
                                 {.GroupId = id,
                                  .IpPermissions = {{{.IpProtocol = "-1",
                                                      .IpRanges = {{{.CidrIp = "0.0.0.0/0"}}}}}}}))
                            .RevokedSecurityGroupRules;

  EXPECT_THAT(revoked, SizeIs(1));
  EXPECT_THAT(*group(id).IpPermissionsEgress, IsEmpty());
}

TEST_F(DescribeSecurityGroupRules, FindsTheRulesOfAGroup) {
  const auto id = make_group(make_vpc());

  const auto rules = *must(ec2.describe_security_group_rules(
                               {.Filters = {{{.Name = "group-id", .Values = {{id}}}}}}))
                          .SecurityGroupRules;

  ASSERT_THAT(rules, SizeIs(1));
  EXPECT_EQ(rules[0].IsEgress, true);
  EXPECT_EQ(rules[0].FromPort, -1);
  EXPECT_THAT(
      ec2.describe_security_group_rules({.SecurityGroupRuleIds = {{"sgr-0123456789abcdef0"}}}),
      FailsWith("InvalidSecurityGroupRuleId.NotFound"));
}

TEST_F(DeleteSecurityGroup, RefusesWhileItIsReferredTo) {
  const auto vpc_id = make_vpc();
  const auto front = make_group(vpc_id, "front");
  const auto back = make_group(vpc_id, "back");
  api::ec2::IpPermission from_front{.IpProtocol = "tcp",
                                    .FromPort = 80,
                                    .ToPort = 80,
                                    .UserIdGroupPairs = {{{.GroupId = front}}}};
  must(ec2.authorize_security_group_ingress({.GroupId = back, .IpPermissions = {{from_front}}}));

  EXPECT_THAT(ec2.delete_security_group({.GroupId = front}),
              FailsSaying("resource " + front + " has a dependent object"));
  must(ec2.delete_security_group({.GroupId = back}));
  EXPECT_THAT(ec2.delete_security_group({.GroupId = front}), Succeeds());
}

TEST_F(DeleteSecurityGroup, RefusesWhileAnInstanceIsInIt) {
  const auto subnet = must(ec2.describe_subnets()).Subnets->front();
  const auto id = make_group(*subnet.VpcId);
  auto request = launch();
  request.SecurityGroupIds = {{id}};
  const auto ids = run(request);

  EXPECT_THAT(ec2.delete_security_group({.GroupId = id}), FailsWith("DependencyViolation"));
  must(ec2.terminate_instances({.InstanceIds = ids}));
  settle();
  EXPECT_THAT(ec2.delete_security_group({.GroupName = "web"}), Succeeds());
}

TEST_F(DeleteSecurityGroup, KeepsTheDefaultGroup) {
  const auto groups =
      *must(ec2.describe_security_groups({.GroupNames = {{"default"}}})).SecurityGroups;

  EXPECT_THAT(ec2.delete_security_group({.GroupId = groups.front().GroupId}),
              FailsWith("CannotDelete"));
  EXPECT_THAT(ec2.delete_security_group({.GroupName = "nobody"}),
              FailsSaying("The security group 'nobody' does not exist in default VPC"));
}

}  // namespace
}  // namespace fallstreak::ec2_tests
