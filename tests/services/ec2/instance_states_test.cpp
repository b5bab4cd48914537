#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

using StopInstances = Ec2Test;
using StartInstances = Ec2Test;
using RebootInstances = Ec2Test;
using TerminateInstances = Ec2Test;
using DescribeInstanceStatus = Ec2Test;
using LostZone = Ec2Test;

TEST_F(StopInstances, TakesTimeAndTheAddress) {
  const auto id = run_one();
  settle();
  const auto address = look(id).PrivateIpAddress;

  const auto change = must(ec2.stop_instances({.InstanceIds = {{id}}})).StoppingInstances->front();

  EXPECT_EQ(change.PreviousState->Name, "running");
  EXPECT_EQ(change.CurrentState->Name, "stopping");
  settle();
  const auto stopped = look(id);
  EXPECT_EQ(stopped.State->Name, "stopped");
  EXPECT_FALSE(stopped.PublicIpAddress.has_value());
  EXPECT_EQ(stopped.PublicDnsName, "");
  EXPECT_EQ(stopped.PrivateIpAddress, address);
  EXPECT_EQ(stopped.StateReason->Code, "Client.UserInitiatedShutdown");
  EXPECT_EQ(stopped.StateTransitionReason, "User initiated (2026-01-01 00:10:00 GMT)");
}

TEST_F(StopInstances, RefusesWhatIsNotRunning) {
  const auto id = run_one();

  EXPECT_THAT(
      ec2.stop_instances({.InstanceIds = {{id}}}),
      FailsSaying("The instance '" + id + "' is not in a state from which it can be stopped."));
  EXPECT_THAT(ec2.stop_instances({.InstanceIds = {{id}}}), FailsWith("IncorrectInstanceState"));
}

TEST_F(StopInstances, ChangesNothingWhenOneInstanceIsUnknown) {
  const auto id = run_one();
  settle();

  EXPECT_THAT(ec2.stop_instances({.InstanceIds = {{id, "i-0123456789abcdef0"}}}),
              FailsSaying("The instance ID 'i-0123456789abcdef0' does not exist"));
  EXPECT_THAT(
      ec2.stop_instances({.InstanceIds = {{"i-0123456789abcdef0", "i-0123456789abcdef1"}}}),
      FailsSaying("The instance IDs 'i-0123456789abcdef0, i-0123456789abcdef1' do not exist"));
  EXPECT_THAT(ec2.stop_instances({.InstanceIds = {{"i-xyz"}}}),
              FailsSaying("Invalid id: \"i-xyz\" (expecting \"i-...\")"));
  EXPECT_EQ(state_of(id), "running");
}

TEST_F(StopInstances, HonoursStopProtection) {
  auto request = launch();
  request.DisableApiStop = true;
  const auto id = run(request).front();
  settle();

  EXPECT_THAT(ec2.stop_instances({.InstanceIds = {{id}}}), FailsWith("OperationNotPermitted"));
}

TEST_F(StartInstances, GivesANewLaunchTimeAndPublicAddress) {
  const auto id = run_one();
  settle();
  const auto before = look(id);
  must(ec2.stop_instances({.InstanceIds = {{id}}}));
  EXPECT_THAT(ec2.start_instances({.InstanceIds = {{id}}}), FailsWith("IncorrectInstanceState"));
  settle();

  const auto change = must(ec2.start_instances({.InstanceIds = {{id}}})).StartingInstances->front();

  EXPECT_EQ(change.CurrentState->Name, "pending");
  settle();
  const auto after = look(id);
  EXPECT_EQ(after.State->Name, "running");
  EXPECT_EQ(after.StateTransitionReason, "");
  EXPECT_FALSE(after.StateReason.has_value());
  EXPECT_GT(after.LaunchTime, before.LaunchTime);
  EXPECT_TRUE(after.PublicIpAddress.has_value());
  EXPECT_NE(after.PublicIpAddress, before.PublicIpAddress);
}

TEST_F(StartInstances, NeedsCapacity) {
  const auto id = run_one();
  settle();
  must(ec2.stop_instances({.InstanceIds = {{id}}}));
  settle();
  inject("full", {.kind = "insufficient-capacity"});

  EXPECT_THAT(ec2.start_instances({.InstanceIds = {{id}}}),
              FailsWith("InsufficientInstanceCapacity", 500));
}

TEST_F(RebootInstances, BeginsTheStatusChecksAnew) {
  const auto id = run_one();
  settle();
  const auto status = [&] {
    return *must(ec2.describe_instance_status({.InstanceIds = {{id}}}))
                .InstanceStatuses->front()
                .InstanceStatus_->Status;
  };
  EXPECT_EQ(status(), "ok");

  must(ec2.reboot_instances({.InstanceIds = {{id}}}));

  EXPECT_EQ(status(), "initializing");
  EXPECT_EQ(state_of(id), "running");
}

TEST_F(TerminateInstances, IsVisibleForAnHourAndThenGone) {
  const auto id = run_one();
  settle();

  must(ec2.terminate_instances({.InstanceIds = {{id}}}));

  EXPECT_EQ(state_of(id), "shutting-down");
  settle();
  const auto gone = look(id);
  EXPECT_EQ(gone.State->Name, "terminated");
  EXPECT_FALSE(gone.PrivateIpAddress.has_value());
  EXPECT_THAT(*gone.NetworkInterfaces, IsEmpty());
  EXPECT_THAT(ec2.terminate_instances({.InstanceIds = {{id}}}), Succeeds());
  cloud.advance(1h);
  EXPECT_THAT(ec2.describe_instances({.InstanceIds = {{id}}}),
              FailsWith("InvalidInstanceID.NotFound", 400));
}

TEST_F(TerminateInstances, GivesItsAddressBack) {
  const auto subnet_id = make_subnet(make_vpc(), "10.0.0.0/28");
  auto request = launch(11);
  request.SubnetId = subnet_id;
  const auto ids = run(request);
  must(ec2.terminate_instances({.InstanceIds = ids}));
  settle();

  EXPECT_EQ(must(ec2.describe_subnets({.SubnetIds = {{subnet_id}}}))
                .Subnets->front()
                .AvailableIpAddressCount,
            11);
  EXPECT_EQ(run(request).size(), 11U);
}

TEST_F(TerminateInstances, OvertakesALaunch) {
  const auto id = run_one();

  must(ec2.terminate_instances({.InstanceIds = {{id}}}));
  settle();

  EXPECT_EQ(state_of(id), "terminated");
}

TEST_F(TerminateInstances, IsAtOnceWhenStopped) {
  const auto id = run_one();
  settle();
  must(ec2.stop_instances({.InstanceIds = {{id}}}));
  settle();

  const auto change =
      must(ec2.terminate_instances({.InstanceIds = {{id}}})).TerminatingInstances->front();

  EXPECT_EQ(change.PreviousState->Name, "stopped");
  EXPECT_EQ(change.CurrentState->Name, "terminated");
}

TEST_F(TerminateInstances, HonoursTerminationProtection) {
  auto request = launch();
  request.DisableApiTermination = true;
  const auto id = run(request).front();

  EXPECT_THAT(ec2.terminate_instances({.InstanceIds = {{id}}}),
              FailsSaying("The instance '" + id +
                          "' may not be terminated. Modify its 'disableApiTermination' instance "
                          "attribute and try again."));
  must(ec2.modify_instance_attribute(
      {.InstanceId = id, .DisableApiTermination = {{.Value = false}}}));
  EXPECT_THAT(ec2.terminate_instances({.InstanceIds = {{id}}}), Succeeds());
}

TEST_F(DescribeInstanceStatus, GoesFromInitializingToOk) {
  const auto id = run_one();
  EXPECT_THAT(*must(ec2.describe_instance_status()).InstanceStatuses, IsEmpty());
  EXPECT_THAT(*must(ec2.describe_instance_status({.IncludeAllInstances = true})).InstanceStatuses,
              SizeIs(1));

  cloud.advance(60s);
  const auto early = must(ec2.describe_instance_status()).InstanceStatuses->front();
  EXPECT_EQ(early.InstanceStatus_->Status, "initializing");
  settle();
  const auto late = must(ec2.describe_instance_status()).InstanceStatuses->front();
  EXPECT_EQ(late.SystemStatus->Status, "ok");
  EXPECT_EQ(late.InstanceStatus_->Details->front().Status, "passed");
  EXPECT_EQ(late.InstanceId, id);
}

TEST_F(LostZone, StopsItsInstancesAndNoOthers) {
  auto request = launch(3);
  request.Placement = {.AvailabilityZone = "eu-central-1a"};
  const auto hit = run(request);
  request.Placement = {.AvailabilityZone = "eu-central-1b"};
  const auto spared = run(request);
  settle();

  inject("power", {.kind = "az-power", .zone = "eu-central-1a"});

  for (const auto& id : hit) EXPECT_EQ(state_of(id), "stopping");
  settle();
  for (const auto& id : hit) EXPECT_EQ(look(id).StateReason->Code, "Server.InternalError");
  for (const auto& id : hit) EXPECT_EQ(state_of(id), "stopped");
  for (const auto& id : spared) EXPECT_EQ(state_of(id), "running");
  request.Placement = {.AvailabilityZone = "eu-central-1a"};
  EXPECT_THAT(ec2.run_instances(request), FailsWith("InsufficientInstanceCapacity"));
}

TEST_F(LostZone, StartsWhatItStoppedWhenItReturns) {
  auto request = launch(2);
  request.Placement = {.AvailabilityZone = "eu-central-1a"};
  const auto ids = run(request);
  settle();
  must(ec2.stop_instances({.InstanceIds = {{ids[1]}}}));
  settle();

  inject("power", {.kind = "az-power", .zone = "eu-central-1a"}, 30min);
  cloud.advance(29min);
  EXPECT_EQ(state_of(ids[0]), "stopped");
  cloud.advance(10min);

  EXPECT_EQ(state_of(ids[0]), "running");
  EXPECT_EQ(state_of(ids[1]), "stopped");
}

TEST_F(LostZone, StartsWhatWasStillStoppingWhenItReturned) {
  auto request = launch();
  request.Placement = {.AvailabilityZone = "eu-central-1a"};
  const auto id = run(request).front();
  settle();

  inject("power", {.kind = "az-power", .zone = "eu-central-1a"}, 1s);
  cloud.advance(2s);
  EXPECT_EQ(state_of(id), "stopping");
  settle();

  EXPECT_EQ(state_of(id), "running");
}

TEST_F(TerminateInstances, TakesAsLongInAForkAsInItsOrigin) {
  const auto ids = run(launch(5));
  settle();
  must(ec2.terminate_instances({.InstanceIds = ids}));
  const auto fork = cloud.fork();

  cloud.advance(40s);
  fork->advance(40s);

  EXPECT_EQ(cloud.hash(), fork->hash());
}

class InstantTiming : public Ec2Test {
 protected:
  InstantTiming() : Ec2Test({.timing = dispatch::Timing::instant}) {}
};

TEST_F(InstantTiming, MakesEveryStateImmediate) {
  const auto id = run_one();

  EXPECT_EQ(state_of(id), "running");
  EXPECT_EQ(must(ec2.describe_instance_status()).InstanceStatuses->front().SystemStatus->Status,
            "ok");
  must(ec2.terminate_instances({.InstanceIds = {{id}}}));
  EXPECT_EQ(state_of(id), "terminated");
}

}  // namespace
}  // namespace fallstreak::ec2_tests
