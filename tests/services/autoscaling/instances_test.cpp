#include "tests/services/autoscaling/group_fixture.h"

namespace fallstreak {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::FailsSaying;
using testing::FailsWith;
using testing::Succeeds;

class DescribeAutoScalingInstances : public testing::GroupTest {};

TEST_F(DescribeAutoScalingInstances, NamesTheGroupAndLeavesOutOthers) {
  make_group(wanted(2));
  const auto id = *instances().front().InstanceId;

  const auto described = must(
      autoscaling.describe_auto_scaling_instances({.InstanceIds = {{id, "i-0123456789abcdef0"}}}));
  const auto page = must(autoscaling.describe_auto_scaling_instances({.MaxRecords = 1}));

  ASSERT_EQ(described.AutoScalingInstances->size(), 1U);
  EXPECT_EQ(described.AutoScalingInstances->front().AutoScalingGroupName, "web");
  EXPECT_EQ(described.AutoScalingInstances->front().HealthStatus, "HEALTHY");
  EXPECT_EQ(page.AutoScalingInstances->size(), 1U);
  EXPECT_TRUE(page.NextToken.has_value());
}

class SetInstanceHealth : public testing::GroupTest {};

TEST_F(SetInstanceHealth, HasAnUnhealthyInstanceReplaced) {
  make_group(wanted(2));
  const auto id = *instances().front().InstanceId;
  must_do(autoscaling.set_instance_health({.InstanceId = id, .HealthStatus = "Unhealthy"}));
  cloud.advance(minutes(5));

  EXPECT_EQ(count_in("InService"), 2);
  for (const auto& instance : instances()) EXPECT_NE(instance.InstanceId, id);
  EXPECT_THAT(*activity("Terminating EC2 instance: " + id).Cause,
              ::testing::HasSubstr("an instance was taken out of service in response to a user "
                                   "health-check."));
  EXPECT_THAT(*activity("Launching").Cause,
              ::testing::HasSubstr("an instance was launched in response to an unhealthy instance "
                                   "needing to be replaced."));
}

TEST_F(SetInstanceHealth, RespectsTheGracePeriodUnlessTold) {
  auto request = wanted(1);
  request.HealthCheckGracePeriod = 3600;
  make_group(request);
  const auto id = *instances().front().InstanceId;
  must_do(autoscaling.set_instance_health({.InstanceId = id, .HealthStatus = "Unhealthy"}));
  EXPECT_EQ(instances().front().HealthStatus, "Healthy");

  must_do(autoscaling.set_instance_health(
      {.InstanceId = id, .HealthStatus = "Unhealthy", .ShouldRespectGracePeriod = false}));

  EXPECT_EQ(instances().front().HealthStatus, "Unhealthy");
}

TEST_F(SetInstanceHealth, RefusesWhatItDoesNotKnow) {
  make_group(wanted(1));
  EXPECT_THAT(autoscaling.set_instance_health(
                  {.InstanceId = "i-0123456789abcdef0", .HealthStatus = "Unhealthy"}),
              FailsSaying("Instance Id not found - No managed instance found for instance ID: "
                          "i-0123456789abcdef0"));
  EXPECT_THAT(autoscaling.set_instance_health(
                  {.InstanceId = *instances().front().InstanceId, .HealthStatus = "Ill"}),
              FailsWith("ValidationError"));
}

class TerminateInstanceInAutoScalingGroup : public testing::GroupTest {};

TEST_F(TerminateInstanceInAutoScalingGroup, ReplacesTheInstance) {
  make_group(wanted(2));
  const auto id = *instances().front().InstanceId;
  const auto answer = must(autoscaling.terminate_instance_in_auto_scaling_group(
      {.InstanceId = id, .ShouldDecrementDesiredCapacity = false}));
  EXPECT_EQ(answer.Activity->Description, "Terminating EC2 instance: " + id);
  EXPECT_EQ(answer.Activity->StatusCode, "InProgress");
  cloud.advance(minutes(5));

  EXPECT_EQ(count_in("InService"), 2);
  EXPECT_EQ(activity("Terminating").StatusCode, "Successful");
}

TEST_F(TerminateInstanceInAutoScalingGroup, ShrinksTheGroupWhenAsked) {
  auto request = wanted(2);
  request.MinSize = 1;
  make_group(request);
  const auto terminate = [&] {
    return autoscaling.terminate_instance_in_auto_scaling_group(
        {.InstanceId = instances().front().InstanceId, .ShouldDecrementDesiredCapacity = true});
  };
  must_do(terminate());
  cloud.advance(minutes(5));
  EXPECT_EQ(group().DesiredCapacity, 1);
  EXPECT_EQ(instances().size(), 1U);
  EXPECT_THAT(*activity("Terminating").Cause,
              ::testing::EndsWith("was taken out of service in response to a user request, "
                                  "shrinking the capacity from 2 to 1."));

  EXPECT_THAT(terminate(),
              FailsSaying("Currently, desiredSize equals minSize (1). Terminating instance without "
                          "replacement will violate group's min size constraint. Either set "
                          "shouldDecrementDesiredCapacity flag to false or lower group's min "
                          "size."));
}

class GroupHealth : public testing::GroupTest {
 protected:
  void make_group_behind_load_balancer(std::int32_t desired, std::int32_t grace_seconds) {
    balancer = make_load_balancer("web");
    targets = make_target_group("web");
    make_listener(balancer, targets);
    auto request = wanted(desired);
    request.TargetGroupARNs = {{targets}};
    request.HealthCheckType = "ELB";
    request.HealthCheckGracePeriod = grace_seconds;
    make_group(request);
  }
  std::string balancer, targets;
};

TEST_F(GroupHealth, ReplacesAnInstanceThatSomebodyTerminated) {
  make_group(wanted(3));
  const auto id = instance_in("eu-central-1b");
  must_do(ec2.terminate_instances({.InstanceIds = {{id}}}));
  cloud.advance(minutes(6));

  EXPECT_EQ(count_in("InService"), 3);
  EXPECT_THAT(*activity("Terminating EC2 instance: " + id).Cause,
              ::testing::HasSubstr("an instance was taken out of service in response to an EC2 "
                                   "health check indicating it has been terminated or stopped."));
  EXPECT_NO_THROW(instance_in("eu-central-1b"));
}

TEST_F(GroupHealth, ReplacesAnInstanceInItsGracePeriodWhenItDoesNotRun) {
  auto request = wanted(1);
  request.HealthCheckGracePeriod = 7200;
  make_group(request);
  const auto id = *instances().front().InstanceId;
  must_do(ec2.stop_instances({.InstanceIds = {{id}}}));
  cloud.advance(minutes(6));

  ASSERT_EQ(count_in("InService"), 1);
  EXPECT_NE(instances().front().InstanceId, id);
}

TEST_F(GroupHealth, RegistersItsInstances) {
  make_group_behind_load_balancer(3, 0);
  cloud.advance(minutes(1));

  const auto health = must(elbv2.describe_target_health({.TargetGroupArn = targets}));

  ASSERT_EQ(health.TargetHealthDescriptions->size(), 3U);
  for (const auto& description : *health.TargetHealthDescriptions) {
    EXPECT_EQ(description.TargetHealth->State, "healthy");
  }
}

TEST_F(GroupHealth, ReplacesWhatTheLoadBalancerFindsUnhealthy) {
  make_group_behind_load_balancer(3, 0);
  cloud.advance(minutes(1));
  const auto bad = instance_in("eu-central-1a");
  cloud.set_prober([bad](const dispatch::Probe& probe) {
    return dispatch::ProbeAnswer{.http_status = probe.instance_id == bad ? 500 : 200};
  });
  cloud.advance(minutes(5));

  EXPECT_EQ(count_in("InService"), 3);
  EXPECT_NE(instance_in("eu-central-1a"), bad);
  EXPECT_THAT(*activity("Terminating EC2 instance: " + bad).Cause,
              ::testing::HasSubstr("in response to an ELB system health check failure."));
}

TEST_F(GroupHealth, HearsOfUnhealthyTargetsAlsoWhileNobodyCanDescribeThem) {
  make_group_behind_load_balancer(3, 0);
  cloud.advance(minutes(1));
  const auto bad = instance_in("eu-central-1a");
  ASSERT_TRUE(cloud.begin_fault("api", {.kind = "api-error",
                                        .service = "elbv2",
                                        .operation = "DescribeTargetHealth",
                                        .code = "InternalFailure",
                                        .status = 500}));
  cloud.set_prober([bad](const dispatch::Probe& probe) {
    return dispatch::ProbeAnswer{.http_status = probe.instance_id == bad ? 500 : 200};
  });
  cloud.advance(minutes(5));

  EXPECT_THAT(elbv2.describe_target_health({.TargetGroupArn = targets}),
              FailsWith("InternalFailure", 500));
  EXPECT_EQ(count_in("InService"), 3);
  EXPECT_NE(instance_in("eu-central-1a"), bad);
}

TEST_F(GroupHealth, HeedsTheLoadBalancerOnlyAfterTheGracePeriod) {
  make_group_behind_load_balancer(1, 1800);
  const auto id = *instances().front().InstanceId;
  cloud.set_prober(
      [](const dispatch::Probe&) { return dispatch::ProbeAnswer{.http_status = 500}; });
  cloud.advance(minutes(20));
  EXPECT_EQ(instances().front().InstanceId, id);
  EXPECT_EQ(instances().front().HealthStatus, "Healthy");

  cloud.advance(minutes(12));

  EXPECT_THAT(*activity("Terminating EC2 instance: " + id).Cause,
              ::testing::HasSubstr("ELB system health check failure"));
}

TEST_F(GroupHealth, DrainsBeforeItTerminates) {
  make_group_behind_load_balancer(2, 0);
  cloud.advance(minutes(1));
  must_do(autoscaling.set_desired_capacity({.AutoScalingGroupName = "web", .DesiredCapacity = 1}));
  cloud.advance(seconds(60));
  EXPECT_EQ(count_in("Terminating"), 1);
  EXPECT_EQ(activity("Terminating").StatusCode, "WaitingForELBConnectionDraining");
  cloud.advance(minutes(8));

  EXPECT_EQ(instances().size(), 1U);
  EXPECT_EQ(activity("Terminating").StatusCode, "Successful");
}

TEST_F(GroupHealth, ReplacesATenthAtATime) {
  make_group(wanted(6));
  for (const auto& instance : instances()) {
    must_do(autoscaling.set_instance_health(
        {.InstanceId = instance.InstanceId, .HealthStatus = "Unhealthy"}));
  }
  cloud.advance(seconds(3));
  EXPECT_EQ(count_in("Terminating"), 1);
  EXPECT_EQ(count_in("InService"), 5);
  cloud.advance(minutes(15));

  EXPECT_EQ(count_in("InService"), 6);
  for (const auto& instance : instances()) EXPECT_EQ(instance.HealthStatus, "Healthy");
}

class GroupCapacity : public testing::GroupTest {};

TEST_F(GroupCapacity, TriesAnotherZoneWithoutCapacityAndRecordsTheFailure) {
  must_do_fault("ice", {.kind = "insufficient-capacity", .zone = "eu-central-1a"});
  make_group(wanted(3));

  EXPECT_EQ(count_in("InService"), 3);
  EXPECT_EQ(in_service_by_zone()["eu-central-1a"], 0);
  const auto failed = activity("Launching a new EC2 instance.  Status Reason:");
  EXPECT_EQ(failed.StatusCode, "Failed");
  EXPECT_THAT(*failed.StatusMessage, ::testing::EndsWith("Launching EC2 instance failed."));
}

TEST_F(GroupCapacity, WaitsForTheZoneWhenBalancedOnly) {
  must_do_fault("ice", {.kind = "insufficient-capacity", .zone = "eu-central-1a"});
  auto request = wanted(6);
  request.AvailabilityZoneDistribution = {{.CapacityDistributionStrategy = "balanced-only"}};
  make_group(request);
  EXPECT_LE(count_in("InService"), 2);
  EXPECT_EQ(in_service_by_zone()["eu-central-1a"], 0);

  cloud.end_fault("ice");
  cloud.advance(minutes(10));

  EXPECT_EQ(count_in("InService"), 6);
  EXPECT_EQ(in_service_by_zone()["eu-central-1a"], 2);
}

TEST_F(GroupCapacity, ProtectsInstancesFromScaleIn) {
  auto request = wanted(2);
  request.NewInstancesProtectedFromScaleIn = true;
  make_group(request);
  must_do(autoscaling.set_desired_capacity({.AutoScalingGroupName = "web", .DesiredCapacity = 1}));
  cloud.advance(minutes(5));

  EXPECT_EQ(count_in("InService"), 2);
}

TEST_F(GroupCapacity, ReplacesAnInstanceThatNeverRan) {
  must_do(autoscaling.create_auto_scaling_group(wanted(1)));
  cloud.advance(seconds(2));
  const auto id = *instances().front().InstanceId;
  must_do(ec2.terminate_instances({.InstanceIds = {{id}}}));
  cloud.advance(minutes(5));

  ASSERT_EQ(count_in("InService"), 1);
  EXPECT_NE(instances().front().InstanceId, id);
  EXPECT_EQ(activity("Launching a new EC2 instance: " + id).StatusCode, "Cancelled");
}

}  // namespace
}  // namespace fallstreak
