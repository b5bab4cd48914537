#include "tests/services/stack_fixture.h"

namespace fallstreak {
namespace {

using std::chrono::minutes;
using testing::FailsSaying;
using testing::FailsWith;
using testing::Succeeds;

/// A Network Load Balancer before an Application Load Balancer.
class AlbTarget : public testing::StackTest {
 protected:
  AlbTarget() {
    make_network();
    balancer = make_load_balancer("web");
    must(elbv2.create_listener(
        {.LoadBalancerArn = balancer,
         .Protocol = "HTTP",
         .Port = 80,
         .DefaultActions = {
             {{.Type = "fixed-response", .FixedResponseConfig = {{.StatusCode = "200"}}}}}}));
    network =
        *must(elbv2.create_load_balancer({.Name = "net", .Subnets = subnet_ids, .Type = "network"}))
             .LoadBalancers->front()
             .LoadBalancerArn;
    cloud.advance(minutes(5));
  }
  api::elbv2::CreateTargetGroupInput wanted_group(const std::string& name) {
    return {.Name = name, .Protocol = "TCP", .Port = 80, .VpcId = vpc_id, .TargetType = "alb"};
  }
  std::string make_group(const std::string& name = "front") {
    return *must(elbv2.create_target_group(wanted_group(name)))
                .TargetGroups->front()
                .TargetGroupArn;
  }
  auto add(const std::string& group, const std::string& arn, std::optional<int> port = {}) {
    return elbv2.register_targets(
        {.TargetGroupArn = group, .Targets = {{{.Id = arn, .Port = port}}}});
  }
  auto listen(const std::string& group, const std::string& protocol = "TCP") {
    return elbv2.create_listener(
        {.LoadBalancerArn = network,
         .Protocol = protocol,
         .Port = 80,
         .DefaultActions = {{{.Type = "forward", .TargetGroupArn = group}}}});
  }
  std::string state_in(const std::string& group) {
    const auto seen = must(elbv2.describe_target_health({.TargetGroupArn = group}));
    return seen.TargetHealthDescriptions->empty()
               ? "gone"
               : *seen.TargetHealthDescriptions->front().TargetHealth->State;
  }

  std::string balancer, network;
};

TEST_F(AlbTarget, BecomesHealthyBehindANetworkLoadBalancer) {
  const auto group = make_group();
  const auto shown = must(elbv2.describe_target_groups({.TargetGroupArns = {{group}}}));
  EXPECT_EQ(shown.TargetGroups->front().HealthCheckProtocol, "HTTP");
  EXPECT_EQ(shown.TargetGroups->front().TargetType, "alb");

  must(add(group, balancer));
  EXPECT_EQ(state_in(group), "unused");
  must(listen(group));
  cloud.advance(minutes(3));
  EXPECT_EQ(state_in(group), "healthy");
}

TEST_F(AlbTarget, FailsItsChecksWhenItsListenerIsGone) {
  const auto group = make_group();
  must(add(group, balancer));
  must(listen(group));
  cloud.advance(minutes(3));
  const auto listeners = must(elbv2.describe_listeners({.LoadBalancerArn = balancer}));
  must(elbv2.delete_listener({.ListenerArn = listeners.Listeners->front().ListenerArn}));
  cloud.advance(minutes(3));
  EXPECT_EQ(state_in(group), "unhealthy");
}

TEST_F(AlbTarget, MustListenOnThePortOfTheGroup) {
  auto wanted = wanted_group("other");
  wanted.Port = 443;
  const auto group = *must(elbv2.create_target_group(wanted)).TargetGroups->front().TargetGroupArn;
  EXPECT_THAT(add(group, balancer),
              FailsSaying("If the target type is ALB, the target must have at least one listener "
                          "that matches the target group port or any specified port overrides"));
  EXPECT_THAT(add(group, balancer, 80), Succeeds());
}

TEST_F(AlbTarget, IsAloneInItsGroup) {
  const auto group = make_group();
  must(add(group, balancer));
  must(elbv2.create_listener(
      {.LoadBalancerArn = balancer,
       .Protocol = "HTTP",
       .Port = 81,
       .DefaultActions = {
           {{.Type = "fixed-response", .FixedResponseConfig = {{.StatusCode = "200"}}}}}}));
  EXPECT_THAT(add(group, balancer, 81), FailsWith("TooManyTargets", 400));
  EXPECT_THAT(add(group, balancer), Succeeds());
}

TEST_F(AlbTarget, MustBeAnApplicationLoadBalancerThatIsThere) {
  const auto group = make_group();
  EXPECT_THAT(add(group, network), FailsWith("InvalidTarget"));
  EXPECT_THAT(add(group, balancer + "0"), FailsWith("InvalidTarget"));
  EXPECT_THAT(add(group, "i-0123456789abcdef0"), FailsWith("ValidationError"));
}

TEST_F(AlbTarget, CannotBeDeletedWhileItIsOne) {
  const auto group = make_group();
  must(add(group, balancer));
  EXPECT_THAT(elbv2.delete_load_balancer({.LoadBalancerArn = balancer}),
              FailsWith("ResourceInUse", 400));
  must(elbv2.deregister_targets({.TargetGroupArn = group, .Targets = {{{.Id = balancer}}}}));
  EXPECT_THAT(elbv2.delete_load_balancer({.LoadBalancerArn = balancer}), Succeeds());
}

TEST_F(AlbTarget, IsReachedByTcpAndCheckedByHttp) {
  auto wanted = wanted_group("tls");
  wanted.Protocol = "TLS";
  EXPECT_THAT(elbv2.create_target_group(wanted), FailsWith("ValidationError"));
  wanted = wanted_group("tcp-checks");
  wanted.HealthCheckProtocol = "TCP";
  EXPECT_FALSE(elbv2.create_target_group(wanted).has_value());
  wanted = wanted_group("lambda");
  wanted.TargetType = "lambda";
  EXPECT_THAT(
      elbv2.create_target_group(wanted),
      FailsSaying("Target type 'lambda' is not implemented by this version of Fallstreak."));
}

TEST_F(AlbTarget, HasTheAttributesOfItsKindAlone) {
  const auto group = make_group();
  const auto set = [&](const std::string& key, const std::string& value) {
    return elbv2.modify_target_group_attributes(
        {.TargetGroupArn = group, .Attributes = {{{.Key = key, .Value = value}}}});
  };
  EXPECT_THAT(set("stickiness.enabled", "true"), FailsWith("ValidationError"));
  EXPECT_THAT(set("deregistration_delay.timeout_seconds", "5"), Succeeds());
}

}  // namespace
}  // namespace fallstreak
