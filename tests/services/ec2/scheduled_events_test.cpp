#include "dispatch/notices.h"
#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

class ScheduledEvents : public Ec2Test {
 protected:
  void announce(const std::string& code) {
    settle();
    inject("planned", {.kind = "scheduled-event", .instance_id = id, .code = code});
  }
  std::optional<api::ec2::InstanceStatusEvent> event() {
    const auto status =
        must(ec2.describe_instance_status({.InstanceIds = {{id}}, .IncludeAllInstances = true}));
    const auto& events = status.InstanceStatuses->front().Events;
    return events ? std::optional(events->front()) : std::nullopt;
  }

  std::string id = run_one();
};

TEST_F(ScheduledEvents, AreNoneUntilOneIsAnnounced) { EXPECT_FALSE(event().has_value()); }

TEST_F(ScheduledEvents, OfRetirementStopTheInstanceTwoWeeksLater) {
  announce("instance-retirement");
  EXPECT_EQ(event()->Code, "instance-retirement");
  EXPECT_EQ(event()->NotBefore, cloud.now() + 14 * 24h);
  cloud.advance(14 * 24h - 1min);
  EXPECT_EQ(state_of(id), "running");

  cloud.advance(10min);
  EXPECT_EQ(state_of(id), "stopped");
  EXPECT_EQ(look(id).StateReason->Code, "Server.ScheduledStop");
  EXPECT_TRUE(event()->Description->starts_with("[Completed] "));
}

TEST_F(ScheduledEvents, OfRetirementAreOverWhenItsUserMovesTheInstance) {
  announce("instance-retirement");
  must(ec2.stop_instances({.InstanceIds = {{id}}}));
  settle();
  must(ec2.start_instances({.InstanceIds = {{id}}}));
  EXPECT_TRUE(event()->Description->starts_with("[Completed] "));

  cloud.advance(15 * 24h);
  EXPECT_EQ(state_of(id), "running");
}

TEST_F(ScheduledEvents, OfRebootBeginTheStatusChecksAnew) {
  announce("system-reboot");
  must(ec2.reboot_instances({.InstanceIds = {{id}}}));
  EXPECT_EQ(event()->Description, "The instance is scheduled for a reboot of its host");
  cloud.advance(14 * 24h);

  EXPECT_EQ(state_of(id), "running");
  EXPECT_EQ(must(ec2.describe_instance_status({.InstanceIds = {{id}}}))
                .InstanceStatuses->front()
                .InstanceStatus_->Status,
            "initializing");
}

TEST_F(ScheduledEvents, OfAnInstancesRebootAreOverWhenItsUserRebootsIt) {
  announce("instance-reboot");
  must(ec2.reboot_instances({.InstanceIds = {{id}}}));

  EXPECT_TRUE(event()->Description->starts_with("[Completed] "));
}

TEST_F(ScheduledEvents, OfRebootCanBeMovedUpToTheirDeadline) {
  announce("instance-reboot");
  const auto move_to = [&](Time at) {
    return ec2.modify_instance_event_start_time(
        {.InstanceId = id, .InstanceEventId = event()->InstanceEventId, .NotBefore = at});
  };
  EXPECT_THAT(move_to(*event()->NotBeforeDeadline + 1s),
              FailsWith("InvalidInstanceEventStartTime", 400));
  const Time soon = cloud.now() + 1h;
  EXPECT_EQ(must(move_to(soon)).Event->NotBefore, soon);
  cloud.advance(61min);

  EXPECT_TRUE(event()->Description->starts_with("[Completed] "));
  EXPECT_THAT(ec2.modify_instance_event_start_time(
                  {.InstanceId = id, .InstanceEventId = "instance-event-0", .NotBefore = soon}),
              FailsWith("InvalidInstanceEventIDNotFound", 400));
}

TEST_F(ScheduledEvents, OfOtherKindsCannotBeMoved) {
  announce("system-maintenance");

  EXPECT_THAT(ec2.modify_instance_event_start_time({.InstanceId = id,
                                                    .InstanceEventId = event()->InstanceEventId,
                                                    .NotBefore = cloud.now() + 1h}),
              FailsWith("InstanceEventStartTimeCannotChange", 400));
}

TEST_F(ScheduledEvents, AreCancelledWithTheirFault) {
  announce("instance-retirement");
  cloud.end_fault("planned");
  EXPECT_TRUE(event()->Description->starts_with("[Canceled] "));

  cloud.advance(15 * 24h);
  EXPECT_EQ(state_of(id), "running");
}

TEST_F(ScheduledEvents, AreFoundByTheirCode) {
  announce("instance-stop");
  const auto found = [&](const std::string& code) {
    return must(ec2.describe_instance_status(
                    {.Filters = {{{.Name = "event.code", .Values = {{code}}}}}}))
        .InstanceStatuses->size();
  };

  EXPECT_EQ(found("instance-stop"), 1);
  EXPECT_EQ(found("instance-reboot"), 0);
  EXPECT_THAT(cloud.begin_fault("x", {.kind = "scheduled-event", .instance_id = id, .code = "y"}),
              FailsWith("ValidationException"));
}

TEST_F(ScheduledEvents, AreToldByAwsHealth) {
  announce("instance-retirement");
  const std::lock_guard held(cloud.lock());
  const auto told = dispatch::notices(cloud.world()).notices;
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].source, "aws.health");
  EXPECT_THAT(told[0].message,
              ::testing::HasSubstr("AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED"));
  EXPECT_THAT(told[0].message,
              ::testing::HasSubstr("\"affectedEntities\":[{\"entityValue\":\"" + id + "\"}]"));
}

}  // namespace
}  // namespace fallstreak::ec2_tests
