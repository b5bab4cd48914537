#include "tests/services/stack_fixture.h"

namespace fallstreak {
namespace {

using testing::FailsSaying;
using testing::FailsWith;
using testing::Succeeds;
using Actions = std::vector<api::elbv2::Action>;

class ListenerTest : public testing::StackTest {
 protected:
  ListenerTest() {
    make_network();
    balancer = make_load_balancer("web");
    group = make_target_group("web");
  }
  Outcome<api::elbv2::CreateListenerOutput> create(const Actions& actions,
                                                   const std::string& protocol = "HTTP") {
    return elbv2.create_listener(
        {.LoadBalancerArn = balancer, .Protocol = protocol, .Port = 80, .DefaultActions = actions});
  }
  Actions forward_to(const std::string& arn) {
    return {{.Type = "forward", .TargetGroupArn = arn}};
  }
  std::vector<std::string> balancers_of(const std::string& arn) {
    return *must(elbv2.describe_target_groups({.TargetGroupArns = {{arn}}}))
                .TargetGroups->front()
                .LoadBalancerArns;
  }

  std::string balancer, group;
};

class CreateListener : public ListenerTest {};

TEST_F(CreateListener, ForwardsToATargetGroup) {
  const auto listener = must(create(forward_to(group))).Listeners->front();

  EXPECT_THAT(*listener.ListenerArn, ::testing::HasSubstr(":listener/app/web/"));
  EXPECT_EQ(listener.DefaultActions->front().TargetGroupArn, group);
  EXPECT_EQ(listener.DefaultActions->front().ForwardConfig->TargetGroups->front().Weight, 1);
  EXPECT_THAT(balancers_of(group), ::testing::ElementsAre(balancer));
}

TEST_F(CreateListener, ForwardsByWeight) {
  const auto other = make_target_group("other");
  const auto listener =
      must(create(
               {{.Type = "forward",
                 .ForwardConfig = {{.TargetGroups = {{{.TargetGroupArn = group, .Weight = 3},
                                                      {.TargetGroupArn = other, .Weight = 1}}}}}}}))
          .Listeners->front();

  EXPECT_FALSE(listener.DefaultActions->front().TargetGroupArn.has_value());
  EXPECT_EQ(listener.DefaultActions->front().ForwardConfig->TargetGroups->front().Weight, 3);
  EXPECT_THAT(balancers_of(other), ::testing::ElementsAre(balancer));
}

TEST_F(CreateListener, RedirectsAndAnswersItself) {
  EXPECT_THAT(create({{.Type = "redirect",
                       .RedirectConfig = {{.Protocol = "HTTPS", .StatusCode = "HTTP_301"}}}}),
              Succeeds());
  EXPECT_THAT(elbv2.create_listener(
                  {.LoadBalancerArn = balancer,
                   .Protocol = "HTTP",
                   .Port = 81,
                   .DefaultActions = {{{.Type = "fixed-response",
                                        .FixedResponseConfig = {{.StatusCode = "404"}}}}}}),
              Succeeds());
}

TEST_F(CreateListener, RefusesASecondOnThePort) {
  must_do(create(forward_to(group)));

  EXPECT_THAT(create(forward_to(group)), FailsWith("DuplicateListener", 400));
}

TEST_F(CreateListener, RefusesWhatIsNotThere) {
  const std::string none =
      "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/none/0123456789abcdef";

  EXPECT_THAT(create(forward_to(none)), FailsSaying("Target groups '" + none + "' not found"));
  EXPECT_THAT(create(forward_to("x")), FailsSaying("'x' is not a valid target group ARN"));
  balancer = balancer.substr(0, balancer.size() - 16) + "0123456789abcdef";
  EXPECT_THAT(create(forward_to(group)), FailsWith("LoadBalancerNotFound", 400));
}

TEST_F(CreateListener, RefusesATargetGroupOfAnotherLoadBalancer) {
  must_do(create(forward_to(group)));
  balancer = make_load_balancer("other");

  EXPECT_THAT(create(forward_to(group)), FailsWith("TargetGroupAssociationLimit", 400));
}

TEST_F(CreateListener, RefusesProtocolsThatDoNotGoTogether) {
  const auto tcp = *must(elbv2.create_target_group(
                             {.Name = "tcp", .Protocol = "TCP", .Port = 80, .VpcId = vpc_id}))
                        .TargetGroups->front()
                        .TargetGroupArn;

  EXPECT_THAT(create(forward_to(tcp)), FailsWith("IncompatibleProtocols", 400));
  EXPECT_THAT(create(forward_to(tcp), "TCP"), FailsWith("UnsupportedProtocol", 400));
}

TEST_F(CreateListener, RefusesARedirectThatLoops) {
  EXPECT_THAT(create({{.Type = "redirect", .RedirectConfig = {{.StatusCode = "HTTP_301"}}}}),
              FailsWith("InvalidLoadBalancerAction", 400));
}

TEST_F(CreateListener, RefusesMoreThanFiftyForALoadBalancer) {
  for (int port = 1; port <= 50; ++port) make_listener(balancer, group, 1000 + port);

  EXPECT_THAT(create(forward_to(group)), FailsWith("TooManyListeners", 400));
}

TEST_F(CreateListener, ForwardsTcpFromANetworkLoadBalancer) {
  const auto made =
      must(elbv2.create_load_balancer({.Name = "tcp", .Subnets = subnet_ids, .Type = "network"}));
  balancer = *made.LoadBalancers->front().LoadBalancerArn;
  const auto tcp = *must(elbv2.create_target_group(
                             {.Name = "tcp", .Protocol = "TCP", .Port = 80, .VpcId = vpc_id}))
                        .TargetGroups->front()
                        .TargetGroupArn;

  EXPECT_THAT(create(forward_to(group), "HTTP"), FailsWith("UnsupportedProtocol", 400));
  EXPECT_THAT(
      create({{.Type = "redirect", .RedirectConfig = {{.Host = "x"}}}}, "TCP"),
      ::testing::AnyOf(FailsWith("InvalidLoadBalancerAction"), FailsWith("ValidationError")));
  EXPECT_THAT(create(forward_to(tcp), "TCP"), Succeeds());
}

TEST_F(CreateListener, RefusesUdpByName) {
  const auto made =
      must(elbv2.create_load_balancer({.Name = "udp", .Subnets = subnet_ids, .Type = "network"}));
  balancer = *made.LoadBalancers->front().LoadBalancerArn;

  EXPECT_THAT(create(forward_to(group), "UDP"), FailsWith("NotImplemented", 501));
  EXPECT_THAT(
      elbv2.create_target_group({.Name = "udp", .Protocol = "UDP", .Port = 53, .VpcId = vpc_id}),
      FailsWith("NotImplemented", 501));
}

TEST_F(CreateListener, ForwardsTcpToNoEncryptedGroup) {
  const auto made =
      must(elbv2.create_load_balancer({.Name = "tls", .Subnets = subnet_ids, .Type = "network"}));
  balancer = *made.LoadBalancers->front().LoadBalancerArn;
  const auto described = must(
      elbv2.create_target_group({.Name = "tls", .Protocol = "TLS", .Port = 443, .VpcId = vpc_id}));
  const auto& tls = described.TargetGroups->front();

  EXPECT_EQ(tls.HealthCheckProtocol, "TCP");
  EXPECT_THAT(create(forward_to(*tls.TargetGroupArn), "TCP"),
              FailsWith("IncompatibleProtocols", 400));
}

class DescribeListeners : public ListenerTest {};

TEST_F(DescribeListeners, ListsThoseOfALoadBalancer) {
  const auto first = make_listener(balancer, group, 80);
  const auto second = make_listener(balancer, group, 8080);

  const auto all = must(elbv2.describe_listeners({.LoadBalancerArn = balancer}));
  const auto page = must(elbv2.describe_listeners({.LoadBalancerArn = balancer, .PageSize = 1}));

  EXPECT_EQ(all.Listeners->size(), 2U);
  EXPECT_EQ(page.Listeners->size(), 1U);
  EXPECT_TRUE(page.NextMarker.has_value());
  EXPECT_THAT(elbv2.describe_listeners({}), FailsWith("ValidationError"));
  EXPECT_THAT(elbv2.describe_listeners({.ListenerArns = {{first, second}}}), Succeeds());
}

class ModifyListener : public ListenerTest {};

TEST_F(ModifyListener, ForwardsElsewhere) {
  const auto other = make_target_group("other");
  const auto listener = make_listener(balancer, group);

  must_do(elbv2.modify_listener({.ListenerArn = listener, .DefaultActions = forward_to(other)}));

  EXPECT_THAT(balancers_of(group), ::testing::IsEmpty());
  EXPECT_THAT(balancers_of(other), ::testing::ElementsAre(balancer));
}

TEST_F(ModifyListener, RefusesAPortThatIsTaken) {
  make_listener(balancer, group, 80);
  const auto listener = make_listener(balancer, group, 81);

  EXPECT_THAT(elbv2.modify_listener({.ListenerArn = listener, .Port = 80}),
              FailsWith("DuplicateListener"));
  EXPECT_THAT(elbv2.modify_listener({.ListenerArn = listener, .Port = 81}), Succeeds());
}

TEST_F(ModifyListener, ChecksWhatStaysAgainstANewPort) {
  const api::elbv2::Action redirect = {
      .Type = "redirect", .RedirectConfig = {{.Port = "8080", .StatusCode = "HTTP_301"}}};
  const auto by_default = must(create({redirect})).Listeners->front();
  EXPECT_THAT(elbv2.modify_listener({.ListenerArn = *by_default.ListenerArn, .Port = 8080}),
              FailsSaying("The redirect configuration is not valid because it creates a loop."));

  const auto by_rule = make_listener(balancer, group, 81);
  must_do(elbv2.create_rule({.ListenerArn = by_rule,
                             .Conditions = {{{.Field = "path-pattern", .Values = {{"/a"}}}}},
                             .Priority = 1,
                             .Actions = {{redirect}}}));
  EXPECT_THAT(elbv2.modify_listener({.ListenerArn = by_rule, .Port = 8080}),
              FailsWith("InvalidLoadBalancerAction", 400));

  const auto kept = must(elbv2.describe_listeners({.ListenerArns = {{by_rule}}}));
  EXPECT_EQ(kept.Listeners->front().Port, 81);
  EXPECT_THAT(elbv2.modify_listener({.ListenerArn = by_rule, .Port = 82}), Succeeds());
}

class DeleteListener : public ListenerTest {};

TEST_F(DeleteListener, FreesTheTargetGroup) {
  const auto listener = make_listener(balancer, group);
  EXPECT_THAT(
      elbv2.delete_target_group({.TargetGroupArn = group}),
      FailsSaying("Target group '" + group + "' is currently in use by a listener or a rule"));

  must_do(elbv2.delete_listener({.ListenerArn = listener}));

  EXPECT_THAT(balancers_of(group), ::testing::IsEmpty());
  EXPECT_THAT(elbv2.delete_listener({.ListenerArn = listener}), FailsWith("ListenerNotFound"));
  EXPECT_THAT(elbv2.delete_target_group({.TargetGroupArn = group}), Succeeds());
}

class ModifyListenerAttributes : public ListenerTest {
 protected:
  using Attributes = std::map<std::string, std::string>;
  static Attributes as_map(const std::optional<std::vector<api::elbv2::ListenerAttribute>>& list) {
    Attributes attributes;
    for (const auto& one : api::each(list)) attributes[*one.Key] = *one.Value;
    return attributes;
  }
  Attributes describe(const std::string& arn) {
    return as_map(must(elbv2.describe_listener_attributes({.ListenerArn = arn})).Attributes);
  }
  Outcome<api::elbv2::ModifyListenerAttributesOutput> modify(const std::string& arn,
                                                             const std::string& key,
                                                             const std::string& value) {
    return elbv2.modify_listener_attributes(
        {.ListenerArn = arn, .Attributes = {{{.Key = key, .Value = value}}}});
  }
};

TEST_F(ModifyListenerAttributes, KeepsAwsDefaultsUntilChangedAndAfter) {
  const auto listener = make_listener(balancer, group);
  const std::string csp = "routing.http.response.content_security_policy.header_value";
  EXPECT_EQ(describe(listener)["routing.http.response.server.enabled"], "true");
  EXPECT_EQ(describe(listener)[csp], "");

  const auto modified = must(modify(listener, csp, "default-src 'self'"));

  EXPECT_EQ(as_map(modified.Attributes)[csp], "default-src 'self'");
  EXPECT_EQ(describe(listener)[csp], "default-src 'self'");
  must_do(modify(listener, csp, ""));
  EXPECT_EQ(describe(listener)[csp], "");
}

TEST_F(ModifyListenerAttributes, RefusesWhatAwsRefuses) {
  const auto listener = make_listener(balancer, group);
  const std::string response = "routing.http.response.";
  const std::pair<std::string, std::string> cases[] = {
      {"no.such.key", "1"},
      {"tcp.idle_timeout.seconds", "60"},
      {"routing.http.request.x_amzn_tls_version.header_name", "X-Tls"},
      {response + "server.enabled", "maybe"},
      {response + "access_control_allow_credentials.header_value", "false"},
      {response + "access_control_max_age.header_value", "86401"},
      {response + "x_content_type_options.header_value", "sniff"},
      {response + "x_frame_options.header_value", "DENY\r\nX-Evil: 1"},
      {response + "content_security_policy.header_value", std::string(1025, 'a')}};
  for (const auto& [key, value] : cases) {
    SCOPED_TRACE(key);
    EXPECT_THAT(modify(listener, key, value), FailsWith("ValidationError", 400));
  }
  EXPECT_THAT(modify(listener + "0", response + "server.enabled", "false"),
              FailsWith("ListenerNotFound", 400));
}

TEST_F(ModifyListenerAttributes, GivesTcpListenersAnIdleTimeout) {
  const auto network = *must(elbv2.create_load_balancer(
                                 {.Name = "tcp", .Subnets = {{subnet_ids[0]}}, .Type = "network"}))
                            .LoadBalancers->front()
                            .LoadBalancerArn;
  const auto tcp = *must(elbv2.create_target_group(
                             {.Name = "tcp", .Protocol = "TCP", .Port = 80, .VpcId = vpc_id}))
                        .TargetGroups->front()
                        .TargetGroupArn;
  const auto listener = *must(elbv2.create_listener({.LoadBalancerArn = network,
                                                     .Protocol = "TCP",
                                                     .Port = 80,
                                                     .DefaultActions = forward_to(tcp)}))
                             .Listeners->front()
                             .ListenerArn;
  const std::string key = "tcp.idle_timeout.seconds";
  EXPECT_THAT(describe(listener), ::testing::ElementsAre(::testing::Pair(key, "350")));

  must_do(modify(listener, key, "600"));

  EXPECT_EQ(describe(listener)[key], "600");
  EXPECT_THAT(modify(listener, key, "59"), FailsWith("ValidationError", 400));
}

}  // namespace
}  // namespace fallstreak
