#include "dispatch/notices.h"
#include "services/ec2/spot_test.h"

namespace fallstreak::ec2_tests {
namespace {

class SpotInterruption : public SpotTest {
 protected:
  void interrupt(std::string zone = "eu-central-1a", std::optional<Duration> lasting = {}) {
    inject("wave", {.kind = "spot-interruption", .zone = std::move(zone)}, lasting);
  }
};

TEST_F(SpotInterruption, ComesTwoMinutesAfterItsNotice) {
  const std::string id = run_spot();
  interrupt();
  EXPECT_EQ(status(request_of(id)), "active marked-for-termination");
  cloud.advance(119s);
  EXPECT_EQ(state_of(id), "running");

  cloud.advance(1s);
  EXPECT_EQ(state_of(id), "shutting-down");
  EXPECT_EQ(status(request_of(id)), "closed instance-terminated-no-capacity");
  EXPECT_EQ(look(id).StateReason->Code, "Server.SpotInstanceTermination");
}

TEST_F(SpotInterruption, LeavesOtherPoolsAndOnDemandInstancesAlone) {
  const std::string on_demand = run_one();
  auto request = spot_launch();
  request.Placement->AvailabilityZone = "eu-central-1b";
  const std::string elsewhere = run(request).front();
  interrupt();
  settle();

  EXPECT_EQ(state_of(on_demand), "running");
  EXPECT_EQ(state_of(elsewhere), "running");
}

TEST_F(SpotInterruption, CannotBeTakenBack) {
  const std::string id = run_spot();
  interrupt("eu-central-1a", 30s);
  settle();

  EXPECT_EQ(state_of(id), "terminated");
}

TEST_F(SpotInterruption, OfOneInstanceLeavesItsPoolOpen) {
  const std::string id = run_spot();
  const std::string other = run_spot();
  inject("one", {.kind = "spot-interruption", .instance_id = id});
  EXPECT_THAT(ec2.run_instances(spot_launch()), Succeeds());
  settle();

  EXPECT_EQ(state_of(id), "terminated");
  EXPECT_EQ(state_of(other), "running");
}

TEST_F(SpotInterruption, HitsTheShareOfAPoolThatTheFaultNames) {
  auto request = spot_launch();
  request.MinCount = 40;
  request.MaxCount = 40;
  const auto ids = run(request);
  settle();
  inject("half", {.kind = "spot-interruption", .zone = "eu-central-1a", .percentage = 50});
  settle();

  int gone = 0;
  for (const auto& id : ids) gone += state_of(id) == "terminated" ? 1 : 0;
  EXPECT_GT(gone, 10);
  EXPECT_LT(gone, 30);
}

TEST_F(SpotInterruption, StopsWhatIsToBeStoppedAndStartsItAgain) {
  const std::string id =
      run_spot({.SpotInstanceType = "persistent", .InstanceInterruptionBehavior = "stop"});
  interrupt("eu-central-1a", 30min);
  EXPECT_EQ(status(request_of(id)), "active marked-for-stop");
  settle();
  EXPECT_EQ(state_of(id), "stopped");
  EXPECT_EQ(status(request_of(id)), "open instance-stopped-no-capacity");

  cloud.advance(30min);
  EXPECT_EQ(state_of(id), "running");
  EXPECT_EQ(status(request_of(id)), "active fulfilled");
}

TEST_F(SpotInterruption, OfAStoppedInstanceEndsItWithItsRequest) {
  const std::string id =
      run_spot({.SpotInstanceType = "persistent", .InstanceInterruptionBehavior = "stop"});
  interrupt();
  settle();
  must(ec2.cancel_spot_instance_requests(
      {.SpotInstanceRequestIds = {{*look(id).SpotInstanceRequestId}}}));

  EXPECT_EQ(state_of(id), "terminated");
  EXPECT_EQ(status(request_of(id)), "cancelled instance-terminated-by-service");
}

TEST_F(SpotInterruption, HasAPersistentRequestLaunchAnotherWhenThereIsCapacity) {
  const std::string id = run_spot({.SpotInstanceType = "persistent"});
  const std::string request_id = *look(id).SpotInstanceRequestId;
  interrupt("eu-central-1a", 30min);
  settle();
  EXPECT_EQ(request_named(request_id).State, "open");

  cloud.advance(40min);
  EXPECT_EQ(status(request_named(request_id)), "active fulfilled");
  EXPECT_NE(request_named(request_id).InstanceId, id);
}

TEST_F(SpotInterruption, IsNotWhatARebalanceRecommendationIs) {
  const std::string id = run_spot();
  inject("risk", {.kind = "spot-rebalance", .zone = "eu-central-1a"});
  settle();

  EXPECT_EQ(state_of(id), "running");
  EXPECT_EQ(status(request_of(id)), "active fulfilled");
  EXPECT_THAT(ec2.run_instances(spot_launch()), Succeeds());
}

TEST_F(SpotInterruption, IsToldToEventBridge) {
  const std::string id = run_spot();
  interrupt();
  const std::lock_guard held(cloud.lock());
  const auto told = dispatch::notices(cloud.world()).notices;
  ASSERT_EQ(told.size(), 2U);
  const std::string resource = "[\"arn:aws:ec2:eu-central-1a:instance/" + id + "\"]";
  for (const auto& notice : told) {
    EXPECT_EQ(notice.source, "aws.ec2");
    EXPECT_EQ(notice.target_arn, "");
    EXPECT_THAT(notice.message, ::testing::HasSubstr("\"resources\":" + resource));
  }
  EXPECT_THAT(told[0].message, ::testing::HasSubstr("EC2 Instance Rebalance Recommendation"));
  EXPECT_THAT(told[1].message, ::testing::HasSubstr("EC2 Spot Instance Interruption Warning"));
  EXPECT_THAT(told[1].message, ::testing::HasSubstr("\"detail\":{\"instance-id\":\"" + id +
                                                    "\",\"instance-action\":\"terminate\"}"));
}

}  // namespace
}  // namespace fallstreak::ec2_tests
