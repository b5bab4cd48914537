#include "tests/services/autoscaling/group_fixture.h"

namespace fallstreak {
namespace {

using api::autoscaling::PutLifecycleHookType;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::FailsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// A group whose instances wait until somebody has prepared them, or has said goodbye.
class LifecycleHookTest : public testing::GroupTest {
 protected:
  static constexpr const char* kLaunching = "autoscaling:EC2_INSTANCE_LAUNCHING";
  static constexpr const char* kTerminating = "autoscaling:EC2_INSTANCE_TERMINATING";

  static PutLifecycleHookType hook(const char* transition, const std::string& name = "prepare") {
    return {.LifecycleHookName = name,
            .AutoScalingGroupName = "web",
            .LifecycleTransition = transition,
            .HeartbeatTimeout = 300};
  }
  void put(const PutLifecycleHookType& request) {
    must_do(autoscaling.put_lifecycle_hook(request));
  }
  /// An empty group with this hook, which then wants so many instances.
  void make_waiting(const PutLifecycleHookType& request, std::int32_t desired = 1) {
    make_group(wanted(0));
    put(request);
    set_desired(desired);
    cloud.advance(minutes(2));
  }
  void set_desired(std::int32_t desired) {
    must_do(autoscaling.set_desired_capacity(
        {.AutoScalingGroupName = "web", .DesiredCapacity = desired}));
  }
  std::string first_id() { return *instances().at(0).InstanceId; }
  Outcome<api::autoscaling::CompleteLifecycleActionAnswer> complete(
      const std::string& id, const char* result, const std::string& name = "prepare") {
    return autoscaling.complete_lifecycle_action({.LifecycleHookName = name,
                                                  .AutoScalingGroupName = "web",
                                                  .LifecycleActionResult = result,
                                                  .InstanceId = id});
  }
};

using PutLifecycleHook = LifecycleHookTest;
using DescribeLifecycleHooks = LifecycleHookTest;
using CompleteLifecycleAction = LifecycleHookTest;
using RecordLifecycleActionHeartbeat = LifecycleHookTest;
using DeleteLifecycleHook = LifecycleHookTest;

TEST_F(PutLifecycleHook, HasAwsDefaults) {
  make_group(wanted(0));
  put({.LifecycleHookName = "h", .AutoScalingGroupName = "web", .LifecycleTransition = kLaunching});
  const auto hooks =
      *must(autoscaling.describe_lifecycle_hooks({.AutoScalingGroupName = "web"})).LifecycleHooks;
  ASSERT_THAT(hooks, SizeIs(1));
  EXPECT_EQ(hooks[0].HeartbeatTimeout, 3600);
  EXPECT_EQ(hooks[0].GlobalTimeout, 172800);
  EXPECT_EQ(hooks[0].DefaultResult, "ABANDON");
}

TEST_F(PutLifecycleHook, BoundsTheWholeWaitByAHundredHeartbeats) {
  make_group(wanted(0));
  put(hook(kLaunching));
  EXPECT_EQ(must(autoscaling.describe_lifecycle_hooks({.AutoScalingGroupName = "web"}))
                .LifecycleHooks->at(0)
                .GlobalTimeout,
            30'000);
}

TEST_F(PutLifecycleHook, RefusesWhatAwsRefuses) {
  make_group(wanted(0));
  auto request = hook("autoscaling:EC2_INSTANCE_DREAMING");
  EXPECT_THAT(autoscaling.put_lifecycle_hook(request), FailsWith("ValidationError", 400));
  request = hook(kLaunching);
  request.HeartbeatTimeout = 29;
  EXPECT_THAT(autoscaling.put_lifecycle_hook(request), FailsWith("ValidationError", 400));
  request = hook(kLaunching);
  request.DefaultResult = "PERHAPS";
  EXPECT_THAT(autoscaling.put_lifecycle_hook(request), FailsWith("ValidationError", 400));
  request = hook(kLaunching);
  request.LifecycleTransition.reset();
  EXPECT_THAT(autoscaling.put_lifecycle_hook(request), FailsWith("ValidationError", 400));
  request = hook(kLaunching);
  request.AutoScalingGroupName = "missing";
  EXPECT_THAT(autoscaling.put_lifecycle_hook(request), FailsWith("ValidationError", 400));
}

TEST_F(PutLifecycleHook, AllowsFiftyPerGroup) {
  make_group(wanted(0));
  for (int i = 0; i < 50; ++i) put(hook(kLaunching, "h" + std::to_string(i)));
  EXPECT_THAT(autoscaling.put_lifecycle_hook(hook(kLaunching, "one-more")),
              FailsWith("LimitExceeded", 400));
}

TEST_F(DescribeLifecycleHooks, KnowsHooksThatCameWithTheGroup) {
  auto request = wanted(1);
  request.LifecycleHookSpecificationList = {{{.LifecycleHookName = "first",
                                              .LifecycleTransition = kLaunching,
                                              .NotificationMetadata = "for the queue"}}};
  make_group(request);
  const auto hooks = *must(autoscaling.describe_lifecycle_hooks(
                               {.AutoScalingGroupName = "web", .LifecycleHookNames = {{"first"}}}))
                          .LifecycleHooks;
  ASSERT_THAT(hooks, SizeIs(1));
  EXPECT_EQ(hooks.front().NotificationMetadata, "for the queue");
  EXPECT_EQ(count_in("Pending:Wait"), 1);
  EXPECT_THAT(*must(autoscaling.describe_lifecycle_hook_types({})).LifecycleHookTypes, SizeIs(2));
}

TEST_F(CompleteLifecycleAction, LetsALaunchGoOn) {
  make_waiting(hook(kLaunching));
  EXPECT_EQ(count_in("Pending:Wait"), 1);
  EXPECT_EQ(activity("Launching").StatusCode, "MidLifecycleAction");

  must_do(complete(first_id(), "CONTINUE"));
  EXPECT_EQ(count_in("Pending:Proceed"), 1);
  cloud.advance(seconds(5));
  EXPECT_EQ(count_in("InService"), 1);
  EXPECT_EQ(activity("Launching").StatusCode, "Successful");
}

TEST_F(CompleteLifecycleAction, WaitsForAllHooks) {
  make_group(wanted(0));
  put(hook(kLaunching, "prepare"));
  put(hook(kLaunching, "register"));
  set_desired(1);
  cloud.advance(minutes(2));
  must_do(complete(first_id(), "CONTINUE", "prepare"));
  cloud.advance(seconds(10));
  EXPECT_EQ(count_in("Pending:Wait"), 1);
  must_do(complete(first_id(), "CONTINUE", "register"));
  cloud.advance(seconds(10));
  EXPECT_EQ(count_in("InService"), 1);
}

TEST_F(CompleteLifecycleAction, GivesALaunchUpAndTriesAnother) {
  make_waiting(hook(kLaunching));
  const std::string given_up = first_id();
  must_do(complete(given_up, "ABANDON"));
  cloud.advance(minutes(5));
  ASSERT_THAT(instances(), SizeIs(1));
  EXPECT_NE(first_id(), given_up);
  const auto cancelled = activities().back();
  EXPECT_EQ(cancelled.StatusCode, "Cancelled");
  EXPECT_THAT(*cancelled.StatusMessage,
              HasSubstr("was abandoned: Lifecycle Action Completed with ABANDON Result"));
}

TEST_F(CompleteLifecycleAction, LetsATerminationGoOnWhateverItsResult) {
  make_group(wanted(2));
  put(hook(kTerminating));
  set_desired(0);
  cloud.advance(minutes(5));
  EXPECT_EQ(count_in("Terminating:Wait"), 2);
  must_do(complete(*instances()[0].InstanceId, "CONTINUE"));
  must_do(complete(*instances()[1].InstanceId, "ABANDON"));
  cloud.advance(minutes(4));
  EXPECT_THAT(instances(), IsEmpty());
}

TEST_F(CompleteLifecycleAction, RefusesWhenNothingWaits) {
  make_group(wanted(1));
  const auto refused = complete(first_id(), "CONTINUE");
  EXPECT_THAT(refused, FailsWith("ValidationError", 400));
  EXPECT_EQ(refused.error().message,
            "No active Lifecycle Action found with instance ID " + first_id());
  EXPECT_THAT(complete(first_id(), "MAYBE"), FailsWith("ValidationError", 400));
}

TEST_F(CompleteLifecycleAction, HappensByItselfWhenNoHeartbeatComes) {
  make_waiting(hook(kLaunching));
  const std::string given_up = first_id();
  cloud.advance(minutes(6));
  EXPECT_NE(first_id(), given_up);
  EXPECT_THAT(*activities().back().StatusMessage, HasSubstr("Heartbeat Timeout"));
}

TEST_F(CompleteLifecycleAction, HappensByItselfAsTheDefaultSays) {
  auto request = hook(kLaunching);
  request.DefaultResult = "CONTINUE";
  make_waiting(request);
  cloud.advance(minutes(4));
  EXPECT_EQ(count_in("InService"), 1);
}

TEST_F(RecordLifecycleActionHeartbeat, ExtendsTheWaitUntilTheGlobalTimeout) {
  auto request = hook(kLaunching);
  request.HeartbeatTimeout = 30;
  make_group(wanted(0));
  put(request);
  set_desired(1);
  while (count_in("Pending:Wait") == 0) cloud.advance(seconds(1));
  const std::string waiting = first_id();
  const auto beat = [&] {
    return autoscaling.record_lifecycle_action_heartbeat(
        {.LifecycleHookName = "prepare", .AutoScalingGroupName = "web", .InstanceId = waiting});
  };
  int beats = 0;
  for (; beats < 300 && beat(); ++beats) cloud.advance(seconds(20));
  // A hundred times thirty seconds.
  EXPECT_EQ(beats, 150);
}

TEST_F(DeleteLifecycleHook, EndsWhatWaitsForIt) {
  make_waiting(hook(kLaunching));
  const std::string given_up = first_id();
  const auto remove = [&] {
    return autoscaling.delete_lifecycle_hook(
        {.LifecycleHookName = "prepare", .AutoScalingGroupName = "web"});
  };
  must_do(remove());
  cloud.advance(minutes(5));
  EXPECT_NE(first_id(), given_up);
  EXPECT_EQ(count_in("InService"), 1);
  EXPECT_THAT(remove(), FailsWith("ValidationError", 400));
}

TEST_F(DeleteLifecycleHook, LetsTerminationsGoOn) {
  make_group(wanted(1));
  put(hook(kTerminating));
  set_desired(0);
  cloud.advance(minutes(1));
  ASSERT_EQ(count_in("Terminating:Wait"), 1);
  must_do(autoscaling.delete_lifecycle_hook(
      {.LifecycleHookName = "prepare", .AutoScalingGroupName = "web"}));
  cloud.advance(minutes(4));
  EXPECT_THAT(instances(), IsEmpty());
}

TEST_F(LifecycleHookTest, IsNotWaitedForWhenAGroupIsDeletedByForce) {
  make_group(wanted(1));
  put(hook(kTerminating));
  must_do(
      autoscaling.delete_auto_scaling_group({.AutoScalingGroupName = "web", .ForceDelete = true}));
  cloud.advance(minutes(5));
  EXPECT_THAT(groups_named("web"), IsEmpty());
}

}  // namespace
}  // namespace fallstreak
