#include "front/load_balancer_fixture.h"

namespace fallstreak {
namespace {

using testing::HttpClient;
using testing::TargetServer;

/// A Network Load Balancer before the Application Load Balancer.
class AlbTarget : public testing::LoadBalancerTest {
 protected:
  AlbTarget() {
    network =
        *must(elbv2.create_load_balancer({.Name = "net", .Subnets = subnet_ids, .Type = "network"}))
             .LoadBalancers->front()
             .LoadBalancerArn;
    advance("3m");
  }
  void pass_on() {
    front_group = *must(elbv2.create_target_group({.Name = "front",
                                                   .Protocol = "TCP",
                                                   .Port = 80,
                                                   .VpcId = vpc_id,
                                                   .HealthCheckIntervalSeconds = 10,
                                                   .TargetType = "alb"}))
                       .TargetGroups->front()
                       .TargetGroupArn;
    must(elbv2.register_targets({.TargetGroupArn = front_group, .Targets = {{{.Id = balancer}}}}));
    must(elbv2.create_listener({.LoadBalancerArn = network,
                                .Protocol = "TCP",
                                .Port = 8080,
                                .DefaultActions = {{forward(front_group)}}}));
  }
  nlohmann::json shown_network() {
    const auto reply = control.exchange(testing::get("/_fallstreak/load-balancers"));
    return nlohmann::json::parse(reply->body)["load_balancers"].at(1);
  }
  std::uint16_t network_port() {
    const std::string address = shown_network()["listeners"].at(0)["address"];
    return static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  }
  std::string wait_for_check(const std::string& wanted) {
    std::string seen;
    for (int look = 0; look < 100'000 && seen != wanted; ++look) {
      const auto target = shown_network()["target_groups"].at(0)["targets"].at(0);
      if (target["last_check"].is_string()) seen = target["last_check"];
    }
    return seen;
  }
  std::string health() {
    return *must(elbv2.describe_target_health({.TargetGroupArn = front_group}))
                .TargetHealthDescriptions->front()
                .TargetHealth->State;
  }

  std::string network, front_group;
};

TEST_F(AlbTarget, GetsConnectionsOfTheNetworkLoadBalancer) {
  TargetServer target(testing::answering("hello"));
  serve_with(target);
  pass_on();
  ASSERT_EQ(wait_for_check("200"), "200");
  advance("1m");
  EXPECT_EQ(health(), "healthy");

  HttpClient client(network_port());
  for (int request = 0; request < 2; ++request) {
    const auto reply = client.exchange(testing::get("/"));
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->body, "hello");
  }
  EXPECT_EQ(shown_network()["counters"]["connections"], 1);
}

TEST_F(AlbTarget, IsHealthyAsWhatItAnswersSays) {
  make_listener({.Type = "fixed-response", .FixedResponseConfig = {{.StatusCode = "503"}}});
  pass_on();
  ASSERT_EQ(wait_for_check("503"), "503");
  advance("1m");
  EXPECT_EQ(health(), "unhealthy");
}

TEST_F(AlbTarget, RefusesConnectionsWhenItsListenerIsGone) {
  TargetServer target(testing::answering("hello"));
  serve_with(target);
  pass_on();
  ASSERT_EQ(wait_for_check("200"), "200");
  must(elbv2.delete_listener({.ListenerArn = listener}));
  HttpClient client(network_port());
  client.send(testing::get("/"));
  EXPECT_TRUE(client.is_closed_by_server());
}

}  // namespace
}  // namespace fallstreak
