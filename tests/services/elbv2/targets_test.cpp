#include "tests/services/stack_fixture.h"

namespace fallstreak {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::FailsSaying;
using testing::FailsWith;
using testing::Succeeds;
using Kind = dispatch::ProbeAnswer::Kind;

class TargetTest : public testing::StackTest {
 protected:
  TargetTest() {
    make_network();
    balancer = make_load_balancer("web");
    group = make_target_group("web");
    instance = run_instance_to_running(subnet_ids[0]);
  }
  void register_target(const std::string& id) {
    must_do(elbv2.register_targets({.TargetGroupArn = group, .Targets = {{{.Id = id}}}}));
  }
  void deregister_target(const std::string& id) {
    must_do(elbv2.deregister_targets({.TargetGroupArn = group, .Targets = {{{.Id = id}}}}));
  }
  std::string state_of(const std::string& id) { return *target_health(group, id).State; }
  std::string reason_of(const std::string& id) {
    return target_health(group, id).Reason.value_or("");
  }
  void answer(dispatch::ProbeAnswer probe_answer) {
    cloud.set_prober([probe_answer](const dispatch::Probe&) { return probe_answer; });
  }
  /// Registered, used and healthy.
  void make_healthy() {
    make_listener(balancer, group);
    register_target(instance);
    cloud.advance(minutes(1));
    ASSERT_EQ(state_of(instance), "healthy");
  }

  std::string balancer, group, instance;
};

class DescribeTargetHealth : public TargetTest {};

TEST_F(DescribeTargetHealth, IsUnusedWithoutAListener) {
  register_target(instance);
  cloud.advance(minutes(5));

  const auto health = target_health(group, instance);

  EXPECT_EQ(health.State, "unused");
  EXPECT_EQ(health.Reason, "Target.NotInUse");
  EXPECT_EQ(health.Description,
            "Target group is not configured to receive traffic from the load balancer");
}

TEST_F(DescribeTargetHealth, TellsOfAnomaliesWhenItIsAsked) {
  make_healthy();

  const auto plain = must(elbv2.describe_target_health({.TargetGroupArn = group}));
  const auto asked = must(
      elbv2.describe_target_health({.TargetGroupArn = group, .Include = {{"AnomalyDetection"}}}));

  EXPECT_FALSE(plain.TargetHealthDescriptions->front().AnomalyDetection);
  const auto& anomaly = asked.TargetHealthDescriptions->front().AnomalyDetection;
  ASSERT_TRUE(anomaly);
  EXPECT_EQ(anomaly->Result, "normal");
  EXPECT_EQ(anomaly->MitigationInEffect, "no");
}

TEST_F(DescribeTargetHealth, GoesFromRegistrationToInitialToHealthyAfterOnePass) {
  make_listener(balancer, group);
  register_target(instance);
  EXPECT_EQ(state_of(instance), "initial");
  EXPECT_EQ(reason_of(instance), "Elb.RegistrationInProgress");

  answer({Kind::timed_out});
  cloud.advance(seconds(5));
  EXPECT_EQ(reason_of(instance), "Elb.InitialHealthChecking");
  answer({});
  cloud.advance(seconds(30));

  EXPECT_EQ(state_of(instance), "healthy");
  EXPECT_EQ(reason_of(instance), "");
}

TEST_F(DescribeTargetHealth, CountsNoCheckThatNobodyCouldAnswer) {
  make_listener(balancer, group);
  register_target(instance);
  answer({Kind::unknown});
  cloud.advance(minutes(5));
  EXPECT_EQ(state_of(instance), "initial");

  answer({});
  cloud.advance(seconds(30));

  EXPECT_EQ(state_of(instance), "healthy");
}

TEST_F(DescribeTargetHealth, ChecksATargetFromWhenItsGroupIsUsed) {
  register_target(instance);
  cloud.advance(minutes(1));
  make_listener(balancer, group);
  EXPECT_EQ(reason_of(instance), "Elb.RegistrationInProgress");

  cloud.advance(minutes(1));

  EXPECT_EQ(state_of(instance), "healthy");
}

TEST_F(DescribeTargetHealth, WaitsForTheLoadBalancerToBeActive) {
  const auto made = must(elbv2.create_load_balancer({.Name = "new", .Subnets = subnet_ids}));
  make_listener(*made.LoadBalancers->front().LoadBalancerArn, group);
  register_target(instance);
  cloud.advance(minutes(1));
  EXPECT_EQ(reason_of(instance), "Elb.RegistrationInProgress");

  cloud.advance(minutes(3));

  EXPECT_EQ(state_of(instance), "healthy");
}

TEST_F(DescribeTargetHealth, IsUnhealthyAfterTwoWrongCodesAndSaysWhich) {
  make_healthy();
  answer({Kind::answered, 503});
  cloud.advance(seconds(30));
  EXPECT_EQ(state_of(instance), "healthy");
  cloud.advance(seconds(30));

  const auto health = target_health(group, instance);

  EXPECT_EQ(health.State, "unhealthy");
  EXPECT_EQ(health.Reason, "Target.ResponseCodeMismatch");
  EXPECT_EQ(health.Description, "Health checks failed with these codes: [503]");
}

TEST_F(DescribeTargetHealth, IsHealthyAgainAfterFivePasses) {
  make_healthy();
  answer({Kind::answered, 503});
  cloud.advance(seconds(60));
  ASSERT_EQ(state_of(instance), "unhealthy");
  answer({});
  cloud.advance(seconds(4 * 30));
  EXPECT_EQ(state_of(instance), "unhealthy");
  cloud.advance(seconds(30));

  EXPECT_EQ(state_of(instance), "healthy");
}

TEST_F(DescribeTargetHealth, TimesOutAfterTheTimeout) {
  make_healthy();
  answer({Kind::timed_out});
  cloud.advance(seconds(65));

  const auto health = target_health(group, instance);

  EXPECT_EQ(health.State, "unhealthy");
  EXPECT_EQ(health.Reason, "Target.Timeout");
  EXPECT_EQ(health.Description, "Request timed out");
}

TEST_F(DescribeTargetHealth, FailsWhereNothingListens) {
  make_healthy();
  answer({Kind::refused});
  cloud.advance(seconds(60));

  EXPECT_EQ(reason_of(instance), "Target.FailedHealthChecks");
}

TEST_F(DescribeTargetHealth, HeedsTheGroupsThresholdsAndMatcher) {
  must_do(elbv2.modify_target_group({.TargetGroupArn = group,
                                     .HealthCheckIntervalSeconds = 10,
                                     .UnhealthyThresholdCount = 4,
                                     .Matcher = {{.HttpCode = "200-299"}}}));
  make_listener(balancer, group);
  register_target(instance);
  answer({Kind::answered, 204});
  cloud.advance(seconds(15));
  ASSERT_EQ(state_of(instance), "healthy");

  answer({Kind::answered, 404});
  cloud.advance(seconds(30));
  EXPECT_EQ(state_of(instance), "healthy");
  cloud.advance(seconds(10));
  EXPECT_EQ(state_of(instance), "unhealthy");
}

TEST_F(DescribeTargetHealth, ProbesTheConfiguredPortAndPath) {
  must_do(elbv2.modify_target_group(
      {.TargetGroupArn = group, .HealthCheckPort = "8080", .HealthCheckPath = "/health"}));
  std::vector<std::string> probes;
  cloud.set_prober([&](const dispatch::Probe& probe) {
    std::string& shown = probes.emplace_back();
    for (const auto text : {probe.protocol, probe.instance_id, probe.zone, probe.path}) {
      shown.append(text).append(" ");
    }
    shown += std::to_string(probe.port);
    return dispatch::ProbeAnswer{};
  });
  make_listener(balancer, group);
  register_target(instance);
  cloud.advance(seconds(35));

  ASSERT_FALSE(probes.empty());
  EXPECT_EQ(probes.front(), "HTTP " + instance + " eu-central-1a /health 8080");
}

TEST_F(DescribeTargetHealth, ChecksAsOftenAsTheGroupSaysFromTheNextCheckOn) {
  make_healthy();
  int checks = 0;
  cloud.set_prober([&](const dispatch::Probe&) {
    ++checks;
    return dispatch::ProbeAnswer{};
  });
  cloud.advance(seconds(300));
  EXPECT_EQ(checks, 10);

  must(elbv2.modify_target_group({.TargetGroupArn = group, .HealthCheckIntervalSeconds = 10}));
  cloud.advance(seconds(30));  // the next check
  checks = 0;
  cloud.advance(seconds(300));
  EXPECT_EQ(checks, 30);

  must(elbv2.modify_target_group({.TargetGroupArn = group, .HealthCheckIntervalSeconds = 60}));
  cloud.advance(seconds(10));
  checks = 0;
  cloud.advance(seconds(300));
  EXPECT_EQ(checks, 5);
}

TEST_F(DescribeTargetHealth, ChecksATargetThatCameBackOnceAnInterval) {
  make_healthy();
  std::vector<std::string> checked;
  cloud.set_prober([&](const dispatch::Probe& probe) {
    checked.emplace_back(probe.instance_id);
    return dispatch::ProbeAnswer{};
  });
  must(elbv2.deregister_targets({.TargetGroupArn = group, .Targets = {{{.Id = instance}}}}));
  cloud.advance(seconds(120));
  EXPECT_TRUE(checked.empty());

  register_target(instance);
  cloud.advance(seconds(65));

  EXPECT_EQ(checked, std::vector(2, instance));
}

TEST_F(DescribeTargetHealth, DoesNotDependOnEc2sApi) {
  make_healthy();
  ASSERT_TRUE(
      cloud.begin_fault("api", {.kind = "api-error", .service = "ec2", .code = "InternalError"}));
  cloud.set_prober([](const dispatch::Probe&) {
    return dispatch::ProbeAnswer{dispatch::ProbeAnswer::Kind::refused};
  });

  cloud.advance(seconds(90));

  EXPECT_EQ(state_of(instance), "unhealthy");
}

TEST_F(DescribeTargetHealth, IsNotUsedWhileTheInstanceIsStopped) {
  make_healthy();
  must_do(ec2.stop_instances({.InstanceIds = {{instance}}}));
  cloud.advance(minutes(3));
  const auto health = target_health(group, instance);
  EXPECT_EQ(health.State, "unused");
  EXPECT_EQ(health.Reason, "Target.InvalidState");
  EXPECT_EQ(health.Description, "Target is in the stopped state");

  must_do(ec2.start_instances({.InstanceIds = {{instance}}}));
  cloud.advance(minutes(3));

  EXPECT_EQ(state_of(instance), "healthy");
}

TEST_F(DescribeTargetHealth, TimesOutInAZoneWithoutPower) {
  make_healthy();
  must_do_fault("power", {.kind = "az-power", .zone = "eu-central-1a"});
  cloud.advance(seconds(65));
  EXPECT_EQ(state_of(instance), "unhealthy");
  EXPECT_EQ(reason_of(instance), "Target.Timeout");

  cloud.end_fault("power");
  cloud.advance(minutes(6));

  EXPECT_EQ(state_of(instance), "healthy");
}

TEST_F(DescribeTargetHealth, LosesATerminatedInstance) {
  make_healthy();
  must_do(ec2.terminate_instances({.InstanceIds = {{instance}}}));
  cloud.advance(minutes(4));
  EXPECT_EQ(state_of(instance), "draining");

  cloud.advance(minutes(5));

  EXPECT_EQ(reason_of(instance), "Target.NotRegistered");
}

TEST_F(DescribeTargetHealth, ListsAllTargetsOfTheGroup) {
  const auto other = run_instance_to_running(subnet_ids[1]);
  register_target(instance);
  register_target(other);

  const auto all = must(elbv2.describe_target_health({.TargetGroupArn = group}));

  EXPECT_EQ(all.TargetHealthDescriptions->size(), 2U);
  EXPECT_EQ(all.TargetHealthDescriptions->front().HealthCheckPort, "80");
}

class RegisterTargets : public TargetTest {};

TEST_F(RegisterTargets, RefusesInstancesThatDoNotRun) {
  const auto pending = run_instance(subnet_ids[0]);

  EXPECT_THAT(
      elbv2.register_targets({.TargetGroupArn = group, .Targets = {{{.Id = pending}}}}),
      FailsSaying("The following targets are not in a running state and cannot be registered: '" +
                  pending + "'"));
  EXPECT_THAT(elbv2.register_targets(
                  {.TargetGroupArn = group, .Targets = {{{.Id = "i-0123456789abcdef0"}}}}),
              FailsWith("InvalidTarget", 400));
  EXPECT_THAT(elbv2.register_targets({.TargetGroupArn = group, .Targets = {{{.Id = "10.0.0.1"}}}}),
              FailsSaying("Instance ID '10.0.0.1' is not valid"));
}

TEST_F(RegisterTargets, RefusesInstancesOfAnotherVpc) {
  const std::string own_vpc = vpc_id;
  vpc_id = *must(ec2.create_vpc({.CidrBlock = "10.9.0.0/16"})).Vpc->VpcId;
  const auto elsewhere = run_instance_to_running(make_subnet("eu-central-1a", "10.9.0.0/24"));

  EXPECT_THAT(elbv2.register_targets({.TargetGroupArn = group, .Targets = {{{.Id = elsewhere}}}}),
              FailsSaying("The following targets are not in the target group VPC '" + own_vpc +
                          "': '" + elsewhere + "'"));
}

TEST_F(RegisterTargets, RegistersOneInstanceOnSeveralPorts) {
  make_listener(balancer, group);
  must_do(elbv2.register_targets(
      {.TargetGroupArn = group,
       .Targets = {{{.Id = instance, .Port = 81}, {.Id = instance, .Port = 82}}}}));
  cloud.advance(minutes(1));

  const auto all = must(elbv2.describe_target_health({.TargetGroupArn = group}));

  ASSERT_EQ(all.TargetHealthDescriptions->size(), 2U);
  EXPECT_EQ(all.TargetHealthDescriptions->back().HealthCheckPort, "82");
  deregister_target(instance);
  cloud.advance(minutes(6));
  EXPECT_TRUE(must(elbv2.describe_target_health({.TargetGroupArn = group}))
                  .TargetHealthDescriptions->empty());
}

TEST_F(RegisterTargets, RegistersAddresses) {
  const auto made = must(elbv2.create_target_group(
      {.Name = "addresses", .Protocol = "HTTP", .Port = 80, .VpcId = vpc_id, .TargetType = "ip"}));
  group = *made.TargetGroups->front().TargetGroupArn;
  make_listener(balancer, group);
  register_target("10.0.1.77");
  cloud.advance(minutes(1));

  EXPECT_EQ(state_of("10.0.1.77"), "healthy");
  const auto all = must(elbv2.describe_target_health({.TargetGroupArn = group}));
  EXPECT_EQ(all.TargetHealthDescriptions->front().Target->AvailabilityZone, "eu-central-1b");
  EXPECT_THAT(
      elbv2.register_targets({.TargetGroupArn = group, .Targets = {{{.Id = "192.168.0.1"}}}}),
      FailsWith("ValidationError"));
  EXPECT_THAT(elbv2.register_targets({.TargetGroupArn = group, .Targets = {{{.Id = "10.0.1"}}}}),
              FailsSaying("The IP address '10.0.1' is not a valid IPv4 address"));
}

TEST_F(RegisterTargets, TakesBackATargetThatDrains) {
  make_healthy();
  deregister_target(instance);
  ASSERT_EQ(state_of(instance), "draining");

  register_target(instance);
  EXPECT_EQ(state_of(instance), "initial");
  cloud.advance(minutes(10));

  EXPECT_EQ(state_of(instance), "healthy");
}

class DeregisterTargets : public TargetTest {};

TEST_F(DeregisterTargets, DrainsForTheDelay) {
  make_healthy();
  deregister_target(instance);
  cloud.advance(seconds(299));
  EXPECT_EQ(state_of(instance), "draining");
  EXPECT_EQ(reason_of(instance), "Target.DeregistrationInProgress");
  cloud.advance(seconds(1));

  EXPECT_EQ(reason_of(instance), "Target.NotRegistered");
}

TEST_F(DeregisterTargets, DrainsForAsLongAsTheGroupSays) {
  make_healthy();
  must_do(elbv2.modify_target_group_attributes(
      {.TargetGroupArn = group,
       .Attributes = {{{.Key = "deregistration_delay.timeout_seconds", .Value = "20"}}}}));
  deregister_target(instance);
  cloud.advance(seconds(20));

  EXPECT_EQ(reason_of(instance), "Target.NotRegistered");
}

TEST_F(DeregisterTargets, TakesAnUnusedTargetAwayAtOnceAndForgivesAMissingOne) {
  register_target(instance);
  deregister_target(instance);

  EXPECT_EQ(reason_of(instance), "Target.NotRegistered");
  EXPECT_THAT(elbv2.deregister_targets({.TargetGroupArn = group, .Targets = {{{.Id = instance}}}}),
              Succeeds());
}

}  // namespace
}  // namespace fallstreak
