#include "tests/services/stack_fixture.h"

namespace fallstreak {
namespace {

using std::chrono::minutes;
using testing::FailsSaying;
using testing::FailsWith;
using testing::Succeeds;

/// Target groups whose targets are reached by IPv6.
class Ipv6Targets : public testing::StackTest {
 protected:
  Ipv6Targets() {
    make_network();
    const auto associated =
        must(ec2.associate_vpc_cidr_block({.VpcId = vpc_id, .AmazonProvidedIpv6CidrBlock = true}));
    const std::string whole = *associated.Ipv6CidrBlockAssociation->Ipv6CidrBlock;
    const std::string begin = whole.substr(0, whole.find("00::/56"));
    for (std::size_t i = 0; i < subnet_ids.size(); ++i) {
      blocks.push_back(begin + "0" + std::to_string(i) + "::");
      must_do(ec2.associate_subnet_cidr_block(
          {.SubnetId = subnet_ids[i], .Ipv6CidrBlock = blocks[i] + "/64"}));
    }
  }
  Outcome<api::elbv2::CreateTargetGroupOutput> create(const std::string& name,
                                                      const std::string& type) {
    return elbv2.create_target_group({.Name = name,
                                      .Protocol = type == "alb" ? "TCP" : "HTTP",
                                      .Port = 80,
                                      .VpcId = vpc_id,
                                      .TargetType = type,
                                      .IpAddressType = "ipv6"});
  }
  std::string make(const std::string& name, const std::string& type) {
    return *must(create(name, type)).TargetGroups->front().TargetGroupArn;
  }
  Outcome<api::elbv2::RegisterTargetsOutput> add(const std::string& group, const std::string& id) {
    return elbv2.register_targets({.TargetGroupArn = group, .Targets = {{{.Id = id}}}});
  }
  std::vector<api::elbv2::TargetHealthDescription> targets(const std::string& group) {
    return *must(elbv2.describe_target_health({.TargetGroupArn = group})).TargetHealthDescriptions;
  }
  std::string make_dualstack() {
    const auto made = must(elbv2.create_load_balancer(
        {.Name = "web", .Subnets = subnet_ids, .IpAddressType = "dualstack"}));
    cloud.advance(minutes(5));
    return *made.LoadBalancers->front().LoadBalancerArn;
  }
  std::vector<std::string> blocks;
};

TEST_F(Ipv6Targets, AreAddressesOfTheVpc) {
  const auto group = make("web", "ip");
  EXPECT_EQ(must(elbv2.describe_target_groups({.TargetGroupArns = {{group}}}))
                .TargetGroups->front()
                .IpAddressType,
            "ipv6");
  const std::string address = blocks[1] + "7";

  must_do(add(group, address));

  ASSERT_EQ(targets(group).size(), 1U);
  EXPECT_EQ(targets(group).front().Target->Id, address);
  EXPECT_EQ(targets(group).front().Target->AvailabilityZone, "eu-central-1b");
  EXPECT_THAT(add(group, "10.0.0.7"),
              FailsSaying("The IP address '10.0.0.7' is not a valid IPv6 address"));
  EXPECT_THAT(add(group, "2001:db8::1"), FailsWith("ValidationError", 400));
  EXPECT_THAT(add(make_target_group("old"), address), FailsWith("ValidationError", 400));
  EXPECT_EQ(targets(group).size(), 1U);
}

TEST_F(Ipv6Targets, LeaveOneByOneThoughTheirAddressesBeginAlike) {
  const auto group = make("web", "ip");
  must_do(add(group, blocks[0] + "7"));
  must_do(add(group, blocks[0] + "7:8"));

  must_do(
      elbv2.deregister_targets({.TargetGroupArn = group, .Targets = {{{.Id = blocks[0] + "7"}}}}));

  ASSERT_EQ(targets(group).size(), 1U);
  EXPECT_EQ(targets(group).front().Target->Id, blocks[0] + "7:8");
}

TEST_F(Ipv6Targets, AreInstancesWithAPrimaryAddress) {
  const auto group = make("web", "instance");
  const auto without = run_instance_to_running(subnet_ids[0]);
  EXPECT_THAT(
      add(group, without),
      FailsSaying("The following targets cannot be used with this IPv6 target group because of "
                  "missing primary IPv6 addresses: " +
                  without));
  const auto reserved = must(ec2.run_instances({.ImageId = std::string(kImage),
                                                .InstanceType = "t3.micro",
                                                .MaxCount = 1,
                                                .MinCount = 1,
                                                .NetworkInterfaces = {{{.DeviceIndex = 0,
                                                                        .Ipv6AddressCount = 1,
                                                                        .SubnetId = subnet_ids[0],
                                                                        .PrimaryIpv6 = true}}}}));
  const std::string with = *reserved.Instances->front().InstanceId;
  cloud.advance(minutes(3));
  EXPECT_THAT(add(group, with), Succeeds());
}

TEST_F(Ipv6Targets, AreForDualstackLoadBalancersAlone) {
  const auto group = make("web", "ip");
  const auto old = make_load_balancer("old");
  const auto listen = [&](const std::string& balancer) {
    return elbv2.create_listener(
        {.LoadBalancerArn = balancer,
         .Protocol = "HTTP",
         .Port = 80,
         .DefaultActions = {{{.Type = "forward", .TargetGroupArn = group}}}});
  };
  EXPECT_THAT(listen(old), FailsWith("InvalidLoadBalancerAction", 400));
  EXPECT_THAT(listen(old), FailsSaying("You cannot associate an IPv6 target group with a load "
                                       "balancer that has an 'ipv4' IP address type"));
  const auto balancer = make_dualstack();
  must_do(listen(balancer));
  EXPECT_THAT(elbv2.set_ip_address_type({.LoadBalancerArn = balancer, .IpAddressType = "ipv4"}),
              FailsWith("InvalidConfigurationRequest", 400));
  EXPECT_THAT(elbv2.set_subnets(
                  {.LoadBalancerArn = balancer, .Subnets = subnet_ids, .IpAddressType = "ipv4"}),
              FailsWith("InvalidConfigurationRequest", 400));

  must_do(add(group, blocks[0] + "7"));
  cloud.advance(minutes(3));
  EXPECT_EQ(targets(group).front().TargetHealth->State, "healthy");
}

TEST_F(Ipv6Targets, AreNoLoadBalancers) {
  EXPECT_THAT(create("alb", "alb"), FailsWith("ValidationError", 400));
}

}  // namespace
}  // namespace fallstreak
