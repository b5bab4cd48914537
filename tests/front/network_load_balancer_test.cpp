#include "dataplane/live/proxy.h"
#include "front/load_balancer_fixture.h"
#include "tests/services/imported_certificate.h"

namespace fallstreak {
namespace {

using testing::HttpClient;
using testing::TargetServer;

/// A target that says its name at once when a line was sent, and then echoes.
TargetServer::Serve naming(std::string name) {
  return [name = std::move(name)](TargetServer::Connection& connection, const std::string&) {
    connection.send(name);
    for (auto byte = connection.read_bytes(1); !byte.empty(); byte = connection.read_bytes(1)) {
      connection.send(byte);
    }
  };
}

/// The network load balancer `net` in the place of the application load balancer.
class NetworkLoadBalancer : public testing::LoadBalancerTest {
 protected:
  NetworkLoadBalancer() {
    must(elbv2.delete_load_balancer({.LoadBalancerArn = balancer}));
    balancer =
        *must(elbv2.create_load_balancer({.Name = "net", .Subnets = subnet_ids, .Type = "network"}))
             .LoadBalancers->front()
             .LoadBalancerArn;
    advance("3m");
  }
  std::string make_tcp_group(const std::string& name, const std::string& protocol = "TCP") {
    return *must(elbv2.create_target_group({.Name = name,
                                            .Protocol = protocol,
                                            .Port = 80,
                                            .VpcId = vpc_id,
                                            .HealthCheckIntervalSeconds = 10,
                                            .HealthCheckTimeoutSeconds = 5,
                                            .TargetType = "ip"}))
                .TargetGroups->front()
                .TargetGroupArn;
  }
  std::string listen(const api::elbv2::Action& action, std::int32_t port = 80) {
    return *must(elbv2.create_listener({.LoadBalancerArn = balancer,
                                        .Protocol = "TCP",
                                        .Port = port,
                                        .DefaultActions = {{action}}}))
                .Listeners->front()
                .ListenerArn;
  }
  void serve_tcp(const TargetServer& target) {
    group = make_tcp_group("tcp");
    add_target(group, target.port());
    listener = listen(forward(group));
  }
  /// A connection whose target has said this name.
  std::unique_ptr<HttpClient> connected(const std::string& name) {
    auto client = std::make_unique<HttpClient>(local_port());
    client->send("hello\r\n\r\n");
    EXPECT_EQ(client->receive_bytes(name.size()), name);
    return client;
  }
  nlohmann::json targets() { return shown()["target_groups"].at(0)["targets"]; }
  void wait_for_checks(const std::vector<std::string>& wanted) {
    for (int look = 0; look < 100'000; ++look) {
      const auto all = targets();
      std::vector<std::string> seen;
      for (const auto& target : all) {
        seen.push_back(target["last_check"].is_string() ? target["last_check"] : "");
      }
      if (seen == wanted) return;
    }
    FAIL() << "no checks like this: " << targets().dump();
  }
};

TEST_F(NetworkLoadBalancer, PassesBytesBothWaysUntilBothHaveEnded) {
  TargetServer target(naming("one"));
  serve_tcp(target);

  const auto client = connected("one");
  client->send("what");
  EXPECT_EQ(client->receive_bytes(4), "what");
  client->send("ever");
  client->finish_sending();

  EXPECT_EQ(client->receive_bytes(100), "ever");
  EXPECT_EQ(shown()["counters"],
            (nlohmann::json{{"connections", 1}, {"forgotten", 0}, {"resets", 0}}));
}

TEST_F(NetworkLoadBalancer, PassesMuchWithoutKeepingIt) {
  TargetServer target([](auto& connection, const std::string&) {
    const auto all = connection.read_bytes(5'000'000);
    connection.send(all);
  });
  serve_tcp(target);
  HttpClient client(local_port());
  const std::string bytes(5'000'000, 'x');

  client.send("\r\n\r\n" + bytes);

  EXPECT_EQ(client.receive_bytes(5'000'000), bytes);
}

TEST_F(NetworkLoadBalancer, SpreadsConnectionsOverTargets) {
  TargetServer one(naming("1"));
  TargetServer two(naming("2"));
  serve_tcp(one);
  add_target(group, two.port());
  const auto names = [&] {
    std::map<std::string, int> counts;
    for (int i = 0; i < 40; ++i) {
      HttpClient client(local_port());
      client.send("\r\n\r\n");
      ++counts[client.receive_bytes(1)];
    }
    return counts;
  };
  const auto spread = names();
  EXPECT_GT(spread.at("1"), 5);
  EXPECT_GT(spread.at("2"), 5);

  set_group_attribute("stickiness.enabled", "true");

  EXPECT_EQ(names().size(), 1U) << "one address, one target";
}

TEST_F(NetworkLoadBalancer, ResetsAConnectionWhoseTargetRefusesOrBreaks) {
  auto target = std::make_unique<TargetServer>(naming("one"));
  serve_tcp(*target);
  const auto open = connected("one");
  target->stop();
  EXPECT_TRUE(open->is_closed_by_server());

  HttpClient refused(local_port());

  EXPECT_TRUE(refused.is_closed_by_server());
  EXPECT_EQ(shown()["counters"]["resets"], 1);
}

TEST_F(NetworkLoadBalancer, ResetsAConnectionWhenThereIsNoTarget) {
  group = make_tcp_group("tcp");
  listen(forward(group));

  EXPECT_TRUE(HttpClient(local_port()).is_closed_by_server());
}

TEST_F(NetworkLoadBalancer, FailsOpenWhenAllTargetsFailTheirChecks) {
  TargetServer target(naming("one"));
  TargetServer checked(naming(""));
  serve_tcp(target);
  must(elbv2.modify_target_group(
      {.TargetGroupArn = group, .HealthCheckPort = std::to_string(checked.port())}));
  wait_for_checks({"200"});
  advance("1m");
  ASSERT_EQ(targets().at(0)["state"], "healthy");
  const auto open = connected("one");

  checked.stop();
  wait_for_checks({"refused"});
  advance("1m");

  EXPECT_EQ(targets().at(0)["state"], "unhealthy");
  open->send("x");
  EXPECT_EQ(open->receive_bytes(1), "x");
  connected("one");
}

TEST_F(NetworkLoadBalancer, EndsConnectionsToTheOneTargetThatFails) {
  TargetServer good(naming("good"));
  TargetServer bad(naming("bad"));
  group = make_tcp_group("tcp");
  must(elbv2.modify_target_group({.TargetGroupArn = group, .UnhealthyThresholdCount = 2}));
  add_target(group, bad.port());
  listener = listen(forward(group));
  const auto open = connected("bad");
  add_target(group, good.port());
  wait_for_checks({"200", "200"});
  advance("1m");

  bad.stop_listening();
  wait_for_checks(targets().at(0)["id"] == "127.0.0.1:" + std::to_string(bad.port())
                      ? std::vector<std::string>{"refused", "200"}
                      : std::vector<std::string>{"200", "refused"});
  open->send("x");
  EXPECT_EQ(open->receive_bytes(1), "x") << "its checks have not failed often enough yet";
  advance("1m");

  EXPECT_TRUE(open->is_closed_by_server());
  for (int i = 0; i < 10; ++i) connected("good");
}

TEST_F(NetworkLoadBalancer, KeepsConnectionsToATargetThatFailsWhenItShall) {
  TargetServer good(naming("good"));
  TargetServer bad(naming("bad"));
  group = make_tcp_group("tcp");
  set_group_attribute("target_health_state.unhealthy.connection_termination.enabled", "false");
  add_target(group, bad.port());
  listener = listen(forward(group));
  const auto open = connected("bad");
  add_target(group, good.port());
  wait_for_checks({"200", "200"});
  advance("1m");

  bad.stop_listening();
  wait_for_checks(targets().at(0)["id"] == "127.0.0.1:" + std::to_string(bad.port())
                      ? std::vector<std::string>{"refused", "200"}
                      : std::vector<std::string>{"200", "refused"});
  advance("1m");

  open->send("x");
  EXPECT_EQ(open->receive_bytes(1), "x");
  for (int i = 0; i < 10; ++i) connected("good");
}

TEST_F(NetworkLoadBalancer, KeepsConnectionsToATargetThatLeavesUnlessItShallNot) {
  TargetServer target(naming("one"));
  serve_tcp(target);
  const auto leave = [&] {
    must(elbv2.deregister_targets(
        {.TargetGroupArn = group,
         .Targets = {{{.Id = "127.0.0.1", .Port = target.port(), .AvailabilityZone = "all"}}}}));
  };
  const auto kept = connected("one");
  leave();
  EXPECT_TRUE(HttpClient(local_port()).is_closed_by_server()) << "nothing new while it drains";
  advance("301s");
  kept->send("x");
  EXPECT_EQ(kept->receive_bytes(1), "x");

  add_target(group, target.port());
  set_group_attribute("deregistration_delay.connection_termination.enabled", "true");
  const auto ended = connected("one");
  leave();
  advance("299s");
  ended->send("x");
  EXPECT_EQ(ended->receive_bytes(1), "x");
  advance("2s");
  shown();
  EXPECT_TRUE(ended->is_closed_by_server());
}

TEST_F(NetworkLoadBalancer, TellsTheTargetWhoConnectedWhenItShall) {
  std::string seen;
  TargetServer target([&](auto& connection, const std::string& head) {
    // The header begins with an empty line, which ends the head.
    seen = head + connection.read_bytes(24 + 6);
    connection.send("done");
  });
  serve_tcp(target);
  set_group_attribute("proxy_protocol_v2.enabled", "true");
  HttpClient client(local_port());

  client.send("hello!");

  EXPECT_EQ(client.receive_bytes(4), "done");
  EXPECT_TRUE(seen.starts_with(std::string("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c", 16)));
  EXPECT_TRUE(seen.ends_with("hello!"));
}

TEST_F(NetworkLoadBalancer, TakesTheEncryptionOffAtATlsListener) {
  client::Acm acm{transport};
  TargetServer target(naming("one"));
  group = make_tcp_group("tcp");
  add_target(group, target.port());
  const auto certificate = testing::imported_certificate(acm, "net.example", cloud.now());
  must(elbv2.create_listener({.LoadBalancerArn = balancer,
                              .Protocol = "TLS",
                              .Port = 443,
                              .Certificates = {{{.CertificateArn = certificate}}},
                              .DefaultActions = {{forward(group)}},
                              .AlpnPolicy = {{"HTTP2Optional"}}}));

  HttpClient client(local_port(443),
                    testing::TlsClient{.host = "net.example", .protocols = "\2h2\x08http/1.1"});
  client.send("hello\r\n\r\n");
  EXPECT_EQ(client.protocol(), "http/1.1");

  EXPECT_EQ(client.peer_name(), "net.example");
  EXPECT_EQ(client.receive_bytes(3), "one");
}

/// A proxy whose cloud is a value.
class ProxyAlone : public ::testing::Test {
 protected:
  static dataplane::alb::View view_of(std::uint16_t target_port, std::chrono::seconds idle) {
    const api::elbv2::ForwardActionConfig to{.TargetGroups = {{{.TargetGroupArn = "group"}}}};
    const std::vector<api::elbv2::Rule> rules = {
        {.RuleArn = "rule",
         .Priority = "default",
         .Actions = {{{.Type = "forward", .ForwardConfig = to}}},
         .IsDefault = true}};
    dataplane::alb::LoadBalancerView balancer{.arn = "balancer",
                                              .is_active = true,
                                              .is_network = true,
                                              .zones = {"a"},
                                              .settings = {.idle_timeout = idle}};
    balancer.listeners.emplace(
        "listener", dataplane::alb::ListenerView{.arn = "listener",
                                                 .protocol = "TCP",
                                                 .port = 80,
                                                 .rules = dataplane::alb::RuleSet(rules)});
    dataplane::alb::TargetGroupView group{.arn = "group", .protocol = "TCP"};
    group.targets.push_back({.id = "target",
                             .zone = "a",
                             .state = dataplane::alb::TargetState::healthy,
                             .endpoint = dataplane::alb::Endpoint{"127.0.0.1", target_port}});
    dataplane::alb::View view;
    view.load_balancers.emplace("balancer", std::move(balancer));
    view.target_groups.emplace("group", std::move(group));
    return view;
  }
};

TEST_F(ProxyAlone, ForgetsAnIdleFlowAndResetsWhoeverSpeaksNext) {
  TargetServer target(naming("one"));
  bool is_new = true;
  dataplane::live::Proxy proxy({.now = [] { return Time(); },
                                .refresh =
                                    [&](dataplane::alb::View& view) {
                                      if (is_new)
                                        view = view_of(target.port(), std::chrono::seconds(1));
                                      return std::exchange(is_new, false);
                                    }},
                               {});
  proxy.start();
  HttpClient client(proxy.show().at(0).listeners.at(0).local_port);
  client.send("hello\r\n\r\n");
  EXPECT_EQ(client.receive_bytes(3), "one");

  // The clock of time-outs is real, and this says when the flow is forgotten.
  while (proxy.show().at(0).counters.forgotten == 0) std::this_thread::yield();
  EXPECT_EQ(proxy.show().at(0).counters.resets, 0U);
  client.send("x");

  EXPECT_TRUE(client.is_closed_by_server());
  EXPECT_EQ(proxy.show().at(0).counters.resets, 1U);
  proxy.stop();
}

}  // namespace
}  // namespace fallstreak
