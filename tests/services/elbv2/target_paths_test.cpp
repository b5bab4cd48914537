#include "load_balancer_entry.h"
#include "tests/services/stack_fixture.h"

namespace fallstreak {
namespace {

using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// An instance that none but `group` lets anybody in to, behind a load balancer in `edge`.
class TargetPath : public testing::StackTest {
 protected:
  TargetPath() {
    make_network();
    edge = make_security_group("edge");
    inside = make_security_group("inside");
    instance = run_inside(subnet_ids[0]);
    group = make_target_group("web");
  }

  std::string make_security_group(const std::string& name) {
    return *must(ec2.create_security_group(
                     {.Description = name, .GroupName = name, .VpcId = vpc_id}))
                .GroupId;
  }
  std::string run_inside(const std::string& subnet_id) {
    const auto made = must(ec2.run_instances({.ImageId = std::string(kImage),
                                              .InstanceType = "t3.micro",
                                              .MaxCount = 1,
                                              .MinCount = 1,
                                              .SecurityGroupIds = {{inside}},
                                              .SubnetId = subnet_id}));
    cloud.advance(minutes(3));
    return *made.Instances->front().InstanceId;
  }
  void serve() {
    balancer = *must(elbv2.create_load_balancer(
                         {.Name = "web", .Subnets = subnet_ids, .SecurityGroups = {{edge}}}))
                    .LoadBalancers->front()
                    .LoadBalancerArn;
    cloud.advance(minutes(3));
    make_listener(balancer, group);
    register_instance();
  }
  /// A Network Load Balancer without security groups.
  void serve_tcp() {
    balancer =
        *must(elbv2.create_load_balancer({.Name = "tcp", .Subnets = subnet_ids, .Type = "network"}))
             .LoadBalancers->front()
             .LoadBalancerArn;
    cloud.advance(minutes(3));
    group = *must(elbv2.create_target_group(
                      {.Name = "tcp", .Protocol = "TCP", .Port = 80, .VpcId = vpc_id}))
                 .TargetGroups->front()
                 .TargetGroupArn;
    must_do(elbv2.create_listener(
        {.LoadBalancerArn = balancer,
         .Protocol = "TCP",
         .Port = 80,
         .DefaultActions = {{{.Type = "forward", .TargetGroupArn = group}}}}));
    register_instance();
  }
  void register_instance() {
    must_do(elbv2.register_targets({.TargetGroupArn = group, .Targets = {{{.Id = instance}}}}));
    cloud.advance(minutes(5));
  }
  static api::ec2::IpPermission members_of(const std::string& id, std::int32_t port = 80) {
    return {.IpProtocol = "tcp",
            .FromPort = port,
            .ToPort = port,
            .UserIdGroupPairs = {{{.GroupId = id}}}};
  }
  static api::ec2::IpPermission block(const std::string& cidr) {
    return {.IpProtocol = "tcp", .FromPort = 80, .ToPort = 80, .IpRanges = {{{.CidrIp = cidr}}}};
  }
  void allow(const api::ec2::IpPermission& permission) {
    must_do(
        ec2.authorize_security_group_ingress({.GroupId = inside, .IpPermissions = {{permission}}}));
    cloud.advance(minutes(5));
  }
  std::string health() {
    const auto found = target_health(group, instance);
    return found.Reason ? *found.State + " " + *found.Reason + ": " + *found.Description
                        : *found.State;
  }
  /// From which zones requests do not get through.
  std::vector<std::string> stopped() {
    const auto paths = stopped_paths(cloud, group);
    return paths.empty() ? std::vector<std::string>() : paths.begin()->second.zones;
  }
  std::vector<std::string> limited() {
    const auto paths = stopped_paths(cloud, group);
    return paths.empty() ? std::vector<std::string>() : paths.begin()->second.limited_zones;
  }

  static constexpr const char* kTimedOut = "unhealthy Target.Timeout: Request timed out";
  std::vector<std::string> all_zones{"eu-central-1a", "eu-central-1b", "eu-central-1c"};
  std::string edge, inside, instance, group, balancer;
};

TEST_F(TargetPath, IsClosedUntilTheTargetsGroupAdmitsTheLoadBalancers) {
  serve();
  EXPECT_EQ(health(), kTimedOut);
  EXPECT_EQ(stopped(), all_zones);

  allow(members_of(edge));
  EXPECT_EQ(health(), "healthy");
  EXPECT_THAT(stopped(), IsEmpty());

  must_do(ec2.revoke_security_group_ingress(
      {.GroupId = inside, .IpPermissions = {{members_of(edge)}}}));
  cloud.advance(minutes(5));
  EXPECT_EQ(health(), kTimedOut);
}

TEST_F(TargetPath, AsksForThePortOfHealthChecksToo) {
  must_do(elbv2.modify_target_group({.TargetGroupArn = group, .HealthCheckPort = "8080"}));
  serve();

  allow(members_of(edge, 8080));
  EXPECT_EQ(health(), "healthy");
  EXPECT_EQ(stopped(), all_zones);

  must_do(elbv2.modify_target_group({.TargetGroupArn = group, .HealthCheckPort = "8081"}));
  cloud.advance(minutes(5));
  EXPECT_EQ(health(), kTimedOut);
}

TEST_F(TargetPath, FollowsTheGroupsOfTheLoadBalancerAndOfTheTarget) {
  allow(members_of(edge));
  serve();
  ASSERT_EQ(health(), "healthy");
  const auto other = make_security_group("other");

  must_do(elbv2.set_security_groups({.LoadBalancerArn = balancer, .SecurityGroups = {{other}}}));
  cloud.advance(minutes(5));
  EXPECT_EQ(health(), kTimedOut);

  must_do(ec2.modify_instance_attribute({.InstanceId = instance, .Groups = {{other}}}));
  must_do(ec2.authorize_security_group_ingress(
      {.GroupId = other, .IpPermissions = {{members_of(other)}}}));
  cloud.advance(minutes(5));
  EXPECT_EQ(health(), "healthy");
}

TEST_F(TargetPath, EndsAtANetworkAclInEitherDirection) {
  allow(members_of(edge));
  serve();
  const auto acl = *must(ec2.create_network_acl({.VpcId = vpc_id})).NetworkAcl->NetworkAclId;
  const auto entry = [&](bool is_egress, const std::string& action, std::int32_t first,
                         std::int32_t last) {
    must_do(ec2.create_network_acl_entry({.NetworkAclId = acl,
                                          .RuleNumber = 100,
                                          .Protocol = "6",
                                          .RuleAction = action,
                                          .Egress = is_egress,
                                          .CidrBlock = "10.0.0.0/16",
                                          .PortRange = {{.From = first, .To = last}}}));
    cloud.advance(minutes(5));
  };
  const auto described = must(ec2.describe_network_acls(
      {.Filters = {{{.Name = "association.subnet-id", .Values = {{subnet_ids[0]}}}}}}));
  for (const auto& association : *described.NetworkAcls->front().Associations) {
    if (association.SubnetId != subnet_ids[0]) continue;
    must_do(ec2.replace_network_acl_association(
        {.AssociationId = association.NetworkAclAssociationId, .NetworkAclId = acl}));
  }
  cloud.advance(minutes(5));

  // Within a subnet no ACL is asked: the node of the target's own zone reaches it all the same.
  EXPECT_EQ(health(), "healthy");
  EXPECT_THAT(stopped(), ElementsAre("eu-central-1b", "eu-central-1c"));
  entry(false, "allow", 80, 80);
  EXPECT_THAT(stopped(), ElementsAre("eu-central-1b", "eu-central-1c"));
  entry(true, "allow", 1024, 65535);
  EXPECT_THAT(stopped(), IsEmpty());
}

TEST_F(TargetPath, FromANetworkLoadBalancerHasTheClientsAddress) {
  serve_tcp();
  EXPECT_EQ(stopped(), all_zones);
  EXPECT_EQ(health(), kTimedOut);

  allow(block("10.0.0.0/16"));
  EXPECT_EQ(health(), "healthy");
  EXPECT_THAT(stopped(), IsEmpty());
  EXPECT_EQ(limited(), all_zones);

  must_do(elbv2.modify_target_group_attributes(
      {.TargetGroupArn = group,
       .Attributes = {{{.Key = "preserve_client_ip.enabled", .Value = "false"}}}}));
  cloud.advance(minutes(5));
  EXPECT_THAT(limited(), IsEmpty());
}

TEST_F(TargetPath, IsForgottenWithTheTarget) {
  serve();
  ASSERT_EQ(stopped(), all_zones);

  must_do(elbv2.deregister_targets({.TargetGroupArn = group, .Targets = {{{.Id = instance}}}}));
  cloud.advance(minutes(6));
  EXPECT_THAT(stopped(), IsEmpty());
  must_do(elbv2.delete_load_balancer({.LoadBalancerArn = balancer}));
  must_do(ec2.terminate_instances({.InstanceIds = {{instance}}}));
  allow(members_of(edge));
}

TEST_F(TargetPath, OfAnAddressIsThatOfItsInterface) {
  const auto described = must(ec2.describe_instances({.InstanceIds = {{instance}}}));
  const auto address = *described.Reservations->front().Instances->front().PrivateIpAddress;
  group = *must(elbv2.create_target_group({.Name = "addresses",
                                           .Protocol = "HTTP",
                                           .Port = 80,
                                           .VpcId = vpc_id,
                                           .TargetType = "ip"}))
               .TargetGroups->front()
               .TargetGroupArn;
  instance = address;
  serve();
  EXPECT_EQ(health(), kTimedOut);

  allow(members_of(edge));
  EXPECT_EQ(health(), "healthy");
}

/// The same with a VPC that has IPv6, and an instance with a primary address of it.
class Ipv6TargetPath : public TargetPath {
 protected:
  Ipv6TargetPath() {
    const auto associated =
        must(ec2.associate_vpc_cidr_block({.VpcId = vpc_id, .AmazonProvidedIpv6CidrBlock = true}));
    const std::string whole = *associated.Ipv6CidrBlockAssociation->Ipv6CidrBlock;
    const std::string begin = whole.substr(0, whole.find("00::/56"));
    for (std::size_t i = 0; i < subnet_ids.size(); ++i) {
      must_do(ec2.associate_subnet_cidr_block(
          {.SubnetId = subnet_ids[i], .Ipv6CidrBlock = begin + "0" + std::to_string(i) + "::/64"}));
    }
    const auto made = must(ec2.run_instances({.ImageId = std::string(kImage),
                                              .InstanceType = "t3.micro",
                                              .MaxCount = 1,
                                              .MinCount = 1,
                                              .NetworkInterfaces = {{{.DeviceIndex = 0,
                                                                      .Groups = {{inside}},
                                                                      .Ipv6AddressCount = 1,
                                                                      .SubnetId = subnet_ids[0],
                                                                      .PrimaryIpv6 = true}}}}));
    instance = *made.Instances->front().InstanceId;
    address =
        *made.Instances->front().NetworkInterfaces->front().Ipv6Addresses->front().Ipv6Address;
    // AWS: a group that is older than the block lets out IPv4 alone.
    must_do(ec2.authorize_security_group_egress(
        {.GroupId = edge,
         .IpPermissions = {{{.IpProtocol = "-1", .Ipv6Ranges = {{{.CidrIpv6 = "::/0"}}}}}}}));
    cloud.advance(minutes(3));
  }
  void serve_by_ipv6(const std::string& type) {
    group = *must(elbv2.create_target_group({.Name = "six",
                                             .Protocol = "HTTP",
                                             .Port = 80,
                                             .VpcId = vpc_id,
                                             .TargetType = type,
                                             .IpAddressType = "ipv6"}))
                 .TargetGroups->front()
                 .TargetGroupArn;
    if (type == "ip") instance = address;
    balancer = *must(elbv2.create_load_balancer({.Name = "web",
                                                 .Subnets = subnet_ids,
                                                 .SecurityGroups = {{edge}},
                                                 .IpAddressType = "dualstack"}))
                    .LoadBalancers->front()
                    .LoadBalancerArn;
    cloud.advance(minutes(3));
    make_listener(balancer, group);
    register_instance();
  }
  static api::ec2::IpPermission block_of_ipv6(const std::string& cidr) {
    return {
        .IpProtocol = "tcp", .FromPort = 80, .ToPort = 80, .Ipv6Ranges = {{{.CidrIpv6 = cidr}}}};
  }
  std::string address;
};

TEST_F(Ipv6TargetPath, NeedsARuleForItsFamily) {
  serve_by_ipv6("instance");
  EXPECT_EQ(health(), kTimedOut);

  allow(block("0.0.0.0/0"));
  EXPECT_EQ(health(), kTimedOut) << "a rule for IPv4";
  EXPECT_EQ(stopped(), all_zones);

  allow(block_of_ipv6("::/0"));
  EXPECT_EQ(health(), "healthy");
  EXPECT_THAT(stopped(), IsEmpty());
}

TEST_F(Ipv6TargetPath, OfAnAddressFollowsTheGroupsToo) {
  serve_by_ipv6("ip");
  EXPECT_EQ(health(), kTimedOut);

  allow(members_of(edge));
  EXPECT_EQ(health(), "healthy");
}

TEST_F(Ipv6TargetPath, EndsAtANetworkAclWithoutAnEntryForItsFamily) {
  allow(members_of(edge));
  serve_by_ipv6("instance");
  ASSERT_EQ(health(), "healthy");
  const auto described = must(ec2.describe_network_acls(
      {.Filters = {{{.Name = "association.subnet-id", .Values = {{subnet_ids[0]}}}}}}));
  const auto& acl = described.NetworkAcls->front();
  for (const auto& entry : *acl.Entries) {
    if (!entry.Ipv6CidrBlock || entry.Egress == true || entry.RuleNumber == 32768) continue;
    must_do(ec2.delete_network_acl_entry({.NetworkAclId = acl.NetworkAclId,
                                          .RuleNumber = entry.RuleNumber,
                                          .Egress = entry.Egress}));
  }
  cloud.advance(minutes(5));
  EXPECT_THAT(stopped(), ElementsAre("eu-central-1b", "eu-central-1c"));
}

TEST_F(TargetPath, OfAnAddressThatKeepsTheClientsIsJudgedToo) {
  const auto described = must(ec2.describe_instances({.InstanceIds = {{instance}}}));
  const auto address = *described.Reservations->front().Instances->front().PrivateIpAddress;
  serve_tcp();
  const auto streams = *must(elbv2.create_target_group({.Name = "streams",
                                                        .Protocol = "TCP",
                                                        .Port = 80,
                                                        .VpcId = vpc_id,
                                                        .TargetType = "ip"}))
                            .TargetGroups->front()
                            .TargetGroupArn;
  must_do(elbv2.modify_target_group_attributes(
      {.TargetGroupArn = streams,
       .Attributes = {{{.Key = "preserve_client_ip.enabled", .Value = "true"}}}}));
  must_do(elbv2.create_listener(
      {.LoadBalancerArn = balancer,
       .Protocol = "TCP",
       .Port = 81,
       .DefaultActions = {{{.Type = "forward", .TargetGroupArn = streams}}}}));
  group = streams;
  instance = address;
  register_instance();

  EXPECT_EQ(stopped(), all_zones);
  allow(block("0.0.0.0/0"));
  EXPECT_THAT(stopped(), IsEmpty());
}

TEST_F(TargetPath, OfAnAddressKeepsTheClientsOnlyWhenAskedTo) {
  const auto made = must(elbv2.create_target_group(
      {.Name = "streams", .Protocol = "TCP", .Port = 80, .VpcId = vpc_id, .TargetType = "ip"}));
  const auto is_kept = [&] {
    const auto told = must(elbv2.describe_target_group_attributes(
        {.TargetGroupArn = made.TargetGroups->front().TargetGroupArn}));
    for (const auto& attribute : *told.Attributes) {
      if (attribute.Key == "preserve_client_ip.enabled") return *attribute.Value;
    }
    return std::string();
  };

  EXPECT_EQ(is_kept(), "false");
  must_do(elbv2.modify_target_group_attributes(
      {.TargetGroupArn = made.TargetGroups->front().TargetGroupArn,
       .Attributes = {{{.Key = "preserve_client_ip.enabled", .Value = "true"}}}}));
  EXPECT_EQ(is_kept(), "true");
}

}  // namespace
}  // namespace fallstreak
