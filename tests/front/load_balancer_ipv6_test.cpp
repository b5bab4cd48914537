#include "client/cloudwatch.h"
#include "front/load_balancer_fixture.h"

namespace fallstreak {
namespace {

using testing::get;
using ::testing::HasSubstr;
using testing::HttpClient;
using testing::ok;
using testing::TargetServer;

/// Load balancers to which clients may come by IPv6.
class DualstackLoadBalancer : public testing::LoadBalancerTest {
 protected:
  DualstackLoadBalancer() {
    const auto associated =
        must(ec2.associate_vpc_cidr_block({.VpcId = vpc_id, .AmazonProvidedIpv6CidrBlock = true}));
    const std::string block = *associated.Ipv6CidrBlockAssociation->Ipv6CidrBlock;
    const std::string begin = block.substr(0, block.find("00::/56"));
    for (std::size_t i = 0; i < subnet_ids.size(); ++i) {
      must(ec2.associate_subnet_cidr_block(
          {.SubnetId = subnet_ids[i], .Ipv6CidrBlock = begin + "0" + std::to_string(i) + "::/64"}));
    }
  }
  void set_type(const std::string& type) {
    must(elbv2.set_ip_address_type({.LoadBalancerArn = balancer, .IpAddressType = type}));
  }
  /// 0 where nothing listens.
  std::uint16_t ipv6_port() {
    const auto address = shown()["listeners"].at(0)["ipv6_address"];
    if (address.is_null()) return 0;
    const auto text = address.get<std::string>();
    EXPECT_THAT(text, ::testing::StartsWith("[::1]:"));
    return static_cast<std::uint16_t>(std::stoi(text.substr(text.rfind(':') + 1)));
  }
  testing::Reply ask_by_ipv6(std::string_view bytes) {
    HttpClient client(testing::Ipv6Port{ipv6_port()});
    return client.exchange(bytes).value_or(testing::Reply());
  }
};

/// A target that answers with the head of the request.
TargetServer::Serve echoing() {
  return [](TargetServer::Connection& connection, const std::string& head) {
    connection.send(ok(head));
  };
}

TEST_F(DualstackLoadBalancer, ServesClientsOfBothFamilies) {
  TargetServer target(echoing());
  serve_with(target);
  EXPECT_EQ(ipv6_port(), 0) << "it is one of IPv4";
  set_type("dualstack");

  EXPECT_THAT(ask_by_ipv6(get("/")).body, HasSubstr("X-Forwarded-For: ::1\r\n"));
  EXPECT_THAT(ask(get("/")).body, HasSubstr("X-Forwarded-For: 127.0.0.1\r\n"));
  set_attribute("routing.http.xff_client_port.enabled", "true");
  EXPECT_THAT(ask_by_ipv6(get("/")).body, HasSubstr("X-Forwarded-For: [::1]:"));

  set_type("ipv4");
  EXPECT_EQ(ipv6_port(), 0);
  EXPECT_EQ(ask(get("/")).status, 200);
}

TEST_F(DualstackLoadBalancer, LetsInWhomItsSecurityGroupsLetIn) {
  TargetServer target(echoing());
  serve_with(target);
  set_type("dualstack");
  const auto group_id =
      *must(ec2.create_security_group({.Description = "web", .GroupName = "web", .VpcId = vpc_id}))
           .GroupId;
  must(elbv2.set_security_groups({.LoadBalancerArn = balancer, .SecurityGroups = {{group_id}}}));
  EXPECT_EQ(local_port(), 0);
  EXPECT_EQ(ipv6_port(), 0);

  must(ec2.authorize_security_group_ingress(
      {.GroupId = group_id,
       .IpPermissions = {{{.IpProtocol = "tcp",
                           .FromPort = 80,
                           .ToPort = 80,
                           .Ipv6Ranges = {{{.CidrIpv6 = "2001:db8::/32"}}}}}}}));
  EXPECT_EQ(local_port(), 0) << "the rule is about IPv6";
  EXPECT_EQ(ask_by_ipv6(get("/")).status, 200);

  must(ec2.authorize_security_group_ingress(
      {.GroupId = group_id,
       .IpPermissions = {{{.IpProtocol = "tcp",
                           .FromPort = 80,
                           .ToPort = 80,
                           .IpRanges = {{{.CidrIp = "0.0.0.0/0"}}}}}}}));
  EXPECT_EQ(ask(get("/")).status, 200);
}

TEST_F(DualstackLoadBalancer, TellsSourcesOfIpv6Apart) {
  TargetServer target(echoing());
  serve_with(target);
  set_type("dualstack");
  must(elbv2.create_rule(
      {.ListenerArn = listener,
       .Conditions = {{{.Field = "source-ip", .SourceIpConfig = {{.Values = {{"::1/128"}}}}}}},
       .Priority = 1,
       .Actions = {{{.Type = "fixed-response", .FixedResponseConfig = {{.StatusCode = "403"}}}}}}));

  EXPECT_EQ(ask_by_ipv6(get("/")).status, 403);
  EXPECT_EQ(ask(get("/")).status, 200);
}

TEST_F(DualstackLoadBalancer, CountsWhatComesByIpv6) {
  TargetServer target(echoing());
  serve_with(target);
  set_type("dualstack");
  ask(get("/"));
  ask_by_ipv6(get("/"));
  ask_by_ipv6(get("/"));

  advance("1m");

  client::CloudWatch cloudwatch(transport);
  const auto sum = [&](const std::string& name) {
    const auto output = must(cloudwatch.get_metric_statistics(
        {.Namespace = "AWS/ApplicationELB",
         .MetricName = name,
         .Dimensions = {{{.Name = "LoadBalancer",
                          .Value = balancer.substr(balancer.find(":loadbalancer/") + 14)}}},
         .StartTime = cloud.now() - std::chrono::minutes(5),
         .EndTime = cloud.now(),
         .Period = 60,
         .Statistics = {{"Sum"}}}));
    return output.Datapoints->empty() ? 0 : *output.Datapoints->front().Sum;
  };
  EXPECT_EQ(sum("RequestCount"), 3);
  EXPECT_EQ(sum("IPv6RequestCount"), 2);
  EXPECT_GT(sum("IPv6ProcessedBytes"), 0);
  EXPECT_LT(sum("IPv6ProcessedBytes"), sum("ProcessedBytes"));
}

}  // namespace
}  // namespace fallstreak
