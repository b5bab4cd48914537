#include "tests/services/autoscaling/group_fixture.h"

namespace fallstreak {
namespace {

using std::chrono::minutes;
using testing::FailsWith;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class StandbyTest : public testing::GroupTest {
 protected:
  std::string first_id() { return *instances().at(0).InstanceId; }
  Outcome<api::autoscaling::EnterStandbyAnswer> enter(const std::string& id, bool decrement) {
    return autoscaling.enter_standby({.InstanceIds = {{id}},
                                      .AutoScalingGroupName = "web",
                                      .ShouldDecrementDesiredCapacity = decrement});
  }
  Outcome<api::autoscaling::ExitStandbyAnswer> exit(const std::string& id) {
    return autoscaling.exit_standby({.InstanceIds = {{id}}, .AutoScalingGroupName = "web"});
  }
  Outcome<api::autoscaling::DetachInstancesAnswer> detach(const std::string& id, bool decrement) {
    return autoscaling.detach_instances({.InstanceIds = {{id}},
                                         .AutoScalingGroupName = "web",
                                         .ShouldDecrementDesiredCapacity = decrement});
  }
};

using EnterStandby = StandbyTest;
using ExitStandby = StandbyTest;
using DetachInstances = StandbyTest;
using AttachInstances = StandbyTest;
using SetInstanceProtection = StandbyTest;

TEST_F(EnterStandby, TakesAnInstanceOutOfServiceAndShrinksTheGroup) {
  make_group(wanted(2));
  const std::string id = first_id();
  const auto activities = *must(enter(id, true)).Activities;
  EXPECT_EQ(activities[0].Description, "Moving EC2 instance to Standby: " + id);
  EXPECT_THAT(*activities[0].Cause,
              HasSubstr(" was moved to standby in response to a user request, shrinking the "
                        "capacity from 2 to 1."));
  cloud.advance(minutes(1));
  EXPECT_EQ(count_in("Standby"), 1);
  EXPECT_EQ(count_in("InService"), 1);
  EXPECT_EQ(group().DesiredCapacity, 1);
}

TEST_F(EnterStandby, IsMadeUpForWhenTheCapacityStays) {
  make_group(wanted(2));
  must_do(enter(first_id(), false));
  cloud.advance(minutes(3));
  EXPECT_EQ(count_in("Standby"), 1);
  EXPECT_EQ(count_in("InService"), 2);
}

TEST_F(EnterStandby, RefusesToGoBelowTheMinimumAndWhatIsNotInService) {
  auto request = wanted(1);
  request.MinSize = 1;
  make_group(request);
  EXPECT_THAT(enter(first_id(), true), FailsWith("ValidationError", 400));
  EXPECT_THAT(enter("i-0123456789abcdef0", false), FailsWith("ValidationError", 400));
  must_do(enter(first_id(), false));
  EXPECT_THAT(enter(first_id(), false), FailsWith("ValidationError", 400));
}

TEST_F(EnterStandby, LeavesTheLoadBalancerFirst) {
  const std::string target_group_arn = make_target_group("web");
  make_listener(make_load_balancer("web"), target_group_arn);
  auto request = wanted(1);
  request.TargetGroupARNs = {{target_group_arn}};
  make_group(request);
  cloud.advance(minutes(3));
  const std::string id = first_id();
  must_do(enter(id, true));
  cloud.advance(minutes(1));
  EXPECT_EQ(count_in("EnteringStandby"), 1);
  EXPECT_EQ(target_health(target_group_arn, id).State, "draining");
  cloud.advance(minutes(5));
  EXPECT_EQ(count_in("Standby"), 1);
}

TEST_F(ExitStandby, BringsTheInstanceBackAndGrowsTheGroup) {
  make_group(wanted(2));
  const std::string id = first_id();
  EXPECT_THAT(exit(id), FailsWith("ValidationError", 400));
  must_do(enter(id, true));
  cloud.advance(minutes(1));
  const auto activities = *must(exit(id)).Activities;
  EXPECT_EQ(activities[0].Description, "Moving EC2 instance out of Standby: " + id);
  cloud.advance(minutes(1));
  EXPECT_EQ(count_in("InService"), 2);
  EXPECT_EQ(group().DesiredCapacity, 2);
}

TEST_F(DetachInstances, LeaveTheInstanceRunning) {
  make_group(wanted(2));
  const std::string id = first_id();
  must_do(detach(id, true));
  cloud.advance(minutes(1));
  EXPECT_THAT(instances(), SizeIs(1));
  const auto described = must(ec2.describe_instances({.InstanceIds = {{id}}}));
  EXPECT_EQ(described.Reservations->front().Instances->front().State->Name, "running");
  EXPECT_THAT(detach(id, true), FailsWith("ValidationError", 400));
}

TEST_F(DetachInstances, AreMadeUpForWhenTheCapacityStays) {
  make_group(wanted(2));
  const std::string id = first_id();
  must_do(detach(id, false));
  cloud.advance(minutes(3));
  EXPECT_EQ(count_in("InService"), 2);
  EXPECT_NE(first_id(), id);
}

TEST_F(AttachInstances, GrowTheGroup) {
  make_group(wanted(1, 2));
  const std::string id = run_instance_to_running(subnet_ids[1]);
  must_do(autoscaling.attach_instances({.InstanceIds = {{id}}, .AutoScalingGroupName = "web"}));
  cloud.advance(minutes(1));
  EXPECT_EQ(group().DesiredCapacity, 2);
  EXPECT_EQ(count_in("InService"), 2);
  EXPECT_EQ(activity("Attaching").Description, "Attaching an existing EC2 instance: " + id);
  EXPECT_THAT(autoscaling.attach_instances({.InstanceIds = {{id}}, .AutoScalingGroupName = "web"}),
              FailsWith("ValidationError", 400));
}

TEST_F(AttachInstances, RefusesWhatDoesNotRun) {
  make_group(wanted(0));
  const std::string id = run_instance(subnet_ids[0]);
  EXPECT_THAT(autoscaling.attach_instances({.InstanceIds = {{id}}, .AutoScalingGroupName = "web"}),
              FailsWith("ValidationError", 400));
  EXPECT_THAT(autoscaling.attach_instances(
                  {.InstanceIds = {{"i-0123456789abcdef0"}}, .AutoScalingGroupName = "web"}),
              FailsWith("ValidationError", 400));
}

TEST_F(SetInstanceProtection, KeepsAnInstanceFromScaleIn) {
  make_group(wanted(2));
  const std::string id = first_id();
  must_do(autoscaling.set_instance_protection(
      {.InstanceIds = {{id}}, .AutoScalingGroupName = "web", .ProtectedFromScaleIn = true}));
  must_do(autoscaling.set_desired_capacity({.AutoScalingGroupName = "web", .DesiredCapacity = 0}));
  cloud.advance(minutes(5));
  ASSERT_THAT(instances(), SizeIs(1));
  EXPECT_EQ(first_id(), id);
  must_do(autoscaling.set_instance_protection(
      {.InstanceIds = {{id}}, .AutoScalingGroupName = "web", .ProtectedFromScaleIn = false}));
  cloud.advance(minutes(5));
  EXPECT_THAT(instances(), SizeIs(0));
}

class SuspendProcesses : public testing::GroupTest {
 protected:
  void suspend(const char* process) {
    must_do(autoscaling.suspend_processes(
        {.AutoScalingGroupName = "web", .ScalingProcesses = {{process}}}));
  }
  void set_desired(std::int32_t desired) {
    must_do(autoscaling.set_desired_capacity(
        {.AutoScalingGroupName = "web", .DesiredCapacity = desired}));
    cloud.advance(minutes(4));
  }
  void lose_one() {
    must_do(ec2.terminate_instances({.InstanceIds = {{*instances().at(0).InstanceId}}}));
    cloud.advance(minutes(6));
  }
};
using ResumeProcesses = SuspendProcesses;

TEST_F(SuspendProcesses, NamesThemInTheGroup) {
  make_group(wanted(0));
  suspend("Launch");
  ASSERT_THAT(*group().SuspendedProcesses, SizeIs(1));
  EXPECT_THAT(*group().SuspendedProcesses->front().SuspensionReason,
              HasSubstr("User suspended at 2026-01-01T"));
  EXPECT_THAT(autoscaling.suspend_processes(
                  {.AutoScalingGroupName = "web", .ScalingProcesses = {{"Dream"}}}),
              FailsWith("ValidationError", 400));
  must_do(autoscaling.suspend_processes({.AutoScalingGroupName = "web"}));
  EXPECT_THAT(*group().SuspendedProcesses, SizeIs(9));
  EXPECT_THAT(*must(autoscaling.describe_scaling_process_types({})).Processes, SizeIs(9));
}

TEST_F(SuspendProcesses, LaunchesNothingWithoutLaunch) {
  make_group(wanted(1));
  suspend("Launch");
  set_desired(3);
  EXPECT_THAT(instances(), SizeIs(1));
}

TEST_F(SuspendProcesses, TerminatesNothingWithoutTerminate) {
  make_group(wanted(3));
  suspend("Terminate");
  set_desired(1);
  EXPECT_THAT(instances(), SizeIs(3));
}

TEST_F(SuspendProcesses, FindsNothingUnhealthyWithoutHealthCheck) {
  make_group(wanted(2));
  suspend("HealthCheck");
  const std::string lost = *instances().at(0).InstanceId;
  lose_one();
  EXPECT_EQ(*instances().at(0).InstanceId, lost);
  EXPECT_EQ(instances().at(0).HealthStatus, "Healthy");
}

TEST_F(SuspendProcesses, ReplacesNothingWithoutReplaceUnhealthy) {
  make_group(wanted(2));
  suspend("ReplaceUnhealthy");
  const std::string lost = *instances().at(0).InstanceId;
  lose_one();
  EXPECT_EQ(*instances().at(0).InstanceId, lost);
  EXPECT_EQ(instances().at(0).HealthStatus, "Unhealthy");
}

TEST_F(SuspendProcesses, RegistersNothingWithoutAddToLoadBalancer) {
  const std::string target_group_arn = make_target_group("web");
  auto request = wanted(0);
  request.TargetGroupARNs = {{target_group_arn}};
  make_group(request);
  suspend("AddToLoadBalancer");
  set_desired(2);
  EXPECT_THAT(*must(elbv2.describe_target_health({.TargetGroupArn = target_group_arn}))
                   .TargetHealthDescriptions,
              SizeIs(0));
}

TEST_F(ResumeProcesses, MakesUpForWhatWasNotDone) {
  make_group(wanted(1));
  suspend("Launch");
  set_desired(3);
  must_do(autoscaling.resume_processes(
      {.AutoScalingGroupName = "web", .ScalingProcesses = {{"Launch"}}}));
  cloud.advance(minutes(3));
  EXPECT_EQ(count_in("InService"), 3);
}

}  // namespace
}  // namespace fallstreak
