#include "services/ec2/spot_test.h"

namespace fallstreak::ec2_tests {
namespace {

class RunInstancesForSpot : public SpotTest {};
class RequestSpotInstances : public SpotTest {};
class CancelSpotInstanceRequests : public SpotTest {};
class DescribeSpotInstanceRequests : public SpotTest {};

TEST_F(RunInstancesForSpot, GivesASpotInstanceWithAFulfilledRequest) {
  const std::string id = run_spot();

  const auto instance = look(id);
  EXPECT_EQ(instance.InstanceLifecycle, "spot");
  const auto request = request_of(id);
  EXPECT_EQ(status(request), "active fulfilled");
  EXPECT_EQ(request.InstanceId, id);
  EXPECT_EQ(request.Type, "one-time");
  EXPECT_EQ(request.InstanceInterruptionBehavior, "terminate");
  EXPECT_EQ(request.LaunchedAvailabilityZone, "eu-central-1a");
  // The On-Demand price.
  EXPECT_EQ(request.SpotPrice, "0.240000");
  EXPECT_THAT(select("instance-lifecycle", {"spot"}), ElementsAre(id));
  EXPECT_THAT(select("spot-instance-request-id", {*request.SpotInstanceRequestId}),
              ElementsAre(id));
}

TEST_F(RunInstancesForSpot, LeavesOthersWithoutALifecycle) {
  EXPECT_FALSE(look(run_one()).InstanceLifecycle.has_value());
}

TEST_F(RunInstancesForSpot, TakesTheTermsOfALaunchTemplate) {
  const auto made = must(ec2.create_launch_template(
      {.LaunchTemplateName = "spot",
       .LaunchTemplateData = {{.ImageId = kImage,
                               .InstanceType = "m4.xlarge",
                               .InstanceMarketOptions = {{.MarketType = "spot"}}}}}));
  const auto ids =
      run({.MaxCount = 1,
           .MinCount = 1,
           .LaunchTemplate = {{.LaunchTemplateId = made.LaunchTemplate->LaunchTemplateId}}});

  EXPECT_EQ(look(ids.front()).InstanceLifecycle, "spot");
}

TEST_F(RunInstancesForSpot, TagsTheRequestToo) {
  auto request = spot_launch();
  request.TagSpecifications = {
      {{.ResourceType = "spot-instances-request", .Tags = {{{.Key = "team", .Value = "web"}}}}}};
  const std::string id = run(request).front();

  EXPECT_EQ(request_of(id).Tags->front().Key, "team");
  must(ec2.create_tags({.Resources = {{*look(id).SpotInstanceRequestId}},
                        .Tags = {{{.Key = "stage", .Value = "test"}}}}));
  EXPECT_THAT(*request_of(id).Tags, SizeIs(2));
}

TEST_F(RunInstancesForSpot, IsRefusedBelowThePriceAndWithoutCapacity) {
  EXPECT_THAT(ec2.run_instances(spot_launch({.MaxPrice = "0.0001"})),
              FailsWith("SpotMaxPriceTooLow", 400));
  inject("wave", {.kind = "spot-interruption", .zone = "eu-central-1a"});
  EXPECT_THAT(ec2.run_instances(spot_launch()),
              FailsSaying("There is no Spot capacity available that matches your request."));
  auto elsewhere = spot_launch();
  elsewhere.Placement->AvailabilityZone = "eu-central-1b";
  EXPECT_THAT(ec2.run_instances(elsewhere), Succeeds());
  // What is on demand does not mind.
  EXPECT_THAT(ec2.run_instances(launch()), Succeeds());
}

TEST_F(RunInstancesForSpot, RefusesTermsThatDoNotGoTogether) {
  EXPECT_THAT(ec2.run_instances(spot_launch({.InstanceInterruptionBehavior = "stop"})),
              FailsWith("InvalidParameterCombination", 400));
  EXPECT_THAT(ec2.run_instances(spot_launch({.ValidUntil = cloud.now() + 24h})),
              FailsWith("InvalidParameterCombination", 400));
  EXPECT_THAT(ec2.run_instances(spot_launch({.MaxPrice = "cheap"})),
              FailsWith("InvalidParameterValue", 400));
  EXPECT_THAT(ec2.run_instances(spot_launch(
                  {.SpotInstanceType = "persistent", .InstanceInterruptionBehavior = "hibernate"})),
              FailsWith("NotImplemented", 501));
}

TEST_F(RunInstancesForSpot, MakesAnInstanceThatOnlyAPersistentRequestLetsStop) {
  const std::string one_time = run_spot();
  const std::string persistent = run_spot({.SpotInstanceType = "persistent"});

  EXPECT_THAT(ec2.stop_instances({.InstanceIds = {{one_time}}}),
              FailsWith("UnsupportedOperation", 400));
  EXPECT_THAT(ec2.stop_instances({.InstanceIds = {{persistent}}}), Succeeds());
  settle();
  EXPECT_EQ(status(request_of(persistent)), "disabled instance-stopped-by-user");
  must(ec2.start_instances({.InstanceIds = {{persistent}}}));
  EXPECT_EQ(status(request_of(persistent)), "active fulfilled");
}

TEST_F(RunInstancesForSpot, ClosesTheRequestWhenItsInstanceIsTerminated) {
  const std::string id = run_spot();
  must(ec2.terminate_instances({.InstanceIds = {{id}}}));

  EXPECT_EQ(status(request_of(id)), "closed instance-terminated-by-user");
}

TEST_F(RequestSpotInstances, AreRefusedBeyondWhatAnAccountMayHave) {
  auto wanted = spot_request();
  wanted.InstanceCount = 2'000'000'000;

  EXPECT_THAT(ec2.request_spot_instances(wanted), FailsWith("MaxSpotInstanceCountExceeded"));
}

TEST_F(RequestSpotInstances, AreEvaluatedAndThenFulfilled) {
  auto wanted = spot_request();
  wanted.InstanceCount = 2;
  const auto made = must(ec2.request_spot_instances(wanted)).SpotInstanceRequests;
  ASSERT_THAT(*made, SizeIs(2));
  EXPECT_EQ(status(made->front()), "open pending-evaluation");

  settle();
  for (const auto& one : *made) {
    const auto request = request_named(*one.SpotInstanceRequestId);
    EXPECT_EQ(status(request), "active fulfilled");
    EXPECT_EQ(look(*request.InstanceId).InstanceLifecycle, "spot");
  }
}

TEST_F(RequestSpotInstances, WaitForCapacity) {
  inject("full", {.kind = "spot-interruption"}, 1h);
  const std::string id = ask(spot_request());
  settle();
  EXPECT_EQ(status(request_named(id)), "open capacity-not-available");

  cloud.advance(1h);
  EXPECT_EQ(status(request_named(id)), "active fulfilled");
}

TEST_F(RequestSpotInstances, WaitForTheirPriceUntilTheirEnd) {
  auto wanted = spot_request();
  wanted.SpotPrice = "0.001";
  wanted.ValidUntil = cloud.now() + 1h;
  const std::string id = ask(wanted);
  settle();
  EXPECT_EQ(status(request_named(id)), "open price-too-low");

  cloud.advance(1h);
  EXPECT_EQ(status(request_named(id)), "closed schedule-expired");
}

TEST_F(RequestSpotInstances, WaitForTheirBeginning) {
  auto wanted = spot_request();
  wanted.ValidFrom = cloud.now() + 1h;
  const std::string id = ask(wanted);
  settle();
  EXPECT_EQ(status(request_named(id)), "open not-scheduled-yet");

  cloud.advance(1h);
  EXPECT_EQ(status(request_named(id)), "active fulfilled");
}

TEST_F(RequestSpotInstances, FailForWhatNoLaunchCanMeet) {
  auto wanted = spot_request();
  wanted.LaunchSpecification->ImageId = "ami-00000000000000000";
  const std::string id = ask(wanted);
  settle();

  EXPECT_EQ(status(request_named(id)), "failed bad-parameters");
  EXPECT_EQ(request_named(id).Fault->Code, "InvalidAMIID.NotFound");
}

TEST_F(RequestSpotInstances, AreMadeOnceForAToken) {
  auto wanted = spot_request();
  wanted.ClientToken = "once";
  EXPECT_EQ(ask(wanted), ask(wanted));
  wanted.SpotPrice = "0.1";
  EXPECT_THAT(ec2.request_spot_instances(wanted), FailsWith("IdempotentParameterMismatch", 400));
}

TEST_F(RequestSpotInstances, LaunchAgainWhenTheyArePersistent) {
  const std::string id = ask(spot_request("persistent"));
  settle();
  const std::string first = *request_named(id).InstanceId;
  must(ec2.terminate_instances({.InstanceIds = {{first}}}));
  EXPECT_EQ(status(request_named(id)), "open instance-terminated-by-user");

  settle();
  EXPECT_EQ(status(request_named(id)), "active fulfilled");
  EXPECT_NE(request_named(id).InstanceId, first);
}

TEST_F(CancelSpotInstanceRequests, EndsWhatWaitsAndLeavesInstancesRunning) {
  const std::string running = run_spot({.SpotInstanceType = "persistent"});
  inject("full", {.kind = "spot-interruption", .zone = "eu-central-1a", .percentage = 1});
  const std::string waiting = ask(spot_request());
  settle();
  const auto answer = must(ec2.cancel_spot_instance_requests(
      {.SpotInstanceRequestIds = {{waiting, *look(running).SpotInstanceRequestId}}}));

  EXPECT_EQ(answer.CancelledSpotInstanceRequests->front().State, "cancelled");
  EXPECT_EQ(status(request_named(waiting)), "cancelled canceled-before-fulfillment");
  EXPECT_EQ(status(request_of(running)), "cancelled request-canceled-and-instance-running");
  EXPECT_EQ(state_of(running), "running");
  must(ec2.terminate_instances({.InstanceIds = {{running}}}));
  EXPECT_EQ(status(request_of(running)), "cancelled instance-terminated-by-user");
  settle();
  EXPECT_THAT(select("instance-lifecycle", {"spot"}), ElementsAre(running));
}

TEST_F(CancelSpotInstanceRequests, RefusesAnUnknownRequest) {
  EXPECT_THAT(ec2.cancel_spot_instance_requests({.SpotInstanceRequestIds = {{"sir-1234"}}}),
              FailsWith("InvalidSpotInstanceRequestID.NotFound", 400));
  EXPECT_THAT(ec2.describe_spot_instance_requests({.SpotInstanceRequestIds = {{"sir-1234"}}}),
              FailsSaying("The spot instance request ID 'sir-1234' does not exist"));
}

TEST_F(DescribeSpotInstanceRequests, FiltersByStateStatusAndTags) {
  const std::string id = run_spot();
  const auto found = [&](const std::string& name, const std::string& value) {
    return must(ec2.describe_spot_instance_requests(
                    {.Filters = {{{.Name = name, .Values = {{value}}}}}}))
        .SpotInstanceRequests->size();
  };
  EXPECT_EQ(found("state", "active"), 1);
  EXPECT_EQ(found("state", "open"), 0);
  EXPECT_EQ(found("status-code", "ful*"), 1);
  EXPECT_EQ(found("instance-id", id), 1);
  EXPECT_EQ(found("launch.instance-type", "m4.xlarge"), 1);
  EXPECT_EQ(found("tag-key", "team"), 0);
}

TEST_F(DescribeSpotInstanceRequests, FiltersByWhatIsToBeLaunched) {
  must(ec2.request_spot_instances(
      {.LaunchSpecification = {{.BlockDeviceMappings = {{{.Ebs = {{.VolumeSize = 20,
                                                                   .VolumeType = "gp3"}},
                                                          .DeviceName = "/dev/xvda"}}},
                                .ImageId = kImage,
                                .InstanceType = "m4.xlarge",
                                .Monitoring = {{.Enabled = true}}}},
       .LaunchGroup = "together"}));
  const auto found = [&](const std::string& name, const std::string& value) {
    return must(ec2.describe_spot_instance_requests(
                    {.Filters = {{{.Name = name, .Values = {{value}}}}}}))
        .SpotInstanceRequests->size();
  };
  EXPECT_EQ(found("launch.block-device-mapping.volume-size", "20"), 1);
  EXPECT_EQ(found("launch.block-device-mapping.volume-size", "8"), 0);
  EXPECT_EQ(found("launch.block-device-mapping.volume-type", "gp?"), 1);
  EXPECT_EQ(found("launch.block-device-mapping.device-name", "/dev/xvda"), 1);
  EXPECT_EQ(found("launch.monitoring-enabled", "true"), 1);
  EXPECT_EQ(found("launch-group", "together"), 1);
  EXPECT_EQ(found("availability-zone-group", "*"), 0);
  EXPECT_EQ(found("launch.kernel-id", "*"), 0);
  EXPECT_EQ(found("network-interface.description", "*"), 0);
  EXPECT_EQ(found("valid-until", "1999*"), 0);
}

}  // namespace
}  // namespace fallstreak::ec2_tests
