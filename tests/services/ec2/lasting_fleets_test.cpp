#include <map>

#include "services/ec2/spot_test.h"

namespace fallstreak::ec2_tests {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Not;

/// Fleets that look after their capacity.
class Fleets : public SpotTest {
 protected:
  api::ec2::CreateFleetRequest fleet_of(const std::vector<std::string>& types,
                                        std::int32_t capacity, const std::string& market) {
    std::vector<api::ec2::FleetLaunchTemplateOverridesRequest> overrides;
    for (const auto& type : types) {
      overrides.push_back({.InstanceType = type, .AvailabilityZone = "eu-central-1a"});
    }
    return {.LaunchTemplateConfigs = {{{.LaunchTemplateSpecification = {{.LaunchTemplateId =
                                                                             template_id}},
                                        .Overrides = overrides}}},
            .TargetCapacitySpecification = {
                {.TotalTargetCapacity = capacity, .DefaultTargetCapacityType = market}}};
  }
  std::string make(const api::ec2::CreateFleetRequest& request) {
    std::string id = *must(ec2.create_fleet(request)).FleetId;
    settle();
    return id;
  }
  api::ec2::FleetData fleet(const std::string& id) {
    return must(ec2.describe_fleets({.FleetIds = {{id}}})).Fleets->front();
  }
  std::vector<std::string> members(const std::string& id) {
    std::vector<std::string> ids;
    const auto shown = must(ec2.describe_fleet_instances({.FleetId = id}));
    for (const auto& each : *shown.ActiveInstances) ids.push_back(*each.InstanceId);
    return ids;
  }
  /// How many members there are of each type.
  std::map<std::string, int> types(const std::string& id) {
    std::map<std::string, int> types;
    const auto shown = must(ec2.describe_fleet_instances({.FleetId = id}));
    for (const auto& each : *shown.ActiveInstances) ++types[*each.InstanceType];
    return types;
  }
  /// `launched`, `terminated`, ...
  std::vector<std::string> history(const std::string& id, std::optional<std::string> type = {}) {
    std::vector<std::string> what;
    const auto shown = must(ec2.describe_fleet_history(
        {.EventType = std::move(type), .FleetId = id, .StartTime = Time()}));
    for (const auto& each : *shown.HistoryRecords) {
      what.push_back(*each.EventInformation->EventSubType);
    }
    return what;
  }
  void resize(const std::string& id, std::int32_t capacity,
              std::optional<std::string> policy = {}) {
    must(ec2.modify_fleet({.ExcessCapacityTerminationPolicy = std::move(policy),
                           .FleetId = id,
                           .TargetCapacitySpecification = {{.TotalTargetCapacity = capacity}}}));
    settle();
  }

  std::string template_id =
      *must(ec2.create_launch_template(
                {.LaunchTemplateName = "fleet",
                 .LaunchTemplateData = {{.ImageId = kImage, .InstanceType = "m4.xlarge"}}}))
           .LaunchTemplate->LaunchTemplateId;
};
using LastingFleet = Fleets;
using ModifyFleet = Fleets;
using DeleteFleets = Fleets;
using DescribeFleets = Fleets;
using DescribeFleetHistory = Fleets;

using Types = std::map<std::string, int>;

TEST_F(LastingFleet, AnswersAtOnceAndLaunchesSoon) {
  const auto made = must(ec2.create_fleet(fleet_of({"m4.xlarge"}, 2, "on-demand")));
  EXPECT_FALSE(made.Instances.has_value());
  EXPECT_EQ(fleet(*made.FleetId).FleetState, "submitted");
  EXPECT_EQ(fleet(*made.FleetId).ActivityStatus, "pending_fulfillment");
  settle();

  const auto shown = fleet(*made.FleetId);
  EXPECT_EQ(shown.FleetState, "active");
  EXPECT_EQ(shown.ActivityStatus, "fulfilled");
  EXPECT_EQ(shown.Type, "maintain");
  EXPECT_EQ(shown.FulfilledCapacity, 2);
  EXPECT_EQ(shown.FulfilledOnDemandCapacity, 2);
  EXPECT_EQ(shown.TargetCapacitySpecification->OnDemandTargetCapacity, 2);
  EXPECT_EQ(shown.SpotOptions->AllocationStrategy, "lowest-price");
  ASSERT_THAT(members(*made.FleetId), SizeIs(2));
  EXPECT_THAT(select("tag:aws:ec2:fleet-id", {*made.FleetId}), SizeIs(2));
  EXPECT_THAT(history(*made.FleetId), ElementsAre("submitted", "active", "launched", "launched"));
}

TEST_F(LastingFleet, ReplacesWhatItLoses) {
  const auto id = make(fleet_of({"m4.xlarge"}, 3, "on-demand"));
  const auto lost = members(id).front();
  must(ec2.terminate_instances({.InstanceIds = {{lost}}}));
  EXPECT_THAT(members(id), SizeIs(2));
  settle();

  EXPECT_THAT(members(id), SizeIs(3));
  EXPECT_THAT(members(id), Not(Contains(lost)));
  EXPECT_THAT(history(id, "instance-change"),
              ElementsAre("launched", "launched", "launched", "terminated", "launched"));
}

TEST_F(LastingFleet, GoesToAnotherPoolWhenSpotTakesOneBack) {
  const auto id = make(fleet_of({"m4.xlarge", "t3.small"}, 2, "spot"));
  const auto first = types(id).begin()->first;
  inject("wave", {.kind = "spot-interruption", .instance_type = first});
  settle();

  EXPECT_EQ(types(id), (Types{{first == "t3.small" ? "m4.xlarge" : "t3.small", 2}}));
}

TEST_F(LastingFleet, TriesAgainUntilThereIsCapacity) {
  inject("full", {.kind = "insufficient-capacity"}, 30min);
  const auto id = make(fleet_of({"m4.xlarge"}, 1, "on-demand"));
  EXPECT_EQ(fleet(id).ActivityStatus, "error");
  EXPECT_THAT(members(id), IsEmpty());
  // Ten minutes of trying are told once.
  EXPECT_THAT(history(id, "service-error"), ElementsAre("launchSpecTemporarilyBlacklisted"));
  cloud.advance(25min);

  EXPECT_EQ(fleet(id).ActivityStatus, "fulfilled");
}

TEST_F(LastingFleet, OfTypeRequestIsFulfilledOnce) {
  auto request = fleet_of({"m4.xlarge"}, 2, "spot");
  request.Type = "request";
  const auto id = make(request);
  ASSERT_THAT(members(id), SizeIs(2));
  must(ec2.terminate_instances({.InstanceIds = {{members(id).front()}}}));
  settle();

  EXPECT_THAT(members(id), SizeIs(1));
  EXPECT_EQ(fleet(id).ActivityStatus, "fulfilled");
  EXPECT_THAT(ec2.modify_fleet(
                  {.FleetId = id, .TargetCapacitySpecification = {{.TotalTargetCapacity = 3}}}),
              FailsWith("UnsupportedOperation", 400));
}

TEST_F(LastingFleet, ReplacesAnUnhealthyInstanceWhenItIsAsked) {
  auto request = fleet_of({"m4.xlarge"}, 1, "on-demand");
  const auto careless = make(request);
  request.ReplaceUnhealthyInstances = true;
  const auto careful = make(request);
  const auto left = members(careless).front();
  const auto replaced = members(careful).front();
  inject("a", {.kind = "status-check", .instance_id = left});
  inject("b", {.kind = "status-check", .instance_id = replaced});
  const auto shown = must(ec2.describe_fleet_instances({.FleetId = careful}));
  EXPECT_EQ(shown.ActiveInstances->front().InstanceHealth, "unhealthy");
  settle();

  EXPECT_THAT(members(careless), ElementsAre(left));
  EXPECT_THAT(members(careful), AllOf(SizeIs(1), Not(Contains(replaced))));
}

TEST_F(LastingFleet, RebalancesBeforeAnInterruption) {
  auto request = fleet_of({"m4.xlarge", "t3.small"}, 1, "spot");
  request.SpotOptions = {
      {.AllocationStrategy = "price-capacity-optimized",
       .MaintenanceStrategies = {
           {.CapacityRebalance = {
                {.ReplacementStrategy = "launch-before-terminate", .TerminationDelay = 300}}}}}};
  const auto id = make(request);
  const auto before = members(id).front();
  const auto pool = *look(before).InstanceType;
  inject("risk", {.kind = "spot-rebalance", .instance_type = pool});
  cloud.advance(2min);
  EXPECT_THAT(members(id), AllOf(SizeIs(2), Contains(before)));
  EXPECT_EQ(fleet(id).FulfilledCapacity, 1);
  settle();

  EXPECT_THAT(members(id), AllOf(SizeIs(1), Not(Contains(before))));
  EXPECT_NE(types(id).begin()->first, pool);
  EXPECT_THAT(history(id, "instance-change"),
              ElementsAre("launched", "termination_notified", "launched", "terminated"));
}

TEST_F(LastingFleet, HoldsFromItsBeginToItsEnd) {
  auto request = fleet_of({"m4.xlarge"}, 1, "on-demand");
  request.ValidFrom = cloud.now() + 1h;
  request.ValidUntil = cloud.now() + 3h;
  request.TerminateInstancesWithExpiration = true;
  const auto id = make(request);
  EXPECT_EQ(fleet(id).FleetState, "active");
  EXPECT_THAT(members(id), IsEmpty());
  cloud.advance(1h);
  EXPECT_THAT(members(id), SizeIs(1));
  cloud.advance(2h);

  EXPECT_EQ(fleet(id).FleetState, "deleted");
  EXPECT_THAT(members(id), IsEmpty());
}

TEST_F(LastingFleet, CountsVcpusWhenTheyAreItsUnit) {
  auto request = fleet_of({"m4.xlarge"}, 8, "on-demand");
  request.TargetCapacitySpecification->TargetCapacityUnitType = "vcpu";
  const auto id = make(request);

  EXPECT_THAT(members(id), SizeIs(2));
  EXPECT_EQ(fleet(id).FulfilledCapacity, 8);
}

TEST_F(LastingFleet, RefusesOptionsThatCannotBe) {
  const auto with = [&](auto change) {
    auto request = fleet_of({"m4.xlarge"}, 1, "spot");
    change(request);
    return ec2.create_fleet(request);
  };
  EXPECT_THAT(with([&](auto& request) { request.ValidUntil = cloud.now(); }),
              FailsWith("InvalidParameterValue", 400));
  EXPECT_THAT(with([](auto& request) {
                request.Type = "request";
                request.SpotOptions = {{.InstanceInterruptionBehavior = "stop"}};
              }),
              FailsWith("InvalidParameterCombination"));
  const auto rebalance = [&](std::string type, std::string strategy,
                             std::optional<std::int32_t> delay) {
    return with([&](auto& request) {
      request.Type = type;
      request.SpotOptions = {
          {.MaintenanceStrategies = {{.CapacityRebalance = {{.ReplacementStrategy = strategy,
                                                             .TerminationDelay = delay}}}}}};
    });
  };
  EXPECT_THAT(rebalance("request", "launch", {}), FailsWith("InvalidParameterCombination"));
  EXPECT_THAT(rebalance("maintain", "launch", 120), FailsWith("InvalidParameterCombination"));
  EXPECT_THAT(rebalance("maintain", "launch-before-terminate", {}),
              FailsWith("InvalidParameterCombination"));
  EXPECT_THAT(rebalance("maintain", "launch-before-terminate", 7201),
              FailsWith("InvalidParameterValue"));
  EXPECT_THAT(with([](auto& request) {
                request.TagSpecifications = {
                    {{.ResourceType = "instance", .Tags = {{{.Key = "a", .Value = "b"}}}}}};
              }),
              FailsWith("InvalidParameterValue"));
  EXPECT_THAT(with([](auto& request) {
                request.LaunchTemplateConfigs->front().Overrides->front().WeightedCapacity = 1e-9;
              }),
              FailsWith("TargetCapacityLimitExceededException"));
  EXPECT_THAT(*must(ec2.describe_fleets({})).Fleets, IsEmpty());
}

TEST_F(ModifyFleet, GrowsAndShrinks) {
  const auto id = make(fleet_of({"m4.xlarge"}, 1, "on-demand"));
  resize(id, 4);
  EXPECT_THAT(members(id), SizeIs(4));
  resize(id, 2, "no-termination");
  EXPECT_THAT(members(id), SizeIs(4));
  resize(id, 2, "termination");

  EXPECT_THAT(members(id), SizeIs(2));
  EXPECT_EQ(fleet(id).FleetState, "active");
  EXPECT_THAT(history(id, "fleet-change"), Contains("modify_successful"));
  EXPECT_THAT(ec2.modify_fleet({.FleetId = "fleet-none"}), FailsWith("InvalidFleetId.NotFound"));
  EXPECT_THAT(ec2.modify_fleet(
                  {.FleetId = id, .TargetCapacitySpecification = {{.TotalTargetCapacity = -1}}}),
              FailsWith("InvalidParameterValue"));
}

TEST_F(ModifyFleet, GivesBackThePoolThatItsStrategyWantsLeast) {
  auto request = fleet_of({"m4.2xlarge"}, 1, "on-demand");
  const auto id = make(request);
  must(ec2.modify_fleet(
      {.LaunchTemplateConfigs = fleet_of({"m4.xlarge"}, 2, "on-demand").LaunchTemplateConfigs,
       .FleetId = id,
       .TargetCapacitySpecification = {{.TotalTargetCapacity = 3}}}));
  settle();
  EXPECT_EQ(types(id), (Types{{"m4.2xlarge", 1}, {"m4.xlarge", 2}}));
  resize(id, 2);

  EXPECT_EQ(types(id), (Types{{"m4.xlarge", 2}}));
}

TEST_F(DeleteFleets, TerminatesInstancesOrLeavesThem) {
  const auto gone = make(fleet_of({"m4.xlarge"}, 1, "on-demand"));
  const auto left = make(fleet_of({"m4.xlarge"}, 1, "on-demand"));
  const auto terminated = members(gone).front();
  const auto running = members(left).front();
  const auto first = must(
      ec2.delete_fleets({.FleetIds = {{gone, "fleet-none", "sfr-1"}}, .TerminateInstances = true}));
  EXPECT_EQ(first.SuccessfulFleetDeletions->front().CurrentFleetState, "deleted_terminating");
  EXPECT_EQ(first.SuccessfulFleetDeletions->front().PreviousFleetState, "active");
  ASSERT_THAT(*first.UnsuccessfulFleetDeletions, SizeIs(2));
  EXPECT_EQ(first.UnsuccessfulFleetDeletions->front().Error->Code, "fleetIdDoesNotExist");
  EXPECT_EQ(first.UnsuccessfulFleetDeletions->back().Error->Code, "fleetIdMalformed");
  must(ec2.delete_fleets({.FleetIds = {{left}}, .TerminateInstances = false}));
  settle();

  EXPECT_EQ(state_of(terminated), "terminated");
  EXPECT_EQ(fleet(gone).FleetState, "deleted");
  EXPECT_EQ(state_of(running), "running");
  EXPECT_EQ(fleet(left).FleetState, "deleted_running");
  EXPECT_THAT(ec2.modify_fleet({.FleetId = left}), FailsWith("IncorrectState"));
  const auto again = must(ec2.delete_fleets({.FleetIds = {{left}}, .TerminateInstances = true}));
  EXPECT_EQ(again.UnsuccessfulFleetDeletions->front().Error->Code, "fleetNotInDeletableState");
  cloud.advance(49h);
  EXPECT_THAT(ec2.describe_fleets({.FleetIds = {{gone}}}), FailsWith("InvalidFleetId.NotFound"));
}

TEST_F(DescribeFleets, ShowsAnInstantFleetOnlyByItsId) {
  auto request = fleet_of({"m4.xlarge"}, 2, "on-demand");
  request.Type = "instant";
  request.TagSpecifications = {{{.ResourceType = "fleet", .Tags = {{{.Key = "a", .Value = "b"}}}}}};
  const auto made = must(ec2.create_fleet(request));
  const auto lasting = make(fleet_of({"m4.xlarge"}, 1, "on-demand"));

  const auto all = must(ec2.describe_fleets({}));
  ASSERT_THAT(*all.Fleets, SizeIs(1));
  EXPECT_EQ(all.Fleets->front().FleetId, lasting);
  const auto shown = fleet(*made.FleetId);
  EXPECT_EQ(shown.Instances->front().InstanceIds, made.Instances->front().InstanceIds);
  EXPECT_EQ(shown.Tags->front().Key, "a");
  EXPECT_THAT(ec2.describe_fleet_instances({.FleetId = made.FleetId}),
              FailsWith("UnsupportedOperation"));
  EXPECT_THAT(ec2.describe_fleet_history({.FleetId = made.FleetId, .StartTime = Time()}),
              FailsWith("UnsupportedOperation"));
  must(ec2.terminate_instances({.InstanceIds = made.Instances->front().InstanceIds}));
  settle();
  EXPECT_EQ(fleet(*made.FleetId).FleetState, "deleted");
}

TEST_F(DescribeFleets, FindsFleetsByFiltersAndTags) {
  const auto id = make(fleet_of({"m4.xlarge"}, 1, "on-demand"));
  must(ec2.create_tags({.Resources = {{id}}, .Tags = {{{.Key = "team", .Value = "blue"}}}}));
  const auto found = [&](std::string name, std::string value) {
    return must(ec2.describe_fleets(
                    {.Filters = {{{.Name = std::move(name), .Values = {{std::move(value)}}}}}}))
        .Fleets->size();
  };
  EXPECT_EQ(found("activity-status", "fulfilled"), 1U);
  EXPECT_EQ(found("fleet-state", "deleted"), 0U);
  EXPECT_EQ(found("type", "maintain"), 1U);
  EXPECT_EQ(found("replace-unhealthy-instances", "true"), 0U);
  EXPECT_EQ(found("excess-capacity-termination-policy", "true"), 1U);
  EXPECT_EQ(found("tag:team", "blue"), 1U);
}

TEST_F(DescribeFleetHistory, ComesInPages) {
  const auto id = make(fleet_of({"m4.xlarge"}, 3, "on-demand"));
  const auto first =
      must(ec2.describe_fleet_history({.MaxResults = 3, .FleetId = id, .StartTime = Time()}));
  EXPECT_THAT(*first.HistoryRecords, SizeIs(3));
  EXPECT_FALSE(first.LastEvaluatedTime.has_value());
  const auto second = must(ec2.describe_fleet_history(
      {.MaxResults = 3, .NextToken = first.NextToken, .FleetId = id, .StartTime = Time()}));

  EXPECT_THAT(*second.HistoryRecords, SizeIs(2));
  EXPECT_FALSE(second.NextToken.has_value());
  EXPECT_THAT(ec2.describe_fleet_history({.NextToken = "bad", .FleetId = id, .StartTime = Time()}),
              FailsWith("InvalidNextToken"));
  EXPECT_THAT(history(id, "service-error"), IsEmpty());
}

class SpotFleets : public Fleets {
 protected:
  api::ec2::SpotFleetRequestConfigData config(std::int32_t capacity) {
    return {.IamFleetRole = "arn:aws:iam::123456789012:role/fleet",
            .LaunchSpecifications =
                {{{.ImageId = kImage,
                   .InstanceType = "m4.xlarge",
                   .Placement = {{.AvailabilityZone = "eu-central-1a, eu-central-1b"}},
                   .TagSpecifications = {{{.ResourceType = "instance",
                                           .Tags = {{{.Key = "team", .Value = "red"}}}}}}}}},
            .TargetCapacity = capacity};
  }
  std::string request(const api::ec2::SpotFleetRequestConfigData& data) {
    std::string id =
        *must(ec2.request_spot_fleet({.SpotFleetRequestConfig = data})).SpotFleetRequestId;
    settle();
    return id;
  }
  api::ec2::SpotFleetRequestConfig spot_fleet(const std::string& id) {
    return must(ec2.describe_spot_fleet_requests({.SpotFleetRequestIds = {{id}}}))
        .SpotFleetRequestConfigs->front();
  }
  std::vector<std::string> active(const std::string& id) {
    std::vector<std::string> ids;
    const auto shown = must(ec2.describe_spot_fleet_instances({.SpotFleetRequestId = id}));
    for (const auto& each : *shown.ActiveInstances) ids.push_back(*each.InstanceId);
    return ids;
  }
};
using RequestSpotFleet = SpotFleets;
using ModifySpotFleetRequest = SpotFleets;
using CancelSpotFleetRequests = SpotFleets;

TEST_F(RequestSpotFleet, LaunchesItsSpecificationsAndKeepsThemUp) {
  const auto id = request(config(2));
  const auto shown = spot_fleet(id);
  EXPECT_EQ(shown.SpotFleetRequestState, "active");
  EXPECT_EQ(shown.ActivityStatus, "fulfilled");
  EXPECT_EQ(shown.SpotFleetRequestConfig_->FulfilledCapacity, 2);
  EXPECT_EQ(shown.SpotFleetRequestConfig_->AllocationStrategy, "lowestPrice");
  const auto ids = active(id);
  ASSERT_THAT(ids, SizeIs(2));
  EXPECT_EQ(look(ids.front()).InstanceLifecycle, "spot");
  EXPECT_THAT(select("tag:team", {"red"}), SizeIs(2));
  must(ec2.terminate_instances({.InstanceIds = {{ids.front()}}}));
  settle();

  EXPECT_THAT(active(id), SizeIs(2));
  const auto events = must(ec2.describe_spot_fleet_request_history(
      {.SpotFleetRequestId = id, .EventType = "instanceChange", .StartTime = Time()}));
  EXPECT_THAT(*events.HistoryRecords, SizeIs(4));
}

TEST_F(RequestSpotFleet, LaunchesTemplatesOnDemandAndOnSpot) {
  auto data = config(3);
  data.LaunchSpecifications.reset();
  data.LaunchTemplateConfigs = {
      {{.LaunchTemplateSpecification = {{.LaunchTemplateId = template_id, .Version = "1"}}}}};
  data.OnDemandTargetCapacity = 1;
  data.AllocationStrategy = "priceCapacityOptimized";
  const auto id = request(data);

  EXPECT_EQ(spot_fleet(id).SpotFleetRequestConfig_->OnDemandFulfilledCapacity, 1);
  EXPECT_THAT(active(id), SizeIs(3));
}

TEST_F(RequestSpotFleet, RefusesWhatIsNoFleet) {
  const auto with = [&](auto change) {
    auto data = config(1);
    change(data);
    return ec2.request_spot_fleet({.SpotFleetRequestConfig = data});
  };
  const auto kInvalid = "InvalidSpotFleetRequestConfig";
  EXPECT_THAT(with([](auto& data) { data.IamFleetRole = "role"; }), FailsWith(kInvalid, 400));
  EXPECT_THAT(with([](auto& data) { data.LaunchSpecifications.reset(); }), FailsWith(kInvalid));
  EXPECT_THAT(with([](auto& data) { data.Type = "instant"; }), FailsWith(kInvalid));
  EXPECT_THAT(with([](auto& data) { data.OnDemandTargetCapacity = 2; }), FailsWith(kInvalid));
  EXPECT_THAT(with([](auto& data) { data.TargetCapacity = 10'001; }),
              FailsWith("TargetCapacityLimitExceededException"));
  EXPECT_THAT(with([](auto& data) {
                data.LoadBalancersConfig.emplace().TargetGroupsConfig = {
                    {.TargetGroups = {{{.Arn = "arn"}}}}};
              }),
              FailsWith("NotImplemented", 501));
  EXPECT_THAT(*must(ec2.describe_spot_fleet_requests({})).SpotFleetRequestConfigs, IsEmpty());
}

TEST_F(ModifySpotFleetRequest, ChangesTheTarget) {
  const auto id = request(config(1));
  must(ec2.modify_spot_fleet_request({.SpotFleetRequestId = id, .TargetCapacity = 3}));
  EXPECT_EQ(spot_fleet(id).SpotFleetRequestState, "modifying");
  settle();
  EXPECT_THAT(active(id), SizeIs(3));
  must(ec2.modify_spot_fleet_request({.SpotFleetRequestId = id, .TargetCapacity = 1}));
  settle();

  EXPECT_THAT(active(id), SizeIs(1));
  EXPECT_EQ(spot_fleet(id).SpotFleetRequestConfig_->TargetCapacity, 1);
  EXPECT_THAT(ec2.modify_spot_fleet_request({.SpotFleetRequestId = "sfr-none"}),
              FailsWith("InvalidSpotFleetRequestId.NotFound"));
}

TEST_F(CancelSpotFleetRequests, TerminatesItsInstances) {
  const auto id = request(config(1));
  const auto instance_id = active(id).front();
  const auto result = must(ec2.cancel_spot_fleet_requests(
      {.SpotFleetRequestIds = {{id, "sfr-none"}}, .TerminateInstances = true}));
  EXPECT_EQ(result.SuccessfulFleetRequests->front().CurrentSpotFleetRequestState,
            "cancelled_terminating");
  EXPECT_EQ(result.UnsuccessfulFleetRequests->front().Error->Code, "fleetRequestIdDoesNotExist");
  settle();

  EXPECT_EQ(state_of(instance_id), "terminated");
  EXPECT_EQ(spot_fleet(id).SpotFleetRequestState, "cancelled");
}

}  // namespace
}  // namespace fallstreak::ec2_tests
