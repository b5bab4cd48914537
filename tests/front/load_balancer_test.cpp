#include <algorithm>
#include <set>

#include "client/arc-zonal-shift.h"
#include "front/load_balancer_fixture.h"

namespace fallstreak {
namespace {

using testing::answering;
using ::testing::AnyOf;
using testing::get;
using ::testing::HasSubstr;
using testing::HttpClient;
using ::testing::Not;
using testing::ok;
using testing::post;
using testing::TargetServer;

class LoadBalancer : public testing::LoadBalancerTest {};

TEST_F(LoadBalancer, ForwardsARequestToATargetAndItsResponseBack) {
  TargetServer target(answering("hello"));
  serve_with(target);

  const auto reply = ask(get("/"));

  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "hello");
}

TEST_F(LoadBalancer, ListensFromWhenItIsActiveUntilTheListenerIsDeleted) {
  EXPECT_EQ(local_port(), 0);
  const auto made =
      make_listener({.Type = "fixed-response",
                     .FixedResponseConfig = {{.StatusCode = "200", .ContentType = "text/plain"}}});
  const auto port = local_port();
  EXPECT_NE(port, 0);

  must(elbv2.delete_listener({.ListenerArn = made}));

  EXPECT_EQ(local_port(), 0);
  EXPECT_THROW(HttpClient{port}, std::exception);
}

TEST_F(LoadBalancer, DecidesByWhatTheListenerIsAtThatMoment) {
  listener = make_listener({.Type = "fixed-response",
                            .FixedResponseConfig = {{.MessageBody = "one", .StatusCode = "200"}}});
  HttpClient client(local_port());
  EXPECT_EQ(client.exchange(get("/"))->body, "one");

  must(elbv2.modify_listener(
      {.ListenerArn = listener,
       .DefaultActions = {
           {{.Type = "fixed-response",
             .FixedResponseConfig = {{.MessageBody = "two", .StatusCode = "200"}}}}}}));

  EXPECT_EQ(client.exchange(get("/"))->body, "two");
}

TEST_F(LoadBalancer, AnswersFixedResponsesAndRedirectsItself) {
  make_listener(
      {.Type = "redirect",
       .RedirectConfig = {{.Protocol = "HTTPS", .Port = "443", .StatusCode = "HTTP_301"}}});

  const auto reply = ask("GET /a?b=c HTTP/1.1\r\nHost: shop.example\r\n\r\n");

  EXPECT_EQ(reply.status, 301);
  EXPECT_EQ(reply.header("Location"), "https://shop.example:443/a?b=c");
  EXPECT_EQ(reply.header("Server"), "awselb/2.0");
  EXPECT_THAT(reply.body, HasSubstr("301 Moved Permanently"));
}

TEST_F(LoadBalancer, TellsTheTargetWhoAsked) {
  std::string seen;
  TargetServer target([&](auto& connection, const std::string& head) {
    seen = head;
    connection.send(ok(""));
  });
  serve_with(target);

  ask("GET /a HTTP/1.1\r\nHost: shop.example\r\nX-Forwarded-For: 203.0.113.7\r\n"
      "X-Amzn-Trace-Id: Root=1-67891233-abcdef012345678912345678;CalledFrom=app\r\n"
      "Connection: keep-alive, X-Private\r\nX-Private: 1\r\nX-Kept: 2\r\n\r\n");

  EXPECT_THAT(seen, ::testing::StartsWith("GET /a HTTP/1.1\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nX-Forwarded-For: 203.0.113.7, 127.0.0.1\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nX-Forwarded-Proto: http\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nX-Forwarded-Port: 80\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nHost: shop.example\r\n"));
  EXPECT_THAT(seen, HasSubstr("X-Amzn-Trace-Id: Self=1-"));
  EXPECT_THAT(seen, HasSubstr(";Root=1-67891233-abcdef012345678912345678;CalledFrom=app\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nX-Kept: 2\r\n"));
  EXPECT_THAT(seen, Not(HasSubstr("X-Private")));
  EXPECT_THAT(seen, Not(HasSubstr("Connection")));
}

TEST_F(LoadBalancer, KeepsConnectionsToTargetsOpen) {
  TargetServer target(answering("hello"));
  serve_with(target);
  HttpClient client(local_port());

  for (int i = 0; i < 5; ++i) ASSERT_EQ(client.exchange(get("/"))->body, "hello");
  EXPECT_EQ(ask(get("/")).body, "hello");

  EXPECT_EQ(target.connections(), 1);
}

TEST_F(LoadBalancer, PassesLargeBodiesInBothDirections) {
  const std::string body(3'000'000, 'x');
  TargetServer target([&](auto& connection, const std::string& head) {
    const auto at = head.find("Content-Length: ") + 16;
    connection.send(ok(connection.read_bytes(std::stoul(head.substr(at)))));
  });
  serve_with(target);

  const auto reply = ask(post("/", body));

  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(reply.body == body);
}

TEST_F(LoadBalancer, PassesAResponseOnBeforeTheRequestIsComplete) {
  TargetServer target([&](auto& connection, const std::string&) {
    connection.read_bytes(5);
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst");
    connection.read_bytes(5);
    connection.send("later");
  });
  serve_with(target);
  HttpClient client(local_port());

  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345");
  client.send("67890");

  EXPECT_EQ(client.receive()->body, "firstlater");
}

TEST_F(LoadBalancer, TakesTheChunksOffForAClientOfHttp10) {
  TargetServer target([&](auto& connection, const std::string&) {
    connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    connection.send("3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n");
  });
  serve_with(target);
  HttpClient client(local_port());
  const auto chunked = client.exchange(get("/"));
  EXPECT_EQ(chunked->header("Transfer-Encoding"), "chunked");
  EXPECT_EQ(client.receive_bytes(30), "3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n");

  HttpClient old(local_port());
  const auto plain = old.exchange("GET / HTTP/1.0\r\n\r\n");

  EXPECT_EQ(plain->header("Transfer-Encoding"), "");
  EXPECT_EQ(plain->header("Connection"), "close");
  EXPECT_EQ(old.receive_bytes(100), "abcdefg");
}

TEST_F(LoadBalancer, PassesWebSocketsThrough) {
  TargetServer target([&](auto& connection, const std::string& head) {
    EXPECT_THAT(head, HasSubstr("\r\nUpgrade: websocket\r\n"));
    connection.send(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
    // From here on the bytes mean nothing to the load balancer.
    while (true) {
      const auto bytes = connection.read_bytes(4);
      if (bytes.empty()) return;
      connection.send(bytes + bytes);
    }
  });
  serve_with(target);
  HttpClient client(local_port());
  const auto reply = client.exchange(get("/", "Connection: Upgrade\r\nUpgrade: websocket\r\n"));
  EXPECT_EQ(reply->status, 101);
  EXPECT_EQ(reply->header("Upgrade"), "websocket");

  client.send("ping");
  EXPECT_EQ(client.receive_bytes(8), "pingping");
  client.send("pong");
  EXPECT_EQ(client.receive_bytes(8), "pongpong");
}

TEST_F(LoadBalancer, GoesRoundTheTargets) {
  TargetServer one(answering("one"));
  TargetServer two(answering("two"));
  serve_with(one);
  add_target(group, two.port());
  HttpClient client(local_port());

  std::map<std::string, int> counts;
  for (int i = 0; i < 10; ++i) ++counts[client.exchange(get("/"))->body];

  EXPECT_EQ(counts["one"], 5);
  EXPECT_EQ(counts["two"], 5);
}

TEST_F(LoadBalancer, KeepsASessionWithItsTarget) {
  TargetServer one(answering("one"));
  TargetServer two(answering("two"));
  serve_with(one);
  add_target(group, two.port());
  set_group_attribute("stickiness.enabled", "true");
  const auto first = ask(get("/"));
  const std::string cookie = first.header("Set-Cookie");
  ASSERT_THAT(cookie, HasSubstr("AWSALB="));

  for (int i = 0; i < 4; ++i) {
    const auto reply = ask(get("/", "Cookie: " + cookie.substr(0, cookie.find(';')) + "\r\n"));
    EXPECT_EQ(reply.body, first.body);
  }
}

/// Behind listeners of a load balancer: instances whose workload is on this machine.
class InstanceTargets : public LoadBalancer {
 protected:
  std::string run_instance(const std::string& subnet_id) {
    auto id = *must(ec2.run_instances({.ImageId = "ami-0abcdef1234567890",
                                       .InstanceType = "t3.micro",
                                       .MaxCount = 1,
                                       .MinCount = 1,
                                       .SubnetId = subnet_id}))
                   .Instances->front()
                   .InstanceId;
    advance("3m");
    must(elbv2.register_targets({.TargetGroupArn = group, .Targets = {{{.Id = id}}}}));
    return id;
  }
  void say_address(const std::string& instance_id, std::uint16_t port) {
    must(ec2.create_tags(
        {.Resources = {{instance_id}},
         .Tags = {{{.Key = "fallstreak:address", .Value = "127.0.0.1:" + std::to_string(port)}}}}));
  }
};

TEST_F(InstanceTargets, AreAskedAtTheAddressOfTheirTag) {
  TargetServer target(answering("instance"));
  group = make_group("web", "instance");
  const auto id = run_instance(subnet_ids[0]);
  make_listener(forward(group));
  EXPECT_EQ(ask(get("/")).status, 502);

  say_address(id, target.port());

  EXPECT_EQ(ask(get("/")).body, "instance");
}

TEST_F(InstanceTargets, GetNothingWhileTrafficIsShiftedAwayFromTheirZone) {
  TargetServer in_a(answering("a"));
  TargetServer in_b(answering("b"));
  group = make_group("web", "instance");
  say_address(run_instance(subnet_ids[0]), in_a.port());
  say_address(run_instance(subnet_ids[1]), in_b.port());
  make_listener(forward(group));
  const auto answers = [&] {
    std::set<std::string> bodies;
    for (int i = 0; i < 8; ++i) bodies.insert(ask(get("/")).body);
    return bodies;
  };
  // Both are checked and found healthy: the shift of a zone needs another that is.
  for (int look = 0; look < 200; ++look) {
    advance("30s");
    const auto health = must(elbv2.describe_target_health({.TargetGroupArn = group}));
    if (std::ranges::all_of(*health.TargetHealthDescriptions,
                            [](const auto& one) { return one.TargetHealth->State == "healthy"; })) {
      break;
    }
  }
  ASSERT_EQ(answers(), (std::set<std::string>{"a", "b"}));
  set_attribute("zonal_shift.config.enabled", "true");

  client::ArcZonalShift arc{transport};
  const auto zones = must(ec2.describe_availability_zones({.ZoneNames = {{"us-east-1a"}}}));
  must(arc.start_zonal_shift({.resourceIdentifier = balancer,
                              .awayFrom = zones.AvailabilityZones->front().ZoneId,
                              .expiresIn = "10m",
                              .comment = "grey"}));

  EXPECT_EQ(answers(), (std::set<std::string>{"b"}));
  advance("11m");
  EXPECT_EQ(answers(), (std::set<std::string>{"a", "b"}));
}

TEST_F(LoadBalancer, SwitchesTargetGroupsUnderLoadWithoutLosingARequest) {
  TargetServer blue(answering("blue"));
  TargetServer green(answering("green"));
  const auto blue_group = make_group("blue");
  const auto green_group = make_group("green");
  add_target(blue_group, blue.port());
  add_target(green_group, green.port());
  listener = make_listener(forward({{blue_group, 1}, {green_group, 0}}));
  const auto port = local_port();
  std::atomic<int> lost{0};
  std::atomic<int> answered{0};
  std::atomic<bool> is_over{false};
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&] {
      HttpClient client(port);
      while (!is_over) {
        const auto reply = client.exchange(get("/"));
        ++(reply && reply->status == 200 ? answered : lost);
        if (!reply) return;
      }
    });
  }

  for (int change = 0; change < 40; ++change) {
    const int weight = change % 3;
    must(elbv2.modify_listener(
        {.ListenerArn = listener,
         .DefaultActions = {{forward({{blue_group, 2 - weight}, {green_group, weight}})}}}));
    const int before = answered;
    while (answered < before + 20 && lost == 0) std::this_thread::yield();
  }
  must(elbv2.modify_listener({.ListenerArn = listener,
                              .DefaultActions = {{forward({{blue_group, 0}, {green_group, 1}})}}}));
  // What begins after the switch goes to green alone.
  EXPECT_EQ(ask(get("/")).body, "green");
  is_over = true;
  for (auto& client : clients) client.join();

  EXPECT_EQ(lost, 0);
  EXPECT_GE(answered, 800);
}

TEST_F(LoadBalancer, IsNotThereWhereLoadBalancersDoNotServe) {
  front::Server other(cloud, options());
  other.start();
  HttpClient client(other.port());

  const auto reply = client.exchange(get("/_fallstreak/load-balancers"));

  EXPECT_EQ(reply->status, 404);
  EXPECT_THAT(reply->body, HasSubstr("--load-balancers"));
  other.stop();
}

TEST_F(LoadBalancer, WritesTheHeadersOfItsListenerIntoEveryResponse) {
  TargetServer target(answering("hello"));
  serve_with(target);
  const std::string prefix = "routing.http.response.";
  must(elbv2.modify_listener_attributes(
      {.ListenerArn = listener,
       .Attributes = {{{.Key = prefix + "x_frame_options.header_value", .Value = "DENY"},
                       {.Key = prefix + "server.enabled", .Value = "false"}}}}));

  const auto passed = ask(get("/"));
  must(elbv2.deregister_targets({.TargetGroupArn = group, .Targets = {{{.Id = "127.0.0.1"}}}}));
  advance("10m");
  const auto own = ask(get("/"));

  EXPECT_EQ(passed.status, 200);
  EXPECT_EQ(passed.header("X-Frame-Options"), "DENY");
  EXPECT_EQ(own.status, 503);
  EXPECT_EQ(own.header("X-Frame-Options"), "DENY");
  EXPECT_EQ(own.header("Server"), "");
}

TEST_F(LoadBalancer, ListensOnlyWhereItsSecurityGroupsLetSomebodyIn) {
  TargetServer target(answering("hello"));
  serve_with(target);
  ASSERT_EQ(ask(get("/")).status, 200);
  const auto edge = *must(ec2.create_security_group(
                              {.Description = "edge", .GroupName = "edge", .VpcId = vpc_id}))
                         .GroupId;

  must(elbv2.set_security_groups({.LoadBalancerArn = balancer, .SecurityGroups = {{edge}}}));
  EXPECT_EQ(local_port(), 0);
  must(ec2.authorize_security_group_ingress({.CidrIp = "203.0.113.0/24",
                                             .FromPort = 80,
                                             .GroupId = edge,
                                             .IpProtocol = "tcp",
                                             .ToPort = 80}));

  EXPECT_NE(local_port(), 0);
  EXPECT_EQ(ask(get("/")).status, 200);
}

/// The account lets nothing through its internet gateways.
class LoadBalancerBehindABlock : public LoadBalancer {
 protected:
  LoadBalancerBehindABlock() : target(answering("hello")) {
    serve_with(target);
    must(ec2.modify_vpc_block_public_access_options({.InternetGatewayBlockMode = "block-ingress"}));
  }
  std::string except(const api::ec2::CreateVpcBlockPublicAccessExclusionRequest& request) {
    return *must(ec2.create_vpc_block_public_access_exclusion(request))
                .VpcBlockPublicAccessExclusion->ExclusionId;
  }
  TargetServer target;
};

TEST_F(LoadBalancerBehindABlock, DoesNotListenUntilTheBlockIsTakenAway) {
  EXPECT_EQ(local_port(), 0);
  must(ec2.modify_vpc_block_public_access_options({.InternetGatewayBlockMode = "off"}));
  EXPECT_EQ(ask(get("/")).status, 200);
}

TEST_F(LoadBalancerBehindABlock, ListensInAVpcThatIsExcepted) {
  const auto egress = except({.VpcId = vpc_id, .InternetGatewayExclusionMode = "allow-egress"});
  EXPECT_EQ(local_port(), 0) << "nobody gets in by that";
  must(ec2.modify_vpc_block_public_access_exclusion(
      {.ExclusionId = egress, .InternetGatewayExclusionMode = "allow-bidirectional"}));
  EXPECT_EQ(ask(get("/")).status, 200);
  must(ec2.delete_vpc_block_public_access_exclusion({.ExclusionId = egress}));
  EXPECT_EQ(local_port(), 0);
}

TEST_F(LoadBalancerBehindABlock, ListensWhenOneOfItsSubnetsIsExcepted) {
  except({.SubnetId = subnet_ids.front(), .InternetGatewayExclusionMode = "allow-bidirectional"});
  for (int i = 0; i < 4; ++i) EXPECT_EQ(ask(get("/")).status, 200);
}

TEST_F(LoadBalancerBehindABlock, ListensAllTheSameWhenItIsInternal) {
  must(elbv2.delete_load_balancer({.LoadBalancerArn = balancer}));
  balancer = *must(elbv2.create_load_balancer(
                       {.Name = "inner", .Subnets = subnet_ids, .Scheme = "internal"}))
                  .LoadBalancers->front()
                  .LoadBalancerArn;
  advance("3m");
  make_listener(forward(group));
  EXPECT_EQ(ask(get("/")).status, 200);
}

TEST_F(LoadBalancer, RewritesWhatGoesToTheTargetOfARule) {
  TargetServer target([](auto& connection, const std::string& head) { connection.send(ok(head)); });
  serve_with(target);
  const auto rewrite_to = [&](const std::string& replacement, std::int32_t priority) {
    must(elbv2.create_rule(
        {.ListenerArn = listener,
         .Conditions = {{{.Field = "path-pattern", .Values = {{"/old*"}}}}},
         .Priority = priority,
         .Actions = {{forward(group)}},
         .Transforms = {{{.Type = "host-header-rewrite",
                          .HostHeaderRewriteConfig = {{.Rewrites = {{{.Regex = "^.*$",
                                                                      .Replace = "inner.test"}}}}}},
                         {.Type = "url-rewrite",
                          .UrlRewriteConfig = {
                              {.Rewrites = {{{.Regex = "^/old", .Replace = replacement}}}}}}}}}));
  };
  rewrite_to("/new", 2);
  const auto rewritten = ask(get("/old/x?y=1")).body;
  EXPECT_THAT(rewritten, HasSubstr("GET /new/x?y=1 HTTP/1.1\r\n"));
  EXPECT_THAT(rewritten, HasSubstr("\r\nHost: inner.test\r\n"));
  EXPECT_THAT(ask(get("/else")).body, HasSubstr("GET /else HTTP/1.1\r\n"));

  rewrite_to("no path", 1);

  EXPECT_EQ(ask(get("/old/x")).status, 500);
}

}  // namespace
}  // namespace fallstreak
