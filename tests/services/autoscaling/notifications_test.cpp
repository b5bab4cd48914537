#include <algorithm>

#include "dispatch/notices.h"
#include "tests/services/autoscaling/group_fixture.h"

namespace fallstreak {
namespace {

using std::chrono::minutes;
using ::testing::AllOf;
using testing::FailsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

/// What a group tells others by itself.
class NotificationTest : public testing::GroupTest {
 protected:
  static constexpr const char* kTopic = "arn:aws:sns:eu-central-1:123456789012:scaling";

  std::vector<dispatch::Notice> notices() {
    const std::lock_guard held(cloud.lock());
    return dispatch::notices(cloud.world()).notices;
  }
  /// Those that name an event or a transition, in their order.
  std::vector<dispatch::Notice> told_of(const std::string& what) {
    auto all = notices();
    std::erase_if(all, [&](const auto& one) {
      return one.message.find("\"" + what + "\"") == std::string::npos;
    });
    return all;
  }
  void put(const std::vector<std::string>& types) {
    must_do(autoscaling.put_notification_configuration(
        {.AutoScalingGroupName = "web", .TopicARN = kTopic, .NotificationTypes = types}));
  }
  void set_desired(std::int32_t desired) {
    must_do(autoscaling.set_desired_capacity(
        {.AutoScalingGroupName = "web", .DesiredCapacity = desired}));
    cloud.advance(minutes(6));
  }
};

using Notifications = NotificationTest;
using LifecycleNotifications = NotificationTest;

TEST_F(Notifications, TestTheTopicFirst) {
  make_group(wanted(0));
  put({"autoscaling:EC2_INSTANCE_LAUNCH"});
  const auto sent = notices();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0].target_arn, kTopic);
  EXPECT_EQ(sent[0].source, "aws.autoscaling");
  EXPECT_EQ(sent[0].account_id, "123456789012");
  EXPECT_EQ(sent[0].region, "eu-central-1");
  EXPECT_EQ(sent[0].time, cloud.now());
  EXPECT_THAT(sent[0].message, AllOf(HasSubstr(R"("Event":"autoscaling:TEST_NOTIFICATION")"),
                                     HasSubstr(R"("AutoScalingGroupName":"web")")));
}

TEST_F(Notifications, TellOfLaunchesAndTerminationsThatAreWanted) {
  make_group(wanted(0));
  put({"autoscaling:EC2_INSTANCE_LAUNCH"});
  set_desired(1);
  const std::string id = *instances().at(0).InstanceId;
  const auto launches = told_of("autoscaling:EC2_INSTANCE_LAUNCH");
  ASSERT_THAT(launches, SizeIs(1));
  EXPECT_THAT(launches[0].message,
              AllOf(HasSubstr("\"EC2InstanceId\":\"" + id + "\""),
                    HasSubstr("\"Description\":\"Launching a new EC2 instance: " + id + "\""),
                    HasSubstr(R"("Service":"AWS Auto Scaling")"),
                    HasSubstr(R"("Details":{"Subnet ID":"subnet-)"),
                    HasSubstr("increasing the capacity from 0 to 1.")));
  set_desired(0);
  EXPECT_THAT(told_of("autoscaling:EC2_INSTANCE_TERMINATE"), IsEmpty());

  put({"autoscaling:EC2_INSTANCE_TERMINATE"});
  set_desired(1);
  set_desired(0);
  EXPECT_THAT(told_of("autoscaling:EC2_INSTANCE_TERMINATE"), SizeIs(1));
  EXPECT_THAT(told_of("autoscaling:EC2_INSTANCE_LAUNCH"), SizeIs(1));
}

TEST_F(Notifications, TellOfLaunchesThatFail) {
  make_group(wanted(0));
  put({"autoscaling:EC2_INSTANCE_LAUNCH_ERROR"});
  for (const char* zone : {"eu-central-1a", "eu-central-1b", "eu-central-1c"}) {
    must_do_fault(zone, {.kind = "insufficient-capacity", .zone = zone});
  }
  set_desired(1);
  const auto errors = told_of("autoscaling:EC2_INSTANCE_LAUNCH_ERROR");
  ASSERT_THAT(errors, Not(IsEmpty()));
  EXPECT_THAT(errors[0].message,
              AllOf(HasSubstr(R"("StatusCode":"Failed")"), HasSubstr(R"("EC2InstanceId":"")")));
}

TEST_F(LifecycleNotifications, GoToTheTargetAndToEventBridge) {
  const std::string queue = "arn:aws:sqs:eu-central-1:123456789012:prepare";
  make_group(wanted(0));
  must_do(
      autoscaling.put_lifecycle_hook({.LifecycleHookName = "prepare",
                                      .AutoScalingGroupName = "web",
                                      .LifecycleTransition = "autoscaling:EC2_INSTANCE_LAUNCHING",
                                      .NotificationTargetARN = queue,
                                      .NotificationMetadata = "say \"hello\""}));
  EXPECT_THAT(told_of("autoscaling:TEST_NOTIFICATION"), SizeIs(1));
  set_desired(1);
  const auto sent = told_of("autoscaling:EC2_INSTANCE_LAUNCHING");
  ASSERT_THAT(sent, SizeIs(2));
  EXPECT_EQ(sent[0].target_arn, queue);
  EXPECT_EQ(sent[1].target_arn, "");
  for (const auto& one : sent) {
    EXPECT_THAT(one.message, AllOf(HasSubstr(R"("LifecycleHookName":"prepare")"),
                                   HasSubstr(R"("NotificationMetadata":"say \"hello\"")")));
  }
  EXPECT_THAT(sent[1].message,
              AllOf(HasSubstr(R"("detail-type":"EC2 Instance-launch Lifecycle Action")"),
                    HasSubstr(R"("source":"aws.autoscaling")"),
                    HasSubstr(R"("resources":["arn:aws:autoscaling:)")));
  // The token in it is good for completing the action.
  const std::string key = R"("LifecycleActionToken":")";
  const auto at = sent[0].message.find(key) + key.size();
  must_do(
      autoscaling.complete_lifecycle_action({.LifecycleHookName = "prepare",
                                             .AutoScalingGroupName = "web",
                                             .LifecycleActionToken = sent[0].message.substr(at, 36),
                                             .LifecycleActionResult = "CONTINUE"}));
  cloud.advance(minutes(1));
  EXPECT_EQ(count_in("InService"), 1);
}

TEST_F(LifecycleNotifications, NeedATopicOrAQueue) {
  make_group(wanted(0));
  const auto put_to = [&](const std::string& target) {
    return autoscaling.put_lifecycle_hook(
        {.LifecycleHookName = "prepare",
         .AutoScalingGroupName = "web",
         .LifecycleTransition = "autoscaling:EC2_INSTANCE_TERMINATING",
         .NotificationTargetARN = target});
  };
  EXPECT_THAT(put_to("arn:aws:s3:::bucket"), FailsWith("ValidationError", 400));
  EXPECT_THAT(put_to("queue"), FailsWith("ValidationError", 400));
  // AWS: an empty text takes the target away.
  must_do(put_to(""));
  EXPECT_THAT(notices(), IsEmpty());
}

TEST_F(Notifications, AreTheSameAfterARewind) {
  make_group(wanted(0));
  put({"autoscaling:EC2_INSTANCE_LAUNCH"});
  const auto before = cloud.snapshot();
  set_desired(1);
  const auto first = told_of("autoscaling:EC2_INSTANCE_LAUNCH");
  cloud.restore(before);
  EXPECT_THAT(told_of("autoscaling:EC2_INSTANCE_LAUNCH"), IsEmpty());
  set_desired(1);
  ASSERT_THAT(told_of("autoscaling:EC2_INSTANCE_LAUNCH"), SizeIs(1));
  EXPECT_EQ(told_of("autoscaling:EC2_INSTANCE_LAUNCH")[0].message, first[0].message);
}

TEST_F(Notifications, ComeInPages) {
  make_group(wanted(0));
  for (int time = 0; time < 5; ++time) put({"autoscaling:EC2_INSTANCE_LAUNCH"});
  const std::lock_guard held(cloud.lock());
  auto page = dispatch::notices(cloud.world(), "", 3);
  EXPECT_THAT(page.notices, SizeIs(3));
  page = dispatch::notices(cloud.world(), page.next, 3);
  EXPECT_THAT(page.notices, SizeIs(2));
  EXPECT_EQ(page.next, "");
}

}  // namespace
}  // namespace fallstreak
