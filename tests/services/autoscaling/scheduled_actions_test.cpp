#include "tests/services/autoscaling/group_fixture.h"

namespace fallstreak {
namespace {

using api::autoscaling::PutScheduledUpdateGroupActionType;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using testing::FailsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// The clock is at 2026-01-01T00:00:00Z, a Thursday, when the cloud begins.
class ScheduledActionTest : public testing::GroupTest {
 protected:
  PutScheduledUpdateGroupActionType action(std::int32_t desired) const {
    return {.AutoScalingGroupName = "web",
            .ScheduledActionName = "morning",
            .DesiredCapacity = desired};
  }
  std::vector<api::autoscaling::ScheduledUpdateGroupAction> actions() {
    return *must(autoscaling.describe_scheduled_actions({.AutoScalingGroupName = "web"}))
                .ScheduledUpdateGroupActions;
  }
  std::int32_t desired() { return *group().DesiredCapacity; }
  const Time midnight = cloud.now();
};

using PutScheduledUpdateGroupAction = ScheduledActionTest;
using BatchPutScheduledUpdateGroupAction = ScheduledActionTest;
using DeleteScheduledAction = ScheduledActionTest;
using BatchDeleteScheduledAction = ScheduledActionTest;

TEST_F(PutScheduledUpdateGroupAction, HappensOnceAtItsStartTime) {
  make_group(wanted(1));
  auto request = action(3);
  request.StartTime = midnight + hours(1);
  request.MaxSize = 4;
  must_do(autoscaling.put_scheduled_update_group_action(request));
  ASSERT_THAT(actions(), SizeIs(1));
  EXPECT_THAT(*actions()[0].ScheduledActionARN, HasSubstr(":scheduledUpdateGroupAction:"));
  cloud.advance_to(midnight + hours(1) - minutes(1));
  EXPECT_EQ(desired(), 1);
  cloud.advance(minutes(5));
  EXPECT_EQ(desired(), 3);
  EXPECT_EQ(group().MaxSize, 4);
  EXPECT_EQ(count_in("InService"), 3);
  EXPECT_THAT(*activities()[0].Cause,
              HasSubstr("a scheduled action update of AutoScalingGroup constraints to min: 0, max: "
                        "4, desired: 3 changing the desired capacity from 1 to 3."));
  EXPECT_THAT(actions(), IsEmpty());
}

TEST_F(PutScheduledUpdateGroupAction, RecursInATimeZoneUntilItsEnd) {
  make_group(wanted(1));
  auto request = action(2);
  request.Recurrence = "0 9 * * MON-FRI";
  request.TimeZone = "Europe/Berlin";
  request.EndTime = midnight + days(5);
  must_do(autoscaling.put_scheduled_update_group_action(request));
  EXPECT_EQ(actions()[0].StartTime, midnight + hours(8));
  cloud.advance_to(midnight + hours(8) + minutes(1));
  EXPECT_EQ(desired(), 2);
  EXPECT_EQ(actions()[0].StartTime, midnight + days(1) + hours(8));
  // After Friday comes Monday, and that is too late.
  cloud.advance_to(midnight + days(1) + hours(9));
  EXPECT_EQ(actions()[0].StartTime, midnight + days(4) + hours(8));
  cloud.advance_to(midnight + days(5));
  EXPECT_THAT(actions(), IsEmpty());
}

TEST_F(PutScheduledUpdateGroupAction, IsNotDoneWhileScheduledActionsIsSuspended) {
  make_group(wanted(1));
  auto request = action(2);
  request.Recurrence = "0 * * * *";
  must_do(autoscaling.put_scheduled_update_group_action(request));
  must_do(autoscaling.suspend_processes(
      {.AutoScalingGroupName = "web", .ScalingProcesses = {{"ScheduledActions"}}}));
  cloud.advance(hours(2));
  EXPECT_EQ(desired(), 1);
  must_do(autoscaling.resume_processes({.AutoScalingGroupName = "web"}));
  cloud.advance(hours(1));
  EXPECT_EQ(desired(), 2);
}

TEST_F(PutScheduledUpdateGroupAction, IsMovedWhenItIsPutAgain) {
  make_group(wanted(1));
  auto request = action(2);
  request.StartTime = midnight + hours(1);
  must_do(autoscaling.put_scheduled_update_group_action(request));
  request.StartTime = midnight + hours(2);
  must_do(autoscaling.put_scheduled_update_group_action(request));
  cloud.advance_to(midnight + hours(1) + minutes(5));
  EXPECT_EQ(desired(), 1);
  cloud.advance_to(midnight + hours(2) + minutes(5));
  EXPECT_EQ(desired(), 2);
}

TEST_F(PutScheduledUpdateGroupAction, RefusesWhatAwsRefuses) {
  make_group(wanted(0));
  const auto refuses = [&](const PutScheduledUpdateGroupActionType& request) {
    EXPECT_THAT(autoscaling.put_scheduled_update_group_action(request),
                FailsWith("ValidationError", 400));
  };
  auto request = action(1);
  refuses(request);
  request.StartTime = cloud.now() - minutes(1);
  refuses(request);
  request.StartTime = cloud.now() + hours(1);
  request.EndTime = cloud.now() + minutes(1);
  refuses(request);
  request.EndTime.reset();
  request.Recurrence = "at noon";
  refuses(request);
  request.Recurrence = "0 12 * * *";
  request.TimeZone = "Europe/Atlantis";
  refuses(request);
  request.TimeZone.reset();
  request.DesiredCapacity.reset();
  refuses(request);
  request.MinSize = 3;
  request.MaxSize = 2;
  refuses(request);
}

TEST_F(BatchPutScheduledUpdateGroupAction, TellsWhichFailed) {
  make_group(wanted(0));
  const auto answer = must(autoscaling.batch_put_scheduled_update_group_action(
      {.AutoScalingGroupName = "web",
       .ScheduledUpdateGroupActions = {
           {{.ScheduledActionName = "good", .Recurrence = "0 9 * * *", .DesiredCapacity = 1},
            {.ScheduledActionName = "bad", .Recurrence = "nine", .DesiredCapacity = 1}}}}));
  ASSERT_THAT(*answer.FailedScheduledUpdateGroupActions, SizeIs(1));
  EXPECT_EQ(answer.FailedScheduledUpdateGroupActions->front().ScheduledActionName, "bad");
  EXPECT_EQ(answer.FailedScheduledUpdateGroupActions->front().ErrorCode, "ValidationError");
  EXPECT_THAT(actions(), SizeIs(1));
}

TEST_F(DeleteScheduledAction, ForgetsIt) {
  make_group(wanted(1));
  auto request = action(2);
  request.Recurrence = "0 * * * *";
  must_do(autoscaling.put_scheduled_update_group_action(request));
  const auto remove = [&] {
    return autoscaling.delete_scheduled_action(
        {.AutoScalingGroupName = "web", .ScheduledActionName = "morning"});
  };
  must_do(remove());
  EXPECT_THAT(remove(), FailsWith("ValidationError", 400));
  cloud.advance(hours(2));
  EXPECT_EQ(desired(), 1);
}

TEST_F(BatchDeleteScheduledAction, TellsWhichDidNotExist) {
  make_group(wanted(0));
  auto request = action(2);
  request.Recurrence = "0 * * * *";
  must_do(autoscaling.put_scheduled_update_group_action(request));
  const auto answer = must(autoscaling.batch_delete_scheduled_action(
      {.AutoScalingGroupName = "web", .ScheduledActionNames = {{"morning", "evening"}}}));
  ASSERT_THAT(*answer.FailedScheduledActions, SizeIs(1));
  EXPECT_EQ(answer.FailedScheduledActions->front().ScheduledActionName, "evening");
  EXPECT_THAT(actions(), IsEmpty());
}

}  // namespace
}  // namespace fallstreak
