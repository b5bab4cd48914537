#include "tests/services/autoscaling/group_fixture.h"

namespace fallstreak {
namespace {

using std::chrono::minutes;
using testing::FailsSaying;
using testing::FailsWith;

class WarmPool : public testing::GroupTest {
 protected:
  void put_pool(api::autoscaling::PutWarmPoolType request = {}) {
    request.AutoScalingGroupName = "web";
    must_do(autoscaling.put_warm_pool(request));
    cloud.advance(minutes(8));
  }
  std::vector<api::autoscaling::Instance> pool() {
    return *must(autoscaling.describe_warm_pool({.AutoScalingGroupName = "web"})).Instances;
  }
  std::int32_t pooled_in(std::string_view lifecycle) {
    std::int32_t count = 0;
    for (const auto& instance : pool()) count += instance.LifecycleState == lifecycle;
    return count;
  }
  std::string ec2_state(const std::string& id) {
    const auto described = must(ec2.describe_instances({.InstanceIds = {{id}}}));
    return *described.Reservations->front().Instances->front().State->Name;
  }
  void set_desired(std::int32_t desired, minutes wait = minutes(8)) {
    must_do(autoscaling.set_desired_capacity(
        {.AutoScalingGroupName = "web", .DesiredCapacity = desired}));
    cloud.advance(wait);
  }
  bool has_member(const std::string& id) {
    for (const auto& instance : instances()) {
      if (instance.InstanceId == id) return true;
    }
    return false;
  }
};

TEST_F(WarmPool, IsFilledUpToTheMaximumWithStoppedInstances) {
  make_group(wanted(2, 5));
  put_pool();

  EXPECT_EQ(pooled_in("Warmed:Stopped"), 3);
  EXPECT_EQ(ec2_state(*pool().front().InstanceId), "stopped");
  EXPECT_EQ(group().WarmPoolSize, 3);
  EXPECT_EQ(group().WarmPoolConfiguration->PoolState, "Stopped");
  EXPECT_EQ(instances().size(), 2);
  EXPECT_TRUE(activity("Launching a new EC2 instance into warm pool: i-")
                  .Cause->ends_with("increasing the warm pool capacity from 0 to 3."));
}

TEST_F(WarmPool, KeepsInstancesRunningWhenItIsAskedTo) {
  make_group(wanted(1, 3));
  put_pool({.PoolState = "Running"});

  EXPECT_EQ(pooled_in("Warmed:Running"), 2);
  EXPECT_EQ(ec2_state(*pool().front().InstanceId), "running");
}

TEST_F(WarmPool, HasASizeOfItsOwn) {
  make_group(wanted(1, 9));
  put_pool({.MaxGroupPreparedCapacity = 3, .MinSize = 1});
  EXPECT_EQ(pool().size(), 2);
  set_desired(4);
  EXPECT_EQ(pool().size(), 1);
}

TEST_F(WarmPool, GivesItsInstancesBeforeOthersAreLaunched) {
  make_group(wanted(1, 3));
  put_pool();
  const std::string zone = *pool().front().AvailabilityZone;
  set_desired(2, minutes(3));

  EXPECT_EQ(count_in("InService"), 2);
  EXPECT_EQ(pool().size(), 1);
  const auto taken = activity("Launching a new EC2 instance from warm pool: i-");
  EXPECT_EQ(taken.StatusCode, "Successful");
  EXPECT_TRUE(has_member(taken.Description->substr(taken.Description->find("i-"))));
}

TEST_F(WarmPool, LeavesWhatScalesInToItsEndWithoutAReusePolicy) {
  make_group(wanted(2, 3));
  put_pool();
  set_desired(1);

  EXPECT_EQ(count_in("InService"), 1);
  EXPECT_EQ(pool().size(), 2);
  EXPECT_TRUE(activity("Terminating EC2 instance: ").Description.has_value());
}

TEST_F(WarmPool, TakesBackWhatScalesInWithAReusePolicy) {
  make_group(wanted(2, 3));
  put_pool({.InstanceReusePolicy = {{.ReuseOnScaleIn = true}}});
  const std::string first = *instances()[0].InstanceId;
  const std::string second = *instances()[1].InstanceId;
  set_desired(1);

  EXPECT_EQ(count_in("InService"), 1);
  EXPECT_EQ(pooled_in("Warmed:Stopped"), 2);
  const std::string& returned = has_member(first) ? second : first;
  EXPECT_EQ(ec2_state(returned), "stopped");
}

TEST_F(WarmPool, PassesThroughTheHooksOfLaunches) {
  make_group(wanted(1, 2));
  must_do(
      autoscaling.put_lifecycle_hook({.LifecycleHookName = "prepare",
                                      .AutoScalingGroupName = "web",
                                      .LifecycleTransition = "autoscaling:EC2_INSTANCE_LAUNCHING",
                                      .HeartbeatTimeout = 3600}));
  put_pool();
  ASSERT_EQ(pooled_in("Warmed:Pending:Wait"), 1);
  const std::string id = *pool().front().InstanceId;
  const auto complete = [&] {
    must_do(autoscaling.complete_lifecycle_action({.LifecycleHookName = "prepare",
                                                   .AutoScalingGroupName = "web",
                                                   .LifecycleActionResult = "CONTINUE",
                                                   .InstanceId = id}));
    cloud.advance(minutes(5));
  };
  complete();
  ASSERT_EQ(pooled_in("Warmed:Stopped"), 1);

  // AWS: once more when it leaves the pool for the group.
  set_desired(2, minutes(3));
  EXPECT_EQ(count_in("Pending:Wait"), 1);
  complete();
  EXPECT_EQ(count_in("InService"), 2);
}

TEST_F(WarmPool, GivesUpAnInstanceWhoseHookIsAbandoned) {
  make_group(wanted(1, 2));
  must_do(
      autoscaling.put_lifecycle_hook({.LifecycleHookName = "prepare",
                                      .AutoScalingGroupName = "web",
                                      .LifecycleTransition = "autoscaling:EC2_INSTANCE_LAUNCHING",
                                      .HeartbeatTimeout = 3600}));
  put_pool();
  const std::string id = *pool().front().InstanceId;
  must_do(autoscaling.complete_lifecycle_action({.LifecycleHookName = "prepare",
                                                 .AutoScalingGroupName = "web",
                                                 .LifecycleActionResult = "ABANDON",
                                                 .InstanceId = id}));
  cloud.advance(minutes(5));

  EXPECT_EQ(ec2_state(id), "terminated");
  EXPECT_EQ(pooled_in("Warmed:Pending:Wait"), 1);
}

TEST_F(WarmPool, ReplacesWhatIsTerminatedBehindItsBack) {
  make_group(wanted(1, 2));
  put_pool();
  const std::string id = *pool().front().InstanceId;
  must_do(ec2.terminate_instances({.InstanceIds = {{id}}}));
  cloud.advance(minutes(8));

  ASSERT_EQ(pooled_in("Warmed:Stopped"), 1);
  EXPECT_NE(pool().front().InstanceId, id);
}

TEST_F(WarmPool, IsDeletedWithItsInstances) {
  make_group(wanted(1, 3));
  put_pool();
  const std::string id = *pool().front().InstanceId;
  must_do(autoscaling.delete_warm_pool({.AutoScalingGroupName = "web"}));
  EXPECT_EQ(group().WarmPoolConfiguration->Status, "PendingDelete");
  cloud.advance(minutes(8));

  EXPECT_FALSE(group().WarmPoolConfiguration.has_value());
  EXPECT_EQ(ec2_state(id), "terminated");
  EXPECT_TRUE(pool().empty());
}

TEST_F(WarmPool, IsDeletedAtOnceByForce) {
  make_group(wanted(1, 3));
  put_pool();
  must_do(autoscaling.delete_warm_pool({.AutoScalingGroupName = "web", .ForceDelete = true}));

  EXPECT_FALSE(group().WarmPoolConfiguration.has_value());
  EXPECT_TRUE(pool().empty());
}

TEST_F(WarmPool, KeepsItsGroupFromBeingDeletedExceptByForce) {
  make_group(wanted(0, 2));
  put_pool();
  EXPECT_THAT(autoscaling.delete_auto_scaling_group({.AutoScalingGroupName = "web"}),
              FailsWith("ResourceInUse", 400));
  must_do(
      autoscaling.delete_auto_scaling_group({.AutoScalingGroupName = "web", .ForceDelete = true}));
  cloud.advance(minutes(5));
  EXPECT_TRUE(groups_named("web").empty());
}

TEST_F(WarmPool, IsRefusedWhereItCannotBe) {
  make_group(wanted(1, 2));
  EXPECT_THAT(autoscaling.put_warm_pool({.AutoScalingGroupName = "web", .PoolState = "Hibernated"}),
              FailsWith("NotImplemented", 501));
  EXPECT_THAT(
      autoscaling.put_warm_pool({.AutoScalingGroupName = "web", .MaxGroupPreparedCapacity = 0}),
      FailsWith("ValidationError", 400));
  EXPECT_THAT(autoscaling.delete_warm_pool({.AutoScalingGroupName = "web"}),
              FailsSaying("No warm pool found for Auto Scaling group web"));
  must_do(autoscaling.update_auto_scaling_group(
      {.AutoScalingGroupName = "web",
       .MixedInstancesPolicy = {{.LaunchTemplate = {{.LaunchTemplateSpecification = {
                                                         {.LaunchTemplateId = template_id}}}}}}}));
  EXPECT_THAT(autoscaling.put_warm_pool({.AutoScalingGroupName = "web"}),
              FailsWith("ValidationError", 400));
}

}  // namespace
}  // namespace fallstreak
