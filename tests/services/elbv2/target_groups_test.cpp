#include "tests/services/stack_fixture.h"

namespace fallstreak {
namespace {

using testing::FailsSaying;
using testing::FailsWith;
using testing::Succeeds;

class TargetGroupTest : public testing::StackTest {
 protected:
  TargetGroupTest() { make_network(); }
  api::elbv2::CreateTargetGroupInput wanted(const std::string& name = "web") {
    return {.Name = name, .Protocol = "HTTP", .Port = 80, .VpcId = vpc_id};
  }
  std::string attribute(const std::string& arn, std::string_view key) {
    const auto described = must(elbv2.describe_target_group_attributes({.TargetGroupArn = arn}));
    for (const auto& attribute : *described.Attributes) {
      if (attribute.Key == key) return *attribute.Value;
    }
    return "(none)";
  }
};

class CreateTargetGroup : public TargetGroupTest {};
class ProtocolVersion : public TargetGroupTest {};

TEST_F(CreateTargetGroup, HasAwsDefaults) {
  const auto group = must(elbv2.create_target_group(wanted())).TargetGroups->front();

  EXPECT_THAT(*group.TargetGroupArn,
              ::testing::MatchesRegex("arn:aws:elasticloadbalancing:eu-central-1:123456789012:"
                                      "targetgroup/web/[0-9a-f]+"));
  EXPECT_EQ(group.TargetType, "instance");
  EXPECT_EQ(group.HealthCheckProtocol, "HTTP");
  EXPECT_EQ(group.HealthCheckPort, "traffic-port");
  EXPECT_EQ(group.HealthCheckPath, "/");
  EXPECT_EQ(group.HealthCheckIntervalSeconds, 30);
  EXPECT_EQ(group.HealthCheckTimeoutSeconds, 5);
  EXPECT_EQ(group.HealthyThresholdCount, 5);
  EXPECT_EQ(group.UnhealthyThresholdCount, 2);
  EXPECT_EQ(group.Matcher->HttpCode, "200");
  EXPECT_EQ(group.ProtocolVersion, "HTTP1");
  EXPECT_TRUE(group.LoadBalancerArns->empty());
}

TEST_F(CreateTargetGroup, ChecksTcpByTcp) {
  auto request = wanted();
  request.Protocol = "TCP";
  const auto group = must(elbv2.create_target_group(request)).TargetGroups->front();

  EXPECT_EQ(group.HealthCheckProtocol, "TCP");
  EXPECT_EQ(group.HealthCheckTimeoutSeconds, 10);
  EXPECT_FALSE(group.HealthCheckPath.has_value());
  EXPECT_FALSE(group.Matcher.has_value());
}

TEST_F(CreateTargetGroup, AnswersTheSameForTheSameAndRefusesAnotherOfTheName) {
  const auto first = must(elbv2.create_target_group(wanted()));
  const auto again = must(elbv2.create_target_group(wanted()));
  EXPECT_EQ(first.TargetGroups->front().TargetGroupArn, again.TargetGroups->front().TargetGroupArn);

  auto other = wanted();
  other.Port = 81;
  EXPECT_THAT(elbv2.create_target_group(other), FailsWith("DuplicateTargetGroupName", 400));
}

TEST_F(CreateTargetGroup, RefusesHealthChecksThatCannotWork) {
  auto slow = wanted();
  slow.HealthCheckIntervalSeconds = 5;
  slow.HealthCheckTimeoutSeconds = 5;
  EXPECT_THAT(elbv2.create_target_group(slow),
              FailsSaying("Health check interval must be greater than the timeout."));
  auto matcher = wanted();
  matcher.Matcher = {{.HttpCode = "500"}};
  EXPECT_THAT(elbv2.create_target_group(matcher), FailsWith("ValidationError"));
  auto path = wanted();
  path.HealthCheckPath = "health";
  EXPECT_THAT(elbv2.create_target_group(path), FailsWith("ValidationError"));
  auto port = wanted();
  port.HealthCheckPort = "http";
  EXPECT_THAT(elbv2.create_target_group(port), FailsWith("ValidationError"));
  auto protocol = wanted();
  protocol.HealthCheckProtocol = "TCP";
  EXPECT_THAT(elbv2.create_target_group(protocol), FailsWith("ValidationError"));
  auto disabled = wanted();
  disabled.HealthCheckEnabled = false;
  EXPECT_THAT(elbv2.create_target_group(disabled), FailsWith("ValidationError"));
}

TEST_F(CreateTargetGroup, RefusesAVpcThatIsNotThere) {
  auto request = wanted();
  request.VpcId = "vpc-0123456789abcdef0";
  EXPECT_THAT(elbv2.create_target_group(request),
              FailsSaying("The VPC ID 'vpc-0123456789abcdef0' is not found"));
}

TEST_F(CreateTargetGroup, NeedsProtocolPortAndVpc) {
  EXPECT_THAT(elbv2.create_target_group({.Name = "web", .Port = 80, .VpcId = vpc_id}),
              FailsWith("ValidationError"));
  EXPECT_THAT(elbv2.create_target_group({.Name = "web", .Protocol = "HTTP", .VpcId = vpc_id}),
              FailsWith("ValidationError"));
  EXPECT_THAT(elbv2.create_target_group({.Name = "web", .Protocol = "HTTP", .Port = 80}),
              FailsWith("ValidationError"));
}

TEST_F(CreateTargetGroup, OfHttp2IsCheckedAsOneOfHttp1) {
  auto request = wanted();
  request.ProtocolVersion = "HTTP2";
  const auto group = must(elbv2.create_target_group(request)).TargetGroups->front();
  EXPECT_EQ(group.ProtocolVersion, "HTTP2");
  EXPECT_EQ(group.HealthCheckPath, "/");
  EXPECT_EQ(group.Matcher->HttpCode, "200");
}

TEST_F(CreateTargetGroup, OfGrpcIsCheckedByCodesOfGrpc) {
  auto request = wanted();
  request.ProtocolVersion = "GRPC";
  const auto group = must(elbv2.create_target_group(request)).TargetGroups->front();
  EXPECT_EQ(group.ProtocolVersion, "GRPC");
  EXPECT_EQ(group.HealthCheckPath, "/AWS.ALB/healthcheck");
  EXPECT_EQ(group.Matcher->GrpcCode, "12");
  EXPECT_FALSE(group.Matcher->HttpCode.has_value());

  must(elbv2.modify_target_group({.TargetGroupArn = group.TargetGroupArn,
                                  .HealthCheckPath = "/grpc.health.v1.Health/Check",
                                  .Matcher = {{.GrpcCode = "0-2,12"}}}));
  const auto changed = must(elbv2.describe_target_groups({.Names = {{*group.TargetGroupName}}}))
                           .TargetGroups->front();
  EXPECT_EQ(changed.Matcher->GrpcCode, "0-2,12");
  EXPECT_EQ(changed.HealthCheckPath, "/grpc.health.v1.Health/Check");
}

TEST_F(CreateTargetGroup, RefusesCodesOfAnotherProtocol) {
  auto http = wanted();
  http.Matcher = {{.GrpcCode = "12"}};
  EXPECT_THAT(elbv2.create_target_group(http), FailsWith("ValidationError", 400));
  auto grpc = wanted();
  grpc.ProtocolVersion = "GRPC";
  grpc.Matcher = {{.HttpCode = "200"}};
  EXPECT_THAT(elbv2.create_target_group(grpc), FailsWith("ValidationError", 400));
  grpc.Matcher = {{.GrpcCode = "100"}};
  EXPECT_THAT(elbv2.create_target_group(grpc),
              FailsSaying("Health check matcher GRPC code '100' must be within '0-99' inclusive"));
  EXPECT_TRUE(must(elbv2.describe_target_groups({})).TargetGroups->empty());
}

TEST_F(CreateTargetGroup, RefusesAnUnknownProtocolVersionAndAnyOfTcp) {
  auto request = wanted();
  request.ProtocolVersion = "HTTP3";
  EXPECT_THAT(elbv2.create_target_group(request), FailsWith("ValidationError", 400));
  request.ProtocolVersion = "HTTP2";
  request.Protocol = "TCP";
  EXPECT_THAT(elbv2.create_target_group(request), FailsWith("ValidationError", 400));
}

TEST_F(ProtocolVersion, OtherThanHttp1NeedsAListenerOfHttps) {
  const auto balancer = make_load_balancer("web");
  for (const std::string version : {"HTTP2", "GRPC"}) {
    auto request = wanted();
    request.Name = version;
    request.ProtocolVersion = version;
    const auto arn = *must(elbv2.create_target_group(request)).TargetGroups->front().TargetGroupArn;
    EXPECT_THAT(
        elbv2.create_listener({.LoadBalancerArn = balancer,
                               .Protocol = "HTTP",
                               .Port = 80,
                               .DefaultActions = {{{.Type = "forward", .TargetGroupArn = arn}}}}),
        FailsWith("InvalidLoadBalancerAction", 400));
  }
}

TEST_F(CreateTargetGroup, RefusesByNameWhatIsNotThereYet) {
  auto lambda = wanted();
  lambda.TargetType = "lambda";
  EXPECT_THAT(elbv2.create_target_group(lambda), FailsWith("NotImplemented", 501));
  auto udp = wanted();
  udp.Protocol = "UDP";
  EXPECT_THAT(elbv2.create_target_group(udp), FailsWith("NotImplemented", 501));
}

class DescribeTargetGroups : public TargetGroupTest {};

TEST_F(DescribeTargetGroups, FindsByNameArnAndLoadBalancer) {
  const auto balancer = make_load_balancer("web");
  const auto group = make_target_group("web");
  make_target_group("other");
  make_listener(balancer, group);

  const auto by_name = must(elbv2.describe_target_groups({.Names = {{"other"}}}));
  const auto by_balancer = must(elbv2.describe_target_groups({.LoadBalancerArn = balancer}));

  EXPECT_EQ(by_name.TargetGroups->front().TargetGroupName, "other");
  ASSERT_EQ(by_balancer.TargetGroups->size(), 1U);
  EXPECT_EQ(by_balancer.TargetGroups->front().TargetGroupArn, group);
  EXPECT_THAT(elbv2.describe_target_groups({.Names = {{"none"}}}),
              FailsSaying("One or more target groups not found"));
  EXPECT_THAT(elbv2.describe_target_groups({.TargetGroupArns = {{"x"}}}),
              FailsWith("ValidationError"));
  EXPECT_THAT(elbv2.describe_target_groups({.LoadBalancerArn = balancer, .Names = {{"web"}}}),
              FailsWith("ValidationError"));
}

TEST_F(DescribeTargetGroups, GivesPages) {
  for (const std::string name : {"a", "b", "c"}) make_target_group(name);

  std::vector<std::string> names;
  std::optional<std::string> marker;
  do {
    const auto page = must(elbv2.describe_target_groups({.Marker = marker, .PageSize = 1}));
    names.push_back(*page.TargetGroups->front().TargetGroupName);
    marker = page.NextMarker;
  } while (marker);

  EXPECT_THAT(names, ::testing::ElementsAre("a", "b", "c"));
}

class ModifyTargetGroup : public TargetGroupTest {};

TEST_F(ModifyTargetGroup, ChangesTheHealthCheck) {
  const auto arn = make_target_group("web");

  const auto group = must(elbv2.modify_target_group({.TargetGroupArn = arn,
                                                     .HealthCheckPath = "/health",
                                                     .HealthCheckIntervalSeconds = 10,
                                                     .Matcher = {{.HttpCode = "200-299"}}}))
                         .TargetGroups->front();

  EXPECT_EQ(group.HealthCheckPath, "/health");
  EXPECT_EQ(group.HealthCheckIntervalSeconds, 10);
  EXPECT_EQ(group.Matcher->HttpCode, "200-299");
  EXPECT_EQ(group.HealthCheckTimeoutSeconds, 5);
  EXPECT_THAT(elbv2.modify_target_group({.TargetGroupArn = arn, .HealthCheckTimeoutSeconds = 10}),
              FailsWith("ValidationError"));
}

class ModifyTargetGroupAttributes : public TargetGroupTest {};

TEST_F(ModifyTargetGroupAttributes, KeepsAwsDefaultsUntilChanged) {
  const auto arn = make_target_group("web");
  EXPECT_EQ(attribute(arn, "deregistration_delay.timeout_seconds"), "300");
  EXPECT_EQ(attribute(arn, "load_balancing.algorithm.type"), "round_robin");
  EXPECT_EQ(attribute(arn, "slow_start.duration_seconds"), "0");
  EXPECT_EQ(attribute(arn, "stickiness.enabled"), "false");
  EXPECT_EQ(attribute(arn, "load_balancing.cross_zone.enabled"), "use_load_balancer_configuration");

  must_do(elbv2.modify_target_group_attributes(
      {.TargetGroupArn = arn,
       .Attributes = {
           {{.Key = "deregistration_delay.timeout_seconds", .Value = "30"},
            {.Key = "load_balancing.algorithm.type", .Value = "least_outstanding_requests"}}}}));

  EXPECT_EQ(attribute(arn, "deregistration_delay.timeout_seconds"), "30");
  EXPECT_EQ(attribute(arn, "load_balancing.algorithm.type"), "least_outstanding_requests");
}

TEST_F(ModifyTargetGroupAttributes, RefusesWhatAwsRefusesAndWhatHasNoEffectYet) {
  const auto arn = make_target_group("web");
  const auto modify = [&](const std::string& key, const std::string& value) {
    return elbv2.modify_target_group_attributes(
        {.TargetGroupArn = arn, .Attributes = {{{.Key = key, .Value = value}}}});
  };

  EXPECT_THAT(modify("deregistration_delay.timeout_seconds", "3601"), FailsWith("ValidationError"));
  EXPECT_THAT(modify("load_balancing.algorithm.type", "random"), FailsWith("ValidationError"));
  EXPECT_THAT(modify("nothing", "1"),
              FailsSaying("Target group attribute key 'nothing' is not recognized"));
  EXPECT_THAT(modify("stickiness.enabled", "false"), Succeeds());
  EXPECT_THAT(modify("stickiness.enabled", "true"), Succeeds());
  EXPECT_THAT(modify("slow_start.duration_seconds", "29"), FailsWith("ValidationError"));
  EXPECT_THAT(modify("slow_start.duration_seconds", "30"), Succeeds());
  EXPECT_THAT(modify("slow_start.duration_seconds", "0"), Succeeds());
}

TEST_F(ModifyTargetGroupAttributes, RefusesWhatDoesNotGoTogether) {
  const auto arn = make_target_group("web");
  const auto modify = [&](const std::map<std::string, std::string>& values) {
    std::vector<api::elbv2::TargetGroupAttribute> attributes;
    for (const auto& [key, value] : values) attributes.push_back({.Key = key, .Value = value});
    return elbv2.modify_target_group_attributes({.TargetGroupArn = arn, .Attributes = attributes});
  };

  EXPECT_THAT(modify({{"load_balancing.algorithm.anomaly_mitigation", "on"}}),
              FailsWith("InvalidConfigurationRequest"));
  EXPECT_THAT(modify({{"load_balancing.algorithm.anomaly_mitigation", "on"},
                      {"load_balancing.algorithm.type", "weighted_random"}}),
              Succeeds());
  EXPECT_THAT(modify({{"load_balancing.algorithm.type", "round_robin"}}),
              FailsWith("InvalidConfigurationRequest"));
  EXPECT_THAT(modify({{"load_balancing.algorithm.anomaly_mitigation", "off"},
                      {"load_balancing.algorithm.type", "round_robin"}}),
              Succeeds());
  EXPECT_THAT(modify({{"stickiness.enabled", "true"}, {"stickiness.type", "app_cookie"}}),
              FailsWith("InvalidConfigurationRequest"));
  EXPECT_THAT(modify({{"stickiness.app_cookie.cookie_name", "AWSALB"}}),
              FailsWith("InvalidConfigurationRequest"));
  EXPECT_THAT(modify({{"slow_start.duration_seconds", "60"},
                      {"load_balancing.algorithm.type", "least_outstanding_requests"}}),
              FailsWith("InvalidConfigurationRequest"));
}

TEST_F(ModifyTargetGroupAttributes, NeedsGroupStickinessWhereTheGroupSharesAForward) {
  const auto one = make_target_group("one");
  const auto two = make_target_group("two");
  const auto balancer = make_load_balancer("web");
  const auto shared = [&](bool is_sticky) {
    return std::vector<api::elbv2::Action>{
        {.Type = "forward",
         .ForwardConfig = {
             {.TargetGroups = {{{.TargetGroupArn = one}, {.TargetGroupArn = two}}},
              .TargetGroupStickinessConfig = {{.Enabled = is_sticky, .DurationSeconds = 60}}}}}};
  };
  const auto enable = [&] {
    return elbv2.modify_target_group_attributes(
        {.TargetGroupArn = one, .Attributes = {{{.Key = "stickiness.enabled", .Value = "true"}}}});
  };
  const auto listener = *must(elbv2.create_listener({.LoadBalancerArn = balancer,
                                                     .Protocol = "HTTP",
                                                     .Port = 80,
                                                     .DefaultActions = shared(false)}))
                             .Listeners->front()
                             .ListenerArn;
  EXPECT_THAT(enable(), FailsWith("InvalidConfigurationRequest", 400));

  must_do(elbv2.modify_listener({.ListenerArn = listener, .DefaultActions = shared(true)}));

  EXPECT_THAT(enable(), Succeeds());
  EXPECT_THAT(elbv2.modify_listener({.ListenerArn = listener, .DefaultActions = shared(false)}),
              FailsWith("InvalidLoadBalancerAction", 400));
}

class DeleteTargetGroup : public TargetGroupTest {};

TEST_F(DeleteTargetGroup, SucceedsAgainAndFreesTheName) {
  const auto arn = make_target_group("web");

  must_do(elbv2.delete_target_group({.TargetGroupArn = arn}));

  EXPECT_THAT(elbv2.describe_target_groups({.TargetGroupArns = {{arn}}}),
              FailsWith("TargetGroupNotFound"));
  EXPECT_THAT(elbv2.delete_target_group({.TargetGroupArn = arn}), Succeeds());
  EXPECT_NE(make_target_group("web"), arn);
}

class ElbV2Tags : public TargetGroupTest {};

TEST_F(ElbV2Tags, AreAddedReplacedAndRemoved) {
  const auto arn = make_target_group("web");
  must_do(elbv2.add_tags({.ResourceArns = {{arn}},
                          .Tags = {{{.Key = "a", .Value = "1"}, {.Key = "b", .Value = "2"}}}}));
  must_do(elbv2.add_tags({.ResourceArns = {{arn}}, .Tags = {{{.Key = "a", .Value = "3"}}}}));
  must_do(elbv2.remove_tags({.ResourceArns = {{arn}}, .TagKeys = {{"b"}}}));

  const auto described = must(elbv2.describe_tags({.ResourceArns = {{arn}}}));

  const std::vector<api::elbv2::Tag> expected = {{.Key = "a", .Value = "3"}};
  EXPECT_EQ(described.TagDescriptions->front().Tags, expected);
}

TEST_F(ElbV2Tags, AreRefusedTwiceTooManyAndOnNothing) {
  const auto arn = make_target_group("web");
  std::vector<api::elbv2::Tag> many;
  for (int i = 0; i < 51; ++i) many.push_back({.Key = "k" + std::to_string(i), .Value = "v"});

  EXPECT_THAT(elbv2.add_tags({.ResourceArns = {{arn}},
                              .Tags = {{{.Key = "a", .Value = "1"}, {.Key = "a", .Value = "2"}}}}),
              FailsWith("DuplicateTagKeys"));
  EXPECT_THAT(elbv2.add_tags({.ResourceArns = {{arn}}, .Tags = many}), FailsWith("TooManyTags"));
  must_do(elbv2.delete_target_group({.TargetGroupArn = arn}));
  EXPECT_THAT(elbv2.describe_tags({.ResourceArns = {{arn}}}), FailsWith("TargetGroupNotFound"));
}

}  // namespace
}  // namespace fallstreak
